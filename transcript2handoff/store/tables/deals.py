"""Deals and what belongs to them; all of it goes with its deal."""

import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from transcript2handoff.store.tables.base import (
    PLAIN,
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
from transcript2handoff.whose_turn import Decided, WhoseTurn


class BlobRow(Base):
    """A blob that rows name; while it is doomed none does, and its bytes are on their way out."""

    __tablename__ = "blobs"

    digest: Mapped[Digest] = mapped_column(primary_key=True)
    bytes: Mapped[int] = mapped_column(BigInteger)
    created: Mapped[datetime.datetime]
    doomed: Mapped[datetime.datetime | None] = mapped_column(index=True)


class DealRow(Dated):
    """A deal without its calls, which are rows of their own."""

    __tablename__ = "deals"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index(None, "created", "id"),
    )

    deal: Mapped[Json]
    version: Mapped[int]
    source: Mapped[Word | None]
    external_id: Mapped[Key | None]
    ae_id: Mapped[Id | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    csm_id: Mapped[Id | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    waits_for: Mapped[Words | None]
    """What has to come before work on it can go on."""
    won: Mapped[bool]
    verdict: Mapped[Word | None]
    score: Mapped[int | None]
    open_promises: Mapped[int | None]
    open_questions: Mapped[int | None]
    """None until somebody has counted them."""
    decided: Mapped[Decided | None] = mapped_column(String(32))
    """What customer success said to the newest handoff."""
    decided_edition: Mapped[Word | None]
    """What they had before them."""
    handoff_version: Mapped[int]
    """Of the newest handoff of its calls; 0 for none."""
    event_number: Mapped[int]
    """Of the newest event of its journal; 0 for none."""
    paper_number: Mapped[int]
    """How often its papers were changed."""
    by: Mapped[Words]
    updated: Mapped[datetime.datetime]
    sought: Mapped[str] = mapped_column(
        Text().with_variant(Text(collation="C"), "postgresql"), info=PLAIN, server_default=""
    )
    """The names of the deal and of its customer, as they are searched and sorted; ``derived``."""
    kickoff: Mapped[datetime.date | None]
    """As the deal says; ``derived``."""
    waits_on: Mapped[WhoseTurn] = mapped_column(String(32), server_default="service")
    """Whose turn it is; ``derived``."""

    @property
    def edition(self) -> str:
        """What people see of its handoff: what the calls say, the events since, and the papers.

        The papers have no part in it until there is the first of them.
        """
        told = f"{self.handoff_version}-{self.event_number}"
        return f"{told}-{self.paper_number}" if self.paper_number else told


class PaperRow(Base):
    """What stands beside the calls of a deal: its contract, or the plan that was agreed."""

    __tablename__ = "papers"

    deal_id: Mapped[Id] = mapped_column(
        ForeignKey("deals.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[Word] = mapped_column(primary_key=True)
    text: Mapped[Json]
    by: Mapped[Words]
    created: Mapped[datetime.datetime]


class CallRow(Dated):
    """A call of a deal; ``ref`` is its id inside of the deal and its handoff."""

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("deal_id", "ref"),
        UniqueConstraint("source", "external_id"),
        Index(None, "created", "id"),
    )

    deal_id: Mapped[Id] = mapped_column(ForeignKey("deals.id", ondelete="CASCADE"))
    ref: Mapped[Key]
    call: Mapped[Json]
    source: Mapped[Word | None]
    external_id: Mapped[Key | None]
    recording: Mapped[Digest | None] = mapped_column(ForeignKey("blobs.digest"), index=True)
    media_type: Mapped[Key | None]
    playback: Mapped[Digest | None] = mapped_column(ForeignKey("blobs.digest"), index=True)
    """A small copy of the recording, for listening."""
    transcript: Mapped[Digest | None] = mapped_column(ForeignKey("blobs.digest"), index=True)
    """The transcript file that was sent in, or that stands in place of what was heard."""
    upload_id: Mapped[Id | None]
    fetch: Mapped[Json | None]
    """Where the recording is to be fetched, with what that takes; none once it is there."""
    said: Mapped[Digest | None]
    """The transcript whose turns stand in the table ``said``."""


class RunRow(Dated):
    """A way through the pipeline, for a deal or for one call of it."""

    __tablename__ = "runs"
    __table_args__ = (Index(None, "created", "id"), Index(None, "state", "priority", "created"))

    deal_id: Mapped[Id] = mapped_column(ForeignKey("deals.id", ondelete="CASCADE"), index=True)
    call_id: Mapped[Id | None] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[Word]
    priority: Mapped[int]
    """Smaller is earlier."""
    wanted: Mapped[Key | None]
    """Which document shall be made, if not all that belongs to the deal."""
    state: Mapped[Word]
    attempt: Mapped[int]
    cancel: Mapped[bool]
    error: Mapped[Words | None]
    worker: Mapped[Key | None]
    started: Mapped[datetime.datetime | None]
    ended: Mapped[datetime.datetime | None]


class StepRow(Base):
    """A step of a run; what it made stands under its key in ``results``."""

    __tablename__ = "steps"

    run_id: Mapped[Id] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[Word] = mapped_column(primary_key=True)
    position: Mapped[int]
    state: Mapped[Word]
    done: Mapped[float]
    key: Mapped[Digest | None]
    error: Mapped[Words | None]
    started: Mapped[datetime.datetime | None]
    ended: Mapped[datetime.datetime | None]


class ResultRow(Base):
    """A file that a step made out of exactly what its key stands for; later runs find it again."""

    __tablename__ = "results"

    deal_id: Mapped[Id] = mapped_column(
        ForeignKey("deals.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[Digest] = mapped_column(primary_key=True)
    name: Mapped[Key] = mapped_column(primary_key=True)
    call_id: Mapped[Id | None] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), index=True
    )
    step: Mapped[Word]
    blob: Mapped[Digest] = mapped_column(ForeignKey("blobs.digest"), index=True)
    media_type: Mapped[Key]
    created: Mapped[datetime.datetime]
    used: Mapped[datetime.datetime]
    """When a run made it, or came to it, last."""


class HandoffRow(Base):
    """A version of what a deal's calls say, and what customer success said to it."""

    __tablename__ = "handoffs"

    deal_id: Mapped[Id] = mapped_column(
        ForeignKey("deals.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[Proof]
    digest: Mapped[Digest]
    run_id: Mapped[Id | None] = mapped_column(
        ForeignKey("runs.id", ondelete="SET NULL"), index=True
    )
    created: Mapped[datetime.datetime]
    decision: Mapped[Json | None]


class EventRow(Base):
    """An event of a deal's journal; never changed."""

    __tablename__ = "events"

    deal_id: Mapped[Id] = mapped_column(
        ForeignKey("deals.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[Json]
    created: Mapped[datetime.datetime]


class DocumentRow(Base):
    """A document that was made of an edition of the handoff."""

    __tablename__ = "documents"

    deal_id: Mapped[Id] = mapped_column(
        ForeignKey("deals.id", ondelete="CASCADE"), primary_key=True
    )
    edition: Mapped[Word] = mapped_column(primary_key=True)
    name: Mapped[Key] = mapped_column(primary_key=True)
    language: Mapped[Word] = mapped_column(primary_key=True)
    format: Mapped[Word] = mapped_column(primary_key=True)
    media_type: Mapped[Key]
    blob: Mapped[Digest] = mapped_column(ForeignKey("blobs.digest"), index=True)
    bytes: Mapped[int] = mapped_column(BigInteger)
    created: Mapped[datetime.datetime]
