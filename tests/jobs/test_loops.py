"""What a worker does beside its runs, again and again."""

import threading
import time
from collections.abc import Callable

from structlog.testing import capture_logs

from tests.jobs.workshop import Workshop, until
from transcript2handoff.errors import StoreUnreachableError
from transcript2handoff.jobs.patience import Pace
from transcript2handoff.jobs.port import Loop, StepOutcome
from transcript2handoff.jobs.worker import Worker
from transcript2handoff.store import workers
from transcript2handoff.store.runs import RunRecord
from transcript2handoff.watch import Watch


class NoWork:
    """There are no runs."""

    def step_names(self, run: RunRecord) -> tuple[str, ...]:
        return ()

    def do(self, run: RunRecord, name: str, watch: Watch) -> StepOutcome:
        raise AssertionError


class Noting:
    """Notes when it was called, and does as the test says."""

    def __init__(self, do: Callable[[int], bool]) -> None:
        self.times: list[float] = []
        self.do = do

    def __call__(self) -> bool:
        self.times.append(time.monotonic())
        return self.do(len(self.times))

    @property
    def gaps(self) -> list[float]:
        return [after - before for before, after in zip(self.times, self.times[1:], strict=False)]


def failing(times: int, error: Exception) -> Callable[[int], bool]:
    def do(number: int) -> bool:
        if number <= times:
            raise error
        return False

    return do


def test_loops_go_on_at_once_while_there_is_something_and_after_every_fault(
    sqlite_workshop: Workshop,
) -> None:
    settings = sqlite_workshop.settings().model_copy(update={"worker_name": "looping"})
    busy = Noting(lambda number: number < 20)
    away = Noting(failing(3, StoreUnreachableError("The database is away.")))
    broken = Noting(failing(3, ZeroDivisionError()))
    loops = [
        Loop(name="busy", every=60, work=busy),
        Loop(name="away", every=0.2, work=away),
        Loop(name="broken", every=0.2, work=broken),
    ]
    pace = Pace(heartbeat=0.5, grace=2.0)
    worker = Worker(
        store=sqlite_workshop.store, settings=settings, work=NoWork(), loops=loops, pace=pace
    )
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    with capture_logs() as told:
        thread.start()
        until(lambda: len(away.times) >= 6 and len(broken.times) >= 6)
        with sqlite_workshop.store.read() as tx:
            assert [each.id for each in workers.alive(tx, 60)] == ["looping"]
        stop.set()
        thread.join(timeout=20)
    assert not thread.is_alive()
    # All at once, and then not again for a minute.
    assert len(busy.times) == 20
    # Twice the wait after each fault up to that of the heart, and the usual one after that.
    waits = zip(away.gaps, [0.2, 0.4, 0.5, 0.2, 0.2], strict=False)
    assert all(gap >= wait - 0.01 for gap, wait in waits)
    assert [line["loop"] for line in told if line["event"] == "loop_failed"] == ["away"] * 3
    assert [line["loop"] for line in told if line["event"] == "internal_error"] == ["broken"] * 3
    with sqlite_workshop.store.read() as tx:
        assert workers.alive(tx, 60) == ()
