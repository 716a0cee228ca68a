"""The promises of all deals, as their handoffs stand, by due date and by owner."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, or_, select

from transcript2handoff.deal import Deal, Record
from transcript2handoff.handoff import Outcome, PromiseState
from transcript2handoff.store import deals
from transcript2handoff.store.paging import Key, Order, Page, Window, in_order
from transcript2handoff.store.tables import CallRow, DealRow, LedgerRow
from transcript2handoff.store.transaction import Transaction, add_all, the_row

_Columns = TypeVarTuple("_Columns")
LedgerOutcome = Literal["kept", "late", "impossible", "open"]
LedgerOrder = Literal["due", "owner"]


class LedgerEntry(Record):
    """A promise as the handoff of its deal has it, with the words that prove it best."""

    deal_id: str
    claim_id: str
    position: int
    """Among the promises of its handoff."""
    summary: str
    owner: str | None
    due: str | None
    """A day in ISO 8601, or words."""
    due_day: datetime.date | None
    """The day, where the words allow exactly one."""
    state: PromiseState
    strength: str
    outcome: Outcome | None
    is_reviewed: bool
    speaker: str | None
    """By name, where it is known."""
    call_id: str | None
    """Of the call where it was said, in the store; none if it was not said on a call."""
    turn: int | None
    start: float | None
    """Seconds."""
    end: float | None
    quote: str | None


class LedgerLine(LedgerEntry):
    """A promise with its deal."""

    deal_name: str
    customer: str | None


class LedgerFilter(Record):
    """Which promises are wanted, and in which order; a field that is not named leaves out none."""

    owner: str | None = None
    outcome: tuple[LedgerOutcome, ...] = ()
    """``open`` are those that still stand and of which nobody has said what came of them. What was
    done on a later call is kept."""
    due_from: datetime.date | None = None
    due_until: datetime.date | None = None
    """Days, the last one included; promises that name no day are left out."""
    deal_id: str | None = None
    order: LedgerOrder = "due"


class LedgerTotals(Record):
    """How many promises there are."""

    all: int
    open: int
    kept: int
    late: int
    impossible: int


EVERY_PROMISE: Final = LedgerFilter()
_IS_KEPT: Final = or_(
    LedgerRow.outcome == "kept", and_(LedgerRow.outcome.is_(None), LedgerRow.state == "done")
)
_IS_OPEN: Final = and_(LedgerRow.outcome.is_(None), LedgerRow.state.in_(("open", "changed")))
_IS: Final[Mapping[LedgerOutcome, ColumnElement[bool]]] = {
    "open": _IS_OPEN,
    "kept": _IS_KEPT,
    "late": LedgerRow.outcome == "late",
    "impossible": LedgerRow.outcome == "impossible",
}
_DUE: Final = (
    Key(column=func.coalesce(LedgerRow.due_day, datetime.date.max), kind=datetime.date),
    Key(column=LedgerRow.deal_id.expression, kind=str),
    Key(column=LedgerRow.position.expression, kind=int),
    Key(column=LedgerRow.claim_id.expression, kind=str),
)
_OWNER: Final = (
    Key(column=case((LedgerRow.owner.is_(None), 1), else_=0), kind=int),
    Key(column=func.lower(func.coalesce(LedgerRow.owner, "")), kind=str),
)
_ORDERS: Final[Mapping[LedgerOrder, Order]] = {
    "due": Order(name="promises by due", keys=_DUE),
    "owner": Order(name="promises by owner", keys=(*_OWNER, *_DUE)),
}


def put(tx: Transaction, deal_id: str, entries: Sequence[LedgerEntry]) -> bool:
    """Have these be the promises of a deal; whether they were others before.

    Raises:
        StoreGoneError: there is no such deal.
    """
    the_row(tx, DealRow, deal_id, hold=True)
    if of_deal(tx, deal_id) == {entry.claim_id: entry for entry in entries}:
        return False
    drop(tx, deal_id)
    add_all(tx, LedgerRow, [entry.model_dump() for entry in entries])
    return True


def of_deal(tx: Transaction, deal_id: str) -> dict[str, LedgerEntry]:
    """The promises of a deal, by the ids of their claims."""
    query = select(LedgerRow).where(LedgerRow.deal_id == deal_id)
    return {row.claim_id: _entry(row) for row in tx.session.scalars(query)}


def drop(tx: Transaction, deal_id: str) -> None:
    """Have a deal have no promises, until its handoff is made anew."""
    tx.session.execute(delete(LedgerRow).where(LedgerRow.deal_id == deal_id))


def drop_of_call(tx: Transaction, call_id: str) -> None:
    """Take what was promised on a call out of the deal that it is taken from."""
    row = tx.session.get_one(CallRow, call_id)
    deal = the_row(tx, DealRow, row.deal_id, hold=True)
    of_deal = LedgerRow.deal_id == deal.id
    tx.session.execute(delete(LedgerRow).where(of_deal, LedgerRow.call_id == call_id))
    if deal.open_promises is not None:
        count = select(func.count()).select_from(LedgerRow).where(of_deal, _IS_OPEN)
        deal.open_promises = tx.session.scalar(count) or 0
    tx.session.flush()


def listed(
    tx: Transaction,
    window: Window,
    *,
    seen_by: str | None = None,
    only: LedgerFilter = EVERY_PROMISE,
) -> Page[LedgerLine]:
    """Promises, as a filter says; those without a day or an owner last.

    Args:
        tx: the transaction.
        window: which part of the list.
        seen_by: the id of a user: only deals that have them as account executive or as customer
            success manager.
        only: which ones, and in which order.

    Raises:
        InputError: the cursor is none of this list and order.
    """
    query = _of_deals(select(LedgerRow, DealRow.deal), seen_by).where(*_wanted(only))
    rows, after = in_order(tx, query, _ORDERS[only.order], window=window)
    return Page(items=tuple(_line(row, deal) for row, deal in rows), after=after)


def owners(tx: Transaction, *, seen_by: str | None = None) -> tuple[str, ...]:
    """Everybody who owns a promise, by name."""
    query = _of_deals(select(LedgerRow.owner).distinct(), seen_by)
    names = tx.session.scalars(query.where(LedgerRow.owner.is_not(None)))
    return tuple(sorted(filter(None, names), key=lambda name: (name.casefold(), name)))


def totals(
    tx: Transaction, *, seen_by: str | None = None, only: LedgerFilter = EVERY_PROMISE
) -> LedgerTotals:
    """How many promises there are of those that a filter wants."""
    counts = (func.count(case((which, 1))).label(name) for name, which in _IS.items())
    query = _of_deals(select(func.count().label("all"), *counts), seen_by).where(*_wanted(only))
    return LedgerTotals.model_validate(dict(tx.session.execute(query).mappings().one()))


def _of_deals(query: Select[*_Columns], seen_by: str | None) -> Select[*_Columns]:
    query = query.select_from(LedgerRow).join(DealRow, DealRow.id == LedgerRow.deal_id)
    return query if seen_by is None else query.where(deals.seen(seen_by))


def _wanted(only: LedgerFilter) -> Iterator[ColumnElement[bool]]:
    if only.owner is not None:
        yield LedgerRow.owner == only.owner
    if only.outcome:
        yield or_(*(_IS[outcome] for outcome in only.outcome))
    if only.due_from is not None:
        yield LedgerRow.due_day >= only.due_from
    if only.due_until is not None:
        yield LedgerRow.due_day <= only.due_until
    if only.deal_id is not None:
        yield LedgerRow.deal_id == only.deal_id


def _told(row: LedgerRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in LedgerEntry.model_fields}


def _entry(row: LedgerRow) -> LedgerEntry:
    return LedgerEntry.model_validate(_told(row))


def _line(row: LedgerRow, deal: str) -> LedgerLine:
    told = Deal.model_validate_json(deal)
    return LedgerLine.model_validate(
        {**_told(row), "deal_name": told.deal, "customer": told.customer}
    )
