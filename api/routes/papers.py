"""Papers of a deal beside its calls: the contract that was signed, and the plan that was agreed."""

from typing import Annotated, Final

from fastapi import APIRouter, Body, Depends, HTTPException, Request, Response

from transcript2handoff.access import Principal
from transcript2handoff.api.deps import Reader, StoreDep, Writer, note, visible_deal
from transcript2handoff.api.etags import check_match, etag
from transcript2handoff.api.models.answers import ETAG, file, problems
from transcript2handoff.api.models.ids import DealId, IfMatch
from transcript2handoff.api.models.papers import PaperOut
from transcript2handoff.api.models.runs import RunOut
from transcript2handoff.api.routes.deals import start_run
from transcript2handoff.deal import Record
from transcript2handoff.errors import InputError, StoreGoneError
from transcript2handoff.jobs.paperwork import kept_text, yaml_of
from transcript2handoff.store import Store, Transaction, calls, deals, papers, runs
from transcript2handoff.store.deals import DealRecord
from transcript2handoff.store.papers import NewPaper, PaperName

router = APIRouter(tags=["papers"])
YAML: Final = "application/yaml"
_CONTRACT: Final = """title: Order form 2027-031
lines:
  - type: seats
    text: Named users of the warehouse module
    amount: 40
    unit: users
"""
_PLAN: Final = """sponsor: Gareth Pugh
milestones:
  - name: First invoices sent
    day: 2027-05-17
"""
_READ: Final = {200: file("As YAML, without comments.", YAML), **problems(404)}
_CHANGED: Final = {200: {"headers": ETAG}, **problems(404, 409, 412)}


def _check_type(request: Request) -> None:
    told = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if told != YAML:
        raise HTTPException(415, f"Send the YAML with Content-Type: {YAML}.")


_IS_YAML: Final = [Depends(_check_type)]
ContractText = Annotated[
    bytes,
    Body(media_type=YAML, description="As in `terms.yaml`.", examples=[_CONTRACT]),
]
PlanText = Annotated[
    bytes, Body(media_type=YAML, description="As in `plan.yaml`.", examples=[_PLAN])
]


@router.get(
    "/deals/{deal_id}/contract",
    summary="Read the contract",
    operation_id="read_contract",
    response_class=Response,
    responses=_READ,
)
def read_contract(store: StoreDep, caller: Reader, deal_id: DealId) -> Response:
    """What was signed."""
    return _read(store, caller, deal_id, "contract")


@router.put(
    "/deals/{deal_id}/contract",
    summary="Put the contract",
    operation_id="put_contract",
    dependencies=_IS_YAML,
    response_model=PaperOut,
    responses={**_CHANGED, **problems(404, 409, 412, 415)},
)
def put_contract(  # noqa: PLR0913, PLR0917 - what the request holds
    store: StoreDep,
    caller: Writer,
    deal_id: DealId,
    text: ContractText,
    response: Response,
    if_match: IfMatch = None,
) -> object:
    """Say what was signed, in place of what was said before.

    All promises and terms are held against it; the documents get a review of the contract.
    """
    change = _Change(deal_id=deal_id, name="contract", if_match=if_match)
    return _put(store, caller, change, text, response)


@router.delete(
    "/deals/{deal_id}/contract",
    summary="Remove the contract",
    operation_id="remove_contract",
    response_model=PaperOut,
    responses=_CHANGED,
)
def remove_contract(
    store: StoreDep,
    caller: Writer,
    deal_id: DealId,
    response: Response,
    if_match: IfMatch = None,
) -> object:
    """Take back what was signed; nothing is held against it any more. It need not be there."""
    change = _Change(deal_id=deal_id, name="contract", if_match=if_match)
    return _remove(store, caller, change, response)


@router.get(
    "/deals/{deal_id}/plan",
    summary="Read the plan",
    operation_id="read_plan",
    response_class=Response,
    responses=_READ,
)
def read_plan(store: StoreDep, caller: Reader, deal_id: DealId) -> Response:
    """What has been agreed with the customer about the joint success plan."""
    return _read(store, caller, deal_id, "plan")


@router.put(
    "/deals/{deal_id}/plan",
    summary="Put the plan",
    operation_id="put_plan",
    dependencies=_IS_YAML,
    response_model=PaperOut,
    responses={**_CHANGED, **problems(404, 409, 412, 415)},
)
def put_plan(  # noqa: PLR0913, PLR0917 - what the request holds
    store: StoreDep,
    caller: Writer,
    deal_id: DealId,
    text: PlanText,
    response: Response,
    if_match: IfMatch = None,
) -> object:
    """Say what has been agreed with the customer, in place of what was said before."""
    change = _Change(deal_id=deal_id, name="plan", if_match=if_match)
    return _put(store, caller, change, text, response)


@router.delete(
    "/deals/{deal_id}/plan",
    summary="Remove the plan",
    operation_id="remove_plan",
    response_model=PaperOut,
    responses=_CHANGED,
)
def remove_plan(
    store: StoreDep,
    caller: Writer,
    deal_id: DealId,
    response: Response,
    if_match: IfMatch = None,
) -> object:
    """Take back what was agreed; the plan is that of every deal. It need not be there."""
    change = _Change(deal_id=deal_id, name="plan", if_match=if_match)
    return _remove(store, caller, change, response)


class _Change(Record):
    """Which paper is to be changed."""

    deal_id: str
    name: PaperName
    if_match: str | None


def _read(store: Store, caller: Principal, deal_id: str, name: PaperName) -> Response:
    with store.read() as tx:
        deal = visible_deal(tx, caller, deal_id)
        note(tx, caller, "read", name, deal_id)
        paper = papers.get(tx, deal_id, name)
    if paper is None:
        raise StoreGoneError(f"The deal has no {name}. Put one there first.")
    return Response(yaml_of(paper), media_type=YAML, headers={"ETag": etag(deal.edition)})


def _put(
    store: Store, caller: Principal, change: _Change, body: bytes, response: Response
) -> PaperOut:
    """Keep a paper if it says what one can say; raises what the parsers raise."""
    try:
        text = kept_text(change.name, body.decode())
    except UnicodeDecodeError as error:
        raise InputError(f"The {change.name} is no UTF-8 text. Save it as UTF-8.") from error
    with store.write() as tx:
        before = _open(tx, caller, change)
        new = NewPaper(deal_id=change.deal_id, name=change.name, text=text, by=caller.name)
        papers.put(tx, new)
        changed = _changed(tx, caller, change.name, before)
    response.headers["ETag"] = etag(changed.edition)
    return changed


def _remove(store: Store, caller: Principal, change: _Change, response: Response) -> PaperOut:
    with store.write() as tx:
        before = _open(tx, caller, change)
        papers.remove(tx, change.deal_id, change.name)
        changed = _changed(tx, caller, change.name, before)
    response.headers["ETag"] = etag(changed.edition)
    return changed


def _open(tx: Transaction, caller: Principal, change: _Change) -> DealRecord:
    deal = visible_deal(tx, caller, change.deal_id, lock=True)
    check_match(change.if_match, deal.edition)
    return deal


def _changed(tx: Transaction, caller: Principal, name: PaperName, before: DealRecord) -> PaperOut:
    """Have the deal judged anew, if there is something else to judge it by."""
    deal = deals.get(tx, before.id)
    note(tx, caller, "change", name, deal.id, number=deal.paper_number)
    is_new = deal.edition != before.edition
    has_work = is_new and calls.of_deal(tx, deal.id) and not runs.is_to_come(tx, deal.id)
    run = start_run(tx, deal.id) if has_work else None
    return PaperOut(edition=deal.edition, run=run and RunOut.of(run))
