"""What a real model once answered, played again by the fake server.

Answers are found by what was asked about (the name of the form) and by the turns that were shown,
so that a recording outlives changes to the wording of a prompt. What was not recorded had no whole
answer: the model was cut off there, and is again.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Final

from pydantic import Field, ValidationError

from transcript2handoff.deal import Record, Text, first_fault
from transcript2handoff.engines.openai.keep import KeptAnswer
from transcript2handoff.errors import ArtifactError
from transcript2handoff.testing.model_brains import turns_of
from transcript2handoff.testing.model_faults import Fault, Length, Says
from transcript2handoff.testing.model_requests import ChatRequest

_FORMS: Final = {"check claims": "verdicts"}
"""Forms whose name is not the last word of the purpose for which they are sent."""


class RecordedAnswer(Record):
    """A whole answer: its form, the turns that the model saw, and its text."""

    form: Text
    turns: Annotated[tuple[int, ...], Field(min_length=1)]
    text: Text


class Recording(Record):
    """All whole answers of a model about one call, and how it was asked."""

    call_id: Text
    model: Text
    window_tokens: int
    overlap_tokens: int
    answers: tuple[RecordedAnswer, ...]


def read_recording(text: str | bytes, *, where: str) -> Recording:
    """Read the JSON of a recording.

    Raises:
        ArtifactError: it is none.
    """
    try:
        return Recording.model_validate_json(text)
    except ValidationError as error:
        raise ArtifactError(f"{where} is no recording of answers: {first_fault(error)}.") from error


def recorded(kept: KeptAnswer) -> RecordedAnswer:
    """The answer that an engine kept, for a recording."""
    sending = kept.sendings[-1]
    shown = {n for window in sending.turns for n in window.numbers}
    form = _FORMS.get(sending.purpose, sending.purpose.split()[-1])
    return RecordedAnswer(form=form, turns=tuple(sorted(shown)), text=kept.text)


@dataclass(frozen=True)
class Player:
    """The script of a server that answers as was recorded: ``ModelServer(script=Player(...))``."""

    recording: Recording

    def __call__(self, request: ChatRequest) -> Fault:
        """What the model said to this; cut off where it had not come to an end."""
        shown = tuple(sorted({turn.number for turn in turns_of(request)}))
        said = self._said.get((request.schema_name or "", shown))
        return Length("{") if said is None else Says(said)

    @cached_property
    def _said(self) -> dict[tuple[str, tuple[int, ...]], str]:
        return {(answer.form, answer.turns): answer.text for answer in self.recording.answers}
