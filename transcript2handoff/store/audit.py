"""The audit: who has done what, in a chain in which a missing or changed row shows.

Deeds are written by ``Transaction.note``; nothing else writes here, and nothing is ever taken out.
"""

import datetime
import json
from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import select

from transcript2handoff.deal import Record
from transcript2handoff.errors import InputError, StoreError
from transcript2handoff.store.chain import BEGINNING, digest_of
from transcript2handoff.store.paging import Page, Window
from transcript2handoff.store.tables import AuditHeadRow, AuditRow
from transcript2handoff.store.transaction import Transaction

AT_ONCE: Final = 1000
"""Rows that are checked together."""


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


def listed(
    tx: Transaction, window: Window, *, subject: str | None = None, actor: str | None = None
) -> Page[AuditRecord]:
    """The deeds, newest first.

    Args:
        tx: the transaction.
        window: which part of the list.
        subject: only what was done to this thing.
        actor: only what this user, key or program did.

    Raises:
        InputError: the cursor is none of this list.
    """
    query = select(AuditRow).order_by(AuditRow.number.desc()).limit(window.limit + 1)
    if window.after is not None:
        query = query.where(AuditRow.number < _place(window.after))
    if subject is not None:
        query = query.where(AuditRow.subject == subject)
    if actor is not None:
        query = query.where(AuditRow.actor == actor)
    found = list(tx.session.scalars(query))
    page = found[: window.limit]
    after = str(page[-1].number) if len(found) > len(page) else None
    return Page[AuditRecord](items=tuple(_record(row) for row in page), after=after)


def _place(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= 18):
        raise InputError(
            "That is no cursor of the audit. Take the one of the page before, or begin without one."
        )
    return int(cursor)


def verify(tx: Transaction) -> int:
    """Check that no deed was changed, taken out or cut off; the number of them.

    Args:
        tx: a transaction that reads, so that nothing is added meanwhile.

    Raises:
        StoreError: the audit is not what was written; the message says from where on.
    """
    head = tx.session.get(AuditHeadRow, 1, populate_existing=True)
    number, digest = 0, BEGINNING
    for row in _all(tx):
        if (row.number, row.previous) != (number + 1, digest) or digest_of(row) != row.digest:
            raise StoreError(_broken(number + 1))
        number, digest = row.number, row.digest
    if head is None or (head.number, head.digest) != (number, digest):
        raise StoreError(_broken(number + 1))
    return number


def _all(tx: Transaction) -> Iterator[AuditRow]:
    """All rows by their numbers, a thousand in memory at once."""
    number: int | None = None
    while True:
        query = select(AuditRow).order_by(AuditRow.number).limit(AT_ONCE)
        if number is not None:
            query = query.where(AuditRow.number > number)
        rows = tx.session.scalars(query.execution_options(populate_existing=True)).all()
        for row in rows:
            tx.session.expunge(row)
            yield row
        if len(rows) < AT_ONCE:
            return
        number = rows[-1].number


def _broken(number: int) -> str:
    return (
        f"The audit is not as it was written from deed {number} on: a row was changed or taken "
        "out. Compare it with a backup, and find out who had access to the database."
    )


def _record(row: AuditRow) -> AuditRecord:
    values = {name: getattr(row, name) for name in AuditRecord.model_fields}
    return AuditRecord.model_validate({**values, "details": json.loads(row.details)})
