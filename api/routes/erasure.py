"""Erasure of a deal, a call or a person: from rows, blobs, results and the engine's tables."""

import tempfile
from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from transcript2handoff.api.deps import Admin, ServicesDep, StoreDep, note
from transcript2handoff.api.models.answers import file, problems
from transcript2handoff.api.models.erasure import ErasedOut, PersonBody, ReceiptOut
from transcript2handoff.api.models.ids import CallId, DealId, ErasureId
from transcript2handoff.api.models.runs import RunOut
from transcript2handoff.api.paging import Paging, shaped
from transcript2handoff.api.receiving import imported
from transcript2handoff.api.routes.deals import start_run
from transcript2handoff.api.services import Services
from transcript2handoff.erasure import Who
from transcript2handoff.jobs.proving import prove, take_away
from transcript2handoff.outgoing.person_file import MEDIA_TYPE, NAME, write_person_file
from transcript2handoff.store import Page, Store, calls, erasing, gathering, keeping, receipts, runs
from transcript2handoff.store.erasing import Erased
from transcript2handoff.store.gathered import Gathered

router = APIRouter(tags=["erasure"])
_IN_MEMORY: Final = 8 << 20
_PIECE: Final = 1 << 20


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
    blobs, receipt = _clear(services, erased, by=caller.id)
    return ErasedOut(
        deals=1, calls=len(of_deal), runs=len(erased.run_ids), blobs=blobs, receipt=receipt
    )


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
        has_work = calls.of_deal(tx, deal_id) and not runs.is_to_come(tx, deal_id)
        started = (RunOut.of(start_run(tx, deal_id)),) if has_work else ()
    blobs, receipt = _clear(services, erased, by=caller.id)
    return ErasedOut(
        deals=0,
        calls=1,
        runs=len(erased.run_ids),
        blobs=blobs,
        started=started,
        receipt=receipt,
    )


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
    blobs, receipt = _clear(services, erased, by=caller.id, who=erased.who)
    return ErasedOut(
        receipt=receipt,
        deals=len(erased.deal_ids),
        calls=len(erased.calls),
        runs=len(erased.run_ids),
        blobs=blobs,
        rewritten=tuple(one.call_id for one in erased.calls if one.transcript_digest),
        started=started,
    )


@router.post(
    "/people/export",
    summary="Export everything on a person",
    operation_id="export_person",
    response_class=Response,
    responses={200: file("A ZIP archive to read and to process.", MEDIA_TYPE), **problems()},
)
def export_person(services: ServicesDep, caller: Admin, person: PersonBody) -> Response:
    """Everything that the service holds on a person: what they said, and what is said of them.

    It is found as an erasure would find it. Look through it before you hand it over.
    """
    store = services.store
    with store.read() as tx:
        told = gathering.of_person(tx, person, reader=imported)
        # No reading: of two people within a quarter of an hour, each stands in the audit.
        note(tx, caller, "send", "person", deals=len(told.deals), calls=len(told.calls))
    pieces = _pieces(store, told)
    # Before the answer begins, so that what goes wrong is told as a problem.
    first = next(pieces)
    headers = {"Content-Disposition": f'attachment; filename="{NAME}"', "Cache-Control": "no-store"}
    return StreamingResponse(chain([first], pieces), media_type=MEDIA_TYPE, headers=headers)


def _pieces(store: Store, told: Gathered) -> Iterator[bytes]:
    """The archive, a piece in memory at once."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as whole:
        write_person_file(whole, told, store.blobs, made=store.now())
        whole.seek(0)
        yield from iter(partial(whole.read, _PIECE), b"")


@router.get(
    "/erasures",
    summary="List erasures",
    operation_id="list_erasures",
    response_model=Page[ReceiptOut],
    responses=problems(),
)
def list_erasures(store: StoreDep, caller: Admin, window: Paging) -> object:
    """The receipts of all erasures, newest first, those too of what was kept no longer."""
    with store.read() as tx:
        note(tx, caller, "read", "receipt")
        return shaped(receipts.listed(tx, window), lambda each: ReceiptOut.of(tx, each))


@router.get(
    "/erasures/{erasure_id}",
    summary="Read a receipt",
    operation_id="get_erasure",
    response_model=ReceiptOut,
    responses=problems(404),
)
def get_erasure(store: StoreDep, caller: Admin, erasure_id: ErasureId) -> object:
    """What an erasure took away, the proof of it, and the backups that still hold it."""
    with store.read() as tx:
        receipt = receipts.get(tx, erasure_id)
        note(tx, caller, "read", "receipt", receipt.id)
        return ReceiptOut.of(tx, receipt)


def _clear(
    services: Services, erased: Erased, *, by: str, who: Who | None = None
) -> tuple[int, ReceiptOut]:
    """Remove what is no row, and prove it: the number of blobs that went, and the receipt."""
    store = services.store
    take_away(store, services.settings, runs=erased.run_ids, uploads=erased.uploads)
    removed = keeping.collect(store)
    store.settle()
    receipt = prove(store, services.settings, erased.receipt_id, by=by, who=who)
    with store.read() as tx:
        return removed, ReceiptOut.of(tx, receipt)
