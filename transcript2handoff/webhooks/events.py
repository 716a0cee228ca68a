"""What is read off deliveries: events that later steps work on, each once."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field, JsonValue, PlainSerializer, SecretStr, SerializationInfo

from transcript2handoff.deal import Record

SourceName = Literal[
    "hubspot",
    "hubspot_workflow",
    "salesforce_flow",
    "salesforce_message",
    "zoom",
    "gong",
    "standard",
]
UNSEALED: Final = {"unsealed": True}
"""The context in which ``model_dump`` writes secrets, for a store that is as safe as they need."""


def _sealed(value: SecretStr, info: SerializationInfo) -> str:
    return value.get_secret_value() if info.context == UNSEALED else str(value)


Sealed = Annotated[SecretStr, PlainSerializer(_sealed, when_used="json")]
"""A secret that stays one in logs and errors, and is written under ``UNSEALED`` alone."""


class _Event(Record):
    key: str
    """The same for every repetition: unique in the inbox, together with the source."""
    account: str | None = None
    """The portal, organisation or account there in which it happened."""
    at: datetime | None = None
    """When it happened, as the source says."""


class DealChanged(_Event):
    """A deal in a CRM may have been won."""

    event: Literal["deal_changed"] = "deal_changed"
    deal_id: str | None = None
    """None where only the field mapping knows it."""
    won: bool | None = None
    """None: look it up in the CRM; it is never told by the name of a stage."""
    fields: Mapping[str, JsonValue] = Field(default_factory=dict)
    """What was sent of the deal, for the field mapping."""


class PersonErased(_Event):
    """A person is to be forgotten."""

    event: Literal["person_erased"] = "person_erased"
    person_id: str


class RecordingFile(Record):
    """A file to fetch. Only its host's own names may be asked for it, also after a redirect."""

    id: str
    type: str
    bytes: int | None = None
    url: Sealed
    speaker: str | None = None
    """Whose voice alone it holds."""


class RecordingReady(_Event):
    """A meeting was recorded, or one of several stretches of it."""

    event: Literal["recording_ready"] = "recording_ready"
    meeting_id: str
    """The UUID of the meeting."""
    meeting_number: str | None = None
    topic: str | None = None
    host_email: str | None = None
    started: datetime | None = None
    minutes: int | None = None
    sound: RecordingFile
    """The file that is best for listening."""
    transcript: RecordingFile | None = None
    voices: tuple[RecordingFile, ...] = ()
    """A file for each speaker, where there are such."""
    token: Sealed | None = None
    """For all of these files, for 24 hours from ``at``."""


class CallReady(_Event):
    """A call recorder has a call; its sound is asked for by its id."""

    event: Literal["call_ready"] = "call_ready"
    call_id: str
    title: str | None = None
    started: datetime | None = None
    seconds: float | None = None
    deal_ids: tuple[str, ...] = ()
    """Of the opportunities that the recorder knows the call to belong to."""
    emails: tuple[str, ...] = ()
    """Of those who took part."""
    fields: Mapping[str, JsonValue] = Field(default_factory=dict)


Event = Annotated[
    DealChanged | PersonErased | RecordingReady | CallReady, Field(discriminator="event")
]


class Ignored(Record):
    """Something in a delivery that we do nothing about; it was accepted all the same."""

    what: str
    why: str


class Answer(Record):
    """What the sender must get with status 200, once the events are in the inbox."""

    body: str = ""
    media_type: str = "text/plain"


class Delivery(Record):
    """A delivery whose sender is proven."""

    source: SourceName
    key: str
    """The same for a repetition with the same events."""
    received_at: datetime
    events: tuple[Event, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    answer: Answer = Answer()


def key_of(*parts: object) -> str:
    """The key of an event: SHA-256 of what makes it this one and no other, in hexadecimal."""
    text = "|".join("" if part is None else str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()


def delivery(
    source: SourceName,
    found: Iterable[DealChanged | PersonErased | RecordingReady | CallReady | Ignored],
    *,
    at: datetime,
    answer: Answer | None = None,
) -> Delivery:
    """A delivery of what was found in it, every event once."""
    things = list(found)
    events = {thing.key: thing for thing in reversed(things) if not isinstance(thing, Ignored)}
    return Delivery(
        source=source,
        key=key_of(source, *sorted(events)),
        received_at=at,
        events=tuple(reversed(events.values())),
        ignored=tuple(thing for thing in things if isinstance(thing, Ignored)),
        answer=answer or Answer(),
    )


def named(value: object) -> str:
    """What a sender calls something, as far as it is fit for a log."""
    fits = isinstance(value, str) and value.isprintable() and 0 < len(value) <= 100
    return f"{value}" if fits else "something without a name"


def moment(text: str | None) -> datetime | None:
    """The moment that a text tells in ISO 8601, if it tells one with a time zone."""
    try:
        told = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return told if told.tzinfo else None
