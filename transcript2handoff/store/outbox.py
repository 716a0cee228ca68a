"""The outbox: what another system shall hold, written there once and changed there later.

Nothing is sent but through it. A thing is known by its target and its key there; putting it in
again changes it and never doubles it. While a worker sends it, newer content waits until that
sending has ended, so that what the other system calls the thing is known before it is changed.
"""

import datetime
from collections.abc import Collection
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import CursorResult, delete, select, update

from transcript2handoff.deal import Record
from transcript2handoff.store.leases import (
    ItemState,
    Waits,
    let_go,
    own,
    put_back,
    restart,
    take,
    waits,
)
from transcript2handoff.store.paging import Page, Window, newest_first
from transcript2handoff.store.tables import OutboxRow, new_id
from transcript2handoff.store.transaction import Transaction, add_new, the_row


class OutboxWish(Record):
    """What another system shall hold."""

    target: Annotated[str, Field(min_length=1, max_length=32)]
    """The other system: ``hubspot``."""
    external_key: Annotated[str, Field(min_length=1, max_length=255)]
    """The key of the thing there; the same for every version of it."""
    deal_id: str | None
    kind: Annotated[str, Field(min_length=1, max_length=32)]
    content: Annotated[str, Field(repr=False)]
    """JSON; whoever sends it reads it again."""
    digest: Annotated[str, Field(min_length=1, max_length=64)]
    """Of the content: an equal one is not sent again."""
    priority: int = 5


class OutboxItem(Record):
    """A thing in the outbox."""

    id: str
    target: str
    external_key: str
    deal_id: str | None
    kind: str
    content: Annotated[str | None, Field(repr=False)]
    """None once its words were erased."""
    digest: str
    sent_digest: str | None
    """Of what the other system holds; None until something was sent."""
    remote_id: str | None
    """What the other system calls it."""
    priority: int
    state: ItemState
    attempts: int
    """How often it was taken."""
    next_at: datetime.datetime
    worker: str | None
    why: str | None
    created: datetime.datetime
    ended: datetime.datetime | None


def put(tx: Transaction, wish: OutboxWish) -> bool:
    """Have a thing sent, or changed where it was sent; whether there is something to send.

    What is there with the same digest stays as it is, and what people have deleted in the other
    system stays deleted.
    """
    values = wish.model_dump()
    fresh = {"state": "waiting", "attempts": 0, "next_at": tx.now, "created": tx.now}
    if add_new(tx, OutboxRow, id=new_id("outbox"), **values, **fresh):
        return True
    key = {"target": wish.target, "external_key": wish.external_key}
    query = select(OutboxRow).filter_by(**key).with_for_update()
    row = tx.session.scalars(query.execution_options(populate_existing=True)).one()
    if row.state == "gone" or row.digest == wish.digest:
        return False
    for name, value in values.items():
        setattr(row, name, value)
    if row.state != "working":
        row.state, row.next_at, row.why, row.ended = "waiting", tx.now, None, None
    tx.session.flush()
    return True


def claim(tx: Transaction, worker: str, limit: int, lease_seconds: float) -> tuple[OutboxItem, ...]:
    """Take things to send, the most urgent first; they are the worker's until the lease ends."""
    # Words that were erased while a worker sent them, which then died: nobody else would end it.
    tx.session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.state == "working",
            OutboxRow.next_at <= tx.now,
            OutboxRow.content.is_(None),
        )
        .values(state="erased", worker=None, ended=tx.now)
    )
    rows = take(tx, OutboxRow, worker=worker, limit=limit, seconds=lease_seconds)
    return tuple(_item(row) for row in rows)


def begun(tx: Transaction, item: OutboxItem, remote_id: str) -> None:
    """Note that a thing is being handed over to a system that would keep it twice.

    One that is taken again with this mark, and was never said to be sent, may have arrived. The
    mark goes when the system did not take it for sure: with ``wait``, or with ``again``.

    Raises:
        LeaseLostError: another worker has taken it meanwhile; it must not be handed over.
    """
    own(tx, OutboxRow, item).remote_id = remote_id
    tx.session.flush()


def sent(tx: Transaction, item: OutboxItem, remote_id: str | None) -> None:
    """The other system holds what the item says; if it shall hold something newer, that is next.

    Raises:
        LeaseLostError: another worker has taken it meanwhile.
    """
    row = own(tx, OutboxRow, item)
    row.sent_digest = item.digest
    row.remote_id = remote_id or row.remote_id
    _end(tx, row, "done" if row.digest == item.digest else "waiting")


def wait(tx: Transaction, item: OutboxItem, why: str, seconds: float) -> None:
    """Try again in so many seconds.

    Raises:
        LeaseLostError: another worker has taken it meanwhile.
    """
    _end(tx, own(tx, OutboxRow, item), "waiting", why=why, seconds=seconds)


def fail(tx: Transaction, item: OutboxItem, why: str) -> None:
    """Give up, unless something newer shall be sent by now; a person may look at why.

    Raises:
        LeaseLostError: another worker has taken it meanwhile.
    """
    row = own(tx, OutboxRow, item)
    _end(tx, row, "failed" if row.digest == item.digest else "waiting", why=why)


def gone(tx: Transaction, item: OutboxItem, why: str | None = None) -> None:
    """Somebody has deleted it in the other system; it is not sent there again.

    Raises:
        LeaseLostError: another worker has taken it meanwhile.
    """
    let_go(tx, own(tx, OutboxRow, item), "gone", why=why)


def again(tx: Transaction, item_id: str) -> OutboxItem:
    """Have a failed thing sent again, or a waiting one at once.

    Raises:
        StoreGoneError: there is none.
        StoreConflictError: it is worked on, done, gone or erased.
    """
    row = the_row(tx, OutboxRow, item_id, lock=True)
    _unmark(row)
    restart(tx, row)
    return _item(row)


def known(tx: Transaction, deal_id: str, target: str) -> dict[str, str]:
    """What another system holds of a deal: the digest of what was sent last, by key."""
    query = select(OutboxRow.external_key, OutboxRow.sent_digest).where(
        OutboxRow.deal_id == deal_id,
        OutboxRow.target == target,
        OutboxRow.sent_digest.is_not(None),
    )
    return {key: digest for key, digest in tx.session.execute(query) if digest is not None}


def withdraw(tx: Transaction, deal_id: str, target: str, *, keeping: Collection[str]) -> int:
    """Take back what is not wanted any more of a deal, and was never sent; how many things.

    Args:
        tx: the transaction.
        deal_id: of which deal.
        target: for which other system.
        keeping: the keys of what is still wanted.
    """
    unwanted = delete(OutboxRow).where(
        OutboxRow.deal_id == deal_id,
        OutboxRow.target == target,
        OutboxRow.sent_digest.is_(None),
        OutboxRow.state.in_(("waiting", "failed")),
        OutboxRow.external_key.not_in(keeping),
    )
    result = tx.session.execute(unwanted)
    assert isinstance(result, CursorResult)
    return result.rowcount


def get(tx: Transaction, item_id: str) -> OutboxItem:
    """A thing in the outbox.

    Raises:
        StoreGoneError: there is none.
    """
    return _item(the_row(tx, OutboxRow, item_id))


def listed(
    tx: Transaction,
    window: Window,
    *,
    state: ItemState | None = None,
    deal_id: str | None = None,
    target: str | None = None,
) -> Page[OutboxItem]:
    """The things in the outbox, newest first.

    Raises:
        InputError: the cursor is none of this list.
    """
    query = select(OutboxRow)
    if state is not None:
        query = query.where(OutboxRow.state == state)
    if deal_id is not None:
        query = query.where(OutboxRow.deal_id == deal_id)
    if target is not None:
        query = query.where(OutboxRow.target == target)
    rows, after = newest_first(tx, query, OutboxRow, window=window)
    return Page[OutboxItem](items=tuple(_item(row) for row in rows), after=after)


def queue(tx: Transaction) -> Waits:
    """How many things wait to be sent, and how long the oldest has waited."""
    return waits(tx, OutboxRow)


def _end(
    tx: Transaction,
    row: OutboxRow,
    state: Literal["done", "failed", "waiting"],
    *,
    why: str | None = None,
    seconds: float = 0,
) -> None:
    """Let a row go, or have it taken again; one whose words were erased meanwhile waits for new."""
    if row.content is None:
        let_go(tx, row, "erased", why=None)
    elif state == "waiting":
        _unmark(row)
        put_back(tx, row, why=why, seconds=seconds)
    else:
        let_go(tx, row, state, why=why)


def _unmark(row: OutboxRow) -> None:
    """What was never sent is not there, whatever it was to be called."""
    if row.sent_digest is None:
        row.remote_id = None


def _item(row: OutboxRow) -> OutboxItem:
    return OutboxItem.model_validate({name: getattr(row, name) for name in OutboxItem.model_fields})
