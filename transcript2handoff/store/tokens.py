"""Secrets that somebody holds for a while, known by their hashes: sessions, one-time links."""

import datetime
from typing import Annotated

from pydantic import Field, StringConstraints
from sqlalchemy import ColumnElement, CursorResult, and_, delete, select, true

from transcript2handoff.deal import Record
from transcript2handoff.store.tables import TokenRow
from transcript2handoff.store.transaction import Transaction

Purpose = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,32}$")]


class NewToken(Record):
    """A token that is given out."""

    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Field(repr=False)]
    """SHA-256 of the secret."""
    purpose: Purpose
    """``session``, ``setup``, ``invitation``; a token is good for its own purpose alone."""
    expires: datetime.datetime
    user_id: str | None = None
    data: Annotated[str | None, Field(repr=False)] = None
    """JSON; whoever puts it in reads it again."""


class TokenRecord(NewToken):
    """A token."""

    created: datetime.datetime


def add(tx: Transaction, new: NewToken) -> TokenRecord:
    """Give out a token.

    Raises:
        StoreConflictError: it was given out before.
    """
    row = TokenRow(created=tx.now, **new.model_dump())
    tx.session.add(row)
    tx.session.flush()
    return _record(row)


def find(tx: Transaction, digest: str, purpose: str) -> TokenRecord | None:
    """The token with this digest, if it is for this purpose and still valid."""
    row = tx.session.scalar(
        select(TokenRow).where(
            TokenRow.digest == digest, TokenRow.purpose == purpose, TokenRow.expires > tx.now
        )
    )
    return None if row is None else _record(row)


def remove(tx: Transaction, digest: str) -> bool:
    """Make a token invalid; whether it was there. Of two who do so at once, one is told so."""
    return _removed(tx, TokenRow.digest == digest) == 1


def remove_of_user(tx: Transaction, user_id: str, purpose: str | None = None) -> int:
    """Make somebody's tokens invalid, all of them or those for a purpose; the number of them."""
    of_purpose = TokenRow.purpose == purpose if purpose else true()
    return _removed(tx, and_(TokenRow.user_id == user_id, of_purpose))


def drop_expired(tx: Transaction) -> int:
    """Forget the tokens that are not valid any more; the number of them."""
    return _removed(tx, TokenRow.expires <= tx.now)


def _removed(tx: Transaction, which: ColumnElement[bool]) -> int:
    result = tx.session.execute(delete(TokenRow).where(which))
    assert isinstance(result, CursorResult)
    return result.rowcount


def _record(row: TokenRow) -> TokenRecord:
    values = {name: getattr(row, name) for name in TokenRecord.model_fields}
    return TokenRecord.model_validate(values)
