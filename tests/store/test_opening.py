"""The store: transactions of which all or nothing is kept, and errors in words."""

import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, select, text

from transcript2handoff.deal import Deal
from transcript2handoff.errors import (
    InputError,
    StoreConflictError,
    StoreError,
    StoreUnreachableError,
)
from transcript2handoff.store import Deed, Store, Window, deals, migrate, opening
from transcript2handoff.store import engine as engine_module
from transcript2handoff.store.chain import BEGINNING, digest_of
from transcript2handoff.store.tables import AuditRow


def add(store: Store, name: str = "x") -> str:
    with store.write() as tx:
        return deals.add(tx, deals.NewDeal(deal=Deal(deal=name), by="import")).id


def names(store: Store) -> list[str]:
    with store.read() as tx:
        return [deal.deal.deal for deal in deals.listed(tx, Window()).items]


def deed(number: int = 0) -> Deed:
    return Deed(actor="worker", action="add", matter="deal", details={"number": number})


def test_a_transaction_that_fails_keeps_nothing(store: Store):
    def broken_off() -> None:
        with store.write() as tx:
            deals.add(tx, deals.NewDeal(deal=Deal(deal="lost"), by="import"))
            tx.note(deed())
            raise RuntimeError("broken off")

    with pytest.raises(RuntimeError, match="broken off"):
        broken_off()
    assert names(store) == []
    assert audit(store) == []


def audit(store: Store) -> list[AuditRow]:
    with store.read() as tx:
        return list(tx.session.scalars(select(AuditRow).order_by(AuditRow.number)))


def test_a_reader_cannot_write(store: Store):
    with pytest.raises(StoreUnreachableError, match="read"), store.read() as tx:
        deals.add(tx, deals.NewDeal(deal=Deal(), by="import"))
    assert names(store) == []


def test_a_reader_sees_what_was_there_when_it_began(store: Store):
    add(store, "first")
    with store.read() as tx:
        assert len(deals.listed(tx, Window()).items) == 1
        in_thread(lambda: add(store, "second"))
        assert len(deals.listed(tx, Window()).items) == 1
    assert len(names(store)) == 2


def test_readers_do_not_wait_for_a_writer(store: Store):
    with store.write() as tx:
        deals.add(tx, deals.NewDeal(deal=Deal(), by="import"))
        tx.session.flush()
        in_thread(lambda: names(store))


def in_thread(work) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(timeout=5)
    assert not thread.is_alive()


def test_deeds_of_readers_and_writers_make_one_chain(store: Store):
    def work(number: int) -> None:
        for each in range(5):
            with store.read() if each % 2 else store.write() as tx:
                tx.note(deed(number))
                tx.note(deed(number + 1))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = audit(store)
    assert [row.number for row in rows] == list(range(1, 41))
    assert [row.previous for row in rows] == [BEGINNING, *(row.digest for row in rows[:-1])]
    assert all(row.digest == digest_of(row) for row in rows)


def test_a_moment_is_that_of_the_clock(store: Store, clock):
    deal_id = add(store)
    clock.move(3600)
    with store.read() as tx:
        assert (tx.now - deals.get(tx, deal_id).created).total_seconds() == 3600


ELSEWHERE = """
import sys
from transcript2handoff.store import Store, deals
store = Store.open(sys.argv[1], sys.argv[2])
for _ in range(40):
    with store.write() as tx:
        score = deals.get(tx, sys.argv[3], lock=True).score or 0
        deals.change(tx, sys.argv[3], deals.DealChanges(score=score + 1))
"""


def test_processes_write_one_after_the_other(database_url: str, store: Store, tmp_path: Path):
    deal_id = add(store)
    command = [sys.executable, "-c", ELSEWHERE, database_url, str(tmp_path / "blobs"), deal_id]
    processes = [subprocess.Popen(command) for _ in range(2)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    with store.read() as tx:
        assert deals.get(tx, deal_id).score == 80


@pytest.fixture
def impatient(
    monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path
) -> Iterator[Store]:
    """A second store on the database of ``store``, whose writers wait half a second."""
    monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0.5)
    with closing(Store.open(database_url, str(tmp_path / "blobs"))) as opened:
        yield opened


def test_a_writer_that_waits_in_vain_is_told(store: Store, impatient: Store):
    deal_id = add(store)
    began = time.monotonic()
    with store.write() as tx:
        deals.get(tx, deal_id, lock=True)
        with (
            pytest.raises(StoreUnreachableError, match=r"busy.*Try again"),
            impatient.write() as own,
        ):
            deals.get(own, deal_id, lock=True)
    assert 0.3 < time.monotonic() - began < 5
    with impatient.write() as own:
        deals.get(own, deal_id, lock=True)


def test_a_clash_is_told_without_what_was_written(store: Store):
    new = deals.NewDeal(deal=Deal(deal="secret name"), by="x", source="crm", external_id="1")
    with store.write() as tx:
        deals.add(tx, new)
    with pytest.raises(StoreConflictError, match="Read it again") as told, store.write() as tx:
        deals.add(tx, new)
    assert "secret name" not in str(told.value)


def test_a_value_that_no_database_holds_is_told(store: Store, database: str):
    """SQLite holds it; what matters is that nobody sees a stack trace."""
    told = pytest.raises(InputError, match="NUL") if database == "postgresql" else nullcontext()
    with told, store.write() as tx:
        deals.add(tx, deals.NewDeal(deal=Deal(), by="a\0b"))


def test_a_deadlock_is_a_conflict(store: Store, database: str):
    """PostgreSQL lets one of two go on; SQLite's writers cannot come to it."""
    first, second = add(store), add(store)
    barrier, told = threading.Barrier(2), []

    def both(ids: tuple[str, str]) -> None:
        try:
            with store.write() as tx:
                deals.get(tx, ids[0], lock=True)
                if database == "postgresql":
                    barrier.wait(timeout=5)
                deals.get(tx, ids[1], lock=True)
        except StoreConflictError as error:
            told.append(error)

    threads = [
        threading.Thread(target=both, args=(ids,)) for ids in ((first, second), (second, first))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == (1 if database == "postgresql" else 0)


@contextmanager
def gone(url: str, server: str) -> Iterator[None]:
    """The database lets nobody in and throws out who is in, as a server that stops does."""
    name = make_url(url).database
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        yield
        connection.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")


@pytest.fixture
def on_postgresql(postgresql_server: str, request: pytest.FixtureRequest, tmp_path: Path):
    name = f"gone_{os.getpid()}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_t2h STRATEGY FILE_COPY")
        url = postgresql_server.replace("/postgres?", f"/{name}?")
        with closing(Store.open(url, str(tmp_path / "blobs"))) as store:
            yield store, url
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_server_that_is_gone_is_told_and_work_goes_on_after_it(
    on_postgresql: tuple[Store, str], postgresql_server: str
):
    store, url = on_postgresql
    add(store, "before")
    with gone(url, postgresql_server):
        for use in (store.ping, lambda: names(store), lambda: add(store)):
            with pytest.raises(StoreUnreachableError, match="not currently accepting"):
                use()
    store.ping()
    add(store, "after")
    assert sorted(names(store)) == ["after", "before"]


def test_a_connection_that_breaks_in_a_transaction_takes_it_back(
    on_postgresql: tuple[Store, str], postgresql_server: str
):
    store, url = on_postgresql

    def broken_off() -> None:
        with store.write() as tx:
            deals.add(tx, deals.NewDeal(deal=Deal(deal="lost"), by="import"))
            with gone(url, postgresql_server):
                pass
            tx.session.execute(text("SELECT 1"))

    with pytest.raises(StoreUnreachableError, match="try again"):
        broken_off()
    assert names(store) == []


def test_a_server_that_is_not_there_is_told_without_the_password(tmp_path: Path):
    url = "postgresql://somebody:pass-word@127.0.0.1:1/deals"
    with pytest.raises(StoreUnreachableError, match=r"127\.0\.0\.1") as told:
        Store.open(url, str(tmp_path))
    assert "pass-word" not in str(told.value)


FULL = """
import contextlib
import sys
from pathlib import Path
from transcript2handoff.deal import Deal
from transcript2handoff.errors import StoreUnreachableError
from transcript2handoff.store import Store, Window, deals, migrate
url = f"sqlite:///{sys.argv[1]}/t2h.db"
migrate(url)
store = Store.open(url, sys.argv[1] + "/blobs")
filler = Path(sys.argv[1], "filler")
with filler.open("wb", buffering=0) as full, contextlib.suppress(OSError):
    while full.write(b"x" * 4096):
        pass
try:
    while True:
        with store.write() as tx:
            deals.add(tx, deals.NewDeal(deal=Deal(deal="x" * 50_000), by="import"))
except StoreUnreachableError as error:
    print(error)
filler.unlink()
with store.read() as tx:
    before = len(deals.listed(tx, Window()).items)
with store.write() as tx:
    deals.add(tx, deals.NewDeal(deal=Deal(deal="after"), by="import"))
with store.read() as tx:
    print(len(deals.listed(tx, Window()).items) - before)
"""


def test_a_full_disk_is_told_and_work_goes_on_when_there_is_room(tmp_path: Path):
    alone = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    mount = 'mount -t tmpfs -o size=2m tmpfs "$1" && exec "$2" -c "$3" "$1"'
    done = subprocess.run(
        [*alone, mount, "sh", str(tmp_path), sys.executable, FULL],
        capture_output=True,
        text=True,
        check=True,
    )
    message, more = done.stdout.splitlines()
    assert "full" in message
    assert "its disk has room; then try again" in message
    assert more == "1"


def test_a_file_that_is_no_database_is_told(tmp_path: Path):
    (tmp_path / "t2h.db").write_bytes(b"This is no database at all." * 100)
    with pytest.raises(StoreUnreachableError, match="backup"):
        Store.open(f"sqlite:///{tmp_path / 't2h.db'}", str(tmp_path / "blobs"))


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnreachableError, match="file"):
        migrate(f"sqlite:///{tmp_path / 'file' / 'deeper' / 't2h.db'}")


def test_a_file_and_its_journal_are_for_its_owner_alone(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'new' / 't2h.db'}"
    migrate(url)
    with closing(Store.open(url, str(tmp_path / "blobs"))) as store:
        add(store)
        files = list((tmp_path / "new").iterdir())
        assert len(files) == 3
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_what_was_erased_stands_nowhere_in_the_file(sqlite_store: Store, tmp_path: Path):
    deal_id = add(sqlite_store, "a name that nobody else has")
    written = b"".join(path.read_bytes() for path in tmp_path.glob("t2h.db*"))
    assert b"nobody else" in written
    with sqlite_store.write() as tx:
        tx.session.execute(text("DELETE FROM deals WHERE id = :id"), {"id": deal_id})
    sqlite_store.settle()
    written = b"".join(path.read_bytes() for path in tmp_path.glob("t2h.db*"))
    assert b"nobody else" not in written


def test_an_sqlite_file_waits_for_its_disk(sqlite_template: Path, tmp_path: Path):
    url = f"sqlite:///{sqlite_template}"
    with closing(Store.open(url, str(tmp_path / "blobs"))) as store, store.read() as tx:
        assert tx.session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert tx.session.scalar(text("PRAGMA synchronous")) == 2
        assert tx.session.scalar(text("PRAGMA foreign_keys")) == 1


def test_ping_finds_the_blobs_gone(sqlite_store: Store, tmp_path: Path):
    sqlite_store.ping()
    (tmp_path / "blobs").rmdir()
    (tmp_path / "blobs").write_text("")
    with pytest.raises(StoreError):
        sqlite_store.ping()


def with_moved_words(file: Path) -> bool:
    """Words in many rows are put out, in pages that SQLite has split; whether some still stand."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, words TEXT)")
        dice = random.Random(1)
        for number in range(400):
            words = "Ysolde Raskakastow " * dice.randrange(3, 70) if number % 4 == 0 else "x" * 700
            row = (dice.randrange(1 << 30), words)
            connection.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", row)
        connection.execute("UPDATE notes SET words = 'gone' WHERE words LIKE 'Ysolde%'")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return b"Raskakastow" in file.read_bytes()


def test_what_was_moved_and_erased_is_gone_from_a_file_that_is_written_anew(sqlite_store: Store):
    assert sqlite_store.file is not None
    kept = add(sqlite_store, "kept")
    assert with_moved_words(sqlite_store.file)
    sqlite_store.rewrite()
    assert b"Raskakastow" not in sqlite_store.file.read_bytes()
    assert names(sqlite_store) == ["kept"]
    with sqlite_store.write() as tx:
        assert deals.get(tx, kept).deal.deal == "kept"


def test_a_large_file_and_a_server_are_left_as_they_are(
    store: Store, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
):
    store.rewrite()
    assert sqlite_store.file is not None
    assert with_moved_words(sqlite_store.file)
    monkeypatch.setattr(opening, "_LARGEST_REWRITTEN", 1000)
    sqlite_store.rewrite()
    assert b"Raskakastow" in sqlite_store.file.read_bytes()
