"""How a run is done: around each step, what the store is told of it."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeVar

from transcript2handoff.errors import (
    Cancelled,
    ConsentMissingError,
    HandoffError,
    StoreConflictError,
    StoreGoneError,
    StoreUnreachableError,
)
from transcript2handoff.jobs.patience import Pace, Patience
from transcript2handoff.jobs.port import Interrupted, StepOutcome, Ticket
from transcript2handoff.store import Store, Transaction, runs
from transcript2handoff.store.runs import EndState, RunRecord
from transcript2handoff.telemetry import bound, logger
from transcript2handoff.watch import STOPPED, Watch

_OVER = (StoreGoneError, StoreConflictError)
"""The run was erased, has ended, or is at another attempt by now."""
_Given = TypeVar("_Given")


class Work(Protocol):
    """How each step is done."""

    def step_names(self, run: RunRecord) -> tuple[str, ...]:
        """The steps of a run, in order.

        Raises:
            HandoffError: the run cannot be done.
        """
        ...

    def do(self, run: RunRecord, name: str, watch: Watch) -> StepOutcome:
        """Do a step, or find that what it makes is there.

        Raises:
            HandoffError: it cannot be done.
            Cancelled: the watch asked for that.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Conductor:
    """Plays runs for the engine; see ``port.Script``."""

    store: Store
    work: Work
    worker: str
    stop: threading.Event
    """Set when the worker stops: steps end at their next watch point and are done again later."""
    pace: Pace = field(default_factory=Pace)

    @property
    def _patience(self) -> Patience:
        return Patience(pace=self.pace, stop=self.stop)

    def plan(self, ticket: Ticket) -> list[str]:
        """Begin a run; the names of its steps, none if it is over."""
        with bound(run_id=ticket.run_id):
            run = self._begun(ticket)
            if run is None:
                return []
            patience = self._patience
            list_steps = partial(self.work.step_names, run)
            names = self._tried(run, lambda: patience.for_a_while(list_steps))
            if names == ():
                self._end(run, state="done")
            return list(names or ())

    def play(self, ticket: Ticket, name: str, position: int) -> bool:
        """Do a step of a run; whether the run goes on."""
        with bound(run_id=ticket.run_id, step=name):
            run = self._begun(ticket, step=(name, position))
            if run is None:
                return False
            began = time.monotonic()
            outcome = self._tried(run, lambda: self._done(run, name), step=name)
            if outcome is None:
                return False
            seconds = round(time.monotonic() - began, 3)
            logger(__name__).info("step_done", state=outcome.state, seconds=seconds)
            return self._note(partial(self._step_ended, run, name, outcome))

    def _step_ended(self, run: RunRecord, name: str, outcome: StepOutcome, tx: Transaction) -> None:
        # Raises if the run is at another attempt by now, whose steps are its own.
        runs.begin(tx, run.id, attempt=run.attempt, worker=self.worker)
        runs.step_ended(tx, run.id, name, state=outcome.state, key=outcome.key)

    def finish(self, ticket: Ticket) -> None:
        """Note that all steps of a run are done."""
        with bound(run_id=ticket.run_id):
            run = self._begun(ticket)
            if run is not None:
                self._end(run, state="done")

    def _begun(self, ticket: Ticket, step: tuple[str, int] | None = None) -> RunRecord | None:
        """The run, noted as worked on; none if it is over."""

        def begin() -> RunRecord:
            with self.store.write() as tx:
                run = runs.begin(tx, ticket.run_id, attempt=ticket.attempt, worker=self.worker)
                if step:
                    runs.step_began(tx, run.id, step[0], position=step[1])
            return run

        try:
            return self._patience.until_it_works(begin)
        except _OVER:
            return None

    def _done(self, run: RunRecord, name: str) -> StepOutcome:
        watch = RunWatch(self.store, run_id=run.id, step=name, conductor=self)

        def do() -> StepOutcome:
            watch.check()
            return self.work.do(run, name, watch.handed_in)

        return self._patience.for_a_while(do, check=watch.check)

    def _tried(
        self, run: RunRecord, do: Callable[[], _Given], *, step: str | None = None
    ) -> _Given | None:
        """What it gave; none if it did not succeed, which the run's row says by then.

        Raises:
            Interrupted: the worker stops. Whatever was raised may come of that.
        """
        try:
            return do()
        except Cancelled:
            self._leave_if_stopping(run)
            self._end(run, state="cancelled", step=step)
        except ConsentMissingError as error:
            self._end(run, state="held", error=str(error), step=step)
        except HandoffError as error:
            self._leave_if_stopping(run)
            logger(__name__).warning("run_failed", error=str(error))
            self._end(run, state="failed", error=str(error), step=step)
        except Exception as error:  # noqa: BLE001 - one bad run shall not end the others
            self._leave_if_stopping(run)
            told = _internal(error, worker=self.worker)
            self._end(run, state="failed", error=told, step=step)
        return None

    def _leave_if_stopping(self, run: RunRecord) -> None:
        if self.stop.is_set() and not is_cancelled(self.store, run.id):
            raise Interrupted from None

    def _end(
        self, run: RunRecord, *, state: EndState, error: str | None = None, step: str | None = None
    ) -> None:
        """Note how a run ended, and with it the step that has not done its work."""

        def end(tx: Transaction) -> None:
            now = runs.get(tx, run.id)
            # A worker that was taken for dead says nothing about the work of its successor.
            if (now.attempt, now.state, now.worker) != (run.attempt, "working", self.worker):
                return
            if step and state != "done":
                runs.step_failed(tx, run.id, step, state=state, error=error)
            runs.end(tx, run.id, state=state, error=error)

        if self._note(end):
            logger(__name__).info("run_ended", state=state)

    def _note(self, write: Callable[[Transaction], None]) -> bool:
        """Write to the run as soon as that works; whether the run is still there."""

        def noted() -> None:
            with self.store.write() as tx:
                write(tx)

        try:
            self._patience.until_it_works(noted)
        except _OVER:
            return False
        return True


class RunWatch:
    """The watch of a step: notes in the store how far it is, and asks there whether it shall stop.

    Both at most once in ``pace.watch`` seconds, for steps tell more often than people look.
    """

    def __init__(self, store: Store, *, run_id: str, step: str, conductor: Conductor) -> None:
        self._store = store
        self._run_id = run_id
        self._step = step
        self._stop = conductor.stop
        self._every = conductor.pace.watch
        self._noted = self._asked = time.monotonic() - self._every
        self._cancelled = False

    @property
    def handed_in(self) -> Watch:
        """For the work."""
        return Watch(report=self._report, cancelled=self._shall_stop)

    def check(self) -> None:
        """Nothing, as long as the step shall go on.

        Raises:
            Cancelled: it shall stop.
        """
        if self._shall_stop():
            raise Cancelled(STOPPED)

    def _shall_stop(self) -> bool:
        if self._stop.is_set():
            return True
        if (now := time.monotonic()) - self._asked >= self._every:
            self._asked = now
            self._cancelled = is_cancelled(self._store, self._run_id)
        return self._cancelled

    def _report(self, share: float) -> None:
        if (now := time.monotonic()) - self._noted < self._every:
            return
        self._noted = now
        try:
            with self._store.write() as tx:
                runs.step_at(tx, self._run_id, self._step, share)
        except StoreUnreachableError:
            """It is told again in a second; the step itself may not need the store by then."""


def is_cancelled(store: Store, run_id: str) -> bool:
    """Whether somebody has cancelled a run, as far as that can be found out now."""
    try:
        with store.read() as tx:
            return runs.is_cancelled(tx, run_id)
    except StoreUnreachableError:
        return False


def _internal(error: Exception, *, worker: str) -> str:
    """Words for a fault of ours; the log has its type and place, and nobody what it may quote."""
    reference = secrets.token_hex(4)
    logger(__name__).error("internal_error", reference=reference, exc_info=error)
    return (
        f"An internal error, which is a fault of this program. The log of the worker {worker} says "
        f"more under {reference}; tell whoever runs the service, then retry the run."
    )
