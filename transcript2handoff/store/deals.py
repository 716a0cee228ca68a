"""Deals: the frame of a handoff, who it belongs to, and where work on it stands."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select

from transcript2handoff.deal import Deal
from transcript2handoff.errors import StoreConflictError
from transcript2handoff.store.deal_records import (
    DealChanges,
    DealFilter,
    DealOrder,
    DealRecord,
    NewDeal,
)
from transcript2handoff.store.paging import Key, Order, Page, Window, in_order
from transcript2handoff.store.tables import DealRow, UserRow, describe, new_id, plain
from transcript2handoff.store.transaction import Transaction, the_row

__all__ = [
    "EVERY_DEAL",
    "DealChanges",
    "DealFilter",
    "DealOrder",
    "DealRecord",
    "NewDeal",
    "add",
    "change",
    "describe_all",
    "find",
    "get",
    "listed",
    "search",
    "seen",
]

SEARCHED: Final = 1000
"""How many deals a search gives at most, newest first."""
SEEN_BY_READERS = frozenset({"deal", "ae_id", "csm_id"})
"""Changes of these make another version of the deal."""


def add(tx: Transaction, new: NewDeal) -> DealRecord:
    """Add a deal.

    Raises:
        StoreConflictError: there is one with this ``source`` and ``external_id``.
    """
    row = DealRow(
        id=new_id("deal"),
        deal=_text(new.deal),
        version=1,
        won=False,
        handoff_version=0,
        event_number=0,
        paper_number=0,
        created=tx.now,
        updated=tx.now,
        **new.model_dump(exclude={"deal"}),
    )
    tx.session.add(row)
    tx.session.flush()
    return _record(row)


def get(tx: Transaction, deal_id: str, *, lock: bool = False) -> DealRecord:
    """A deal; ``lock`` keeps others from changing it until the transaction ends.

    Raises:
        StoreGoneError: there is none with this id.
    """
    return _record(the_row(tx, DealRow, deal_id, hold=lock))


def find(tx: Transaction, source: str, external_id: str) -> DealRecord | None:
    """The deal that another system calls by this id, if it is there."""
    row = tx.session.scalar(
        select(DealRow).where(DealRow.source == source, DealRow.external_id == external_id)
    )
    return None if row is None else _record(row)


def change(
    tx: Transaction, deal_id: str, changes: DealChanges, *, version: int | None = None
) -> DealRecord:
    """Change a deal.

    Args:
        tx: the transaction.
        deal_id: which one.
        changes: the fields that were set in it are written.
        version: the version that the changes were made from; none to change whichever is there.

    Raises:
        StoreGoneError: there is no such deal.
        StoreConflictError: it has another version by now.
    """
    row = the_row(tx, DealRow, deal_id, hold=True)
    if version is not None and row.version != version:
        raise StoreConflictError(
            f"The deal has been changed meanwhile: it has version {row.version}, and the change "
            f"was made from version {version}. Read it again, then repeat the change."
        )
    for name in changes.model_fields_set:
        value = getattr(changes, name)
        setattr(row, name, _text(value) if isinstance(value, Deal) else value)
    if changes.model_fields_set & SEEN_BY_READERS:
        row.version += 1
    row.updated = tx.now
    tx.session.flush()
    return _record(row)


EVERY_DEAL: Final = DealFilter()
_NEWEST: Final = (
    Key(column=DealRow.created.expression, kind=datetime.datetime, falling=True),
    Key(column=DealRow.id.expression, kind=str, falling=True),
)
_SORTED_BY: Final[Mapping[DealOrder, tuple[Key, ...]]] = {
    "newest": (),
    "kickoff": (Key(column=func.coalesce(DealRow.kickoff, datetime.date.max), kind=datetime.date),),
    "readiness": (Key(column=func.coalesce(DealRow.score, 101), kind=int),),
    "name": (Key(column=DealRow.sought.expression, kind=str),),
}
_ORDERS: Final = {
    name: Order(name=f"deals by {name}", keys=(*keys, *_NEWEST))
    for name, keys in _SORTED_BY.items()
}


def listed(
    tx: Transaction,
    window: Window,
    *,
    seen_by: str | None = None,
    only: DealFilter = EVERY_DEAL,
) -> Page[DealRecord]:
    """Deals, as a filter says.

    Args:
        tx: the transaction.
        window: which part of the list.
        seen_by: the id of a user: only deals that have them as account executive or as customer
            success manager.
        only: which ones, and in which order.

    Raises:
        InputError: the cursor is none of this list and order.
    """
    query = select(DealRow).where(*_wanted(only))
    if seen_by is not None:
        query = query.where(seen(seen_by))
    rows, after = in_order(tx, query, _ORDERS[only.order], window=window)
    return Page(items=tuple(_record(row) for row, *_ in rows), after=after)


def _wanted(only: DealFilter) -> Iterator[ColumnElement[bool]]:
    if only.text:
        yield DealRow.sought.contains(plain(only.text), autoescape=True)
    if only.verdict:
        yield DealRow.verdict.in_(only.verdict)
    if only.waits_on:
        yield DealRow.waits_on.in_(only.waits_on)
    if only.won is not None:
        yield DealRow.won.is_(only.won)
    if only.ae_id is not None:
        yield DealRow.ae_id == only.ae_id
    if only.csm_id is not None:
        yield DealRow.csm_id == only.csm_id
    if only.kickoff_until is not None:
        yield DealRow.kickoff <= only.kickoff_until


def describe_all(tx: Transaction) -> None:
    """Have every deal say of itself what it does by now, after words were put out of rows."""
    for row in tx.session.scalars(select(DealRow)):
        describe(row)
    tx.session.flush()


def seen(user_id: str) -> ColumnElement[bool]:
    """That a deal has this user as account executive or as customer success manager."""
    return or_(DealRow.ae_id == user_id, DealRow.csm_id == user_id)


def search(tx: Transaction, *, ae_email: str | None = None) -> tuple[DealRecord, ...]:
    """Deals to which a recording may belong, newest first; at most ``SEARCHED``.

    Args:
        tx: the transaction.
        ae_email: only deals whose account executive has this address, or among whose participants
            it is.
    """
    query = select(DealRow).order_by(DealRow.created.desc(), DealRow.id.desc()).limit(SEARCHED)
    if ae_email is not None:
        email = ae_email.lower()
        theirs = select(UserRow.id).where(func.lower(UserRow.email) == email)
        query = query.where(
            or_(
                DealRow.ae_id.in_(theirs),
                func.lower(DealRow.deal).contains(f'"{email}"', autoescape=True),
            )
        )
    return tuple(map(_record, tx.session.scalars(query)))


def _text(deal: Deal) -> str:
    return deal.model_dump_json(exclude_unset=True, exclude={"calls"})


def _record(row: DealRow) -> DealRecord:
    told = {name: getattr(row, name) for name in DealRecord.model_fields if name != "deal"}
    return DealRecord(deal=Deal.model_validate_json(row.deal), **told)
