"""Calls, as requests tell them and answers show them."""

import datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from transcript2handoff.api.models import examples
from transcript2handoff.api.models.deals import DealOut
from transcript2handoff.api.models.runs import RunOut
from transcript2handoff.audio.waveform import Waveform
from transcript2handoff.deal import Consent, Record, Stage, Text
from transcript2handoff.store.calls import CallRecord

CallRef = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
"""What a call is called inside of its deal: it stands in names of files."""


class CallBody(Record):
    """What is known of a call before anybody listens to it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"id": "harborline-1", "date": "2026-04-08", "stage": "discovery"}]
        }
    )

    id: CallRef | None = None
    """Its id inside of the deal; the name of the file without its ending else."""
    date: datetime.date | None = None
    stage: Stage | None = None
    attendees: Annotated[tuple[Text, ...], Field(max_length=100)] = ()
    consent: Consent = "unknown"


class CallChangeBody(Record):
    """What is to be other; a field that is not given stays. What it changes is worked out anew."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"consent": "given"}]})

    date: datetime.date | None = None
    stage: Stage | None = None
    attendees: Annotated[tuple[Text, ...], Field(max_length=100)] = ()
    consent: Consent = "unknown"


class MoveBody(Record):
    """Where a call belongs."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"deal_id": "deal-2"}]})

    deal_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,48}$")]


class CallOut(Record):
    """A call as it stands."""

    model_config = examples.shown(examples.CALL)

    id: str
    deal_id: str
    ref: str
    """Its id inside of the deal and its handoff."""
    date: datetime.date | None
    stage: Stage | None
    attendees: tuple[str, ...]
    consent: Consent
    file: str | None
    """The name under which it was sent."""
    media_type: str | None
    has_recording: bool
    source: str | None
    external_id: str | None
    created: datetime.datetime

    @classmethod
    def of(cls, record: CallRecord) -> Self:
        """The call of a row."""
        same = ("id", "deal_id", "ref", "media_type", "source", "external_id", "created")
        return cls(
            **{name: getattr(record, name) for name in same},
            **record.call.model_dump(include={"date", "stage", "attendees", "consent", "file"}),
            has_recording=record.recording is not None,
        )


class CallList(Record):
    """The calls of a deal, oldest first."""

    items: tuple[CallOut, ...]


class Received(Record):
    """What came of a file that was sent."""

    call: CallOut
    deal: DealOut
    run: RunOut


class WaveformOut(Waveform):
    """How loud a recording gets: the peaks of pieces of equal length; 1 is full scale."""

    model_config = examples.shown(examples.WAVEFORM)
