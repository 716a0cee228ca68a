"""Erasure of a deal, a call or a person: from rows, blobs, results and the engine's tables."""

from collections.abc import Collection
from typing import Protocol

from fastapi import APIRouter

from transcript2handoff.api.deps import Admin, ServicesDep
from transcript2handoff.api.models.answers import problems
from transcript2handoff.api.models.erasure import ErasedOut, PersonBody
from transcript2handoff.api.models.ids import CallId, DealId
from transcript2handoff.api.models.runs import RunOut
from transcript2handoff.api.receiving import imported
from transcript2handoff.api.routes.deals import start_run
from transcript2handoff.api.services import Services
from transcript2handoff.jobs.engine import forget
from transcript2handoff.store import calls, erasing, keeping, runs

router = APIRouter(tags=["erasure"])


@router.post(
    "/deals/{deal_id}/erasure",
    summary="Erase a deal",
    operation_id="erase_deal",
    response_model=ErasedOut,
    responses=problems(404, 409),
)
def erase_deal(services: ServicesDep, caller: Admin, deal_id: DealId) -> object:
    """Remove a deal with its calls, recordings, handoffs and documents. There is no way back."""
    with services.store.write() as tx:
        of_deal = calls.of_deal(tx, deal_id)
        erased = erasing.deal(tx, deal_id, by=caller.id)
    blobs = _clear(services, erased)
    return ErasedOut(deals=1, calls=len(of_deal), runs=len(erased.run_ids), blobs=blobs)


@router.post(
    "/calls/{call_id}/erasure",
    summary="Erase a call",
    operation_id="erase_call",
    response_model=ErasedOut,
    responses=problems(404, 409),
)
def erase_call(services: ServicesDep, caller: Admin, call_id: CallId) -> object:
    """Remove a call with all that was made of it; what is left of its deal is made anew."""
    with services.store.write() as tx:
        deal_id = calls.get(tx, call_id).deal_id
        erased = erasing.call(tx, call_id, by=caller.id)
        left = calls.of_deal(tx, deal_id)
        started = (RunOut.of(start_run(tx, deal_id)),) if left else ()
    blobs = _clear(services, erased)
    return ErasedOut(deals=0, calls=1, runs=len(erased.run_ids), blobs=blobs, started=started)


@router.post(
    "/people/erasure",
    summary="Erase a person",
    operation_id="erase_person",
    response_model=ErasedOut,
    responses=problems(409),
)
def erase_person(services: ServicesDep, caller: Admin, person: PersonBody) -> object:
    """Remove a person from all deals and calls.

    Recordings on which they are heard go, transcripts are written anew without their words and
    name, and those calls are worked on anew. What was written to other systems is not reached.
    """
    store = services.store
    with store.read() as tx:
        heard_in = erasing.heard(tx, person)
    with store.write() as tx:
        erased = erasing.person(tx, person, by=caller.id, heard_in=heard_in, reader=imported)
        started = tuple(RunOut.of(runs.get(tx, run_id)) for run_id in erased.started)
    blobs = _clear(services, erased)
    return ErasedOut(
        deals=len(erased.deal_ids),
        calls=len(erased.calls),
        runs=len(erased.run_ids),
        blobs=blobs,
        rewritten=tuple(one.call_id for one in erased.calls if one.transcript_digest),
        started=started,
    )


class _Erased(Protocol):
    @property
    def run_ids(self) -> Collection[str]: ...

    @property
    def uploads(self) -> Collection[str]: ...


def _clear(services: Services, erased: _Erased) -> int:
    """Remove what is no row: workflows, parts of uploads, bytes; the number of blobs."""
    forget(services.settings, erased.run_ids)
    for upload_id in erased.uploads:
        services.store.blobs.remove_parts(upload_id)
    removed = keeping.collect(services.store)
    services.store.settle()
    return removed
