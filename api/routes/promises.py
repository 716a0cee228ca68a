"""The promises of all deals: by due date, by owner, and by what came of them."""

import datetime
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query

from transcript2handoff.access import Principal
from transcript2handoff.api.deps import Reader, StoreDep, note
from transcript2handoff.api.models.answers import problems
from transcript2handoff.api.models.lists import OwnerList, PromiseLineOut, PromisePage
from transcript2handoff.api.paging import Paging
from transcript2handoff.store import ledger

router = APIRouter(tags=["promises"])
_ME: Final = "me"


def _filter(  # noqa: PLR0913, PLR0917 - what the query holds
    owner: Annotated[
        str | None,
        Query(max_length=200, description="The name of who owns them; `me` for whoever asks."),
    ] = None,
    outcome: Annotated[
        tuple[ledger.LedgerOutcome, ...],
        Query(max_length=4, description="What came of them; `open` are those that still stand."),
    ] = (),
    due_from: Annotated[
        datetime.date | None, Query(description="Due on this day or later.")
    ] = None,
    due_until: Annotated[
        datetime.date | None, Query(description="Due on this day or earlier.")
    ] = None,
    deal_id: Annotated[
        str | None, Query(pattern=r"^[A-Za-z0-9_-]{1,48}$", description="Of this deal alone.")
    ] = None,
    order: Annotated[
        ledger.LedgerOrder,
        Query(description="By `due` date or by `owner`. Cursors are those of an order."),
    ] = "due",
) -> ledger.LedgerFilter:
    return ledger.LedgerFilter(
        owner=owner,
        outcome=outcome,
        due_from=due_from,
        due_until=due_until,
        deal_id=deal_id,
        order=order,
    )


WantedPromises = Annotated[ledger.LedgerFilter, Depends(_filter)]
"""Which promises are wanted, and in which order: what the query says of it."""


@router.get(
    "/promises",
    summary="List promises",
    operation_id="list_promises",
    response_model=PromisePage,
    responses=problems(),
)
def list_promises(
    store: StoreDep, caller: Reader, window: Paging, only: WantedPromises = ledger.EVERY_PROMISE
) -> object:
    """Promises of all deals that the caller sees, those that are due first; without a day, last.

    `totals` count all that are wanted, and not those of the page alone.
    """
    only = _of_caller(only, caller)
    with store.read() as tx:
        note(tx, caller, "read", "promise")
        page = ledger.listed(tx, window, seen_by=caller.seen_by, only=only)
        # Each line holds words of its deal.
        for deal_id in dict.fromkeys(line.deal_id for line in page.items):
            note(tx, caller, "read", "promise", deal_id)
        totals = ledger.totals(tx, seen_by=caller.seen_by, only=only)
        shown = partial(PromiseLineOut.of, today=tx.now.date())
    return PromisePage(items=tuple(map(shown, page.items)), after=page.after, totals=totals)


@router.get(
    "/promises/owners",
    summary="List who owns promises",
    operation_id="list_promise_owners",
    response_model=OwnerList,
    responses=problems(),
)
def list_owners(store: StoreDep, caller: Reader) -> object:
    """Everybody who owns a promise of a deal that the caller sees, by name."""
    with store.read() as tx:
        note(tx, caller, "read", "promise")
        return OwnerList(items=ledger.owners(tx, seen_by=caller.seen_by))


def _of_caller(only: ledger.LedgerFilter, caller: Principal) -> ledger.LedgerFilter:
    return only.model_copy(update={"owner": caller.name}) if only.owner == _ME else only
