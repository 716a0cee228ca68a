"""The engine: each step once, whoever is killed in between."""

import datetime
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.jobs.workshop import until
from transcript2handoff.errors import StoreUnreachableError
from transcript2handoff.jobs.engine import Books, forget
from transcript2handoff.jobs.engine_options import EngineOptions
from transcript2handoff.jobs.port import Standing, Ticket
from transcript2handoff.settings import Settings

CHILD = Path(__file__).with_name("engine_child.py")
WHOLE = ["plan", "begin one", "end one", "begin two", "end two", "begin three", "end three"]
DEATHS = 3
"""Of which a worker in these tests gives an attempt up."""


class Stage:
    """A folder with processes that work in it, and their common books."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self.processes: list[subprocess.Popen[bytes]] = []
        self._books: Books | None = None

    def worker(self, name: str = "w") -> subprocess.Popen[bytes]:
        (self.folder / f"ready-{name}").unlink(missing_ok=True)
        command = [sys.executable, "-W", "error", str(CHILD), self.url, name, str(self.folder)]
        process = subprocess.Popen(command)
        self.processes.append(process)
        until(lambda: (self.folder / f"ready-{name}").exists() or process.poll() is not None)
        assert process.poll() is None
        return process

    @property
    def books(self) -> Books:
        if self._books is None:
            self._books = Books(EngineOptions(url=self.url))
        return self._books

    def standing(self, ticket: Ticket) -> Standing | None:
        return self.books.standings([ticket]).get(ticket.id)

    def touch(self, name: str) -> Path:
        (self.folder / name).touch()
        return self.folder / name

    def log(self, ticket: Ticket) -> list[str]:
        """What was done for a ticket."""
        told = [line.split(" ", 2) for line in self.whole_log()]
        return [what for _, which, what in told if which == ticket.id]

    def whole_log(self) -> list[str]:
        path = self.folder / "log"
        return path.read_text().splitlines() if path.exists() else []

    def end(self) -> None:
        if self._books:
            self._books.close()
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path, f"sqlite:///{tmp_path / 'engine.db'}")
    yield stage
    stage.end()


def later() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=1)


def ticket(name: str = "r", priority: int = 5) -> Ticket:
    return Ticket(run_id=name, attempt=1, priority=priority)


def test_a_killed_worker_begins_again_with_the_step_that_it_was_killed_in(stage: Stage) -> None:
    hold = stage.touch("hold-two")
    first = stage.worker()
    stage.books.start([ticket()])
    until(lambda: "begin two" in stage.log(ticket()))
    first.send_signal(signal.SIGKILL)
    first.wait()
    hold.unlink()
    stage.worker()
    until(lambda: "finish" in stage.log(ticket()))
    assert stage.log(ticket()) == [*WHOLE[:4], *WHOLE[3:], "finish"]


def test_a_step_that_says_so_is_the_last_one(stage: Stage) -> None:
    stage.touch("last-two")
    stage.worker()
    stage.books.start([ticket()])
    until(lambda: stage.standing(ticket()) is Standing.ENDED)
    assert stage.log(ticket()) == WHOLE[:5]


def test_an_attempt_is_done_once_however_often_it_is_started(stage: Stage) -> None:
    stage.worker()
    stage.books.start([ticket(), ticket()])
    until(lambda: stage.standing(ticket()) is Standing.ENDED)
    stage.books.start([ticket(priority=1)])
    stage.books.start([ticket("last")])
    until(lambda: stage.standing(ticket("last")) is Standing.ENDED)
    assert stage.log(ticket()) == [*WHOLE, "finish"]


def test_the_more_urgent_goes_first(stage: Stage) -> None:
    hold = stage.touch("hold-one")
    stage.worker()
    stage.books.start([ticket("first")])
    until(lambda: stage.log(ticket("first")))
    order = {"bulk": 9, "usual": 5, "urgent": 1}
    stage.books.start([ticket(name, priority) for name, priority in order.items()])
    assert stage.standing(ticket("bulk", 9)) is Standing.QUEUED
    hold.unlink()
    until(lambda: stage.standing(ticket("bulk")) is Standing.ENDED)
    begun = [line.split()[1] for line in stage.whole_log() if line.endswith("begin one")]
    assert begun == ["first.1", "urgent.1", "usual.1", "bulk.1"]


def test_what_a_dead_worker_has_begun_is_taken_over_once(stage: Stage) -> None:
    hold = stage.touch("hold-two")
    dead = stage.worker("dead")
    stage.books.start([ticket()])
    until(lambda: "begin two" in stage.log(ticket()))
    dead.send_signal(signal.SIGKILL)
    dead.wait()
    stage.worker("one")
    stage.worker("two")
    stage.touch("take-over-one")
    stage.touch("take-over-two")
    until(lambda: stage.log(ticket()).count("begin two") == 2)
    # The one that was slower asks again: it must not take it from the one that lives.
    stage.touch("take-over-one")
    stage.touch("take-over-two")
    until(lambda: not list(stage.folder.glob("take-over-*")))
    hold.unlink()
    until(lambda: "finish" in stage.log(ticket()))
    assert stage.log(ticket()) == [*WHOLE[:4], *WHOLE[3:], "finish"]


def test_what_a_living_worker_has_lost_is_taken_up_by_it(stage: Stage) -> None:
    hold = stage.touch("hold-one")
    stage.worker()
    stage.books.start([ticket("first")])
    until(lambda: stage.log(ticket("first")))
    stage.books.start([ticket("lost", 9), ticket("last", 9)])
    # As if the database had been gone when the engine wanted to note that it ended.
    with closing(sqlite3.connect(stage.folder / "engine.db")) as books, books:
        books.execute(
            "UPDATE workflow_status SET status='PENDING', executor_id='w' "
            "WHERE workflow_uuid='lost.1'"
        )
    hold.unlink()
    until(lambda: stage.standing(ticket("last")) is Standing.ENDED)
    assert stage.log(ticket("lost")) == []
    stage.touch("take-up-w")
    until(lambda: not (stage.folder / "take-up-w").exists())
    assert stage.standing(ticket("lost")) is Standing.WORKING
    stage.touch("take-up-w")
    until(lambda: stage.standing(ticket("lost")) is Standing.ENDED)
    assert stage.log(ticket("lost")) == [*WHOLE, "finish"]


def test_what_takes_its_worker_down_each_time_is_given_up(stage: Stage) -> None:
    stage.touch("die-two")
    worker = stage.worker()
    stage.books.start([ticket()])
    for _ in range(DEATHS):
        worker.wait(timeout=20)
        worker = stage.worker()
    until(lambda: stage.standing(ticket()) is Standing.BROKEN)
    assert worker.poll() is None


def test_nothing_is_pickled_and_only_references_are_noted(stage: Stage) -> None:
    stage.worker()
    stage.books.start([ticket()])
    until(lambda: stage.standing(ticket()) is Standing.ENDED)
    with closing(sqlite3.connect(stage.folder / "engine.db")) as books:
        [(inputs, how)] = books.execute("SELECT inputs, serialization FROM workflow_status")
        noted = books.execute("SELECT function_name, output, error FROM operation_outputs")
        assert {row[0]: row[1:] for row in noted} == {
            "plan": ('["one","two","three"]', None),
            "one": ("true", None),
            "two": ("true", None),
            "three": ("true", None),
            "finish": ("null", None),
        }
    assert how == "portable_json"
    assert inputs is None or "pickle" not in inputs


def test_what_is_forgotten_has_left_nothing(stage: Stage) -> None:
    stage.worker()
    stage.books.start([ticket("kept"), ticket("erased")])
    stage.books.start([Ticket(run_id="erased", attempt=2)])
    until(lambda: len(stage.books.known(ended_before=later())) == 3)
    settings = Settings(data=stage.folder)
    forget(settings, ["erased", "unknown"])
    assert stage.books.known() == ("kept.1",)
    with closing(sqlite3.connect(stage.folder / "engine.db")) as books:
        told = "\n".join(books.iterdump())
    assert "kept.1" in told
    assert "erased" not in told


def test_what_a_step_notes_after_it_was_forgotten_goes_when_it_is_forgotten_again(
    stage: Stage,
) -> None:
    """Nothing is known of the attempt by then: tables of what steps made have no key to it."""
    stage.worker()
    stage.books.start([ticket("erased")])
    until(lambda: stage.standing(ticket("erased")) is Standing.ENDED)
    with closing(sqlite3.connect(stage.folder / "engine.db")) as books:
        late = books.execute("SELECT * FROM operation_outputs").fetchall()
        settings = Settings(data=stage.folder)
        forget(settings, ["erased"])
        marks = ", ".join("?" * len(late[0]))
        books.executemany(f"INSERT INTO operation_outputs VALUES ({marks})", late)
        books.commit()
        assert stage.books.known() == ()
        forget(settings, ["erased"])
        assert "erased" not in "\n".join(books.iterdump())


def test_what_was_forgotten_meanwhile_is_not_resumed(stage: Stage) -> None:
    stage.worker()
    stage.books.start([ticket("kept")])
    until(lambda: stage.standing(ticket("kept")) is Standing.ENDED)
    stage.books.resume(["forgotten.1", "kept.1"])
    assert stage.standing(ticket("kept")) is Standing.ENDED
    assert stage.books.known() == ("kept.1",)


def test_where_no_engine_ever_worked_there_is_nothing_to_forget(
    tmp_path: Path, bare_database_url: str
) -> None:
    forget(Settings(data=tmp_path, database=bare_database_url), ["run"])
    assert not (tmp_path / "engine.db").exists()


def test_books_that_cannot_be_opened_are_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "engine.db").write_bytes(b"no database" * 1000)
    with pytest.raises(StoreUnreachableError, match=r"engine\.db cannot be read"):
        forget(Settings(data=tmp_path), ["run"])


@given(st.from_regex(r"[a-z0-9_.-]{1,40}", fullmatch=True), st.integers(1, 10**6))
def test_a_ticket_is_known_by_its_name(run_id: str, attempt: int) -> None:
    told = Ticket.named(Ticket(run_id=run_id, attempt=attempt).id)
    assert (told.run_id, told.attempt) == (run_id, attempt)
