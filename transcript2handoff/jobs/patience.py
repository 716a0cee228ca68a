"""What passes by itself: how long it is waited out, and what interrupts the wait."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_never,
    wait_random_exponential,
)
from tenacity.stop import stop_base

from transcript2handoff.errors import (
    CrmPassingError,
    EndpointBusyError,
    EndpointUnreachableError,
    FetchPassingError,
    StoreConflictError,
    StoreUnreachableError,
)
from transcript2handoff.jobs.port import Interrupted
from transcript2handoff.telemetry import logger

PASSING: Final = (
    CrmPassingError,
    EndpointBusyError,
    EndpointUnreachableError,
    FetchPassingError,
    StoreConflictError,
    StoreUnreachableError,
)
"""Faults after which the same step may well succeed."""
_Given = TypeVar("_Given")


@dataclass(frozen=True, kw_only=True)
class Pace:
    """In seconds, how often a worker does what. Tests make it faster."""

    dispatch: float = 0.5
    heartbeat: float = 10.0
    reaper: float = 15.0
    silent: float = 60.0
    """A worker that has not been heard of for so long is dead."""
    housekeeping: float = 600.0
    watch: float = 1.0
    """How often a step notes how far it is, and asks whether it shall stop."""
    patience: float = 300.0
    """How long a step is tried again after faults that pass."""
    first_wait: float = 1.0
    longest_wait: float = 30.0
    grace: float = 10.0
    """How long a step that was asked to stop may take to do so."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """Tries again after faults that pass."""

    pace: Pace
    stop: threading.Event
    """Set when the worker stops: no more waiting then."""

    def until_it_works(self, do: Callable[[], _Given]) -> _Given:
        """Do it, waiting for the database as long as that takes.

        Raises:
            Interrupted: the worker stops.
            HandoffError: it fails otherwise than for the database being away.
        """
        return self._retrying((StoreUnreachableError,), stop=stop_never)(do)

    def for_a_while(
        self, do: Callable[[], _Given], *, check: Callable[[], None] = lambda: None
    ) -> _Given:
        """Do it, and again if it fails in a way that passes, for some minutes.

        Args:
            do: is done.
            check: is called now and then while it waits, and raises if it shall wait no more.

        Raises:
            Interrupted: the worker stops.
            HandoffError: as ``do`` raised it in the end, or ``check``.
        """
        stop = _FirstFaultBefore(self.pace.patience)
        return self._retrying(PASSING, stop=stop, check=check)(do)

    def _retrying(
        self,
        passing: tuple[type[Exception], ...],
        *,
        stop: stop_base,
        check: Callable[[], None] = lambda: None,
    ) -> Retrying:
        return Retrying(
            retry=retry_if_exception_type(passing),
            stop=stop,
            wait=self._pause,
            sleep=lambda seconds: self._sleep(seconds, check),
            before_sleep=_tell,
            reraise=True,
        )

    def _pause(self, state: RetryCallState) -> float:
        """As long as the other side asks for, else a random share of a growing limit."""
        fault = state.outcome.exception() if state.outcome else None
        asked = fault.wait if isinstance(fault, CrmPassingError | FetchPassingError) else None
        growing = wait_random_exponential(
            multiplier=self.pace.first_wait, max=self.pace.longest_wait
        )
        return asked if asked is not None else growing(state)

    def _sleep(self, seconds: float, check: Callable[[], None]) -> None:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            check()
            if self.stop.wait(min(left, self.pace.watch)):
                raise Interrupted


class _FirstFaultBefore(stop_base):
    """Stop so many seconds after the first fault, however long the step had worked by then.

    A fault after an attempt that worked for longer than that is a first one again.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._first: float | None = None
        self._last = 0.0
        self._idle = 0.0

    def __call__(self, retry_state: RetryCallState) -> bool:
        now, idle = time.monotonic(), retry_state.idle_for
        worked = now - self._last - (idle - self._idle)
        if self._first is None or worked > self._seconds:
            self._first = now
        self._last, self._idle = now, idle
        return now - self._first >= self._seconds


def _tell(state: RetryCallState) -> None:
    fault = state.outcome.exception() if state.outcome else None
    wait = state.next_action.sleep if state.next_action else 0.0
    logger(__name__).warning("trying_again", error=str(fault), wait=round(wait, 1))
