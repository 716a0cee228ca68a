"""When the next request may go."""

import threading
import time
from random import uniform
from typing import Final

from tenacity import RetryCallState, wait_random_exponential
from tenacity.wait import wait_base

from transcript2handoff.errors import CrmPassingError

_LONGEST_WAIT: Final = 30.0
"""Seconds between two attempts where the CRM does not ask for more."""
_JITTER: Final = 0.25


class Pace:
    """Lets so many requests pass in a second, evenly."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Wait for the next turn."""
        with self._lock:
            turn = max(self._next, time.monotonic())
            self._next = turn + self._gap
        time.sleep(max(turn - time.monotonic(), 0))


class Pause(wait_base):
    """As long as the CRM asks for and a little more, else a random share of a growing limit."""

    def __init__(self, first: float) -> None:
        self._growing = wait_random_exponential(multiplier=first, max=_LONGEST_WAIT)

    def __call__(self, retry_state: RetryCallState) -> float:
        """Seconds until the next attempt."""
        fault = retry_state.outcome.exception() if retry_state.outcome else None
        if isinstance(fault, CrmPassingError) and fault.wait is not None:
            return fault.wait * uniform(1, 1 + _JITTER)  # noqa: S311 - no secret hangs on it
        return self._growing(retry_state)
