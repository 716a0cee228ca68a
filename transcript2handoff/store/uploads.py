"""Uploads on their way: how much of each is there. The bytes are parts in the blob store."""

import datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import select

from transcript2handoff.deal import Record
from transcript2handoff.errors import StoreConflictError
from transcript2handoff.store.tables import UploadRow, new_id
from transcript2handoff.store.transaction import Transaction, the_row


class NewUpload(Record):
    """An upload that begins."""

    actor: str
    """The id of the user or the key that sends it."""
    deal_id: str | None = None
    length: Annotated[int, Field(ge=0)]
    """Bytes."""
    metadata: str = ""
    """As the sender told it."""
    about: str | None = None
    """JSON about the call that it becomes; whoever puts it in reads it again."""


class UploadRecord(Record):
    """An upload, finished once it has a call."""

    id: str
    actor: str
    deal_id: str | None
    call_id: str | None
    offset: int
    """Bytes that are there."""
    length: int
    metadata: str
    about: str | None
    created: datetime.datetime
    updated: datetime.datetime


def add(tx: Transaction, new: NewUpload) -> UploadRecord:
    """Begin an upload."""
    row = UploadRow(
        id=new_id("upload"),
        actor=new.actor,
        deal_id=new.deal_id,
        offset=0,
        length=new.length,
        told=new.metadata,
        about=new.about,
        created=tx.now,
        updated=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    return _record(row)


def get(tx: Transaction, upload_id: str) -> UploadRecord:
    """An upload.

    Raises:
        StoreGoneError: there is none, or not any more.
    """
    return _record(the_row(tx, UploadRow, upload_id))


def advance(tx: Transaction, upload_id: str, *, offset: int, by: int) -> UploadRecord:
    """Note that bytes have come.

    Args:
        tx: the transaction.
        upload_id: the upload.
        offset: how many were there before.
        by: how many have come.

    Raises:
        StoreConflictError: another number was there before, or there are too many now.
        StoreGoneError: there is no such upload, or not any more.
    """
    row = the_row(tx, UploadRow, upload_id, lock=True)
    if row.offset != offset or row.call_id is not None:
        raise StoreConflictError(
            f"{row.offset} of {row.length} bytes of this upload are there, not {offset}. Ask where "
            "it stands, and go on from there."
        )
    if offset + by > row.length:
        raise StoreConflictError(
            f"The upload was to have {row.length} bytes, and these would make it {offset + by}. "
            "Begin a new one with the right length."
        )
    row.offset, row.updated = offset + by, tx.now
    tx.session.flush()
    return _record(row)


def finish(tx: Transaction, upload_id: str, call_id: str) -> UploadRecord:
    """Note which call an upload has become.

    Raises:
        StoreConflictError: not all of it is there, or it has become a call already.
        StoreGoneError: there is no such upload, or not any more.
    """
    row = the_row(tx, UploadRow, upload_id, lock=True)
    if row.offset != row.length or row.call_id is not None:
        told = "not all of it is there" if row.call_id is None else "it has become a call already"
        raise StoreConflictError(f"The upload cannot be finished: {told}. Ask where it stands.")
    row.call_id, row.updated = call_id, tx.now
    tx.session.flush()
    return _record(row)


def remove(tx: Transaction, upload_id: str) -> None:
    """Strike out an upload; its parts are to be removed after the transaction.

    Raises:
        StoreGoneError: there is none, or not any more.
    """
    tx.session.delete(the_row(tx, UploadRow, upload_id, lock=True))
    tx.session.flush()


def stale(tx: Transaction, older: datetime.timedelta) -> tuple[UploadRecord, ...]:
    """Uploads of which nothing has been heard for so long, the finished ones too."""
    query = select(UploadRow).where(UploadRow.updated < tx.now - older).order_by(UploadRow.id)
    return tuple(_record(row) for row in tx.session.scalars(query))


def _record(row: UploadRow) -> UploadRecord:
    return UploadRecord(
        id=row.id,
        actor=row.actor,
        deal_id=row.deal_id,
        call_id=row.call_id,
        offset=row.offset,
        length=row.length,
        metadata=row.told,
        about=row.about,
        created=row.created,
        updated=row.updated,
    )
