"""The schema: up and down on both databases, the same as the tables, and checked at opening."""

import datetime
import subprocess
import sys
from contextlib import closing
from importlib import import_module

import pytest
from sqlalchemy import inspect, text

from transcript2handoff.errors import SettingsError, StoreNotMigratedError
from transcript2handoff.store import Store, Window, deals, migrate
from transcript2handoff.store.deals import DealFilter
from transcript2handoff.store.engine import connect, read_url
from transcript2handoff.store.migrating import drift, versions
from transcript2handoff.store.tables import plain


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


def test_deals_that_are_there_say_of_themselves_what_new_ones_do(
    database: str, bare_database_url: str, tmp_path
):
    migrate(bare_database_url, revision="0001")
    moment = "'2026-03-02 09:00:00'" if database == "sqlite" else "'2026-03-02 09:00:00+00'"
    false = "0" if database == "sqlite" else "false"

    def add(name: str, deal: str, verdict: str, events: int = 0, decision: str = "") -> None:
        execute(
            bare_database_url,
            "INSERT INTO deals (id, created, deal, version, won, verdict, handoff_version,"
            f" event_number, paper_number, by, updated) VALUES ('{name}', {moment}, '{deal}', 1,"
            f" {false}, {verdict}, 1, {events}, 0, 'import', {moment})",
        )
        if decision:
            told = f'{{"what"\\:"{decision}","edition"\\:"1-0"}}'
            execute(
                bare_database_url,
                "INSERT INTO handoffs (deal_id, version, text, digest, created, decision)"
                f" VALUES ('{name}', 1, '{{}}', 'd', {moment}, '{told}')",
            )

    add("new", "{}", "NULL")
    add("open", '{"deal"\\:"Zürich","customer"\\:"Café","kickoff"\\:"2026-05-09"}', "'ask_ae'")
    add("ready", '{"deal"\\:"Ready","kickoff"\\:null}', "'ready'")
    add("accepted", '{"deal"\\:"Accepted"}', "'ask_ae'", 3, "accepted")
    add("returned", '{"deal"\\:"Returned"}', "'ready'", 0, "returned")
    add("mended", '{"deal"\\:"Mended"}', "'ready'", 1, "returned")
    migrate(bare_database_url)
    with (
        closing(Store.open(bare_database_url, str(tmp_path / "blobs"))) as store,
        store.read() as tx,
    ):
        told = {deal.id: deal for deal in deals.listed(tx, Window()).items}
        found = deals.listed(tx, Window(), only=DealFilter(text="cafe")).items
    assert {name: deal.waits_on for name, deal in told.items()} == {
        "new": "service",
        "open": "ae",
        "ready": "csm",
        "accepted": "nobody",
        "returned": "ae",
        "mended": "csm",
    }
    assert [deal.id for deal in found] == ["open"]
    assert told["open"].kickoff == datetime.date(2026, 5, 9)
    assert {name for name, deal in told.items() if deal.kickoff} == {"open"}
    assert told["returned"].decided == "returned"
    assert told["open"].open_promises is None


def test_deals_are_found_by_the_words_that_the_migration_has_written():
    name = "transcript2handoff.store.migrations.versions.0002_what_people_search_and_go_through"
    written = import_module(name)._plain
    for words in ("Zürich  Ltd", "ÆRØ Straße", "100% Ⅳ", "İzmir ﬁ"):
        assert written(words) == plain(words)
