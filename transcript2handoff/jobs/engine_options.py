"""Where the durable engine keeps its books, and how they are prepared for it."""

import logging
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from sqlalchemy.exc import OperationalError

from transcript2handoff.settings import Settings
from transcript2handoff.store.engine import read_url, shown

_SELDOM_SECONDS: Final = 60.0


@dataclass(frozen=True, kw_only=True)
class EngineOptions:
    """Where the engine keeps its books, and who works."""

    url: str
    worker: str = "nobody"
    """Unlike that of every other process that lives, and the same after a restart."""
    slots: int = 1
    """Steps that are done at the same time."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """A file in the folder of the service, or a schema of its own on PostgreSQL."""
        url = settings.database
        if read_url(url).get_backend_name() == "sqlite":
            url = f"sqlite:///{settings.data / 'engine.db'}"
        return cls(url=url, worker=settings.worker_name, slots=settings.worker_slots)

    @property
    def file(self) -> Path | None:
        """The SQLite file, if it is one."""
        url = read_url(self.url)
        return Path(url.database or "") if url.get_backend_name() == "sqlite" else None

    @property
    def shown(self) -> str:
        """The address without its password, for people."""
        return shown(read_url(self.url))


def prepare_sqlite(file: Path) -> None:
    """In this mode readers and the writer do not wait for each other; the engine leaves it so."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
    except (OSError, sqlite3.Error) as error:
        raise OperationalError(None, None, error) from error


def quieten() -> None:
    """Let the engine speak through the logging of this program, and only of what is wrong."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        # With a handler of its own it adds none that writes to the console.
        logger.addHandler(logging.NullHandler())
        logger.addFilter(_Seldom())
    logger.setLevel(logging.WARNING)


class _Seldom(logging.Filter):
    """Lets each line of the engine's code speak once a minute.

    While its database is away it would say so several times a second.
    """

    def __init__(self) -> None:
        super().__init__()
        self._spoken: dict[tuple[str, int], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is logged."""
        place = (record.pathname, record.lineno)
        before = self._spoken.get(place)
        if before is not None and record.created - before < _SELDOM_SECONDS:
            return False
        self._spoken[place] = record.created
        return True
