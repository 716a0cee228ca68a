"""Who did something, when and why; and what was taken back again."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import AwareDatetime

from transcript2handoff.deal import Record, Text
from transcript2handoff.errors import JournalError

SCHEMA_VERSION: Final = 1


class Signed(Record):
    """Something that a person did."""

    schema_version: Literal[1] = SCHEMA_VERSION
    by: Text
    """The person's name."""
    at: AwareDatetime
    why: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who does something, when, and why."""

    by: str
    at: datetime.datetime
    """With its time zone."""
    why: str | None = None

    def __post_init__(self) -> None:
        """Check that there is a name.

        Raises:
            JournalError: there is none.
        """
        if not self.by.strip():
            raise JournalError("Nobody is named. Say with --by who does this.")

    def fields(self) -> dict[str, object]:
        """The fields that everything has that is signed."""
        return {"by": self.by, "at": self.at, "why": (self.why or "").strip() or None}


def undone(targets: Sequence[int | None]) -> Mapping[int, int]:
    """Which entries of a list are taken back, and by which later entry; all numbered from 1.

    Args:
        targets: for each entry the number of the one that it takes back, or none. An entry that
            takes one back may be taken back itself; what it took back stands again then.
    """
    taken: dict[int, int] = {}
    for number in range(len(targets), 0, -1):
        target = targets[number - 1]
        if target is not None and number not in taken and target < number:
            taken.setdefault(target, number)
    return taken
