"""Patience: how long faults that pass are waited out, and what ends the wait."""

import threading
import time
from collections.abc import Callable
from functools import partial

import pytest

from transcript2handoff.errors import (
    Cancelled,
    CrmBusyError,
    CrmRefusedError,
    EndpointUnreachableError,
    HandoffError,
    RecordingError,
    StoreUnreachableError,
)
from transcript2handoff.jobs.patience import PASSING, Pace, Patience
from transcript2handoff.jobs.port import Interrupted

PACE = Pace(patience=0.5, first_wait=0.02, longest_wait=0.05, watch=0.01)


def patience(pace: Pace = PACE) -> Patience:
    return Patience(pace=pace, stop=threading.Event())


def failing(*faults: Exception, lasting: float = 0.0) -> Callable[[], str]:
    """Fails so often, then gives something."""
    left = list(faults)

    def do() -> str:
        time.sleep(lasting)
        if left:
            raise left.pop(0)
        return "done"

    return do


def nothing() -> None:
    """Nobody wants it to stop."""


@pytest.mark.parametrize("kind", PASSING)
def test_what_passes_is_tried_again(kind: type[HandoffError]) -> None:
    do = failing(kind("busy"), kind("busy"))
    assert patience().for_a_while(do, check=nothing) == "done"


@pytest.mark.parametrize("kind", [RecordingError, CrmRefusedError, Cancelled, ZeroDivisionError])
def test_what_stays_is_not(kind: type[Exception]) -> None:
    with pytest.raises(kind):
        patience().for_a_while(failing(kind("no"), kind("again")), check=nothing)


def test_what_does_not_pass_in_time_is_told_as_it_was() -> None:
    began = time.monotonic()
    faults = [EndpointUnreachableError(f"The server is away {number}.") for number in range(1000)]
    with pytest.raises(EndpointUnreachableError, match=r"The server is away \d+"):
        patience().for_a_while(failing(*faults), check=nothing)
    assert PACE.patience <= time.monotonic() - began < 20 * PACE.patience


def test_what_had_worked_for_long_before_its_first_fault_is_tried_again_too() -> None:
    do = failing(StoreUnreachableError("away"), lasting=1.2 * PACE.patience)
    assert patience().for_a_while(do, check=nothing) == "done"


def test_a_fault_after_long_work_is_a_first_one_again() -> None:
    away = [StoreUnreachableError("away")] * 3
    assert patience().for_a_while(failing(*away, lasting=1.2 * PACE.patience)) == "done"


def test_it_waits_as_long_as_the_other_side_asks_for() -> None:
    began = time.monotonic()
    patience().for_a_while(failing(CrmBusyError("later", wait=0.3)), check=nothing)
    assert time.monotonic() - began >= 0.3


def test_whoever_wants_it_to_stop_is_heard_while_it_waits() -> None:
    def check() -> None:
        raise Cancelled

    began = time.monotonic()
    with pytest.raises(Cancelled):
        patience().for_a_while(failing(CrmBusyError("later", wait=60)), check=check)
    assert time.monotonic() - began < 10


def test_for_the_database_it_waits_without_an_end() -> None:
    pace = Pace(patience=0.0, first_wait=0.001, longest_wait=0.002, watch=0.01)
    do = failing(*[StoreUnreachableError("away")] * 50)
    assert patience(pace).until_it_works(do) == "done"


@pytest.mark.parametrize("lasting", [False, True])
def test_a_worker_that_stops_waits_no_more(lasting: bool) -> None:
    waiting = patience(Pace(first_wait=60, longest_wait=60))
    wait = waiting.until_it_works if lasting else partial(waiting.for_a_while, check=nothing)
    threading.Timer(0.1, waiting.stop.set).start()
    began = time.monotonic()
    with pytest.raises(Interrupted):
        wait(failing(*[StoreUnreachableError("away")] * 50))
    assert time.monotonic() - began < 5
