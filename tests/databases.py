"""Databases of a PostgreSQL server for tests: lent to one test after the other.

To make a database takes a second on a busy machine, to empty one a hundredth of that. So a test
gets the one that the test before has given back, if that left nothing behind but rows.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from sqlalchemy import event

from transcript2handoff.store import Store
from transcript2handoff.store.chain import BEGINNING
from transcript2handoff.store.tables import AuditHeadRow, Base, SecretRow

TEMPLATE: Final = "template_t2h"
"""The database that has been migrated and nothing else."""
_PATIENCE: Final = 1.0
"""Seconds that the server may take to notice that a connection was closed."""
_SHAPE: Final = """
    SELECT md5(string_agg(told, '|' ORDER BY told)) FROM (
        SELECT concat('column', attrelid, attname, atttypid, atttypmod, attnotnull)
            FROM pg_attribute WHERE attrelid >= 16384
        UNION ALL SELECT concat('default', oid, adbin) FROM pg_attrdef
        UNION ALL SELECT concat('relation', oid, relname, relfilenode) FROM pg_class
            WHERE oid >= 16384
        UNION ALL SELECT concat('trigger', oid, tgname, tgenabled) FROM pg_trigger
        UNION ALL SELECT concat('constraint', oid, convalidated) FROM pg_constraint
            WHERE oid >= 16384
        UNION ALL SELECT concat('function', oid, prosrc) FROM pg_proc WHERE oid >= 16384
        UNION ALL SELECT concat('schema', nspname) FROM pg_namespace
            WHERE nspname NOT LIKE 'pg\\_%'
        UNION ALL SELECT concat('version', version_num) FROM alembic_version
    ) AS shape (told)
"""
"""Everything about a database that is no row of ours, in a word."""
_EMPTY: Final = "; ".join(
    # Else the audit would refuse, and rows would have to go in an order.
    ["SET session_replication_role = replica"]
    + [
        f"DELETE FROM {table.name}"
        for table in Base.metadata.sorted_tables
        # What migrations have put there stays: the head of the audit, and the key of erasures.
        if table not in (AuditHeadRow.__table__, SecretRow.__table__)
    ]
    + [f"UPDATE {AuditHeadRow.__tablename__} SET number = 0, digest = '{BEGINNING}'"]
)


def hasty(store: Store) -> Store:
    """The same store; on SQLite it waits for no disk: no test has a power cut."""
    engine = store._engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda to, _: to.execute("PRAGMA synchronous=OFF"))
        engine.dispose()
    return store


class Databases:
    """Lends migrated databases of a server."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._spare: list[tuple[str, str]] = []

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The address of a migrated and empty database, for one test at a time."""
        name, shape = self._spare.pop() if self._spare else self._made()
        yield self._url(name)
        if self._is_left(name) and self._emptied(name, shape):
            self._spare.append((name, shape))
        else:
            self._drop(name)

    @contextmanager
    def bare(self) -> Iterator[str]:
        """The address of a database that has no tables."""
        name = self._create("template0")
        yield self._url(name)
        self._drop(name)

    def _made(self) -> tuple[str, str]:
        name = self._create(TEMPLATE)
        with self._connected(name) as connection:
            return name, _first(connection, _SHAPE)

    def _create(self, template: str) -> str:
        name = f"test_{secrets.token_hex(6)}"
        with self._connected() as connection:
            # The other strategy has the whole server write down what it holds in memory.
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY WAL_LOG")
        return name

    def _drop(self, name: str) -> None:
        with self._connected() as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _is_left(self, name: str) -> bool:
        """Whether nobody is connected any more: whoever is may still write."""
        query = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'"
        until = time.monotonic() + _PATIENCE
        with self._connected() as connection:
            while _first(connection, query):
                if time.monotonic() > until:
                    return False
                time.sleep(0.005)
        return True

    def _emptied(self, name: str, shape: str) -> bool:
        """Take all rows away; not if it is another database than it was in other ways, too."""
        with self._connected(name) as connection:
            if _first(connection, _SHAPE) != shape:
                return False
            connection.execute(_EMPTY)
        return True

    def _connected(self, name: str = "postgres") -> psycopg.Connection[Any]:
        return psycopg.connect(self._url(name), autocommit=True)

    def _url(self, name: str) -> str:
        return self._server.replace("/postgres?", f"/{name}?")


def _first(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]
