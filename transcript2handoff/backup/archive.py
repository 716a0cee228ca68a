"""What is in a backup: a tar archive with both databases, the blobs, and a manifest at its end.

The manifest names every other member with its SHA-256, but for zeros that stand where something was
erased. An archive that was cut off has none.
"""

import datetime
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field

from transcript2handoff.deal import Record
from transcript2handoff.errors import SettingsError
from transcript2handoff.settings import Settings
from transcript2handoff.store.blobs import Sha256

MANIFEST: Final = "manifest.json"
DATABASE: Final = "t2h.db"
ENGINE: Final = "engine.db"
BLOBS: Final = "blobs"
ERASED: Final = "erased"
"""A member of zeros, where one was taken out again while the archive was written."""
WHOLE: Final = re.compile(r"sha256/[0-9a-f]{2}/([0-9a-f]{64})")
"""A blob below the folder of the blobs."""
PART: Final = re.compile(r"uploads/[A-Za-z0-9_-]{1,48}/[0-9]{15}")
"""A part of an upload that has not ended."""
LARGEST_MANIFEST: Final = 1 << 30
"""In bytes: some ten million blobs."""


class Entry(Record):
    """A member of the archive."""

    name: str
    bytes: Annotated[int, Field(ge=0)]
    sha256: Sha256


class Manifest(Record):
    """What a backup holds, and of what."""

    format: Literal[1] = 1
    program: str
    """The version of the program that wrote it."""
    schema_version: str
    made: datetime.datetime
    """When the copying of the databases began."""
    deals: tuple[str, ...] = ()
    """The ids of the deals in it, so that one can see whether it holds what was erased since."""
    calls: tuple[str, ...] = ()
    entries: tuple[Entry, ...]

    def to_text(self) -> str:
        """As it stands in the archive."""
        return self.model_dump_json(indent=1)

    @property
    def bytes(self) -> int:
        """How many bytes its members have."""
        return sum(entry.bytes for entry in self.entries)


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where a service on one machine keeps what a backup holds."""

    database: Path
    engine: Path
    blobs: Path

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The places of an installation.

        Raises:
            SettingsError: its database or its blobs are not files of this machine.
        """
        scheme, _, file = settings.database.partition(":///")
        if not scheme.startswith("sqlite"):
            raise SettingsError(
                "T2H_DATABASE is no SQLite file, so that this command does not back it up. Use "
                "pg_dump and pg_restore for the database, and the tools of the blob store."
            )
        where, colon, rest = settings.blobs.partition("://")
        if colon and where != "file":
            raise SettingsError(
                "T2H_BLOBS is no folder, so that this command does not back it up. Use the tools "
                "of the blob store, and copy the blobs after the database."
            )
        return cls(
            database=Path(file.partition("?")[0]).absolute(),
            engine=settings.data / ENGINE,
            blobs=Path(rest if colon else where).absolute(),
        )


def is_known(name: str) -> bool:
    """Whether a backup may have a member of this name, so that none lands elsewhere."""
    folder, _, below = name.partition("/")
    if folder == BLOBS:
        return bool(WHOLE.fullmatch(below) or PART.fullmatch(below))
    return name in (MANIFEST, DATABASE, ENGINE)
