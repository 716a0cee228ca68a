"""A worker: a process that does runs, and goes its rounds beside that."""

import fcntl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from transcript2handoff.errors import HandoffError, SettingsError, StoreError
from transcript2handoff.jobs.conducting import Conductor, Work
from transcript2handoff.jobs.dispatch import Dispatch
from transcript2handoff.jobs.engine import Engine
from transcript2handoff.jobs.engine_options import EngineOptions
from transcript2handoff.jobs.heartbeat import Heartbeat
from transcript2handoff.jobs.housekeeping import Housekeeping
from transcript2handoff.jobs.patience import Pace, Patience
from transcript2handoff.jobs.port import Interrupted, Loop
from transcript2handoff.jobs.reaper import Reaper
from transcript2handoff.settings import Settings
from transcript2handoff.store import Store
from transcript2handoff.telemetry import logger

SWEEP_SECONDS: Final = 3600.0
SHORTEST_REST: Final = 0.02
LONGEST_REST: Final = 0.1
"""In seconds. A loop rests twice as long as a piece of it took, within these bounds: SQLite has one
writer, and answers to requests shall not wait for a backlog."""


@dataclass(frozen=True, kw_only=True)
class Worker:
    """Does runs until it is told to stop; one in a process."""

    store: Store
    settings: Settings
    work: Work
    loops: Sequence[Loop] = ()
    """What it does beside: reading the inbox, emptying the outbox."""
    pace: Pace = field(default_factory=Pace)

    def run(self, stop: threading.Event) -> bool:
        """Work until ``stop`` is set; whether all that ran has ended by then.

        If it has not, the process must be ended, for a step may go on as long as it likes. It is
        done again by the next worker.

        Raises:
            SettingsError: a worker of this name works on this machine already.
        """
        with self._alone():
            try:
                return self._run(stop)
            except Interrupted:
                return True

    def _run(self, stop: threading.Event) -> bool:
        patience = Patience(pace=self.pace, stop=stop)
        name, slots = self.settings.worker_name, self.settings.worker_slots
        conductor = Conductor(
            store=self.store, work=self.work, worker=name, stop=stop, pace=self.pace
        )
        engine = Engine(EngineOptions.of(self.settings), conductor)
        heart = Heartbeat(store=self.store, worker=name, slots=slots)
        # Before it takes anything: others take the work of those whom they do not hear.
        patience.until_it_works(heart.beat)
        patience.until_it_works(engine.launch)
        logger(__name__).info("worker_began", worker=name, slots=slots)
        threads = [self._going_round(loop, stop) for loop in self._loops(engine, heart)]
        stop.wait()
        logger(__name__).info("worker_stops", worker=name)
        try:
            return self._end(engine, heart, threads)
        except StoreError as error:
            logger(__name__).warning("worker_ended_unheard", error=str(error))
            return False

    def _loops(self, engine: Engine, heart: Heartbeat) -> Sequence[Loop]:
        pace = self.pace
        dispatch = Dispatch(store=self.store, register=engine, silent=pace.silent)
        reaper = Reaper(store=self.store, engine=engine, worker=heart.worker, pace=pace)
        keeper = Housekeeping(store=self.store, register=engine, settings=self.settings)
        return (
            Loop(name="heartbeat", every=pace.heartbeat, work=heart.beat),
            Loop(name="dispatch", every=pace.dispatch, work=dispatch.hand_over),
            Loop(name="reaper", every=pace.reaper, work=reaper.look),
            Loop(name="housekeeping", every=pace.housekeeping, work=keeper.tidy),
            Loop(name="sweep", every=SWEEP_SECONDS, work=keeper.sweep),
            *self.loops,
        )

    def _end(self, engine: Engine, heart: Heartbeat, threads: Sequence[threading.Thread]) -> bool:
        deadline = time.monotonic() + self.pace.grace
        ended = engine.stop(seconds=self.pace.grace)
        for thread in threads:
            thread.join(timeout=max(deadline - time.monotonic(), 0.1))
        # What has not ended is no one's now, for this process is about to be.
        heart.end()
        return ended and not any(thread.is_alive() for thread in threads)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two processes of one name would do each other's runs at the same time.

        Raises:
            SettingsError: there is another one on this machine.
        """
        name = self.settings.worker_name
        file = self.settings.data / f"worker-{name}.lock"
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("w") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise SettingsError(
                    f"A worker called {name} works here already. Stop it, or give this one another "
                    "name with T2H_WORKER_NAME."
                ) from error
            yield

    def _going_round(self, loop: Loop, stop: threading.Event) -> threading.Thread:
        arguments = (loop, stop, self.pace.heartbeat)
        thread = threading.Thread(target=_go_round, args=arguments, name=loop.name, daemon=True)
        thread.start()
        return thread


def _go_round(loop: Loop, stop: threading.Event, longest: float) -> None:
    """Do a loop until the worker stops; after faults less and less often."""
    wait = 0.0
    while not stop.is_set():
        began = time.monotonic()
        if (went_on := _went_on(loop)) is None:
            wait = min(max(2 * wait, loop.every), max(longest, loop.every))
            stop.wait(wait)
        else:
            wait = 0.0
            rest = min(max(2 * (time.monotonic() - began), SHORTEST_REST), LONGEST_REST)
            stop.wait(rest if went_on else loop.every)


def _went_on(loop: Loop) -> bool | None:
    """Do a piece of a loop; whether there may be more, none after a fault. It ends no loop."""
    try:
        return loop.work()
    except HandoffError as error:
        logger(__name__).warning("loop_failed", loop=loop.name, error=str(error))
    except Exception as error:  # noqa: BLE001 - the other loops and the runs shall go on
        logger(__name__).error("internal_error", loop=loop.name, exc_info=error)
    return None
