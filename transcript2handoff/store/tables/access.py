"""Who may do what, and who has done what."""

import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from transcript2handoff.store.tables.base import Base, Dated, Digest, Id, Json, Key, Word, Words


class UserRow(Dated):
    """Somebody with an account."""

    __tablename__ = "users"
    __table_args__ = (Index(None, "created", "id"),)

    name: Mapped[Words]
    email: Mapped[str] = mapped_column(String(255), unique=True)
    """In small letters. An erasure of a person is about the whole account, not about this word."""
    role: Mapped[Word]
    password_hash: Mapped[Key | None]
    """Salted; none for those who prove themselves elsewhere."""
    subject: Mapped[str | None] = mapped_column(String(255), unique=True)
    """What the identity provider calls the person."""
    disabled: Mapped[datetime.datetime | None]


class KeyRow(Dated):
    """A key for programs; its secret was shown once and is known here by its hash alone."""

    __tablename__ = "keys"
    __table_args__ = (Index(None, "created", "id"),)

    name: Mapped[Words]
    user_id: Mapped[Id | None] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    scopes: Mapped[Key]
    """Words with a space between them."""
    digest: Mapped[Digest] = mapped_column(unique=True)
    expires: Mapped[datetime.datetime | None]
    used: Mapped[datetime.datetime | None]
    replaces: Mapped[Id | None]


class TokenRow(Base):
    """A secret that somebody holds for a while: a session, a link that works once."""

    __tablename__ = "tokens"

    digest: Mapped[Digest] = mapped_column(primary_key=True)
    purpose: Mapped[Word]
    user_id: Mapped[Id | None] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    data: Mapped[Json | None]
    created: Mapped[datetime.datetime]
    expires: Mapped[datetime.datetime] = mapped_column(index=True)


class AuditRow(Base):
    """A deed. Rows are only ever added; each holds the digest of the one before it."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime.datetime]
    actor: Mapped[Id] = mapped_column(index=True)
    action: Mapped[Word]
    matter: Mapped[Word]
    subject: Mapped[Id] = mapped_column(index=True)
    details: Mapped[Key]
    previous: Mapped[Digest]
    digest: Mapped[Digest]


class AuditHeadRow(Base):
    """The last row of the audit: a tail that was cut off is missed."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[Digest]
