"""Copies of an SQLite database while others work with it, for backups."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from transcript2handoff.errors import StoreUnreachableError
from transcript2handoff.store.engine import BUSY_SECONDS

_NAMED: Final = "SELECT digest FROM blobs WHERE doomed IS NULL"
_IDS: Final = {
    "deals": "SELECT id FROM deals ORDER BY id",
    "calls": "SELECT id FROM calls ORDER BY id",
    "uploads": "SELECT id FROM uploads ORDER BY id",
}
_PARTS: Final = (
    "SELECT uploads.id, uploads.received FROM uploads JOIN calls ON calls.upload_id = uploads.id "
    "WHERE calls.recording IS NULL AND calls.transcript IS NULL"
)
_VERSION: Final = "SELECT version_num FROM alembic_version"


def snapshot(file: Path, target: Path) -> None:
    """Copy a database as it is at one moment; whoever writes to it meanwhile is not held up.

    Args:
        file: the SQLite file.
        target: of the copy; nothing may be there. It is one file, without a journal beside it.

    Raises:
        StoreUnreachableError: the database cannot be read.
    """
    with _opened(file) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")


def named_blobs(file: Path) -> frozenset[str]:
    """The digests of all blobs that the rows of a copy name.

    Raises:
        StoreUnreachableError: it is no database of ours.
    """
    with _opened(file) as connection:
        return frozenset(digest for (digest,) in connection.execute(_NAMED))


def ids_in(file: Path, table: str) -> tuple[str, ...]:
    """The ids of all rows of a table of a copy.

    Args:
        file: the copy.
        table: ``deals``, ``calls`` or ``uploads``.

    Raises:
        StoreUnreachableError: it is no database of ours.
    """
    with _opened(file) as connection:
        return tuple(each for (each,) in connection.execute(_IDS[table]))


def waiting_parts(file: Path) -> Mapping[str, int]:
    """How many bytes of parts the calls of a copy rest on, by uploads, until these are one blob.

    Raises:
        StoreUnreachableError: it is no database of ours.
    """
    with _opened(file) as connection:
        return dict(connection.execute(_PARTS).fetchall())


def version_of(file: Path) -> str:
    """The version of the schema of a copy.

    Raises:
        StoreUnreachableError: it is no database of ours.
    """
    with _opened(file) as connection:
        row = connection.execute(_VERSION).fetchone()
    return str(row[0]) if row else ""


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        # Without `mode`, a file that is not there would be made.
        address = f"file:{quote(str(file))}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise StoreUnreachableError(
            f"The database {file} cannot be copied: {error}. Check that it is the right file, and "
            "that there is room for a copy beside the backup."
        ) from error
