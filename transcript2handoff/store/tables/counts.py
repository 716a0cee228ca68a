"""Sums that outlive what was counted."""

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from transcript2handoff.store.tables.base import Base, Key, Word


class CountRow(Base):
    """How often something has happened since the database was made, and what it added up to."""

    __tablename__ = "counts"

    what: Mapped[Word] = mapped_column(primary_key=True)
    """``step``, ``run`` or ``tokens``."""
    label: Mapped[Key] = mapped_column(primary_key=True)
    """Fixed words and names of models, between slashes; no words of anybody."""
    number: Mapped[int] = mapped_column(BigInteger())
    amount: Mapped[float]
    """Seconds, where something took time."""
