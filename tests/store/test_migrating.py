"""The schema: up and down on both databases, the same as the tables, and checked at opening."""

import subprocess
import sys

import pytest
from sqlalchemy import inspect, text

from transcript2handoff.errors import SettingsError, StoreNotMigratedError
from transcript2handoff.store import Store, migrate
from transcript2handoff.store.engine import connect, read_url
from transcript2handoff.store.migrating import drift, versions


def tables(url: str) -> set[str]:
    engine = connect(read_url(url))
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def execute(url: str, statement: str) -> None:
    engine = connect(read_url(url)).execution_options(t2h_writing=True)
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def test_each_version_goes_up_and_down_and_up_again(bare_database_url: str):
    for version in (*versions(), *versions()[-2::-1], "base", "head"):
        there = migrate(bare_database_url, revision=version)
        assert there == {"base": None, "head": versions()[-1]}.get(version, version)
    assert drift(bare_database_url) == []
    migrate(bare_database_url, revision="base")
    assert tables(bare_database_url) == {"alembic_version"}


def test_the_schema_is_that_of_the_tables(database_url: str):
    assert drift(database_url) == []


def test_a_change_of_the_schema_is_noticed(database_url: str):
    execute(database_url, "ALTER TABLE deals ADD COLUMN extra INTEGER")
    assert len(drift(database_url)) == 1


def test_migrating_twice_changes_nothing(database_url: str, tmp_path):
    assert migrate(database_url) == versions()[-1]
    Store.open(database_url, str(tmp_path / "blobs")).close()


def test_programs_that_migrate_at_the_same_time_do_it_once(bare_database_url: str):
    script = "import sys; from transcript2handoff.store import migrate; print(migrate(sys.argv[1]))"
    command = [sys.executable, "-c", script, bare_database_url]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert {process.communicate(timeout=60)[0] for process in processes} == {f"{versions()[-1]}\n"}
    assert drift(bare_database_url) == []


def test_a_database_without_tables_is_not_opened(bare_database_url: str, tmp_path):
    with pytest.raises(StoreNotMigratedError, match=r"no schema.*t2h migrate"):
        Store.open(bare_database_url, str(tmp_path / "blobs"))


def test_a_database_of_a_newer_program_is_left_alone(database_url: str, tmp_path):
    execute(database_url, "UPDATE alembic_version SET version_num = '9999'")
    for use in (
        lambda: migrate(database_url),
        lambda: migrate(database_url, revision="base"),
        lambda: Store.open(database_url, str(tmp_path / "blobs")),
    ):
        with pytest.raises(StoreNotMigratedError, match="9999, which is newer"):
            use()


def test_a_database_of_another_program_is_left_alone(bare_database_url: str):
    execute(bare_database_url, "CREATE TABLE users (id INTEGER)")
    with pytest.raises(StoreNotMigratedError, match="table users"):
        migrate(bare_database_url)
    assert tables(bare_database_url) == {"users"}


def test_a_migration_that_breaks_off_leaves_nothing(bare_database_url: str):
    """A view of the name of a table that is made late stops the migration half way."""
    execute(bare_database_url, "CREATE VIEW steps AS SELECT 1 AS one")
    with pytest.raises(Exception, match="steps"):
        migrate(bare_database_url)
    assert tables(bare_database_url) == set()


def test_the_audit_is_only_ever_added_to(database_url: str):
    execute(
        database_url,
        "INSERT INTO audit VALUES (1, '2026-03-02 09:00:00', 'worker', 'add', 'deal', '-', '{}',"
        " '0', '1')",
    )
    for statement in ("UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"):
        with pytest.raises(Exception, match="only ever added to"):
            execute(database_url, statement)


def test_an_address_of_another_kind_is_refused_without_repeating_it(tmp_path):
    for url in ("mysql://u:secret@h/d", "sqlite://", "sqlite:///:memory:", "secret", ""):
        with pytest.raises(SettingsError, match="sqlite:///FOLDER") as told:
            Store.open(url, str(tmp_path))
        assert "secret" not in str(told.value)
