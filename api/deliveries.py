"""Deliveries on their way into the inbox: those that come at the same time are written together.

A transaction costs a wait for the disk, however little is in it. While one is under way, what
comes in waits, and goes into the next one: so the wait is shared, and no more than one request of
this process waits for the lock of the database.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from transcript2handoff.errors import HandoffError
from transcript2handoff.store import Deed, Store, inbox
from transcript2handoff.store.inbox import NewItem

MOST_AT_ONCE: Final = 500
"""Events in one transaction, unless a single delivery has more."""
REFUSAL_SECONDS: Final = 10.0
"""Refusals of one endpoint for one reason are one deed in so many seconds: whoever proves nothing
may send as often as they like, and shall not fill the audit."""


Result = tuple[bool, ...] | HandoffError
"""Of each event whether it is new, or why nothing was written."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is to be written together: events, or a deed."""

    items: Sequence[NewItem] = ()
    deeds: Sequence[Deed] = ()
    written: "asyncio.Future[tuple[bool, ...]]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future(), compare=False
    )


class InboxWriter:
    """Writes entries, many at once; all of its methods belong to one event loop."""

    def __init__(self, store: Store) -> None:
        """Write into a store."""
        self._store = store
        self._waiting: list[Entry] = []
        self._work: asyncio.Task[None] | None = None

    async def write(self, entry: Entry) -> tuple[bool, ...]:
        """Write an entry; of each of its events whether it is new.

        Raises:
            StoreError: nothing of it was written.
        """
        self._waiting.append(entry)
        if self._work is None:
            self._work = asyncio.get_running_loop().create_task(self._write_all())
        return await entry.written

    async def _write_all(self) -> None:
        batch: list[Entry] = []
        try:
            while self._waiting:
                batch = self._next_batch()
                results = await asyncio.to_thread(_written, self._store, batch)
                for entry, result in zip(batch, results, strict=True):
                    _settle(entry, result)
        finally:
            # Whatever ended this, nobody may wait for it for ever.
            self._work = None
            for entry in (*batch, *self._waiting):
                entry.written.cancel()
            self._waiting.clear()

    def _next_batch(self) -> list[Entry]:
        count = 0
        batch: list[Entry] = []
        while self._waiting and (not batch or count + len(self._waiting[0].items) <= MOST_AT_ONCE):
            batch.append(self._waiting.pop(0))
            count += len(batch[-1].items)
        return batch


def _written(store: Store, batch: Sequence[Entry]) -> Sequence[Result]:
    try:
        with store.write() as tx:
            for entry in batch:
                for deed in entry.deeds:
                    tx.note(deed)
            new = iter(inbox.add_many(tx, [item for entry in batch for item in entry.items]))
        return [tuple(next(new) for _ in entry.items) for entry in batch]
    except HandoffError as error:
        return [error] * len(batch)


def _settle(entry: Entry, result: Result) -> None:
    """Tell whoever waits, unless they are gone."""
    if entry.written.done():
        return
    if isinstance(result, HandoffError):
        entry.written.set_exception(result)
    else:
        entry.written.set_result(result)


class Refusals:
    """Which refusals are to be noted: the first, and then a number of them together."""

    def __init__(self) -> None:
        self._noted: dict[tuple[str, str], float] = {}
        self._since: dict[tuple[str, str], int] = {}

    def deed(self, endpoint: str, reason: str) -> Deed | None:
        """The deed for one more refusal; none while the last one is young."""
        key = (endpoint, reason)
        now = time.monotonic()
        if now - self._noted.get(key, -REFUSAL_SECONDS) < REFUSAL_SECONDS:
            self._since[key] = self._since.get(key, 0) + 1
            return None
        self._noted[key] = now
        return Deed(
            actor=endpoint,
            action="refuse",
            matter="delivery",
            details={"reason": reason, "before": self._since.pop(key, 0)},
        )
