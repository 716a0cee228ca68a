"""Steps of runs, as workers note them; what a step made stands under its key in ``results``."""

import datetime
from collections.abc import Iterable
from typing import Literal

from sqlalchemy import select, update

from transcript2handoff.deal import Record
from transcript2handoff.store import counts, results
from transcript2handoff.store.tables import RunRow, StepRow
from transcript2handoff.store.transaction import Transaction, the_row

StepState = Literal["waiting", "working", "done", "failed", "cancelled", "held", "reused"]
StepSuccess = Literal["done", "reused"]
StepFailure = Literal["failed", "cancelled", "held"]


class StepRecord(Record):
    """A step of a run."""

    name: str
    position: int
    state: StepState
    done: float
    """The share of it that is done, from 0 to 1."""
    key: str | None
    """Under which ``results`` has what it made."""
    error: str | None
    started: datetime.datetime | None
    ended: datetime.datetime | None


def step_began(tx: Transaction, run_id: str, name: str, *, position: int) -> None:
    """Note that a step begins, for the first time or again.

    Raises:
        StoreGoneError: the run was erased.
    """
    the_row(tx, RunRow, run_id)
    row = tx.session.get(StepRow, (run_id, name))
    if row is None:
        row = StepRow(run_id=run_id, name=name)
        tx.session.add(row)
    row.position, row.state, row.done = position, "working", 0.0
    row.key = row.error = row.ended = None
    row.started = tx.now
    tx.session.flush()


def step_at(tx: Transaction, run_id: str, name: str, share: float) -> None:
    """Note how much of a step is done, from 0 to 1; nothing happens once it has ended."""
    tx.session.execute(
        update(StepRow)
        .where(StepRow.run_id == run_id, StepRow.name == name, StepRow.state == "working")
        .values(done=min(max(share, 0.0), 1.0))
    )


def step_ended(
    tx: Transaction, run_id: str, name: str, *, state: StepSuccess, key: str | None = None
) -> None:
    """Note that a step has done its work.

    Args:
        tx: the transaction.
        run_id: the run.
        name: the step.
        state: ``reused`` if what it would have made was there.
        key: under which ``results`` has what it made.

    Raises:
        StoreGoneError: the run was erased, or the step never began.
    """
    row = the_row(tx, StepRow, (run_id, name))
    row.state, row.key, row.error, row.ended, row.done = state, key, None, tx.now, 1.0
    count(tx, "step", name, row)
    if key is not None:
        results.reused(tx, the_row(tx, RunRow, run_id).deal_id, key)
    tx.session.flush()


def step_failed(
    tx: Transaction, run_id: str, name: str, *, state: StepFailure, error: str | None = None
) -> None:
    """Note that a step has not done its work, and in words why.

    Raises:
        StoreGoneError: the run was erased, or the step never began.
    """
    row = the_row(tx, StepRow, (run_id, name))
    row.state, row.error, row.ended = state, error, tx.now
    count(tx, "step", name, row)
    tx.session.flush()


def steps_of(tx: Transaction, run_ids: Iterable[str]) -> dict[str, list[StepRecord]]:
    """The steps of runs, in their order, by the id of the run."""
    found: dict[str, list[StepRecord]] = {}
    query = select(StepRow).where(StepRow.run_id.in_(run_ids)).order_by(StepRow.position)
    for row in tx.session.scalars(query):
        told = {name: getattr(row, name) for name in StepRecord.model_fields}
        found.setdefault(row.run_id, []).append(StepRecord(**told))
    return found


def count(tx: Transaction, what: str, name: str, row: StepRow | RunRow) -> None:
    """Add what has just ended to the sums of the metrics."""
    seconds = max(0.0, (tx.now - (row.started or tx.now)).total_seconds())
    counts.add(tx, counts.Count(what=what, label=f"{name}/{row.state}", number=1, amount=seconds))
