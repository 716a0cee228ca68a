"""Whether what waits is worked on, once, and whether runs and queues fit what became of them."""

import datetime
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select

from transcript2handoff.store import workers
from transcript2handoff.store.opening import Store
from transcript2handoff.store.soundness.asking import asked
from transcript2handoff.store.soundness.fault import Fault
from transcript2handoff.store.tables import InboxRow, OutboxRow, RunRow, StepRow

PATIENCE: Final = datetime.timedelta(minutes=5)
"""How long after the end of a lease, or of its worker, somebody else must have taken a row."""
_OPEN: Final = ("waiting", "working")
_BY_HAND: Final = "Look into the log of the worker; start `t2h worker` if none is running."
_TWICE: Final = (
    "Somebody has changed rows by hand. Look in the other system whether the thing is there twice, "
    "and delete one of them."
)


def runs(store: Store) -> Iterator[Fault]:
    """Runs that are at work with nobody, that are wanted twice, or whose end is not noted."""
    with store.read() as tx:
        # Who takes over from a dead worker is a living one.
        is_served = bool(workers.alive(tx, workers.SILENT_SECONDS))
        alive = {one.id for one in workers.alive(tx, PATIENCE.total_seconds())}
        working = list(tx.session.execute(_working()))
    for run_id, worker in working:
        if is_served and worker not in alive:
            yield Fault(
                what="A run is at work with a worker that is not there any more.",
                where=(run_id, worker or "-"),
                advice=_BY_HAND,
            )
    yield from asked(store, _odd_runs(), advice="Retry the run.")


def _working() -> Select[str, str | None]:
    return select(RunRow.id, RunRow.worker).where(RunRow.state == "working")


def _odd_runs() -> dict[str, Select[*tuple[Any, ...]]]:
    is_open, is_over = RunRow.state.in_(_OPEN), RunRow.state.not_in(_OPEN)
    same = (RunRow.deal_id, RunRow.kind, RunRow.call_id, RunRow.wanted)
    steps = select(StepRow.run_id, StepRow.name).join(RunRow, RunRow.id == StepRow.run_id)
    unfinished = StepRow.state.in_(_OPEN) & (RunRow.state == "done")
    return {
        "A run has ended, and its row does not say when.": select(RunRow.id).where(
            is_over, RunRow.ended.is_(None)
        ),
        "A run goes on after its end.": select(RunRow.id).where(is_open, RunRow.ended.is_not(None)),
        "The same run waits twice.": select(func.min(RunRow.id))
        .where(RunRow.state == "waiting")
        .group_by(*same)
        .having(func.count() > 1),
        "A step is at work in a run that has ended.": steps.where(
            is_over, StepRow.state == "working"
        ),
        "A run is done, and a step of it is not.": steps.where(unfinished),
    }


def queues(store: Store) -> Iterator[Fault]:
    """Rows of the inbox and the outbox that are stuck, or whose end is not noted."""
    for row in (InboxRow, OutboxRow):
        with store.read() as tx:
            is_served = bool(workers.alive(tx, workers.SILENT_SECONDS))
            stuck = list(tx.session.scalars(_stuck(row, tx.now - PATIENCE))) if is_served else []
            unended = list(tx.session.scalars(_unended(row)))
        name = row.__tablename__
        for one in stuck:
            yield Fault(what=f"Nobody works on a row of the {name}.", where=(one,), advice=_BY_HAND)
        for one in unended:
            yield Fault(
                what=f"A row of the {name} does not say rightly whether it has ended.",
                where=(one,),
                advice="Have it tried again.",
            )


def _stuck(row: type[InboxRow | OutboxRow], since: datetime.datetime) -> Select[str]:
    """Taken by a worker whose lease ended long ago, or due for long with all its words."""
    words = InboxRow.event if row is InboxRow else OutboxRow.content
    due = row.next_at < since
    return select(row.id).where(due, row.state.in_(_OPEN), words.is_not(None))


def _unended(row: type[InboxRow | OutboxRow]) -> Select[str]:
    is_over = row.state.not_in(_OPEN)
    odd: ColumnElement[bool] = is_over & row.ended.is_(None) | ~is_over & row.ended.is_not(None)
    return select(row.id).where(odd | is_over & row.worker.is_not(None))


def doubles(store: Store) -> Iterator[Fault]:
    """Things that came in, or went out, twice."""
    yield from asked(store, _doubled(), advice=_TWICE)


def _doubled() -> dict[str, Select[*tuple[Any, ...]]]:
    more = func.count() > 1
    sent = OutboxRow.sent_digest.is_not(None)
    one_note = (OutboxRow.target, OutboxRow.deal_id)
    return {
        "The same event is in the inbox twice.": select(func.min(InboxRow.id))
        .group_by(InboxRow.source, InboxRow.key)
        .having(more),
        "The same thing is in the outbox twice.": select(func.min(OutboxRow.id))
        .group_by(OutboxRow.target, OutboxRow.external_key)
        .having(more),
        "Two things of the outbox are one in the other system.": select(func.min(OutboxRow.id))
        .where(OutboxRow.remote_id.is_not(None))
        .group_by(OutboxRow.target, OutboxRow.remote_id)
        .having(more),
        "A deal has two notes in the same system.": select(func.min(OutboxRow.id))
        .where(OutboxRow.kind == "note", OutboxRow.deal_id.is_not(None), sent)
        .group_by(*one_note)
        .having(more),
    }


def unsent(store: Store) -> Iterator[Fault]:
    """Things that are said to be done, and of which the other system holds something else."""
    other = OutboxRow.sent_digest.is_distinct_from(OutboxRow.digest)
    left = select(OutboxRow.id).where(OutboxRow.state == "done", other)
    advice = "Start a run of its deal, and look whether it is sent then."
    yield from asked(store, {"A thing is said to be sent that was not.": left}, advice=advice)
