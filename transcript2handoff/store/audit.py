"""The audit: who has done what, in a chain in which a missing or changed row shows.

Deeds are written by ``Transaction.note``; nothing else writes here, and nothing is ever taken out.
"""

import datetime
import json
from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import ColumnElement, or_, select

from transcript2handoff.deal import Record
from transcript2handoff.errors import AuditBrokenError, InputError
from transcript2handoff.store.chain import START, Anchor, Link, broken_from, followed
from transcript2handoff.store.deed import Action
from transcript2handoff.store.paging import Page, Window
from transcript2handoff.store.tables import AuditHeadRow, AuditRow, CallRow, RunRow, ShareRow
from transcript2handoff.store.transaction import Transaction

AT_ONCE: Final = 1000
"""Rows that are checked together."""
_COLUMNS: Final = tuple(getattr(AuditRow, name) for name in Link._fields)


class AuditRecord(Record):
    """A deed that was done."""

    number: int
    at: datetime.datetime
    actor: str
    action: str
    matter: str
    subject: str
    details: Mapping[str, int | bool | str]
    digest: str
    """Of this deed and all before it."""


class AuditFilter(Record):
    """Which deeds are wanted; a field that is not named leaves out none."""

    subject: str | None = None
    """What it was done to."""
    actor: str | None = None
    """The user, key, link or program that did it."""
    action: Action | None = None
    deal_id: str | None = None
    """What was done to this deal, to its calls and runs, and by its shared links."""
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None
    """Moments; the last one not included."""


EVERY_DEED: Final = AuditFilter()


def listed(tx: Transaction, window: Window, *, only: AuditFilter = EVERY_DEED) -> Page[AuditRecord]:
    """The deeds, newest first.

    Args:
        tx: the transaction.
        window: which part of the list.
        only: which of them.

    Raises:
        InputError: the cursor is none of this list.
    """
    query = select(AuditRow).order_by(AuditRow.number.desc()).limit(window.limit + 1)
    if window.after is not None:
        query = query.where(AuditRow.number < _place(window.after))
    for name in ("subject", "actor", "action"):
        if (value := getattr(only, name)) is not None:
            query = query.where(getattr(AuditRow, name) == value)
    if only.deal_id is not None:
        query = query.where(_about(only.deal_id))
    if only.since is not None:
        query = query.where(AuditRow.at >= only.since)
    if only.until is not None:
        query = query.where(AuditRow.at < only.until)
    found = list(tx.session.scalars(query))
    page = found[: window.limit]
    after = str(page[-1].number) if len(found) > len(page) else None
    return Page[AuditRecord](items=tuple(_record(row) for row in page), after=after)


def _about(deal_id: str) -> ColumnElement[bool]:
    """That a deed is about a deal, or about what belongs to it by now."""
    parts = (select(row.id).where(row.deal_id == deal_id) for row in (CallRow, RunRow, ShareRow))
    return or_(AuditRow.subject == deal_id, *(AuditRow.subject.in_(ids) for ids in parts))


def _place(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= 18):
        raise InputError(
            "That is no cursor of the audit. Take the one of the page before, or begin without one."
        )
    return int(cursor)


def head(tx: Transaction) -> Anchor:
    """The last deed; whoever notes it elsewhere can prove later what was written until now.

    Raises:
        AuditBrokenError: nobody knows any more which one it is.
    """
    row = tx.session.get(AuditHeadRow, 1, populate_existing=True)
    if row is None:
        raise AuditBrokenError(broken_from(1))
    return Anchor(number=row.number, digest=row.digest)


def verify(tx: Transaction, *, since: Anchor = START) -> int:
    """Check that no deed was changed, taken out or cut off; the number of them.

    Args:
        tx: a transaction that reads, so that nothing is added meanwhile.
        since: a deed as it was noted elsewhere: the audit has to hold it still.

    Raises:
        AuditBrokenError: the audit is not what was written; the message says from where on.
    """
    noted = tx.session.get(AuditHeadRow, 1, populate_existing=True)
    last = followed(links(tx), since=since)
    if noted is None or (noted.number, noted.digest) != (last.number, last.digest):
        raise AuditBrokenError(broken_from(last.number + 1))
    return last.number


def links(tx: Transaction) -> Iterator[Link]:
    """All rows by their numbers, a thousand in memory at once."""
    after: int | None = None
    while True:
        query = select(*_COLUMNS).order_by(AuditRow.number).limit(AT_ONCE)
        if after is not None:
            query = query.where(AuditRow.number > after)
        some = [Link(*row) for row in tx.session.execute(query)]
        yield from some
        if len(some) < AT_ONCE:
            return
        after = some[-1].number


def _record(row: AuditRow) -> AuditRecord:
    values = {name: getattr(row, name) for name in AuditRecord.model_fields}
    return AuditRecord.model_validate({**values, "details": json.loads(row.details)})
