"""Deals: the frame of a handoff, who it belongs to, and where work on it stands."""

import datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import ColumnElement, Select, func, or_, select

from transcript2handoff.deal import Deal, Record
from transcript2handoff.errors import StoreConflictError
from transcript2handoff.store.paging import Page, Window, newest_first
from transcript2handoff.store.tables import DealRow, UserRow, new_id
from transcript2handoff.store.transaction import Transaction, the_row

SEARCHED = 1000
"""How many deals a search gives at most, newest first."""

Name = Annotated[str, Field(min_length=1, max_length=255)]
Word = Annotated[str, Field(min_length=1, max_length=32)]


class NewDeal(Record):
    """A deal that is to be added; its calls are added on their own."""

    deal: Deal
    by: str
    source: Word | None = None
    external_id: Name | None = None
    ae_id: str | None = None
    csm_id: str | None = None


class DealChanges(Record):
    """What is to be changed; a field that is not named stays as it is."""

    deal: Deal | None = None
    source: Word | None = None
    external_id: Name | None = None
    ae_id: str | None = None
    csm_id: str | None = None
    waits_for: str | None = None
    won: bool = False
    verdict: Word | None = None
    score: int | None = None


SEEN_BY_READERS = frozenset({"deal", "ae_id", "csm_id"})
"""Changes of these make another version of the deal."""


class DealRecord(Record):
    """A deal as it is stored, without its calls."""

    id: str
    deal: Deal
    version: int
    source: str | None
    external_id: str | None
    ae_id: str | None
    csm_id: str | None
    waits_for: str | None
    won: bool
    verdict: str | None
    score: int | None
    handoff_version: int
    event_number: int
    paper_number: int
    edition: str
    """What people see of its handoff: calls, events and papers; see ``DealRow.edition``."""
    by: str
    created: datetime.datetime
    updated: datetime.datetime


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


def listed(tx: Transaction, window: Window, *, seen_by: str | None = None) -> Page[DealRecord]:
    """Deals, newest first.

    Args:
        tx: the transaction.
        window: which part of the list.
        seen_by: the id of a user: only deals that have them as account executive or as customer
            success manager.

    Raises:
        InputError: the cursor is none of this list.
    """
    query: Select[DealRow] = select(DealRow)
    if seen_by is not None:
        query = query.where(seen(seen_by))
    rows, after = newest_first(tx, query, DealRow, window=window)
    return Page(items=tuple(map(_record, rows)), after=after)


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
