"""The schema of the database: bringing it to the version of this program, and checking it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from transcript2handoff.errors import StoreNotMigratedError
from transcript2handoff.store.engine import connect, for_writing, in_words, read_url, shown
from transcript2handoff.store.tables import Base
from transcript2handoff.store.tables.reading import INDEX, INDEX_TABLE

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x74326866
"""Of PostgreSQL: one migration at a time."""


def migrate(url: str, *, revision: str = "head") -> str | None:
    """Bring a database to a version of the schema, up or down; the version that it has then.

    All of it is done or none. An SQLite file is made if it is not there.

    Args:
        url: ``sqlite:///FILE`` or ``postgresql://USER:PASSWORD@HOST/DATABASE``.
        revision: ``head`` for that of this program, ``base`` for none.

    Raises:
        SettingsError: the address is of no kind that we know.
        StoreUnreachableError: the database cannot be reached.
        StoreNotMigratedError: the database is of a version that this program does not know, or of
            another program.
    """
    with _migrating(url) as connection:
        config = _config()
        config.attributes["connection"] = connection
        here = _version(connection)
        _know(here, where=shown(read_url(url)))
        if here is None:
            _check_own(connection, where=shown(read_url(url)))
        if _is_below(revision, here):
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)
        return _version(connection)


@contextmanager
def _migrating(url: str) -> Iterator[Connection]:
    address = read_url(url)
    engine = connect(address)
    try:
        with in_words(shown(address)), for_writing(engine).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            yield connection
    finally:
        engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _is_below(revision: str, here: str | None) -> bool:
    if here is None or revision == "head":
        return False
    known = [script.revision for script in _scripts().walk_revisions()]
    return revision == "base" or known.index(revision) > known.index(here)


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def versions() -> tuple[str, ...]:
    """The versions of the schema, oldest first."""
    return tuple(reversed([script.revision for script in _scripts().walk_revisions()]))


def _know(here: str | None, *, where: str) -> None:
    if here is not None and here not in versions():
        raise StoreNotMigratedError(
            f"The database {where} has the schema {here}, which is newer than this program. "
            "Install the newer program, or restore the backup from before the update."
        )


def _check_own(connection: Connection, *, where: str) -> None:
    foreign = sorted(set(inspect(connection).get_table_names()) & set(Base.metadata.tables))
    if foreign:
        raise StoreNotMigratedError(
            f"The database {where} has a table {foreign[0]} that is not of this program. Give this "
            "program a database, or on PostgreSQL a schema, of its own."
        )


def check_migrated(engine: Engine, *, where: str) -> None:
    """Check that a database has the schema of this program.

    Raises:
        StoreNotMigratedError: it has not; the message says what to run.
    """
    with engine.connect() as connection:
        here = _version(connection)
    _know(here, where=where)
    if here != versions()[-1]:
        told = f"the schema {here}" if here else "no schema"
        raise StoreNotMigratedError(
            f"The database {where} has {told}, and this program works with {versions()[-1]}. "
            "Make a backup, then run `t2h migrate`."
        )


def drift(url: str) -> list[Any]:
    """How the database differs from the tables of this program; empty when it does not.

    Raises:
        StoreUnreachableError: the database cannot be reached.
    """
    with _migrating(url) as connection:
        opts = {"compare_type": True, "include_object": _is_compared}
        context = MigrationContext.configure(connection, opts=opts)
        return list(compare_metadata(context, Base.metadata))


def _is_compared(_object: object, name: str | None, *_told: object) -> bool:
    """Whether it has to be the same in a database: each has its own way to find words."""
    return name != INDEX and not (name or "").startswith(INDEX_TABLE)
