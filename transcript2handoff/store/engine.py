"""Connections: which databases we speak to, and what is asked of each connection."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from transcript2handoff.errors import (
    InputError,
    SettingsError,
    StoreConflictError,
    StoreError,
    StoreUnreachableError,
)

BUSY_SECONDS: Final = 10
"""How long a writer waits for another one."""
ASK_SECONDS: Final = 0.002
"""How often a writer of another process asks whether it is its turn."""
CONNECT_SECONDS: Final = 5
ALIVE: Final = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""A server that a network does not lead to any more is missed within half a minute."""
_ROLLED_BACK: Final = "40"
"""The class of PostgreSQL's states for deadlocks and the like."""
_LOCKED: Final = "55P03"
_NOT_WRITTEN: Final = ("42501", "25006")
"""The user may not, or it is a copy for reading."""
WRITING: Final = "t2h_writing"
"""The execution option of connections that write."""


def read_url(text: str) -> URL:
    """The address of a database, with the driver that we use.

    Raises:
        SettingsError: it is none of ours; the message does not repeat it, for it may hold a secret.
    """
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise SettingsError(_known_addresses()) from error
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    is_file = url.database not in (None, "", ":memory:")
    if is_file and url.drivername in ("sqlite", "sqlite+pysqlite"):
        return url.set(drivername="sqlite+pysqlite")
    raise SettingsError(_known_addresses())


def _known_addresses() -> str:
    return (
        "The address of the database is not one that we know. Write sqlite:///FOLDER/t2h.db "
        "(a file; with four slashes from the root) or postgresql://USER:PASSWORD@HOST/DATABASE."
    )


def shown(url: URL) -> str:
    """The address without its password and options, for people."""
    return (
        url.set(query={})
        .render_as_string(hide_password=True)
        .replace("+psycopg", "")
        .replace("+pysqlite", "")
    )


def connect(url: URL) -> Engine:
    """An engine; nothing is connected yet.

    Raises:
        StoreUnreachableError: an SQLite file, or its folder, cannot be made.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=BUSY_SECONDS,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "options": f"{url.query.get('options', '')} -c lock_timeout={BUSY_SECONDS * 1000}",
            **ALIVE,
        },
    )


def _sqlite(url: URL) -> Engine:
    file = Path(url.database or "")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not file.exists():
            # Its journal gets the same rights.
            file.touch(mode=0o600)
    except OSError as error:
        raise StoreUnreachableError(
            f"The database {file} cannot be made: {error.strerror}. Set the address of a file "
            "that can, or let this user write there."
        ) from error
    engine = create_engine(
        url,
        # Errors of the driver's would tell them, and they are what people have said.
        hide_parameters=True,
        pool_timeout=BUSY_SECONDS,
        connect_args={"timeout": BUSY_SECONDS},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401
    """Ask of each connection what SQLite does not do by itself.

    ``synchronous=FULL`` because an answer to a webhook promises that nothing is lost, a power cut
    included; ``secure_delete`` because what is erased shall not stand in free pages.
    """
    # The driver begins no transaction of its own accord: `_begin_sqlite` says which kind it is.
    connection.isolation_level = None
    # Of two programs that open a new file at once, one is told that it is locked, without waiting.
    _insist(connection, "PRAGMA journal_mode=WAL")
    for name, value in (
        ("synchronous", "FULL"),
        ("foreign_keys", "ON"),
        ("secure_delete", "ON"),
    ):
        connection.execute(f"PRAGMA {name}={value}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: one that began by reading could not wait for it."""
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
    if writing:
        _begin_immediate(connection.connection.driver_connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _begin_immediate(connection: Any) -> None:  # noqa: ANN401
    """Wait for the lock, asking often.

    SQLite's own waiting asks ten times a second, which a process that writes all the time wins.
    """
    connection.execute("PRAGMA busy_timeout=0")
    try:
        _insist(connection, "BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        raise OperationalError("BEGIN IMMEDIATE", None, error) from error
    finally:
        connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def _insist(connection: sqlite3.Connection, statement: str) -> None:
    """Execute a statement for which SQLite does not wait well while others hold the file."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute(statement)
        except sqlite3.OperationalError as error:
            locked = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not locked or time.monotonic() > until:
                raise
            time.sleep(ASK_SECONDS)
        else:
            return


def for_reading(engine: Engine) -> Engine:
    """The same engine for transactions that cannot write."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def for_writing(engine: Engine) -> Engine:
    """The same engine for transactions that write."""
    return engine.execution_options(**{WRITING: True})


@contextmanager
def in_words(where: str) -> Iterator[None]:
    """Turn what a database refuses into words.

    Raises:
        StoreUnreachableError: it cannot be reached, is busy, or cannot be written.
        StoreConflictError: what was to be written does not fit what others have written meanwhile.
        InputError: a value is none that a database can hold.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreUnreachableError(busy(where)) from error
    except DBAPIError as error:
        told = _told(error, where)
        if told is None:
            raise
        raise told from error


def _told(error: DBAPIError, where: str) -> StoreError | InputError | None:
    """A database's error in words; none if it is a mistake of this program."""
    state = getattr(error.orig, "sqlstate", None) or ""
    reason = _reason(error)
    if isinstance(error, IntegrityError) or state.startswith(_ROLLED_BACK):
        return StoreConflictError(
            "Somebody else has changed or erased the same thing at this moment. Read it again, "
            "then repeat what you did."
        )
    if isinstance(error, DataError):
        return InputError(f"A value cannot be stored: {reason}. Write it without that, or shorter.")
    if state == _LOCKED or reason == "database is locked":
        return StoreUnreachableError(busy(where))
    if type(error) is DatabaseError:
        return StoreUnreachableError(
            f"The database {where} cannot be read: {reason}. Restore it from a backup, or set the "
            "address of another one."
        )
    if isinstance(error, (OperationalError, InterfaceError)) or state in _NOT_WRITTEN:
        return StoreUnreachableError(
            f"The database {where} cannot be used: {reason}. Check that it runs, that this "
            "machine reaches it, that its user may write and that its disk has room; then try "
            "again."
        )
    return None


def busy(where: str) -> str:
    """What is said when others hold a database for too long."""
    return (
        f"The database {where} is busy: others have held it for {BUSY_SECONDS} seconds. Try again; "
        "if it stays so, look for a program that holds it."
    )


def _reason(error: DBAPIError) -> str:
    """The first line of what the driver says; statements and their values stay out of it."""
    told = str(error.orig).strip()
    return told.splitlines()[0].rstrip(".") if told else type(error.orig).__name__
