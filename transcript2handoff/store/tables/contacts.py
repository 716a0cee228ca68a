"""Whom another system calls by which id."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from transcript2handoff.store.tables.base import PLAIN, Base, Id, Key, Word, Words


class ContactRow(Base):
    """A person of a deal, by the id of another system: there they are forgotten by it alone."""

    __tablename__ = "contacts"
    __table_args__ = (Index(None, "source", "external_id"),)

    deal_id: Mapped[Id] = mapped_column(
        ForeignKey("deals.id", ondelete="CASCADE"), primary_key=True
    )
    source: Mapped[Word] = mapped_column(primary_key=True)
    external_id: Mapped[Key] = mapped_column(primary_key=True)
    name: Mapped[Words]
    email: Mapped[str | None] = mapped_column(String(255), info=PLAIN)
