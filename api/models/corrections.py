"""What people put right in a transcript."""

from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter

from transcript2handoff.api.models import examples
from transcript2handoff.api.models.claims import Why
from transcript2handoff.api.models.journal import TakenBack
from transcript2handoff.api.models.runs import RunOut
from transcript2handoff.corrections import Correction, SideTold
from transcript2handoff.deal import Record

VoiceId = Annotated[str, StringConstraints(min_length=1, max_length=100)]
TurnNumber = Annotated[int, Field(ge=1, le=1_000_000)]
Place = Annotated[int, Field(ge=0, le=10_000_000)]
Told = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"\S")]


class _CorrectionBody(Record):
    """What comes with every correction."""

    why: Why | None = None
    expected: Annotated[int, Field(ge=0)] | None = None
    """How many corrections the call had when you looked (`count`). Where there are others by now,
    nothing is changed and the answer is 409. Without it the correction is checked against the
    transcript as it stands."""


class SpeakerBody(_CorrectionBody):
    """Somebody says who a voice is. What is left out stays; what is empty is not known.

    Of the name of somebody who takes part in the deal the side and the title follow.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"event": "speaker_changed", "speaker": "S2", "name": "Gareth Pugh"}]
        }
    )

    event: Literal["speaker_changed"]
    speaker: VoiceId
    name: Told | None = None
    side: SideTold | None = None
    title: Told | None = None


class MergeBody(_CorrectionBody):
    """Somebody says that two voices are one person."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"event": "speakers_merged", "speaker": "S4", "into": "S2"}]
        }
    )

    event: Literal["speakers_merged"]
    speaker: VoiceId
    """The voice that goes."""
    into: VoiceId
    """The voice that stays."""


class TurnBody(_CorrectionBody):
    """Somebody says that another voice said a turn."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"event": "turn_moved", "turn": 12, "speaker": "S2"}]}
    )

    event: Literal["turn_moved"]
    turn: TurnNumber
    speaker: VoiceId
    """A voice of the transcript, or `new` for one that it does not know."""


class WordsBody(_CorrectionBody):
    """Somebody says which words were said in a turn."""

    model_config = examples.shown(examples.FIX)

    event: Literal["words_fixed"]
    turn: TurnNumber
    start: Place
    """Where the words begin: characters of the turn's text, from 0."""
    end: Place
    """Where they end, exclusive."""
    was: Words
    """The words that stand there."""
    now: Words
    """The words that were said."""


CorrectBody = Annotated[
    SpeakerBody | MergeBody | TurnBody | WordsBody,
    Field(discriminator="event", examples=[examples.FIX]),
]
CORRECT_BODY: Final[TypeAdapter[SpeakerBody | MergeBody | TurnBody | WordsBody]] = TypeAdapter(
    CorrectBody
)
"""Reads what one of them is, of a form."""


class UndoCorrectionBody(_CorrectionBody):
    """Somebody takes a correction back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"why": "She did say March."}]})


class CorrectionEntry(Record):
    """A correction of a call."""

    number: int
    """Its place among the corrections of the call, from 1."""
    correction: Annotated[Correction, Field(discriminator="event")]
    undone_by: TakenBack | None
    """None if it stands."""
    note: str | None
    """Why it is not in the transcript although it stands; none if it is in it."""


class CorrectionList(Record):
    """The corrections of a call, newest first."""

    model_config = examples.shown(examples.CORRECTIONS)

    count: int
    """How many there are, those that were taken back among them; send it as `expected`."""
    version: int
    """Of the transcript as it stands: it counts the corrections that are in it."""
    items: tuple[CorrectionEntry, ...]


class CorrectedOut(Record):
    """A correction, and what came of it."""

    model_config = examples.shown(examples.CORRECTED)

    number: int
    correction: Annotated[Correction, Field(discriminator="event")]
    count: int
    version: int
    notes: tuple[str, ...]
    """What you should know about it."""
    run: RunOut
    """It reads the call again, and makes the handoff and the documents anew."""
