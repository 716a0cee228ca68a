"""The inbox: events that other systems have told us of, each once, until somebody works on them."""

import datetime
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import CursorResult, select, update
from sqlalchemy.dialects import postgresql, sqlite

from transcript2handoff.deal import Record
from transcript2handoff.errors import StoreConflictError
from transcript2handoff.store.leases import (
    ItemState,
    Waits,
    later,
    let_go,
    own,
    put_back,
    restart,
    take,
    waits,
)
from transcript2handoff.store.paging import Page, Window, newest_first
from transcript2handoff.store.tables import InboxRow, new_id
from transcript2handoff.store.transaction import Transaction, the_row


class NewItem(Record):
    """An event that came in."""

    source: Annotated[str, Field(min_length=1, max_length=32)]
    key: Annotated[str, Field(min_length=1, max_length=255)]
    """The same for every repetition; unique together with the source."""
    event: Annotated[str, Field(repr=False)]
    """JSON; whoever puts it in reads it again."""
    endpoint: Annotated[str, Field(min_length=1, max_length=255)]
    """The name of the webhook or the poller that it came through."""
    priority: int = 5
    """Smaller is earlier."""


class InboxItem(Record):
    """An event in the inbox."""

    id: str
    source: str
    key: str
    event: Annotated[str | None, Field(repr=False)]
    """None once its words were erased."""
    endpoint: str
    priority: int
    state: ItemState
    attempts: int
    """How often it was taken."""
    next_at: datetime.datetime
    worker: str | None
    why: str | None
    deal_id: str | None
    call_id: str | None
    created: datetime.datetime
    ended: datetime.datetime | None


def add(tx: Transaction, item: NewItem) -> bool:
    """Put an event in; whether it is new."""
    return add_many(tx, (item,))[0]


def add_many(tx: Transaction, items: Sequence[NewItem]) -> tuple[bool, ...]:
    """Put events in; of each whether it is new. An event that is known changes nothing."""
    added = _insert(tx, items) if items else set()
    new = []
    for item in items:
        new.append((item.source, item.key) in added)
        added.discard((item.source, item.key))
    return tuple(new)


def _insert(tx: Transaction, items: Sequence[NewItem]) -> set[tuple[str, str]]:
    """The sources and keys of those that were not there yet."""
    rows: list[dict[str, Any]] = [
        {
            **item.model_dump(),
            "id": new_id("inbox"),
            "state": "waiting",
            "attempts": 0,
            "next_at": tx.now,
            "created": tx.now,
        }
        # In one order, so that two deliveries with the same events do not wait for each other.
        for item in sorted(items, key=lambda item: (item.source, item.key))
    ]
    dialect = postgresql if tx.session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(InboxRow.__table__).on_conflict_do_nothing()
    found = tx.session.execute(statement.returning(InboxRow.source, InboxRow.key), rows)
    return {(source, key) for source, key in found}


def claim(tx: Transaction, worker: str, limit: int, lease_seconds: float) -> tuple[InboxItem, ...]:
    """Take events to work on, the most urgent first; they are the worker's until the lease ends."""
    rows = take(tx, InboxRow, worker=worker, limit=limit, seconds=lease_seconds)
    return tuple(_item(row) for row in rows)


def link(
    tx: Transaction, item: InboxItem, *, deal_id: str | None, call_id: str | None = None
) -> None:
    """Note to which deal and call an event belongs, so that it is erased with them.

    Raises:
        LeaseLostError: another worker has taken it meanwhile.
    """
    row = own(tx, InboxRow, item)
    row.deal_id, row.call_id = deal_id, call_id
    tx.session.flush()


def hold(tx: Transaction, item: InboxItem, seconds: float) -> None:
    """Keep an event for so long from now, for work that takes longer than most.

    Raises:
        LeaseLostError: another worker has taken it meanwhile.
    """
    own(tx, InboxRow, item).next_at = later(tx, seconds)
    tx.session.flush()


def done(tx: Transaction, item: InboxItem) -> None:
    """The event has had its effect, in this transaction or before.

    Raises:
        LeaseLostError: another worker has taken it meanwhile.
    """
    let_go(tx, own(tx, InboxRow, item), "done", why=None)


def wait(tx: Transaction, item: InboxItem, why: str, seconds: float) -> None:
    """Try again in so many seconds.

    Raises:
        LeaseLostError: another worker has taken it meanwhile.
    """
    put_back(tx, own(tx, InboxRow, item), why=why, seconds=seconds)


def fail(tx: Transaction, item: InboxItem, why: str) -> None:
    """Give up; a person may look at why, and have it tried again.

    Raises:
        LeaseLostError: another worker has taken it meanwhile.
    """
    let_go(tx, own(tx, InboxRow, item), "failed", why=why)


def again(tx: Transaction, item_id: str) -> InboxItem:
    """Have a failed event tried again, or a waiting one at once.

    Raises:
        StoreGoneError: there is none.
        StoreConflictError: it is worked on, done or erased.
    """
    row = the_row(tx, InboxRow, item_id, lock=True)
    if row.event is None:
        raise StoreConflictError(
            f"What was sent with {item_id} is not kept any more. Have it sent again, or do by hand "
            "what it asked for."
        )
    restart(tx, row)
    return _item(row)


def get(tx: Transaction, item_id: str) -> InboxItem:
    """An event of the inbox.

    Raises:
        StoreGoneError: there is none.
    """
    return _item(the_row(tx, InboxRow, item_id))


def listed(
    tx: Transaction, window: Window, *, state: ItemState | None = None, deal_id: str | None = None
) -> Page[InboxItem]:
    """The events of the inbox, newest first.

    Raises:
        InputError: the cursor is none of this list.
    """
    query = select(InboxRow)
    if state is not None:
        query = query.where(InboxRow.state == state)
    if deal_id is not None:
        query = query.where(InboxRow.deal_id == deal_id)
    rows, after = newest_first(tx, query, InboxRow, window=window)
    return Page[InboxItem](items=tuple(_item(row) for row in rows), after=after)


def drop_words(tx: Transaction, *, older: datetime.timedelta) -> int:
    """Drop what was sent with events that ended so long ago; how many. Their keys stay."""
    done = (
        update(InboxRow)
        .where(
            InboxRow.state.in_(("done", "failed")),
            InboxRow.ended <= tx.now - older,
            InboxRow.event.is_not(None),
        )
        .values(event=None)
    )
    result = tx.session.execute(done)
    assert isinstance(result, CursorResult)
    return result.rowcount


def queue(tx: Transaction) -> Waits:
    """How many events wait or are worked on, and how long the oldest has waited."""
    return waits(tx, InboxRow)


def _item(row: InboxRow) -> InboxItem:
    return InboxItem.model_validate({name: getattr(row, name) for name in InboxItem.model_fields})
