"""Calls of a deal, with the bytes that belong to them."""

import datetime
from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Field
from sqlalchemy import select, update

from transcript2handoff.deal import Call, Record
from transcript2handoff.store import keeping, ledger, results
from transcript2handoff.store.tables import CallRow, DealRow, RunRow, new_id
from transcript2handoff.store.transaction import Transaction, the_row

BLOBS: Final = ("recording", "playback", "transcript")
"""The fields that name blobs."""

Name = Annotated[str, Field(min_length=1, max_length=255)]
Word = Annotated[str, Field(min_length=1, max_length=32)]


class NewCall(Record):
    """A call that is to be added to a deal."""

    deal_id: str
    call: Call
    recording: str | None = None
    """The digest of its recording, whose blob is there."""
    media_type: Name | None = None
    transcript: str | None = None
    """The digest of a transcript file that stands in place of what would be heard."""
    source: Word | None = None
    external_id: Name | None = None
    upload_id: str | None = None
    fetch: str | None = None
    """Where its recording is to be fetched: JSON that the fetching step reads."""


class CallChanges(Record):
    """What is to be changed; a field that is not named stays as it is."""

    call: Call | None = None
    recording: str | None = None
    media_type: Name | None = None
    playback: str | None = None
    transcript: str | None = None
    upload_id: str | None = None
    fetch: str | None = None


class CallRecord(Record):
    """A call as it is stored."""

    id: str
    deal_id: str
    ref: str
    """Its id inside of the deal and of the deal's handoff."""
    call: Call
    recording: str | None
    media_type: str | None
    playback: str | None
    transcript: str | None
    upload_id: str | None
    fetch: str | None
    source: str | None
    external_id: str | None
    created: datetime.datetime


def add(tx: Transaction, new: NewCall) -> CallRecord:
    """Add a call to a deal.

    Raises:
        StoreGoneError: there is no such deal.
        StoreConflictError: the deal has a call with this id, or the source has told of it before.
        BlobMissingError: its recording or its transcript is not there.
    """
    the_row(tx, DealRow, new.deal_id)
    told = new.model_dump(exclude={"call"})
    _keep(tx, told)
    row = CallRow(id=new_id("call"), ref=new.call.id, call=_text(new.call), created=tx.now, **told)
    tx.session.add(row)
    tx.session.flush()
    return _record(row)


def get(tx: Transaction, call_id: str, *, lock: bool = False) -> CallRecord:
    """A call; ``lock`` keeps others from changing it until the transaction ends.

    Raises:
        StoreGoneError: there is none with this id.
    """
    return _record(the_row(tx, CallRow, call_id, hold=lock))


def find(tx: Transaction, source: str, external_id: str) -> CallRecord | None:
    """The call that another system calls by this id, if it is there."""
    row = tx.session.scalar(
        select(CallRow).where(CallRow.source == source, CallRow.external_id == external_id)
    )
    return None if row is None else _record(row)


def of_deal(tx: Transaction, deal_id: str) -> tuple[CallRecord, ...]:
    """The calls of a deal by their date, then by when they were added; undated ones at the end."""
    query = select(CallRow).where(CallRow.deal_id == deal_id).order_by(CallRow.created, CallRow.id)
    found = map(_record, tx.session.scalars(query))
    return tuple(sorted(found, key=lambda call: call.call.date or datetime.date.max))


def change(tx: Transaction, call_id: str, changes: CallChanges) -> CallRecord:
    """Change a call; blobs that nothing names afterwards are doomed.

    Raises:
        StoreGoneError: there is no such call.
        StoreConflictError: the deal has another call with this id.
        BlobMissingError: a blob that it shall name is not there.
    """
    row = the_row(tx, CallRow, call_id, hold=True)
    told = {name: getattr(changes, name) for name in changes.model_fields_set}
    _keep(tx, told)
    before = [getattr(row, name) for name in BLOBS]
    if (call := told.pop("call", None)) is not None:
        row.ref, row.call = call.id, _text(call)
    for name, value in told.items():
        setattr(row, name, value)
    tx.session.flush()
    keeping.doom(tx, before)
    return _record(row)


def move(tx: Transaction, call_id: str, deal_id: str) -> CallRecord:
    """Put a call, with its runs and with what was made of it, under another deal.

    Raises:
        StoreGoneError: there is no such call or no such deal.
        StoreConflictError: the other deal has a call with this id.
    """
    row = the_row(tx, CallRow, call_id, hold=True)
    the_row(tx, DealRow, deal_id)
    ledger.drop_of_call(tx, call_id)
    row.deal_id = deal_id
    tx.session.execute(update(RunRow).where(RunRow.call_id == call_id).values(deal_id=deal_id))
    results.move(tx, call_id, deal_id)
    tx.session.flush()
    return _record(row)


def _keep(tx: Transaction, told: Mapping[str, Any]) -> None:
    for name in BLOBS:
        if digest := told.get(name):
            keeping.keep(tx, digest)


def _text(call: Call) -> str:
    return call.model_dump_json(exclude_unset=True)


def _record(row: CallRow) -> CallRecord:
    told = {name: getattr(row, name) for name in CallRecord.model_fields if name != "call"}
    return CallRecord(call=Call.model_validate_json(row.call), **told)
