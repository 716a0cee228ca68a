"""What may happen around a worker: the database goes away, the engine's books are lost."""

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest

from tests.jobs.workshop import Workshop, kill, until
from transcript2handoff.errors import StoreNotMigratedError
from transcript2handoff.jobs.engine import Books, Engine
from transcript2handoff.jobs.engine_options import EngineOptions
from transcript2handoff.jobs.port import Ticket
from transcript2handoff.store import erasing, runs

WHOLE = [f"{what} {name}" for name in ("one", "two", "three") for what in ("begin", "end")]

KILLS = 5


@contextmanager
def away(url: str) -> Iterator[None]:
    """A PostgreSQL database that nobody can reach, and that has dropped all who had."""
    server, _, rest = url.rpartition("/test_")
    name = "test_" + rest.partition("?")[0]
    address = f"{server}/postgres?{rest.partition('?')[2]}"
    # The driver takes the host out of the query; the slash in it is not the one that we split at.
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        yield
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


@pytest.mark.slow
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_while_the_database_is_away_workers_wait_and_repeat_nothing(workshop: Workshop) -> None:
    hold = workshop.have("two", "hold")
    workers = [workshop.worker("first"), workshop.worker("second")]
    wanted = [workshop.start(wanted=str(number)) for number in range(3)]
    until(lambda: sum("begin two" in workshop.log(each) for each in wanted) == 2)
    with away(workshop.url):
        # Longer than the silence of a dead worker.
        time.sleep(3.5)
        hold.unlink()
        time.sleep(0.5)
    for each in wanted:
        workshop.ends(each, seconds=60)
        assert workshop.log(each) == WHOLE
    assert [worker.poll() for worker in workers] == [None, None]
    assert "loop_failed" in workshop.told("first")
    assert "internal_error" not in workshop.told("first") + workshop.told("second")


def test_when_the_books_of_the_engine_are_lost_the_runs_are_not(sqlite_workshop: Workshop) -> None:
    hold = sqlite_workshop.have("two", "hold")
    first = sqlite_workshop.worker()
    working, waiting = (sqlite_workshop.start(wanted=name) for name in ("working", "waiting"))
    until(lambda: "begin two" in sqlite_workshop.log(working))
    kill(first)
    for file in sqlite_workshop.folder.glob("engine.db*"):
        file.unlink()
    hold.unlink()
    sqlite_workshop.worker()
    sqlite_workshop.ends(working)
    sqlite_workshop.ends(waiting)


def test_a_run_that_is_erased_at_work_stops_and_leaves_nothing(workshop: Workshop) -> None:
    workshop.have("two", "hold")
    workshop.worker()
    run_id = workshop.start()
    until(lambda: "begin two" in workshop.log(run_id))
    with workshop.store.write() as tx:
        erased = erasing.deal(tx, workshop.deal_id, by="test")
    assert erased.run_ids == (run_id,)
    books = Books(EngineOptions.of(workshop.settings()))
    until(lambda: not books.begun())
    assert workshop.log(run_id) == WHOLE[:3]
    assert books.known() == (Ticket(run_id=run_id, attempt=1).id,)
    books.close()
    with workshop.store.read() as tx:
        assert runs.queue(tx).working == 0
    assert "internal_error" not in workshop.told()


@pytest.mark.slow
def test_whenever_workers_are_killed_every_run_ends_and_no_finished_step_is_repeated(
    workshop: Workshop,
) -> None:
    (workshop.folder / "slow").touch()
    chance = random.Random(20)
    wanted = [workshop.start(wanted=str(number)) for number in range(24)]
    workers = {name: workshop.worker(name) for name in ("first", "second")}
    for _ in range(KILLS):
        name = chance.choice(sorted(workers))
        time.sleep(chance.uniform(0.1, 0.9))
        kill(workers[name])
        workers[name] = workshop.worker(name)
    repeated = 0
    for each in wanted:
        workshop.ends(each, seconds=120)
        told = workshop.log(each)
        repeated += sum(line.startswith("begin") for line in told) - 3
        # A step may have been begun more than once, one after the other, and nothing else.
        names = [line.split()[1] for line in told]
        assert names == sorted(names, key=["one", "two", "three"].index)
        assert {f"end {name}" for name in ("one", "two", "three")} <= set(told)
    assert repeated <= KILLS


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_database_user_who_may_not_make_the_engines_tables_is_told_of(
    workshop: Workshop,
) -> None:
    with psycopg.connect(workshop.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE modest LOGIN")
        connection.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO modest")
    options = EngineOptions(url=workshop.url.replace("postgres:@", "modest@"), worker="w")
    try:
        with pytest.raises(StoreNotMigratedError, match="create a schema there"):
            Engine(options, NoScript()).launch()
    finally:
        with psycopg.connect(workshop.url, autocommit=True) as connection:
            connection.execute("DROP OWNED BY modest")
            connection.execute("DROP ROLE modest")


class NoScript:
    """Nothing is ever played."""

    def plan(self, ticket: Ticket) -> list[str]:
        raise AssertionError

    def play(self, ticket: Ticket, name: str, position: int) -> bool:
        raise AssertionError

    def finish(self, ticket: Ticket) -> None:
        raise AssertionError


@pytest.mark.slow
def test_a_run_that_takes_its_worker_down_each_time_fails_in_words(
    sqlite_workshop: Workshop,
) -> None:
    die = sqlite_workshop.have("two", "die")
    run_id = sqlite_workshop.start()
    for _ in range(3):
        sqlite_workshop.worker().wait(timeout=20)
    sqlite_workshop.worker()
    run = sqlite_workshop.ends(run_id, "failed")
    assert run.error
    assert "too little memory" in run.error
    assert run.steps[-1].state == "failed"
    die.unlink()
    with sqlite_workshop.store.write() as tx:
        runs.retry(tx, run_id)
    sqlite_workshop.ends(run_id)


@pytest.mark.parametrize("state", ["waiting", "working"])
def test_a_store_that_was_restored_from_a_backup_is_right(
    sqlite_workshop: Workshop, state: str
) -> None:
    sqlite_workshop.worker()
    run_id = sqlite_workshop.start()
    sqlite_workshop.ends(run_id)
    with closing(sqlite3.connect(sqlite_workshop.folder / "t2h.db")) as database, database:
        database.execute("UPDATE runs SET state=?, ended=NULL", [state])
    sqlite_workshop.ends(run_id)
    assert sqlite_workshop.log(run_id) == [*WHOLE, *WHOLE]
