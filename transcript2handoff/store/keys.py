"""Keys for programs, known by the hashes of their secrets."""

import datetime
from typing import Annotated

from pydantic import Field, StringConstraints
from sqlalchemy import select

from transcript2handoff.deal import Name, Record
from transcript2handoff.store.paging import Page, Window, newest_first
from transcript2handoff.store.tables import AuditRow, KeyRow, new_id
from transcript2handoff.store.transaction import Transaction, the_row

Scopes = Annotated[tuple[Annotated[str, Field(pattern=r"^[a-z:_]+$")], ...], Field(max_length=10)]
SHA256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Field(repr=False)]
NOTED_EVERY = datetime.timedelta(minutes=1)
"""How exactly it is known when a key was used last: not every request is to write."""


class NewKey(Record):
    """A key that is made."""

    name: Name
    user_id: str | None = None
    """For whom it acts; None for a program of its own."""
    scopes: Scopes
    digest: SHA256
    """SHA-256 of the secret."""
    expires: datetime.datetime | None = None
    id: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9-]{1,48}$")] = None
    """What the shown key says of itself; one is made where none is given."""


class KeyRecord(Record):
    """A key."""

    id: str
    name: str
    user_id: str | None
    scopes: tuple[str, ...]
    digest: Annotated[str, Field(repr=False)]
    created: datetime.datetime
    expires: datetime.datetime | None
    """From then on it is not valid."""
    used: datetime.datetime | None
    """When it was used last, to a minute."""
    replaces: str | None
    """The id of the key in whose place it came."""


def add(tx: Transaction, new: NewKey) -> KeyRecord:
    """Add a key.

    Raises:
        StoreConflictError: there is one with this id.
    """
    return _add(tx, new, replaces=None)


def _add(tx: Transaction, new: NewKey, *, replaces: str | None) -> KeyRecord:
    row = KeyRow(
        id=new.id or new_id("key"),
        name=new.name,
        user_id=new.user_id,
        scopes=" ".join(new.scopes),
        digest=new.digest,
        created=tx.now,
        expires=new.expires,
        replaces=replaces,
    )
    tx.session.add(row)
    tx.session.flush()
    return _record(row)


def get(tx: Transaction, key_id: str, *, lock: bool = False) -> KeyRecord:
    """A key, valid or not.

    Args:
        tx: the transaction.
        key_id: of the key.
        lock: keep others from changing it until the transaction ends.

    Raises:
        StoreGoneError: there is none.
    """
    return _record(the_row(tx, KeyRow, key_id, lock=lock))


def made_with(tx: Transaction, key_id: str) -> tuple[KeyRecord, ...]:
    """The keys that were made with a key, valid or not.

    It is known by the audit, of which nothing is ever taken out.
    """
    ids = select(AuditRow.subject).where(
        AuditRow.actor == key_id, AuditRow.action == "add", AuditRow.matter == "key"
    )
    query = select(KeyRow).where(KeyRow.id.in_(ids)).order_by(KeyRow.created, KeyRow.id)
    return tuple(_record(row) for row in tx.session.scalars(query))


def by_digest(tx: Transaction, digest: str) -> KeyRecord | None:
    """The key with this digest of its secret, valid or not."""
    row = tx.session.scalar(select(KeyRow).where(KeyRow.digest == digest))
    return None if row is None else _record(row)


def listed(tx: Transaction, window: Window, *, user_id: str | None = None) -> Page[KeyRecord]:
    """The keys, newest first, those too that are not valid any more.

    Raises:
        InputError: the cursor is none of this list.
    """
    query = select(KeyRow)
    if user_id is not None:
        query = query.where(KeyRow.user_id == user_id)
    rows, after = newest_first(tx, query, KeyRow, window=window)
    return Page[KeyRecord](items=tuple(_record(row) for row in rows), after=after)


def revoke(tx: Transaction, key_id: str) -> KeyRecord:
    """Let a key be valid no more, from now on.

    Raises:
        StoreGoneError: there is none.
    """
    return _expire(tx, key_id, at=tx.now)


def rotate(tx: Transaction, key_id: str, new: NewKey, *, overlap: datetime.timedelta) -> KeyRecord:
    """Add a key in the place of another one, which stays valid for a while longer.

    Raises:
        StoreConflictError: there is a key with the new id.
        StoreGoneError: there is no such key.
    """
    _expire(tx, key_id, at=tx.now + overlap)
    return _add(tx, new, replaces=key_id)


def _expire(tx: Transaction, key_id: str, *, at: datetime.datetime) -> KeyRecord:
    row = the_row(tx, KeyRow, key_id, lock=True)
    row.expires = min(row.expires or at, at)
    tx.session.flush()
    return _record(row)


def used(tx: Transaction, key_id: str) -> None:
    """Note that a key was used, unless that is noted for this minute.

    Raises:
        StoreGoneError: there is none.
    """
    row = the_row(tx, KeyRow, key_id)
    if is_noted(_record(row), tx.now):
        return
    row.used = tx.now
    tx.session.flush()


def is_noted(key: KeyRecord, now: datetime.datetime) -> bool:
    """Whether the last use of a key is noted exactly enough: then nothing need be written."""
    return key.used is not None and now - key.used < NOTED_EVERY


def _record(row: KeyRow) -> KeyRecord:
    values = {name: getattr(row, name) for name in KeyRecord.model_fields}
    return KeyRecord.model_validate({**values, "scopes": tuple(row.scopes.split())})
