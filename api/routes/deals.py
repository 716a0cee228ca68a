"""Deals: listed, made, changed, assigned, worked on anew."""

from collections.abc import Iterable
from functools import partial
from typing import Final

from fastapi import APIRouter, Response

from transcript2handoff.api.deps import Reader, StoreDep, Writer, note, visible_deal
from transcript2handoff.api.etags import check_match, etag
from transcript2handoff.api.models.answers import ETAG, problems
from transcript2handoff.api.models.deals import (
    AssignBody,
    DealChangeBody,
    DealOut,
    NewDealBody,
)
from transcript2handoff.api.models.ids import DealId, IfMatch
from transcript2handoff.api.models.runs import RunOut
from transcript2handoff.api.paging import Paging, shaped
from transcript2handoff.api.receiving import add_deal, check_fit
from transcript2handoff.api.wanted import WantedDeals, of_caller
from transcript2handoff.deal import BESIDE_THE_CALLS, Deal
from transcript2handoff.errors import NotAllowedError, StoreConflictError
from transcript2handoff.store import Page, Transaction, calls, deals, runs, users

router = APIRouter(tags=["deals"])
_A_PERSON_WAITS: Final = 2


@router.get(
    "/deals",
    summary="List deals",
    operation_id="list_deals",
    response_model=Page[DealOut],
    responses=problems(),
)
def list_deals(
    store: StoreDep, caller: Reader, window: Paging, only: WantedDeals = deals.EVERY_DEAL
) -> object:
    """Deals, newest first, or as they are wanted.

    Account executives see their own, customer success managers those that are assigned to them,
    administrators all.
    """
    with store.read() as tx:
        note(tx, caller, "read", "deal")
        found = deals.listed(tx, window, seen_by=caller.seen_by, only=of_caller(only, caller))
        return shaped(found, partial(DealOut.of, today=tx.now.date()))


@router.post(
    "/deals",
    summary="Make a deal",
    operation_id="make_deal",
    status_code=201,
    response_model=DealOut,
    responses={201: {"headers": ETAG}, **problems(404, 409)},
)
def make_deal(store: StoreDep, caller: Writer, new: NewDealBody, response: Response) -> object:
    """A deal that has no calls yet. It belongs to the account executive who makes it.

    Which deal of another system it is, callers say who see all deals.
    """
    if new.source is not None and caller.seen_by is not None:
        # The answer would tell whether others have it, and its calls would come here from then on.
        raise NotAllowedError(
            "You see your own deals alone: leave source and external_id out. An administrator can "
            "make a deal that another system has as well."
        )
    with store.write() as tx:
        _check_people(tx, new)
        added = add_deal(tx, caller, deals.NewDeal(by=caller.name, **dict(new)))
    return _shown(tx, added, response)


@router.get(
    "/deals/{deal_id}",
    summary="Read a deal",
    operation_id="read_deal",
    response_model=DealOut,
    responses={200: {"headers": ETAG}, **problems(404)},
)
def read_deal(store: StoreDep, caller: Reader, deal_id: DealId, response: Response) -> object:
    """A deal with where work on it stands. Its calls and its handoff are read by themselves."""
    with store.read() as tx:
        deal = visible_deal(tx, caller, deal_id)
        note(tx, caller, "read", "deal", deal_id)
    return _shown(tx, deal, response)


@router.patch(
    "/deals/{deal_id}",
    summary="Change a deal",
    operation_id="change_deal",
    response_model=DealOut,
    responses={200: {"headers": ETAG}, **problems(404, 409, 412)},
)
def change_deal(  # noqa: PLR0913, PLR0917 - what the request holds
    store: StoreDep,
    caller: Writer,
    deal_id: DealId,
    change: DealChangeBody,
    response: Response,
    if_match: IfMatch = None,
) -> object:
    """Set fields of a deal. What they bear on is worked out anew: documents, or its calls."""
    with store.write() as tx:
        before = visible_deal(tx, caller, deal_id, lock=True)
        check_match(if_match, str(before.version))
        told = {name: getattr(change, name) for name in change.model_fields_set}
        if change.deal is not None:
            told["deal"] = _with_fields(tx, before, change.deal)
        told = {name: value for name, value in told.items() if value is not None}
        deal = deals.change(tx, deal_id, deals.DealChanges(**told))
        note(tx, caller, "change", "deal", deal_id, version=deal.version)
        if change.deal is not None:
            _work_anew(tx, deal, change.deal.model_fields_set)
    return _shown(tx, deal, response)


@router.put(
    "/deals/{deal_id}/assignment",
    summary="Assign a deal",
    operation_id="assign_deal",
    response_model=DealOut,
    responses={200: {"headers": ETAG}, **problems(404, 409, 412)},
)
def assign_deal(  # noqa: PLR0913, PLR0917 - what the request holds
    store: StoreDep,
    caller: Writer,
    deal_id: DealId,
    assignment: AssignBody,
    response: Response,
    if_match: IfMatch = None,
) -> object:
    """Say whose deal it is.

    Account executives and customer success managers hand on their own; who the account executive
    of a deal is, is for administrators to change.
    """
    if "ae_id" in assignment.model_fields_set and not caller.may("admin"):
        raise NotAllowedError(
            "Who the account executive of a deal is, an administrator says. Leave ae_id out."
        )
    with store.write() as tx:
        before = visible_deal(tx, caller, deal_id, lock=True)
        check_match(if_match, str(before.version))
        _check_people(tx, assignment)
        told = {name: getattr(assignment, name) for name in assignment.model_fields_set}
        deal = deals.change(tx, deal_id, deals.DealChanges(**told))
        note(tx, caller, "change", "deal", deal_id, version=deal.version)
    return _shown(tx, deal, response)


@router.post(
    "/deals/{deal_id}/runs",
    summary="Work on a deal anew",
    operation_id="start_deal_run",
    status_code=202,
    response_model=RunOut,
    responses=problems(404, 409),
)
def start_deal_run(store: StoreDep, caller: Writer, deal_id: DealId) -> object:
    """Consolidate, assess and render anew what is known of its calls. One that waits is joined."""
    with store.write() as tx:
        visible_deal(tx, caller, deal_id)
        if not calls.of_deal(tx, deal_id):
            raise StoreConflictError("The deal has no calls yet. Send one to /v1/calls first.")
        run = start_run(tx, deal_id)
        note(tx, caller, "add", "run", run.id)
    return RunOut.of(run)


def start_run(tx: Transaction, deal_id: str, *, call_id: str | None = None) -> runs.RunRecord:
    """Want a deal, or one of its calls, to be worked on, because somebody did something to it."""
    kind: runs.RunKind = "call" if call_id else "deal"
    wanted = runs.NewRun(deal_id=deal_id, call_id=call_id, kind=kind, priority=_A_PERSON_WAITS)
    return runs.start(tx, wanted)


def _shown(tx: Transaction, deal: deals.DealRecord, response: Response) -> DealOut:
    response.headers["ETag"] = etag(str(deal.version))
    return DealOut.of(deal, today=tx.now.date())


def _with_fields(tx: Transaction, before: deals.DealRecord, change: Deal) -> Deal:
    """The deal with the fields that were given, which its calls must still fit."""
    told = {name: getattr(change, name) for name in change.model_fields_set}
    deal = before.deal.model_copy(update=told)
    check_fit(deal, (one.call for one in calls.of_deal(tx, before.id)))
    return deal


def _work_anew(tx: Transaction, deal: deals.DealRecord, fields: Iterable[str]) -> None:
    """Calls are read again only where something changed that an engine is told."""
    of_deal = calls.of_deal(tx, deal.id)
    if set(fields) - set(BESIDE_THE_CALLS):
        for one in of_deal:
            start_run(tx, deal.id, call_id=one.id)
    elif of_deal and not runs.is_to_come(tx, deal.id):
        start_run(tx, deal.id)


def _check_people(tx: Transaction, told: AssignBody | NewDealBody) -> None:
    for user_id in (told.ae_id, told.csm_id):
        if user_id is not None:
            users.get(tx, user_id)
