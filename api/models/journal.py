"""The journal of a deal: who did what to its handoff, and what was taken back."""

import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from transcript2handoff.api.models import examples
from transcript2handoff.api.models.claims import Why
from transcript2handoff.deal import Record
from transcript2handoff.journal import Event


class UndoBody(Record):
    """Somebody takes something back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"why": "It was the wrong line."}]})

    why: Why | None = None


class TakenBack(Record):
    """What took an entry back."""

    number: int
    """Of that entry; take it back to have this one again."""
    by: str
    at: datetime.datetime


class EntryClaim(Record):
    """A claim that an entry is about."""

    id: str
    """As it is now: a claim may have become part of another one since."""
    summary: str | None
    """None if the claim is not there any more."""


class JournalEntry(Record):
    """Something that somebody did to a handoff."""

    number: int
    """Its place in the journal, from 1."""
    event: Annotated[Event, Field(discriminator="event")]
    claims: tuple[EntryClaim, ...]
    undone_by: TakenBack | None
    """None if it stands."""


class JournalOut(Record):
    """The journal of a deal, newest first."""

    model_config = examples.shown(examples.JOURNAL)

    edition: str
    items: tuple[JournalEntry, ...]
