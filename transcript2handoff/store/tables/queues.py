"""What waits to be worked on: events that came in, things that go out, uploads on their way."""

import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from transcript2handoff.store.tables.base import Base, Dated, Digest, Id, Json, Key, Word, Words


class Waiting(Dated):
    """The columns by which workers take rows, each row one worker at a time."""

    __abstract__ = True

    state: Mapped[Word]
    """``waiting``, ``working``, ``done``, ``failed``, ``gone`` or ``erased``."""
    priority: Mapped[int]
    """Smaller is earlier."""
    attempts: Mapped[int]
    """Also the number of the last claim: whoever holds an older one has lost the row."""
    next_at: Mapped[datetime.datetime]
    """When it may be taken; of a row that is worked on, when its lease ends."""
    worker: Mapped[Key | None]
    why: Mapped[Words | None]
    """What it waits for, or why it failed."""
    ended: Mapped[datetime.datetime | None]


class InboxRow(Waiting):
    """An event of a delivery, once for all its repetitions; the key outlives its words."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("source", "key"),
        Index(None, "state", "priority", "next_at"),
        Index(None, "created", "id"),
    )

    source: Mapped[Word]
    key: Mapped[Key]
    endpoint: Mapped[Key]
    event: Mapped[Json | None]
    deal_id: Mapped[Id | None] = mapped_column(
        ForeignKey("deals.id", ondelete="SET NULL"), index=True
    )
    call_id: Mapped[Id | None] = mapped_column(
        ForeignKey("calls.id", ondelete="SET NULL"), index=True
    )


class OutboxRow(Waiting):
    """A thing that another system shall hold: it is written there once, and changed there later."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("target", "external_key"),
        Index(None, "state", "priority", "next_at"),
        Index(None, "created", "id"),
    )

    target: Mapped[Word]
    external_key: Mapped[Key]
    deal_id: Mapped[Id | None] = mapped_column(
        ForeignKey("deals.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[Word]
    content: Mapped[Json | None]
    digest: Mapped[Digest]
    sent_digest: Mapped[Digest | None]
    remote_id: Mapped[Key | None]


class WorkerRow(Base):
    """A worker process, and when it was last heard of."""

    __tablename__ = "workers"

    id: Mapped[Key] = mapped_column(primary_key=True)
    slots: Mapped[int]
    started: Mapped[datetime.datetime]
    seen: Mapped[datetime.datetime] = mapped_column(index=True)


class AnswerRow(Base):
    """What a request with an idempotency key was answered; none while it is still worked on."""

    __tablename__ = "answers"

    actor: Mapped[Id] = mapped_column(primary_key=True)
    key: Mapped[Key] = mapped_column(primary_key=True)
    request: Mapped[Digest]
    status: Mapped[int | None]
    headers: Mapped[Json | None]
    body: Mapped[Json | None]
    created: Mapped[datetime.datetime] = mapped_column(index=True)


class UploadRow(Base):
    """A recording on its way in; its bytes so far are parts in the blob store."""

    __tablename__ = "uploads"

    id: Mapped[Id] = mapped_column(primary_key=True)
    actor: Mapped[Id]
    deal_id: Mapped[Id | None] = mapped_column(
        ForeignKey("deals.id", ondelete="CASCADE"), index=True
    )
    call_id: Mapped[Id | None] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), index=True
    )
    offset: Mapped[int] = mapped_column("received", BigInteger)
    """How many bytes are there."""
    length: Mapped[int] = mapped_column(BigInteger)
    """How many there will be."""
    told: Mapped[Words] = mapped_column("metadata")
    about: Mapped[Json | None]
    created: Mapped[datetime.datetime]
    updated: Mapped[datetime.datetime] = mapped_column(index=True)
