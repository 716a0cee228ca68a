"""What people search, go through and share: all of it is made of the rest, or goes with it."""

import datetime
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from transcript2handoff.store.tables.base import (
    Base,
    Dated,
    Digest,
    Id,
    Json,
    Key,
    Proof,
    Word,
    Words,
)

INDEX: Final = "ix_said_words"
"""Of PostgreSQL."""
INDEX_TABLE: Final = "said_index"
"""Of SQLite, in its place; triggers keep it right, and tables of FTS5's own belong to it."""


class Vocabulary(TypeDecorator[Sequence[str]]):
    """The words of a text in their order, as each database finds them; they are not read again."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """What the column is."""
        is_vector = dialect.name == "postgresql"
        return dialect.type_descriptor(TSVECTOR() if is_vector else Text())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str | None:
        """What the database is given: words between spaces, or words with their places."""
        if value is None:
            return None
        if dialect.name != "postgresql":
            return " ".join(value)
        places: dict[str, list[str]] = {}
        for n, word in enumerate(value, start=1):
            places.setdefault(word, []).append(str(n))
        return " ".join(f"'{word}':{','.join(numbers)}" for word, numbers in places.items())


class SaidRow(Base):
    """A turn of a call, to be searched in."""

    __tablename__ = "said"
    __table_args__ = (
        UniqueConstraint("call_id", "turn"),
        Index(INDEX, "words", postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    call_id: Mapped[Id] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    turn: Mapped[int]
    speaker: Mapped[Words | None]
    """By name, where it is known."""
    side: Mapped[Word | None]
    start: Mapped[float | None]
    """Seconds."""
    text: Mapped[Proof]
    words: Mapped[Sequence[str]] = mapped_column(Vocabulary(), deferred=True)
    """Of the text, as ``wanted`` tells them."""


class LedgerRow(Base):
    """A promise of a deal, as its handoff stands; for going through those of all deals."""

    __tablename__ = "ledger"
    __table_args__ = (Index(None, "due_day"),)

    deal_id: Mapped[Id] = mapped_column(
        ForeignKey("deals.id", ondelete="CASCADE"), primary_key=True
    )
    claim_id: Mapped[Key] = mapped_column(primary_key=True)
    position: Mapped[int]
    summary: Mapped[Words]
    owner: Mapped[Words | None]
    due: Mapped[Words | None]
    due_day: Mapped[datetime.date | None]
    state: Mapped[Word]
    strength: Mapped[Word]
    outcome: Mapped[Word | None]
    is_reviewed: Mapped[bool]
    speaker: Mapped[Words | None]
    call_id: Mapped[Id | None]
    """No key of another table: the row goes with what was made of the calls of its deal."""
    turn: Mapped[int | None]
    start: Mapped[float | None]
    end: Mapped[float | None]
    quote: Mapped[Words | None]


class ViewRow(Dated):
    """A list of deals as somebody wants to see it again."""

    __tablename__ = "views"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[Words]
    query: Mapped[Words]


class ShareRow(Dated):
    """A link to the brief of a deal for somebody without an account, known by its hash alone."""

    __tablename__ = "shares"

    deal_id: Mapped[Id] = mapped_column(ForeignKey("deals.id", ondelete="CASCADE"), index=True)
    digest: Mapped[Digest] = mapped_column(unique=True)
    by: Mapped[Words]
    by_id: Mapped[Id]
    expires: Mapped[datetime.datetime] = mapped_column(index=True)
    withdrawn: Mapped[datetime.datetime | None]
    audio: Mapped[bool]
    language: Mapped[Word]
    opened: Mapped[int]
    last_opened: Mapped[datetime.datetime | None]


class CorrectionRow(Base):
    """What somebody corrected in the transcript of a call; never changed."""

    __tablename__ = "corrections"

    call_id: Mapped[Id] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[Json]
    created: Mapped[datetime.datetime]
