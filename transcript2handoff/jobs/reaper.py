"""The work of dead workers, taken over; and runs of which store and engine say different things."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from transcript2handoff.jobs.dispatch import AHEAD
from transcript2handoff.jobs.patience import Pace
from transcript2handoff.jobs.port import Runner, Standing, Ticket
from transcript2handoff.store import Page, Store, Window, every, runs, workers
from transcript2handoff.store.runs import RunRecord
from transcript2handoff.telemetry import logger

_GIVEN_UP: Final = (
    "The worker ended without a word each time it did this run, which often means that the machine "
    "has too little memory for it. Give the worker more memory or fewer slots, then retry the run."
)
_FORGET_AFTER: Final = 60
"""Times the silence of a dead worker, after which its name is struck out."""


@dataclass(kw_only=True)
class Reaper:
    """Looks after what others have left; two of them do not disturb each other."""

    store: Store
    engine: Runner
    worker: str
    pace: Pace
    _looked: float = field(default_factory=time.monotonic)
    _odd: set[str] = field(default_factory=set)

    def look(self) -> bool:
        """Take over what dead workers have left; nothing more is to be done then.

        Raises:
            StoreUnreachableError: the store or the engine's database cannot be used.
        """
        with self.store.write() as tx:
            alive = [worker.id for worker in workers.alive(tx, self.pace.silent)]
            for worker in workers.silent(tx, self.pace.silent * _FORGET_AFTER):
                workers.forget(tx, worker)
        if self._was_away():
            return False
        taken = self.engine.take_over(alive={*alive, self.worker})
        taken += self.engine.take_up_stranded()
        if taken:
            logger(__name__).warning("work_taken_over", attempts=taken)
        self._settle()
        return False

    def _was_away(self) -> bool:
        """Whether the last look is too long ago for silence to prove anything.

        When the database was away, or this machine asleep, the others could not be heard either.
        """
        before, self._looked = self._looked, time.monotonic()
        return self._looked - before > 2 * self.pace.reaper + self.pace.heartbeat

    def _settle(self) -> None:
        """See to runs that the store and the engine disagree about.

        They do after one of them was restored from a backup or lost: the store is right then. It
        also looks so for a moment while a run begins or ends; what is seen twice is meant.
        """
        found = {Ticket(run_id=run.id, attempt=run.attempt).id: run for run in self._begun_runs()}
        standings = self.engine.standings([Ticket.named(one) for one in found])
        odd = {one for one, run in found.items() if _is_odd(run, standings.get(one))}
        for one in odd & self._odd:
            self._set_right(found[one], standings.get(one))
        self._odd = odd

    def _begun_runs(self) -> Iterator[RunRecord]:
        """Those that are worked on, and those that wait at the head of the queue."""
        with self.store.read() as tx:
            ahead = [runs.get(tx, one) for one in runs.waiting(tx, AHEAD)]
        yield from ahead
        yield from every(self._working)

    def _working(self, window: Window) -> Page[RunRecord]:
        with self.store.read() as tx:
            return runs.listed(tx, window, state="working")

    def _set_right(self, run: RunRecord, standing: Standing | None) -> None:
        ticket = Ticket(run_id=run.id, attempt=run.attempt, priority=max(run.priority, 1))
        logger(__name__).warning(
            "run_set_right", run_id=run.id, state=run.state, engine=standing and standing.value
        )
        if standing is Standing.BROKEN:
            with self.store.write() as tx:
                runs.end(tx, run.id, state="failed", error=_GIVEN_UP)
        else:
            self.engine.forget([ticket.id])
            self.engine.start([ticket])


def _is_odd(run: RunRecord, standing: Standing | None) -> bool:
    if standing is None:
        return run.state == "working"
    return standing in (Standing.ENDED, Standing.BROKEN)
