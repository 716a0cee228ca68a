"""Workers, and when each was last heard of."""

import datetime
from typing import Final

from sqlalchemy import delete, select

from transcript2handoff.deal import Record
from transcript2handoff.store.tables import WorkerRow
from transcript2handoff.store.transaction import Transaction, add_new

SILENT_SECONDS: Final = 60.0
"""A worker that has said nothing for so long counts as dead."""


class WorkerRecord(Record):
    """A worker process."""

    id: str
    slots: int
    """How many runs it works on at once."""
    started: datetime.datetime
    seen: datetime.datetime


def beat(tx: Transaction, worker_id: str, *, slots: int) -> None:
    """Note that a worker is alive."""
    values = {"id": worker_id, "slots": slots, "started": tx.now, "seen": tx.now}
    if add_new(tx, WorkerRow, **values):
        return
    row = tx.session.get_one(WorkerRow, worker_id, with_for_update=True, populate_existing=True)
    row.slots, row.seen = slots, tx.now
    tx.session.flush()


def silent(tx: Transaction, seconds: float) -> tuple[str, ...]:
    """The ids of workers that have not been heard of for so long."""
    since = tx.now - datetime.timedelta(seconds=seconds)
    query = select(WorkerRow.id).where(WorkerRow.seen <= since).order_by(WorkerRow.id)
    return tuple(tx.session.scalars(query))


def alive(tx: Transaction, seconds: float) -> tuple[WorkerRecord, ...]:
    """The workers that have been heard of within so long."""
    since = tx.now - datetime.timedelta(seconds=seconds)
    query = select(WorkerRow).where(WorkerRow.seen > since).order_by(WorkerRow.id)
    return tuple(
        WorkerRecord(id=row.id, slots=row.slots, started=row.started, seen=row.seen)
        for row in tx.session.scalars(query)
    )


def forget(tx: Transaction, worker_id: str) -> None:
    """Strike out a worker that has ended, or whose work others have taken over."""
    tx.session.execute(delete(WorkerRow).where(WorkerRow.id == worker_id))
