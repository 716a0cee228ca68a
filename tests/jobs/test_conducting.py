"""Around a step: what the run's row says, whatever happens in the step."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from tests.jobs.workshop import Workshop
from transcript2handoff.errors import Cancelled, HandoffError, RecordingError, StoreUnreachableError
from transcript2handoff.jobs.conducting import Conductor
from transcript2handoff.jobs.patience import Pace
from transcript2handoff.jobs.port import Interrupted, StepOutcome, Ticket
from transcript2handoff.store import erasing, runs
from transcript2handoff.store.runs import RunRecord
from transcript2handoff.watch import Watch

DONE = StepOutcome(state="done")


@dataclass
class OneStep:
    """A work of one step, which the test says."""

    step: Callable[[Watch], StepOutcome] = lambda _: DONE
    names: tuple[str, ...] = ("only",)

    def step_names(self, run: RunRecord) -> tuple[str, ...]:
        return self.names

    def do(self, run: RunRecord, name: str, watch: Watch) -> StepOutcome:
        return self.step(watch)


@dataclass
class Scene:
    """A run and a conductor who plays it."""

    shop: Workshop
    work: OneStep = field(default_factory=OneStep)
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.ticket = Ticket(run_id=self.shop.start(), attempt=1)

    def conductor(self, worker: str = "w") -> Conductor:
        pace = Pace(watch=0.2, patience=0.5, first_wait=0.02, longest_wait=0.05)
        return Conductor(
            store=self.shop.store, work=self.work, worker=worker, stop=self.stop, pace=pace
        )

    def play(self, step: Callable[[Watch], StepOutcome], worker: str = "w") -> bool:
        self.work.step = step
        return self.conductor(worker).play(self.ticket, "only", 0)

    @property
    def run(self) -> RunRecord:
        return self.shop.run(self.ticket.run_id)


@pytest.fixture
def scene(sqlite_workshop: Workshop) -> Scene:
    return Scene(sqlite_workshop)


def raising(error: BaseException) -> Callable[[Watch], StepOutcome]:
    def step(_: Watch) -> StepOutcome:
        raise error

    return step


def test_a_run_shows_as_worked_on_from_its_plan_to_its_end(scene: Scene) -> None:
    conductor = scene.conductor()
    assert conductor.plan(scene.ticket) == ["only"]
    assert (scene.run.state, scene.run.worker, scene.run.steps) == ("working", "w", ())
    assert conductor.play(scene.ticket, "only", 0) is True
    assert [(step.name, step.state) for step in scene.run.steps] == [("only", "done")]
    assert scene.run.state == "working"
    conductor.finish(scene.ticket)
    assert scene.run.state == "done"


def test_a_step_that_finds_its_result_says_so_and_leads_to_it(scene: Scene) -> None:
    outcome = StepOutcome(state="reused", key="k" * 64)
    assert scene.play(lambda _: outcome) is True
    [step] = scene.run.steps
    assert (step.state, step.key) == ("reused", "k" * 64)


def test_a_run_without_steps_is_done(scene: Scene) -> None:
    scene.work.names = ()
    assert scene.conductor().plan(scene.ticket) == []
    assert scene.run.state == "done"


def test_a_run_that_cannot_be_planned_fails(scene: Scene) -> None:
    def refuse(_: RunRecord) -> tuple[str, ...]:
        raise RecordingError("There is no recording.")

    scene.work.step_names = refuse
    assert scene.conductor().plan(scene.ticket) == []
    assert (scene.run.state, scene.run.error) == ("failed", "There is no recording.")


def test_a_run_that_cannot_be_planned_for_a_moment_is_planned_after_it(scene: Scene) -> None:
    faults = [StoreUnreachableError("The database is away.")] * 2

    def list_steps(_: RunRecord) -> tuple[str, ...]:
        if faults:
            raise faults.pop()
        return ("only",)

    scene.work.step_names = list_steps
    assert scene.conductor().plan(scene.ticket) == ["only"]
    assert scene.run.state == "working"


def test_progress_is_noted_now_and_then_and_not_each_time(scene: Scene) -> None:
    noted = set()
    began = time.monotonic()

    def step(watch: Watch) -> StepOutcome:
        for number in range(100):
            watch.at(number / 100)
            noted.add(scene.run.steps[0].done)
            time.sleep(0.005)
        return DONE

    assert scene.play(step) is True
    # Half a second and more of work, and a note each fifth of a second.
    assert 3 <= len(noted) <= (time.monotonic() - began) / 0.2 + 2
    assert scene.run.steps[0].done == 1.0


def test_a_step_is_asked_to_stop_when_its_run_is_cancelled(scene: Scene) -> None:
    def step(watch: Watch) -> StepOutcome:
        with scene.shop.store.write() as tx:
            runs.cancel(tx, scene.ticket.run_id)
        while True:
            watch.at(0.5)
            time.sleep(0.01)

    assert scene.play(step) is False
    assert (scene.run.state, scene.run.steps[0].state) == ("cancelled", "cancelled")


def test_a_step_is_asked_to_stop_when_its_run_is_erased(scene: Scene) -> None:
    def step(watch: Watch) -> StepOutcome:
        with scene.shop.store.write() as tx:
            erasing.deal(tx, scene.shop.deal_id, by="test")
        while True:
            watch.at(0.5)
            time.sleep(0.01)

    assert scene.play(step) is False
    assert scene.conductor().plan(scene.ticket) == []
    assert scene.play(lambda _: DONE) is False


@pytest.mark.parametrize(
    "error",
    [Cancelled("stopped"), RecordingError("The decoder was killed."), OSError("broken pipe")],
)
def test_whatever_is_raised_while_the_worker_stops_is_no_failure(
    scene: Scene, error: Exception
) -> None:
    def step(watch: Watch) -> StepOutcome:
        scene.stop.set()
        raise error

    with pytest.raises(Interrupted):
        scene.play(step)
    assert (scene.run.state, scene.run.steps[0].state) == ("working", "working")
    assert scene.run.error is None


def test_a_cancelled_run_is_cancelled_even_while_the_worker_stops(scene: Scene) -> None:
    def step(watch: Watch) -> StepOutcome:
        with scene.shop.store.write() as tx:
            runs.cancel(tx, scene.ticket.run_id)
        scene.stop.set()
        watch.at(0.5)
        return DONE

    assert scene.play(step) is False
    assert scene.run.state == "cancelled"


@pytest.mark.parametrize("error", [RecordingError("Broken."), Cancelled("stopped"), OSError()])
def test_a_worker_that_was_taken_for_dead_does_not_end_its_successors_run(
    scene: Scene, error: Exception
) -> None:
    def step(_: Watch) -> StepOutcome:
        scene.play(lambda _: DONE, worker="successor")
        raise error

    assert scene.play(step, worker="late") is False
    assert (scene.run.state, scene.run.worker) == ("working", "successor")
    scene.conductor("successor").finish(scene.ticket)
    scene.play(raising(HandoffError("too late")), worker="late")
    assert scene.run.state == "done"


def test_an_earlier_attempt_does_nothing_any_more(scene: Scene) -> None:
    scene.play(raising(RecordingError("Broken.")))
    with scene.shop.store.write() as tx:
        runs.retry(tx, scene.ticket.run_id)
    asked = []
    assert scene.play(lambda _: asked.append(1) or DONE) is False
    assert asked == []
    assert scene.run.state == "waiting"


def test_the_log_knows_run_and_step(scene: Scene) -> None:
    with capture_logs() as told:
        scene.play(raising(ValueError("secret words")))
    assert scene.run.steps[0].error == scene.run.error
    [line] = [line for line in told if line["event"] == "internal_error"]
    assert line["reference"] in scene.run.error
    assert "secret words" not in scene.run.error


def test_who_comes_late_says_nothing_about_another_attempt(scene: Scene) -> None:
    """A worker was taken for dead at a step; the run failed, was retried and has done that step."""
    run_id = scene.ticket.run_id

    def step(_: Watch) -> StepOutcome:
        with scene.shop.store.write() as tx:
            runs.begin(tx, run_id, attempt=1, worker="successor")
            runs.end(tx, run_id, state="failed", error="why")
            runs.retry(tx, run_id)
            runs.begin(tx, run_id, attempt=2, worker="successor")
            runs.step_began(tx, run_id, "only", position=0)
            runs.step_ended(tx, run_id, "only", state="done", key="new")
        return StepOutcome(state="done", key="old")

    assert scene.play(step) is False
    assert (scene.run.attempt, scene.run.worker) == (2, "successor")
    assert [step.key for step in scene.run.steps] == ["new"]
