"""What people put right in a transcript, as events: lines that are kept and never changed.

The transcript as it was heard stays as it is; ``apply`` makes the corrected one of it, anew for
every run. A later event on the same thing counts instead of an earlier one.
"""

from collections.abc import Iterable
from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError, model_validator

from transcript2handoff.corrections.signing import SCHEMA_VERSION, Signed
from transcript2handoff.deal import Name, Side, Text, first_fault
from transcript2handoff.errors import CorrectionError

TurnNumber = Annotated[int, Field(ge=1)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"\S")]
SideTold = Side | Literal["unknown"]


class _Correction(Signed):
    """What every correction has."""

    outline: str | None = None
    """Of the transcript that it was made of (``outlines.outline``); none if it fits any."""


class SpeakerChanged(_Correction):
    """Somebody says who a voice is. What is none stays as it was; what is empty is not known."""

    event: Literal["speaker_changed"] = "speaker_changed"
    speaker: Text
    name: Name | Literal[""] | None = None
    side: SideTold | None = None
    title: Name | Literal[""] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.name is None and self.side is None and self.title is None:
            raise ValueError("give a name, a side or a title")
        return self


class SpeakersMerged(_Correction):
    """Somebody says that two voices are one person: all that ``speaker`` said, ``into`` said."""

    event: Literal["speakers_merged"] = "speakers_merged"
    speaker: Text
    into: Text

    @model_validator(mode="after")
    def _are_two(self) -> Self:
        if self.speaker == self.into:
            raise ValueError(f"{self.speaker} cannot be merged with itself")
        return self


class TurnMoved(_Correction):
    """Somebody says that another voice said a turn."""

    event: Literal["turn_moved"] = "turn_moved"
    turn: TurnNumber
    speaker: Text
    is_new: bool = False
    """Whether it is a voice that the transcript did not know."""


class WordsFixed(_Correction):
    """Somebody says which words were said instead of those that were heard.

    ``start`` and ``end`` are characters of the turn's text as it stood when it was fixed.
    """

    event: Literal["words_fixed"] = "words_fixed"
    turn: TurnNumber
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=1)]
    was: Words
    now: Words

    @model_validator(mode="after")
    def _is_a_stretch(self) -> Self:
        if self.end <= self.start:
            raise ValueError("end is not behind start")
        return self


class Undone(_Correction):
    """Somebody takes back a correction; of another ``undone``, what that took back stands again."""

    event: Literal["undone"] = "undone"
    number: Annotated[int, Field(ge=1)]


Change = SpeakerChanged | SpeakersMerged | TurnMoved | WordsFixed
"""What changes a transcript."""
Correction = Change | Undone

_CORRECTION: Final[TypeAdapter[Correction]] = TypeAdapter(
    Annotated[Correction, Field(discriminator="event")]
)


def to_line(correction: Correction) -> str:
    """The correction as a line to be kept, its end included."""
    return correction.model_dump_json() + "\n"


def parsed(lines: Iterable[str]) -> tuple[Correction, ...]:
    """The corrections that ``to_line`` wrote, in their order.

    Raises:
        CorrectionError: a line is no correction of this schema version.
    """
    return tuple(_parsed(line, number) for number, line in enumerate(lines, start=1))


def _parsed(line: str, number: int) -> Correction:
    try:
        return _CORRECTION.validate_json(line)
    except ValidationError as error:
        raise CorrectionError(
            f"Correction {number} of the call is none of schema version {SCHEMA_VERSION}: "
            f"{first_fault(error)}. Restore it from a backup."
        ) from error
