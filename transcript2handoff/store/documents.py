"""Documents that were made of an edition of a deal's handoff."""

import datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import delete, select

from transcript2handoff.deal import Record
from transcript2handoff.store import keeping
from transcript2handoff.store.blobs import Sha256
from transcript2handoff.store.tables import DocumentRow
from transcript2handoff.store.transaction import Transaction

Word = Annotated[str, Field(min_length=1, max_length=32)]
Name = Annotated[str, Field(min_length=1, max_length=255)]


class DocumentPlace(Record):
    """What tells a document from all others."""

    deal_id: str
    edition: Word
    name: Name
    """Its path without the ending: ``internal/kickoff_brief``."""
    language: Word
    format: Word
    """Its ending: ``md``, ``pdf``."""


class NewDocument(DocumentPlace):
    """A document that was made, and whose blob is there."""

    media_type: Name
    blob: Sha256


class DocumentRecord(NewDocument):
    """A document as it is stored."""

    bytes: int
    created: datetime.datetime


def put(tx: Transaction, new: NewDocument) -> DocumentRecord:
    """Note a document; one that has its place already is replaced.

    Raises:
        BlobMissingError: its bytes are not there.
        StoreConflictError: the deal was erased meanwhile.
    """
    size = keeping.keep(tx, new.blob)
    place = (new.deal_id, new.edition, new.name, new.language, new.format)
    row = tx.session.get(DocumentRow, place, with_for_update=True, populate_existing=True)
    before = None if row is None else row.blob
    if row is None:
        row = DocumentRow(**new.model_dump())
        tx.session.add(row)
    row.media_type, row.blob, row.bytes, row.created = new.media_type, new.blob, size, tx.now
    tx.session.flush()
    keeping.doom(tx, [before])
    return _record(row)


def find(tx: Transaction, place: DocumentPlace) -> DocumentRecord | None:
    """The document at a place, if it was made."""
    row = tx.session.get(
        DocumentRow, (place.deal_id, place.edition, place.name, place.language, place.format)
    )
    return None if row is None else _record(row)


def of(tx: Transaction, deal_id: str, edition: str) -> tuple[DocumentRecord, ...]:
    """The documents of an edition, by name."""
    query = (
        select(DocumentRow)
        .where(DocumentRow.deal_id == deal_id, DocumentRow.edition == edition)
        .order_by(DocumentRow.name, DocumentRow.language, DocumentRow.format)
    )
    return tuple(map(_record, tx.session.scalars(query)))


def drop_older(tx: Transaction, deal_id: str, edition: str) -> int:
    """Forget the documents of all other editions; the number of them. Their blobs are doomed."""
    blobs = list(
        tx.session.scalars(
            delete(DocumentRow)
            .where(DocumentRow.deal_id == deal_id, DocumentRow.edition != edition)
            .returning(DocumentRow.blob)
        )
    )
    keeping.doom(tx, blobs)
    return len(blobs)


def _record(row: DocumentRow) -> DocumentRecord:
    return DocumentRecord(**{name: getattr(row, name) for name in DocumentRecord.model_fields})
