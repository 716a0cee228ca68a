"""Runs: ways through the pipeline, from the wish to the end.

A run that waits is a wish: whoever writes it, in whichever transaction, has started it. Workers
begin it, note its steps and end it.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, aliased

from transcript2handoff.errors import StoreConflictError, StoreGoneError
from transcript2handoff.store.deals import seen
from transcript2handoff.store.paging import Page, Window, newest_first
from transcript2handoff.store.run_records import (
    EndState,
    NewRun,
    QueueState,
    RunKind,
    RunRecord,
    RunState,
)
from transcript2handoff.store.steps import (
    StepRecord,
    count,
    step_at,
    step_began,
    step_ended,
    step_failed,
    steps_of,
)
from transcript2handoff.store.tables import (
    CallRow,
    DealRow,
    HandoffRow,
    ResultRow,
    RunRow,
    StepRow,
    new_id,
)
from transcript2handoff.store.transaction import Transaction, the_row

__all__ = [
    "EndState",
    "NewRun",
    "QueueState",
    "RunKind",
    "RunRecord",
    "RunState",
    "StepRecord",
    "begin",
    "cancel",
    "drop_vain",
    "end",
    "get",
    "held",
    "is_cancelled",
    "is_to_come",
    "listed",
    "queue",
    "retry",
    "start",
    "step_at",
    "step_began",
    "step_ended",
    "step_failed",
    "stop_of_call",
    "waiting",
]


_TO_DO: Final = ("waiting", "working")
_DealId = str | InstrumentedAttribute[str]


def start(tx: Transaction, new: NewRun) -> RunRecord:
    """Want a run; if the same one waits already, it is that one, at the more urgent priority.

    Raises:
        StoreGoneError: there is no such deal, or no such call of it.
    """
    # Whoever wants the same at the same time waits here, and finds the run then.
    the_row(tx, DealRow, new.deal_id, hold=True)
    if new.call_id is not None and the_row(tx, CallRow, new.call_id).deal_id != new.deal_id:
        raise StoreGoneError(f"Call {new.call_id} is not of the deal {new.deal_id}.")
    row = _waiting_row(tx, new)
    if row is None:
        row = RunRow(
            id=new_id("run"),
            state="waiting",
            attempt=1,
            cancel=False,
            created=tx.now,
            **new.model_dump(),
        )
        tx.session.add(row)
    row.priority = min(row.priority, new.priority)
    tx.session.flush()
    return _record(tx, row)


def drop_vain(tx: Transaction, deal_id: str) -> tuple[str, ...]:
    """Take out the runs that wait for what a deal has not, or not any more; their ids.

    A handoff cannot be made where no call was read: one that is read later brings it with it. Nor
    can a document where there is no handoff and nothing that makes one.
    """
    is_read = _is_read(deal_id)
    may_come = _has_handoff(deal_id) | is_read | _is_wanted(deal_id, "call")
    vain = or_(and_(RunRow.kind == "deal", ~is_read), and_(RunRow.kind == "documents", ~may_come))
    waiting = (RunRow.deal_id == deal_id, RunRow.state == "waiting")
    return tuple(tx.session.scalars(delete(RunRow).where(*waiting, vain).returning(RunRow.id)))


def _is_read(deal_id: str) -> ColumnElement[bool]:
    return exists().where(ResultRow.deal_id == deal_id, ResultRow.step == "ground")


def _has_handoff(deal_id: _DealId) -> ColumnElement[bool]:
    return exists().where(HandoffRow.deal_id == deal_id)


def _is_wanted(deal_id: _DealId, *kinds: RunKind) -> ColumnElement[bool]:
    """Whether a run of one of these kinds waits or is worked on."""
    run = aliased(RunRow)
    return exists().where(run.deal_id == deal_id, run.kind.in_(kinds), run.state.in_(_TO_DO))


def is_to_come(tx: Transaction, deal_id: str) -> bool:
    """Whether no call of a deal was read yet and one is about to be: its run does the rest."""
    return bool(tx.session.scalar(select(~_is_read(deal_id) & _is_wanted(deal_id, "call"))))


def get(tx: Transaction, run_id: str) -> RunRecord:
    """A run with its steps.

    Raises:
        StoreGoneError: there is none with this id.
    """
    return _record(tx, the_row(tx, RunRow, run_id))


def listed(
    tx: Transaction,
    window: Window,
    *,
    deal_id: str | None = None,
    state: RunState | None = None,
    seen_by: str | None = None,
) -> Page[RunRecord]:
    """Runs with their steps, newest first.

    Args:
        tx: the transaction.
        window: which part of the list.
        deal_id: only runs of this deal.
        state: only runs in this state.
        seen_by: the id of a user: only runs for their deals.

    Raises:
        InputError: the cursor is none of this list.
    """
    query: Select[RunRow] = select(RunRow)
    if deal_id is not None:
        query = query.where(RunRow.deal_id == deal_id)
    if state is not None:
        query = query.where(RunRow.state == state)
    if seen_by is not None:
        query = query.join(DealRow, DealRow.id == RunRow.deal_id).where(seen(seen_by))
    rows, after = newest_first(tx, query, RunRow, window=window)
    return Page(items=_records(tx, rows), after=after)


def waiting(tx: Transaction, limit: int) -> tuple[str, ...]:
    """The ids of runs that may begin: urgent ones first, then those that have waited longest.

    A run that is wanted once more while it is worked on begins when that has ended: both would do
    the same work at the same time. A document waits for a handoff that is being made: the one that
    was there when somebody asked for it was erased.
    """
    other = aliased(RunRow)
    is_worked_on = exists().where(other.state == "working", *_same(other, RunRow))
    is_made = ~_has_handoff(RunRow.deal_id) & _is_wanted(RunRow.deal_id, "call", "deal")
    is_early = (RunRow.kind == "documents") & is_made
    query = (
        select(RunRow.id)
        .where(RunRow.state == "waiting", ~is_worked_on, ~is_early)
        .order_by(RunRow.priority, RunRow.created, RunRow.id)
        .limit(limit)
    )
    return tuple(tx.session.scalars(query))


def begin(tx: Transaction, run_id: str, *, attempt: int, worker: str) -> RunRecord:
    """Note that a worker works on a run, for the first time or in place of a worker that died.

    Raises:
        StoreGoneError: the run was erased.
        StoreConflictError: it has ended, or is at another attempt: nothing is to be done.
    """
    row = the_row(tx, RunRow, run_id, lock=True)
    if row.attempt != attempt or row.state not in _TO_DO:
        raise StoreConflictError(
            f"Run {run_id} is {row.state} at attempt {row.attempt}: nothing is left to do at "
            f"attempt {attempt}."
        )
    row.state, row.worker = "working", worker
    row.started = row.started or tx.now
    tx.session.flush()
    return _record(tx, row)


def end(tx: Transaction, run_id: str, *, state: EndState, error: str | None = None) -> None:
    """Note how a run ended; a step that was at work has ended in the same way.

    A run that has ended already stays as it is.

    Raises:
        StoreGoneError: the run was erased.
    """
    row = the_row(tx, RunRow, run_id, lock=True)
    if row.state not in _TO_DO:
        return
    row.state, row.error, row.ended = state, error, tx.now
    count(tx, "run", row.kind, row)
    tx.session.execute(
        update(StepRow)
        .where(StepRow.run_id == run_id, StepRow.state == "working")
        .values(state=state, ended=tx.now)
    )
    tx.session.flush()


def cancel(tx: Transaction, run_id: str) -> RunRecord:
    """Want a run to stop: one that waits has stopped with that, one that has ended stays as it is.

    Raises:
        StoreGoneError: there is none with this id.
    """
    row = the_row(tx, RunRow, run_id, lock=True)
    if row.state in _TO_DO:
        row.cancel = True
    if row.state == "waiting":
        row.state, row.ended = "cancelled", tx.now
    tx.session.flush()
    return _record(tx, row)


def stop_of_call(tx: Transaction, call_id: str) -> None:
    """Want the runs that work on a call to stop."""
    tx.session.execute(
        update(RunRow)
        .where(RunRow.call_id == call_id, RunRow.state == "working")
        .values(cancel=True)
    )
    tx.session.flush()


def is_cancelled(tx: Transaction, run_id: str) -> bool:
    """Whether a run shall stop; one that was erased shall, too."""
    cancel = tx.session.scalar(select(RunRow.cancel).where(RunRow.id == run_id))
    return cancel is None or cancel


def retry(tx: Transaction, run_id: str) -> RunRecord:
    """Want a run once more that failed, was cancelled or held; what its steps made is used again.

    Raises:
        StoreGoneError: there is none with this id.
        StoreConflictError: it is in another state, or the same waits already.
    """
    # Whoever wants the same at the same time waits here, as in `start`.
    the_row(tx, DealRow, the_row(tx, RunRow, run_id).deal_id, hold=True)
    row = the_row(tx, RunRow, run_id, lock=True)
    if row.state not in ("failed", "cancelled", "held"):
        raise StoreConflictError(
            f"Run {run_id} is {row.state}. Only one that failed, was cancelled or held can be "
            "retried."
        )
    if (same := _waiting_row(tx, row)) is not None:
        raise StoreConflictError(
            f"The same waits already: run {same.id} does what run {run_id} would do. Follow that."
        )
    tx.session.execute(delete(StepRow).where(StepRow.run_id == run_id))
    row.state, row.cancel, row.attempt = "waiting", False, row.attempt + 1
    row.error = row.worker = row.started = row.ended = None
    tx.session.flush()
    return _record(tx, row)


def held(tx: Transaction, limit: int) -> tuple[RunRecord, ...]:
    """The runs of calls that are held, the oldest first, but those that a newer one followed."""
    newer = aliased(RunRow)
    is_followed = exists().where(newer.call_id == RunRow.call_id, newer.created > RunRow.created)
    query = (
        select(RunRow)
        .where(RunRow.state == "held", RunRow.kind == "call", ~is_followed)
        .order_by(RunRow.created, RunRow.id)
        .limit(limit)
    )
    return tuple(_record(tx, row) for row in tx.session.scalars(query))


def queue(tx: Transaction) -> QueueState:
    """How many runs wait and are worked on, and how long the oldest has waited."""
    counted = tx.session.execute(
        select(RunRow.state, func.count()).where(RunRow.state.in_(_TO_DO)).group_by(RunRow.state)
    )
    numbers = dict(counted.all())
    oldest = tx.session.scalar(
        select(RunRow.created).where(RunRow.state == "waiting").order_by(RunRow.created).limit(1)
    )
    return QueueState(
        waiting=numbers.get("waiting", 0),
        oldest_seconds=0.0 if oldest is None else max(0.0, (tx.now - oldest).total_seconds()),
        working=numbers.get("working", 0),
    )


def _same(row: type[RunRow], as_this: type[RunRow] | RunRow | NewRun) -> list[ColumnElement[bool]]:
    """That a run does what another one does."""
    return [
        row.deal_id == as_this.deal_id,
        row.kind == as_this.kind,
        row.call_id.is_not_distinct_from(as_this.call_id),
        row.wanted.is_not_distinct_from(as_this.wanted),
    ]


def _waiting_row(tx: Transaction, as_this: RunRow | NewRun) -> RunRow | None:
    """The run that waits and does the same, held; whoever asks holds the deal."""
    query = select(RunRow).where(RunRow.state == "waiting", *_same(RunRow, as_this))
    return tx.session.scalar(query.with_for_update())


def _record(tx: Transaction, row: RunRow) -> RunRecord:
    return _records(tx, [row])[0]


def _records(tx: Transaction, rows: Sequence[RunRow]) -> tuple[RunRecord, ...]:
    steps = steps_of(tx, [row.id for row in rows])
    fields = [name for name in RunRecord.model_fields if name != "steps"]
    return tuple(
        RunRecord(
            steps=tuple(steps.get(row.id, ())), **{name: getattr(row, name) for name in fields}
        )
        for row in rows
    )
