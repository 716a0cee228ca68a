"""Copies of an SQLite database while others work with it, for backups."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from transcript2handoff.errors import StoreUnreachableError
from transcript2handoff.store.engine import BUSY_SECONDS

_NAMED: Final = "SELECT digest FROM blobs WHERE doomed IS NULL"
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
