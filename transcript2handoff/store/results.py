"""What steps made: files, known under the deal, the step's key and their name."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import delete, exists, or_, select, update

from transcript2handoff.deal import Record
from transcript2handoff.store import keeping
from transcript2handoff.store.blobs import Blob
from transcript2handoff.store.tables import CallRow, ResultRow, RunRow, StepRow
from transcript2handoff.store.transaction import Transaction

Name = Annotated[str, Field(min_length=1, max_length=255)]


class Result(Record):
    """A file that a step made."""

    deal_id: str
    call_id: str | None
    step: Annotated[str, Field(min_length=1, max_length=32)]
    key: Annotated[str, Field(min_length=1, max_length=64)]
    """Stands for all that the step was given: the same key, the same file."""
    name: Name
    blob: Blob
    media_type: Name


def put(tx: Transaction, result: Result) -> None:
    """Note what a step made; under a key and a name that are there already, it is replaced.

    Raises:
        BlobMissingError: its bytes are not there.
        StoreConflictError: the deal or the call was erased meanwhile.
    """
    keeping.keep(tx, result.blob.digest)
    place = (result.deal_id, result.key, result.name)
    row = tx.session.get(ResultRow, place, with_for_update=True, populate_existing=True)
    before = None if row is None else row.blob
    if row is None:
        row = ResultRow(deal_id=result.deal_id, key=result.key, name=result.name, created=tx.now)
        tx.session.add(row)
    row.call_id, row.step = result.call_id, result.step
    row.blob, row.media_type, row.used = result.blob.digest, result.media_type, tx.now
    tx.session.flush()
    keeping.doom(tx, [before])


def of(tx: Transaction, deal_id: str, key: str) -> dict[str, str]:
    """The digests of the files that were made under a key, by name; none if it was never done."""
    query = select(ResultRow.name, ResultRow.blob).where(
        ResultRow.deal_id == deal_id, ResultRow.key == key
    )
    return {name: blob for name, blob in tx.session.execute(query)}  # noqa: C416 - typed pairs


def latest(tx: Transaction, call_id: str, step: str) -> tuple[str, dict[str, str]] | None:
    """The key and the files that a step of a call came to last; none if it was never done."""
    # Two calls may have the same recording: what one of them made, the other one came to.
    came_to = (
        select(StepRow.key)
        .join(RunRow, RunRow.id == StepRow.run_id)
        .where(RunRow.call_id == call_id, StepRow.name == step)
    )
    newest = tx.session.scalar(
        select(ResultRow)
        .join(CallRow, CallRow.deal_id == ResultRow.deal_id)
        .where(
            CallRow.id == call_id,
            ResultRow.step == step,
            or_(ResultRow.call_id == call_id, ResultRow.key.in_(came_to)),
        )
        .order_by(ResultRow.used.desc(), ResultRow.created.desc())
        .limit(1)
    )
    return None if newest is None else (newest.key, of(tx, newest.deal_id, newest.key))


def calls_kept(tx: Transaction, deal_id: str) -> dict[str, str]:
    """The calls of a deal of which something that was made is kept: their ids, by their refs."""
    query = select(CallRow.ref, CallRow.id).where(
        CallRow.deal_id == deal_id, exists().where(ResultRow.call_id == CallRow.id)
    )
    return {ref: call_id for ref, call_id in tx.session.execute(query)}  # noqa: C416


def reused(tx: Transaction, deal_id: str, key: str) -> None:
    """Note that a run came to these files again: they are the latest ones of their step."""
    tx.session.execute(
        update(ResultRow)
        .where(ResultRow.deal_id == deal_id, ResultRow.key == key)
        .values(used=tx.now)
    )


def move(tx: Transaction, call_id: str, deal_id: str) -> None:
    """Put what was made of a call under another deal; what that has already is left away."""
    query = select(ResultRow.key, ResultRow.name).where(ResultRow.deal_id == deal_id)
    there = {(key, name) for key, name in tx.session.execute(query)}
    doubled = []
    for row in tx.session.scalars(select(ResultRow).where(ResultRow.call_id == call_id)):
        if (row.key, row.name) in there:
            doubled.append(row.blob)
            tx.session.delete(row)
        else:
            row.deal_id = deal_id
    tx.session.flush()
    keeping.doom(tx, doubled)


def drop_of_call(tx: Transaction, call_id: str) -> int:
    """Forget what was made of a call; the number of files. Their blobs are doomed."""
    blobs = list(
        tx.session.scalars(
            delete(ResultRow).where(ResultRow.call_id == call_id).returning(ResultRow.blob)
        )
    )
    keeping.doom(tx, blobs)
    return len(blobs)
