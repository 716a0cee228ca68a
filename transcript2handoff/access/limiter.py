"""How often somebody may ask: a bucket of tries that fills up again, in this process."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from transcript2handoff.errors import TooManyRequestsError

_MOST_BUCKETS: Final = 10_000
"""Those that have not been asked for longest are forgotten: they are the fullest."""


class Limiter:
    """Counts by name; several processes of the web count each for itself."""

    def __init__(
        self, *, tries: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Allow so many tries at once, and in each stretch of so many seconds.

        Args:
            tries: that a full bucket holds.
            seconds: in which an empty bucket fills up.
            clock: in seconds, from any beginning.
        """
        self._tries = tries
        self._seconds_each = seconds / tries
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str) -> None:
        """Use up one try.

        Raises:
            TooManyRequestsError: there is none left; it says in how many seconds there is.
        """
        with self._lock:
            left = self._left(name)
            self._put(name, left - 1 if left >= 1 else left)
        if left < 1:
            wait = (1 - left) * self._seconds_each
            raise TooManyRequestsError(
                f"Too many requests in a short time. Try again in {max(1, round(wait))} seconds.",
                wait=wait,
            )

    def give_back(self, name: str) -> None:
        """Undo one ``take``: what it was for went well."""
        with self._lock:
            self._put(name, min(self._tries, self._left(name) + 1))

    def _left(self, name: str) -> float:
        now = self._clock()
        left, then = self._buckets.get(name, (self._tries, now))
        return min(self._tries, left + (now - then) / self._seconds_each)

    def _put(self, name: str, left: float) -> None:
        self._buckets[name] = (left, self._clock())
        self._buckets.move_to_end(name)
        while len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
