"""What somebody has read again and again within a short while is one deed.

A player asks for a recording in dozens of pieces, and a page that is open asks for its parts: the
audit says once that somebody had it before them, and stands for the quarter of an hour after that.
"""

import datetime
import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from transcript2handoff.store.deed import Deed

WITHIN: Final = datetime.timedelta(minutes=15)
"""After which the same reading is a deed again."""
_MOST: Final = 20_000
"""Readings that are remembered; of more, the oldest are noted again."""

_Key = tuple[str, str, str, str]


class Seen:
    """The readings that were noted lately, in this process alone. Threads may share it."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._noted: OrderedDict[_Key, datetime.datetime] = OrderedDict()
        self._lock = threading.Lock()

    def unnoted(self, deeds: Iterable[Deed], *, now: datetime.datetime) -> list[Deed]:
        """The deeds that are to be written: all but readings that stand in the audit by now."""
        left: list[Deed] = []
        told: set[_Key] = set()
        with self._lock:
            for deed in deeds:
                key = _key(deed)
                if deed.action == "read":
                    if key in told or self._stands(key, now):
                        continue
                    told.add(key)
                left.append(deed)
        return left

    def noted(self, deeds: Iterable[Deed], *, now: datetime.datetime) -> None:
        """These were written to the audit."""
        with self._lock:
            for deed in deeds:
                if deed.action == "read":
                    self._noted[_key(deed)] = now
                    self._noted.move_to_end(_key(deed))
            while len(self._noted) > _MOST:
                self._noted.popitem(last=False)

    def _stands(self, key: _Key, now: datetime.datetime) -> bool:
        at = self._noted.get(key)
        # A clock that was put back proves nothing.
        return at is not None and datetime.timedelta(0) <= now - at < WITHIN


def _key(deed: Deed) -> _Key:
    return deed.actor, deed.matter, deed.subject, repr(sorted(deed.details.items()))
