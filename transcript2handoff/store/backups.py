"""Archives that were written, and which of them still hold what was erased."""

import datetime
from typing import Annotated, Final

from pydantic import Field
from sqlalchemy import select

from transcript2handoff.deal import Record
from transcript2handoff.store.blobs import Sha256
from transcript2handoff.store.deed import Deed
from transcript2handoff.store.paging import Page, Window, newest_first
from transcript2handoff.store.receipts import Receipt
from transcript2handoff.store.tables import BackupRow, new_id
from transcript2handoff.store.transaction import Transaction, the_row

COPYING: Final = datetime.timedelta(minutes=10)
"""So long may the copying of a database take: what came meanwhile may be in it."""


class NewBackup(Record):
    """An archive that is about to take its name."""

    name: Annotated[str, Field(min_length=1, max_length=255)]
    """Of the file, without its folder."""
    made: datetime.datetime
    """When the copying of the database began."""
    digest: Sha256
    """Of its manifest."""
    bytes: Annotated[int, Field(ge=0)]
    deals: Annotated[int, Field(ge=0)]
    calls: Annotated[int, Field(ge=0)]


class BackupRecord(NewBackup):
    """An archive that was written."""

    id: str
    created: datetime.datetime
    gone: datetime.datetime | None
    """Since when it is not there any more, as somebody has said."""


def add(tx: Transaction, new: NewBackup, *, by: str) -> BackupRecord:
    """Note an archive."""
    row = BackupRow(id=new_id("backup"), created=tx.now, **new.model_dump())
    tx.session.add(row)
    tx.session.flush()
    tx.note(Deed(actor=by, action="add", matter="backup", subject=row.id))
    return _record(row)


def listed(tx: Transaction, window: Window) -> Page[BackupRecord]:
    """The archives, newest first, those too that are gone.

    Raises:
        InputError: the cursor is none of this list.
    """
    rows, after = newest_first(tx, select(BackupRow), BackupRow, window=window)
    return Page[BackupRecord](items=tuple(map(_record, rows)), after=after)


def is_gone(tx: Transaction, backup_id: str, *, by: str) -> BackupRecord:
    """Note that an archive was deleted, with all copies of it.

    Raises:
        StoreGoneError: none with this id was written.
    """
    row = the_row(tx, BackupRow, backup_id, lock=True)
    if row.gone is None:
        row.gone = tx.now
        tx.session.flush()
        tx.note(Deed(actor=by, action="erase", matter="backup", subject=row.id))
    return _record(row)


def holding(tx: Transaction, receipt: Receipt) -> tuple[BackupRecord, ...]:
    """The archives in which something stands that was erased since, oldest first."""
    query = select(BackupRow).where(
        BackupRow.made <= receipt.created,
        BackupRow.gone.is_(None),
    )
    if receipt.gone.since is not None:
        query = query.where(BackupRow.made >= receipt.gone.since - COPYING)
    return tuple(map(_record, tx.session.scalars(query.order_by(BackupRow.made, BackupRow.id))))


def _record(row: BackupRow) -> BackupRecord:
    return BackupRecord.model_validate(
        {name: getattr(row, name) for name in BackupRecord.model_fields}
    )
