"""Workers as real processes: killed, stopped, one beside the other."""

import time

import pytest

from tests.jobs.workshop import Workshop, kill, until
from transcript2handoff.jobs.engine import Books
from transcript2handoff.jobs.engine_options import EngineOptions
from transcript2handoff.store import runs

STEPS = ("one", "two", "three")
WHOLE = [f"{what} {name}" for name in STEPS for what in ("begin", "end")]


def test_a_run_is_done_step_by_step(workshop: Workshop) -> None:
    workshop.worker()
    run = workshop.ends(workshop.start())
    assert [(step.name, step.position, step.state) for step in run.steps] == [
        ("one", 0, "done"),
        ("two", 1, "done"),
        ("three", 2, "done"),
    ]
    assert run.worker == "w"
    assert workshop.log(run.id) == WHOLE


@pytest.mark.parametrize("step", STEPS)
def test_after_a_kill_the_run_goes_on_with_the_step_it_was_killed_in(
    sqlite_workshop: Workshop, step: str
) -> None:
    hold = sqlite_workshop.have(step, "hold")
    first = sqlite_workshop.worker()
    run_id = sqlite_workshop.start()
    until(lambda: f"begin {step}" in sqlite_workshop.log(run_id))
    kill(first)
    hold.unlink()
    assert sqlite_workshop.run(run_id).state == "working"
    sqlite_workshop.worker()
    sqlite_workshop.ends(run_id)
    place = WHOLE.index(f"begin {step}")
    assert sqlite_workshop.log(run_id) == WHOLE[: place + 1] + WHOLE[place:]


def test_a_living_worker_takes_over_what_a_killed_one_has_begun(workshop: Workshop) -> None:
    hold = workshop.have("two", "hold")
    first = workshop.worker("first")
    run_id = workshop.start()
    until(lambda: "begin two" in workshop.log(run_id))
    workshop.worker("second")
    kill(first)
    hold.unlink()
    run = workshop.ends(run_id)
    assert run.worker == "second"
    assert workshop.log(run_id) == [*WHOLE[:3], *WHOLE[2:]]


@pytest.mark.slow
def test_a_worker_that_is_heard_keeps_its_work(workshop: Workshop) -> None:
    hold = workshop.have("two", "hold")
    workshop.worker("first")
    run_id = workshop.start()
    until(lambda: "begin two" in workshop.log(run_id))
    workshop.worker("second")
    others = [workshop.start(wanted=str(number)) for number in range(3)]
    # Longer than the silence of a dead worker: the second one looks several times.
    until(lambda: sum("begin two" in workshop.log(other) for other in others) > 0)
    time.sleep(4.5)
    hold.unlink()
    for each in (run_id, *others):
        workshop.ends(each)
        assert workshop.log(each) == WHOLE


def test_a_worker_that_is_told_to_stop_leaves_its_step_to_the_next_one(workshop: Workshop) -> None:
    hold = workshop.have("two", "hold")
    first = workshop.worker("first")
    run_id = workshop.start()
    until(lambda: "begin two" in workshop.log(run_id))
    first.terminate()
    assert first.wait(timeout=10) == 0
    assert (workshop.folder / "ended-first").read_text() == "True"
    assert workshop.run(run_id).state == "working"
    hold.unlink()
    # Under another name, and at once: it was handed back, nobody has to be missed first.
    workshop.worker("second")
    workshop.ends(run_id)
    assert workshop.log(run_id) == [*WHOLE[:3], *WHOLE[2:]]


def test_a_step_that_does_not_listen_does_not_keep_its_worker(sqlite_workshop: Workshop) -> None:
    deaf = sqlite_workshop.have("two", "deaf")
    worker = sqlite_workshop.worker()
    run_id = sqlite_workshop.start()
    until(lambda: "begin two" in sqlite_workshop.log(run_id))
    worker.terminate()
    assert worker.wait(timeout=15) == 0
    assert (sqlite_workshop.folder / "ended-w").read_text() == "False"
    deaf.unlink()
    sqlite_workshop.worker()
    sqlite_workshop.ends(run_id)
    assert sqlite_workshop.log(run_id) == [*WHOLE[:3], *WHOLE[2:]]


def test_a_run_that_is_cancelled_stops_in_its_step(workshop: Workshop) -> None:
    workshop.have("two", "hold")
    workshop.worker()
    run_id = workshop.start()
    until(lambda: "begin two" in workshop.log(run_id))
    with workshop.store.write() as tx:
        runs.cancel(tx, run_id)
    run = workshop.ends(run_id, "cancelled")
    assert [step.state for step in run.steps] == ["done", "cancelled"]
    assert workshop.log(run_id) == WHOLE[:3]


def test_a_run_that_is_cancelled_while_it_waits_is_never_begun(sqlite_workshop: Workshop) -> None:
    hold = sqlite_workshop.have("one", "hold")
    sqlite_workshop.worker()
    first, second = sqlite_workshop.start(wanted="1"), sqlite_workshop.start(wanted="2")
    until(lambda: sqlite_workshop.log(first))
    with sqlite_workshop.store.write() as tx:
        runs.cancel(tx, second)
    hold.unlink()
    sqlite_workshop.ends(first)
    last = sqlite_workshop.start(wanted="3")
    sqlite_workshop.ends(last)
    assert sqlite_workshop.log(second) == []
    assert sqlite_workshop.run(second).state == "cancelled"


def test_an_urgent_run_overtakes_all_that_wait(workshop: Workshop) -> None:
    hold = workshop.have("one", "hold")
    workshop.worker()
    first = workshop.start(wanted="first")
    until(lambda: workshop.log(first))
    many = [workshop.start(priority=9, wanted=f"bulk {number}") for number in range(6)]
    usual = workshop.start(priority=5, wanted="usual")
    time.sleep(0.5)
    urgent = workshop.start(priority=1, wanted="urgent")
    time.sleep(0.5)
    # The engine has the next ones alone: what waits behind them can still be overtaken.
    books = Books(EngineOptions.of(workshop.settings()))
    known = books.known()
    books.close()
    assert f"{urgent}.1" in known
    assert f"{many[-1]}.1" not in known
    hold.unlink()
    for each in (first, urgent, usual, *many):
        workshop.ends(each)
    begun = [line.split()[1] for line in workshop.whole_log() if line.endswith("begin one")]
    assert begun == [first, urgent, usual, *many]


@pytest.mark.parametrize("kind", ["StoreUnreachableError", "CrmBusyError", "StoreConflictError"])
def test_what_passes_is_tried_again(sqlite_workshop: Workshop, kind: str) -> None:
    sqlite_workshop.fail("two", kind)
    sqlite_workshop.worker()
    run = sqlite_workshop.ends(sqlite_workshop.start())
    assert sqlite_workshop.log(run.id) == [*WHOLE[:3], *WHOLE[2:]]
    assert "trying_again" in sqlite_workshop.told()


def test_what_fails_says_why_and_can_be_retried(sqlite_workshop: Workshop) -> None:
    sqlite_workshop.fail("two", "RecordingError")
    sqlite_workshop.worker()
    run_id = sqlite_workshop.start()
    run = sqlite_workshop.ends(run_id, "failed")
    assert run.error == "It does not work today."
    assert [step.state for step in run.steps] == ["done", "failed"]
    with sqlite_workshop.store.write() as tx:
        runs.retry(tx, run_id)
    assert sqlite_workshop.ends(run_id).attempt == 2
    assert "Traceback" not in sqlite_workshop.told()


def test_a_fault_of_ours_is_told_by_a_reference_that_the_log_explains(
    sqlite_workshop: Workshop,
) -> None:
    sqlite_workshop.fail("two", "bug")
    sqlite_workshop.worker()
    run = sqlite_workshop.ends(sqlite_workshop.start(), "failed")
    assert run.error
    assert "Marta" not in run.error
    reference = run.error.partition(" under ")[2].partition(";")[0]
    line = next(line for line in sqlite_workshop.told().splitlines() if reference in line)
    assert "ZeroDivisionError" in line
    assert "worker_child.py:" in line
    assert "Marta" not in sqlite_workshop.told()
    assert run.id in line
    sqlite_workshop.ends(sqlite_workshop.start(wanted="next"))


def test_two_workers_of_one_name_are_not_let_in(sqlite_workshop: Workshop) -> None:
    sqlite_workshop.worker()
    second = sqlite_workshop.worker()
    assert second.wait(timeout=10) != 0
    assert "A worker called w works here already" in sqlite_workshop.told()
