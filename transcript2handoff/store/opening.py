"""The store: a database and a place for blobs, opened together."""

import datetime
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from transcript2handoff.errors import StoreUnreachableError
from transcript2handoff.store.blobs import Blobs
from transcript2handoff.store.chain import add_to_chain
from transcript2handoff.store.engine import (
    BUSY_SECONDS,
    busy,
    connect,
    for_reading,
    for_writing,
    in_words,
    read_url,
    shown,
)
from transcript2handoff.store.migrating import check_migrated
from transcript2handoff.store.seen import Seen
from transcript2handoff.store.transaction import Transaction

_LARGEST_REWRITTEN = 512 << 20
"""Bytes of a database."""
Clock = Callable[[], datetime.datetime]


def _utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class Store:
    """Open it once a process; threads may share it, forked processes may not."""

    def __init__(self, engine: Engine, blobs: Blobs, *, where: str, clock: Clock) -> None:
        """Use ``Store.open``."""
        self._engine = engine
        self._where = where
        self.blobs = blobs
        self.now = clock
        self._writing = threading.Lock()
        self._seen = Seen()

    @classmethod
    def open(
        cls,
        url: str,
        blobs_url: str,
        *,
        blob_options: Mapping[str, Any] | None = None,
        clock: Clock = _utc_now,
    ) -> Self:
        """Open a database that ``migrate`` has made.

        Args:
            url: ``sqlite:///FILE`` or ``postgresql://USER:PASSWORD@HOST/DATABASE``.
            blobs_url: a folder, or ``s3://BUCKET/PREFIX``.
            blob_options: of the object store: ``endpoint``, ``region``, ``access_key_id`` ...
            clock: says what time it is, with its time zone.

        Raises:
            SettingsError: an address is of no kind that we know.
            StoreNotMigratedError: the database has another schema than this program.
            StoreUnreachableError: the database or the blobs cannot be reached.
        """
        address = read_url(url)
        blobs = Blobs.open(blobs_url, options=blob_options)
        engine = connect(address)
        try:
            with in_words(shown(address)):
                check_migrated(engine, where=shown(address))
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, blobs, where=shown(address), clock=clock)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that sees the store as it is now, and cannot change it.

        Deeds that were noted in it are written to the audit when it ends; what the same caller has
        read again within a quarter of an hour is not noted again.

        Raises:
            StoreUnreachableError: the database cannot be reached.
        """
        with self._work(for_reading(self._engine)) as tx:
            yield tx
        deeds = self._seen.unnoted(tx.deeds, now=self.now())
        if deeds:
            with self.write() as noting:
                noting.deeds.extend(deeds)
            self._seen.noted(deeds, now=self.now())

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that may change the store; an error within it takes everything back.

        Raises:
            StoreUnreachableError: the database cannot be reached, is busy or full.
            StoreConflictError: somebody else has changed the same thing meanwhile.
        """
        with self._in_turn(), self._work(for_writing(self._engine)) as tx:
            yield tx
            tx.session.flush()
            add_to_chain(tx.session, tx.deeds, at=tx.now)
            tx.session.commit()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Of an SQLite file, let one thread write at a time.

        SQLite has those who wait for it look again every so often, and some of them for seconds;
        in a queue of our own the next one is woken at once.
        """
        if self._engine.dialect.name != "sqlite":
            yield
            return
        if not self._writing.acquire(timeout=BUSY_SECONDS):
            raise StoreUnreachableError(busy(self._where))
        try:
            yield
        finally:
            self._writing.release()

    @contextmanager
    def _work(self, engine: Engine) -> Iterator[Transaction]:
        with in_words(self._where), Session(engine, expire_on_commit=False) as session:
            # Wait for the lock first: the moment of a transaction is that in which it works.
            session.connection()
            yield Transaction(session, blobs=self.blobs, now=self.now())

    @property
    def file(self) -> Path | None:
        """The SQLite file, if it is one."""
        name = self._engine.url.database
        return Path(name) if name and self._engine.dialect.name == "sqlite" else None

    def ping(self) -> None:
        """Find out whether the database and the blobs answer.

        Raises:
            StoreUnreachableError: they do not.
        """
        with self.read() as tx:
            tx.session.execute(text("SELECT 1"))
        self.blobs.ping()

    def settle(self) -> None:
        """Have SQLite's journal hold nothing of what was erased; nothing to do on PostgreSQL.

        Raises:
            StoreUnreachableError: the database cannot be reached.
        """
        if self._engine.dialect.name != "sqlite":
            return
        with in_words(self._where):
            connection = self._engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def rewrite(self) -> None:
        """Write SQLite's file anew, so that no page holds what was moved and erased since.

        ``secure_delete`` overwrites what is deleted where it stands, and not where SQLite had moved
        it from as pages were filled and split. Writers wait meanwhile, a second for 100 MB or so: a
        file that is too large for that stays as it is, and so does a database on PostgreSQL.

        Raises:
            StoreUnreachableError: the database cannot be reached.
        """
        if self.file is None or self.file.stat().st_size > _LARGEST_REWRITTEN:
            return
        with in_words(self._where):
            connection = self._engine.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute("PRAGMA query_only=OFF")
                cursor.execute("VACUUM")
            finally:
                connection.close()
        self.settle()

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()
