"""A transaction: all of what is done in it is kept, or none of it."""

import datetime
from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from transcript2handoff.errors import StoreGoneError
from transcript2handoff.store.blobs import Blobs
from transcript2handoff.store.deed import Deed
from transcript2handoff.store.tables.base import Base

Row = TypeVar("Row", bound=Base)


class Transaction:
    """What the functions of this package work in; ``Store.read`` and ``Store.write`` give one."""

    def __init__(self, session: Session, *, blobs: Blobs, now: datetime.datetime) -> None:
        """Work in an open session.

        Args:
            session: for this package alone.
            blobs: where the bytes are that rows name.
            now: the moment at which all of this happens, with its time zone.
        """
        self.session = session
        self.blobs = blobs
        self.now = now
        self.deeds: list[Deed] = []
        """Written to the audit as the last thing, so that its lock is held for a moment only."""

    def note(self, deed: Deed) -> None:
        """Have a deed written to the audit, together with what else this transaction does."""
        self.deeds.append(deed)


def add_new(tx: Transaction, row: type[Row], **values: Any) -> bool:  # noqa: ANN401
    """Add a row unless one with the same key is there already; whether it was added."""
    dialect = tx.session.get_bind().dialect.name
    statement = (
        postgresql.insert(row).values(**values).on_conflict_do_nothing()
        if dialect == "postgresql"
        else sqlite.insert(row).values(**values).on_conflict_do_nothing()
    )
    # Not by the number of rows: the driver of PostgreSQL does not tell it of an insert.
    added = statement.returning(*row.__table__.primary_key)
    return tx.session.execute(added).first() is not None


def add_all(tx: Transaction, row: type[Row], values: Sequence[dict[str, Any]]) -> None:
    """Add rows in one go."""
    if values:
        tx.session.execute(insert(row), values)


def the_row(
    tx: Transaction, row: type[Row], key: object, *, lock: bool = False, hold: bool = False
) -> Row:
    """The row with this primary key, as it is now.

    Args:
        tx: the transaction.
        row: the table.
        key: one value, or a tuple of them.
        lock: keep others from changing it, and from adding rows that belong to it, until the
            transaction ends.
        hold: keep others from changing it. Two that have added rows which belong to it can both
            ask for this, one after the other; asking for a lock, neither would go on.

    Raises:
        StoreGoneError: there is none.
    """
    keys = key if isinstance(key, tuple) else (key,)
    found = None
    if all(map(_can_be_a_key, keys)):
        how = lock or ({"key_share": True} if hold else None)
        found = tx.session.get(row, key, with_for_update=how, populate_existing=bool(how))
    if found is None:
        what = row.__tablename__.removesuffix("s").replace("_", " ")
        told = " ".join(map(str, keys))
        raise StoreGoneError(
            f"There is no {what} {told}, or not any more. List what is there, and take its id "
            "from the list."
        )
    return found


def _can_be_a_key(value: object) -> bool:
    """Whether both databases can be asked for it."""
    return "\0" not in value if isinstance(value, str) else value in range(2**31)
