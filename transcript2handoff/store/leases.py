"""How workers take rows: each row one worker at a time, and none is lost with its worker.

A worker that takes a row has it until its lease ends; then the row may be taken again. Each taking
has a number, and whoever wants to end a row shows the number: after the row was taken by somebody
else, the one before cannot end it any more. The clocks of all workers must be right to a few
seconds.
"""

import datetime
from collections.abc import Sequence
from typing import Final, Literal, Protocol, TypeVar

from sqlalchemy import func, select

from transcript2handoff.deal import Record
from transcript2handoff.errors import LeaseLostError, StoreConflictError
from transcript2handoff.store.tables import InboxRow, OutboxRow
from transcript2handoff.store.transaction import Transaction

ItemState = Literal["waiting", "working", "done", "failed", "gone", "erased"]
WaitingRow = TypeVar("WaitingRow", InboxRow, OutboxRow)
LONGEST_REASON: Final = 1000
"""Characters of a reason that are kept."""


class Taken(Protocol):
    """A row as the worker that took it knows it."""

    @property
    def id(self) -> str:
        """The row's id."""

    @property
    def attempts(self) -> int:
        """The number of the taking."""


def take(
    tx: Transaction, row: type[WaitingRow], *, worker: str, limit: int, seconds: float
) -> Sequence[WaitingRow]:
    """Take rows whose time has come, the most urgent first, and those whose worker let them go.

    On PostgreSQL rows that another worker is just taking are passed over; on SQLite there is one
    writer at a time.
    """
    words = InboxRow.event if row is InboxRow else OutboxRow.content
    due = (
        select(row)
        .where(row.state.in_(("waiting", "working")), row.next_at <= tx.now)
        # What lost its words while it was worked on waits for new ones.
        .where(words.is_not(None))
        .order_by(row.priority, row.next_at, row.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    found = tx.session.scalars(due).all()
    for each in found:
        each.state = "working"
        each.worker = worker
        each.attempts += 1
        each.next_at = tx.now + datetime.timedelta(seconds=seconds)
    tx.session.flush()
    return found


def own(tx: Transaction, row: type[WaitingRow], item: Taken) -> WaitingRow:
    """The row that a worker has taken, if it is still its own; held until the transaction ends.

    Raises:
        LeaseLostError: somebody else has taken it meanwhile, or it was erased.
    """
    found = tx.session.get(row, item.id, with_for_update=True, populate_existing=True)
    if found is None or found.state != "working" or found.attempts != item.attempts:
        raise LeaseLostError(
            f"{item.id} was taken over by another worker, or erased, before this one was done "
            "with it. Nothing was written; give workers more time if this comes often."
        )
    return found


def let_go(
    tx: Transaction, row: InboxRow | OutboxRow, state: ItemState, *, why: str | None
) -> None:
    """End a row, with a reason where there is one."""
    row.state = state
    row.worker = None
    row.why = why and shortened(why)
    row.ended = tx.now
    tx.session.flush()


def put_back(
    tx: Transaction, row: InboxRow | OutboxRow, *, why: str | None, seconds: float
) -> None:
    """Have a row taken again, after so many seconds."""
    row.state = "waiting"
    row.worker = None
    row.why = why and shortened(why)
    row.next_at = later(tx, seconds)
    tx.session.flush()


def later(tx: Transaction, seconds: float) -> datetime.datetime:
    """The moment in so many seconds."""
    return tx.now + datetime.timedelta(seconds=seconds)


def shortened(why: str) -> str:
    """A reason of a length that people read."""
    return why if len(why) <= LONGEST_REASON else f"{why[: LONGEST_REASON - 1]}…"


def restart(tx: Transaction, row: InboxRow | OutboxRow) -> None:
    """Have a row taken at once that had failed, or that waits for a later moment.

    Raises:
        StoreConflictError: it is in neither state.
    """
    if row.state not in ("waiting", "failed"):
        raise StoreConflictError(
            f"{row.id} is {row.state}: only what waits or has failed can be tried again."
        )
    row.state = "waiting"
    row.next_at = tx.now
    row.ended = None
    tx.session.flush()


class Waits(Record):
    """How full a queue is."""

    waiting: int
    """Rows that may be taken now or later."""
    working: int
    failed: int
    oldest_seconds: float
    """How long the oldest row that waits or is worked on has been there; 0 where there is none."""


def waits(tx: Transaction, row: type[InboxRow | OutboxRow]) -> Waits:
    """How full a queue is."""
    # What is done stays there for its key, and is by far the most of it.
    counted = (
        select(row.state, func.count(), func.min(row.created))
        .where(row.state.in_(("waiting", "working", "failed")))
        .group_by(row.state)
    )
    found = {state: (number, oldest) for state, number, oldest in tx.session.execute(counted)}
    oldest = [found[state][1] for state in ("waiting", "working") if state in found]
    return Waits(
        waiting=found.get("waiting", (0, None))[0],
        working=found.get("working", (0, None))[0],
        failed=found.get("failed", (0, None))[0],
        oldest_seconds=max(((tx.now - moment).total_seconds() for moment in oldest), default=0.0),
    )
