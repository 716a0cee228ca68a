"""The databases that tests are lent: none of them shows what the test before has done."""

from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.databases import TEMPLATE, Databases
from transcript2handoff.deal import Deal
from transcript2handoff.store import Deed, Store, deals
from transcript2handoff.store.tables import Base


@pytest.fixture
def lender(postgresql_server: str) -> Databases:
    return Databases(postgresql_server)


def execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    with psycopg.connect(url) as connection:
        names = ["alembic_version", *Base.metadata.tables]
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}


def test_a_database_is_lent_again_and_is_like_a_new_one(
    lender: Databases, postgresql_server: str, tmp_path: Path
):
    with lender.lent() as url, closing(Store.open(url, str(tmp_path))) as store:
        with store.write() as tx:
            deals.add(tx, deals.NewDeal(deal=Deal(), by="test"))
            tx.note(Deed(actor="test", action="add", matter="deal", subject="deal-1"))
        store.close()
        assert rows(url) != rows(postgresql_server.replace("/postgres?", f"/{TEMPLATE}?"))
    with lender.lent() as again:
        assert again == url
        assert rows(url) == rows(postgresql_server.replace("/postgres?", f"/{TEMPLATE}?"))
        with closing(Store.open(again, str(tmp_path))) as store, store.write() as tx:
            tx.note(Deed(actor="test", action="add", matter="deal", subject="deal-1"))


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE deals ADD COLUMN extra INTEGER",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
        "CREATE SCHEMA dbos",
        "CREATE TABLE more (id INTEGER)",
        "UPDATE alembic_version SET version_num = '9999'",
        "DROP INDEX ix_deals_ae_id",
        "ALTER TABLE deals ALTER COLUMN version SET DEFAULT 1",
    ],
)
def test_a_database_that_was_changed_is_not_lent_again(lender: Databases, change: str):
    with lender.lent() as url:
        execute(url, change)
    with lender.lent() as other:
        assert other != url


def test_a_database_that_somebody_still_uses_is_not_lent_again(
    lender: Databases, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tests.databases._PATIENCE", 0.05)
    with lender.lent() as url:
        connection = psycopg.connect(url)
    with closing(connection), lender.lent() as other:
        assert other != url
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
