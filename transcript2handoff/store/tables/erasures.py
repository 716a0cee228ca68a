"""What was erased, and what was backed up: the proof that something is gone, and where it is not.

No row holds words of anybody: ids, digests, numbers, and names under a key alone.
"""

import datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from transcript2handoff.store.tables.base import Base, Dated, Digest, Id, Key, Word


class ErasureRow(Dated):
    """The receipt of an erasure: what went, and what was found when it was looked for again."""

    __tablename__ = "erasures"
    __table_args__ = (Index(None, "created", "id"),)

    kind: Mapped[Word]
    """``deal``, ``call``, ``person``, or what was kept no longer: ``recordings``, ``briefs`` …"""
    by: Mapped[Id]
    deed: Mapped[int | None] = mapped_column(BigInteger)
    """The number of the deed in the audit; none until somebody has looked it up."""
    told: Mapped[str]
    """JSON: ids, digests of blobs, numbers of rows."""
    proof: Mapped[str | None]
    """JSON: what a search for it has found; none while nobody has searched."""
    proven: Mapped[datetime.datetime | None] = mapped_column(index=True)
    digest: Mapped[Digest | None]
    """Of all of it."""


class BackupRow(Dated):
    """An archive that was written; what is erased afterwards is still in it."""

    __tablename__ = "backups"
    __table_args__ = (Index(None, "created", "id"),)

    name: Mapped[Key]
    """Of the file, without its folder."""
    made: Mapped[datetime.datetime]
    """As of when the archive holds everything."""
    digest: Mapped[Digest]
    """Of its manifest."""
    bytes: Mapped[int] = mapped_column(BigInteger)
    deals: Mapped[int]
    calls: Mapped[int]
    gone: Mapped[datetime.datetime | None]
    """Since when somebody says that the archive is not there any more."""


class SecretRow(Base):
    """A secret of this installation, in hexadecimal."""

    __tablename__ = "secrets"

    name: Mapped[Word] = mapped_column(primary_key=True)
    value: Mapped[Digest]
    created: Mapped[datetime.datetime]
