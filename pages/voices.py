"""The voices of a call, and what stands in the forms that say who they are. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from transcript2handoff.deal import Deal
from transcript2handoff.transcript import Speaker, Transcript, Turn

UNKNOWN: Final = "unknown"
SIDES_SAID: Final[Mapping[str, str]] = {
    "seller": "The seller's side",
    "customer": "The customer's side",
    UNKNOWN: "Not known",
}
_SAMPLES: Final = 3
_TELLING: Final = 60
"""Characters from which on a turn lets one tell who speaks."""


@dataclass(frozen=True, kw_only=True)
class VoiceView:
    """A voice, and some of what it says, so that one can tell who it is."""

    speaker: Speaker
    number: int
    turns: int
    samples: tuple[Turn, ...]

    @property
    def filled(self) -> dict[str, str]:
        """What stands in its form."""
        return filled(self.speaker)


def filled(speaker: Speaker | None) -> dict[str, str]:
    """What stands in the form of a voice; nothing of one that is not there."""
    if speaker is None:
        return {"name": "", "side": "", "title": ""}
    return {
        "name": speaker.name or "",
        "side": speaker.side or UNKNOWN,
        "title": speaker.title or "",
    }


def voices(transcript: Transcript) -> tuple[VoiceView, ...]:
    """The voices of a call in their order, each with what it says at most length."""
    return tuple(
        VoiceView(
            speaker=speaker,
            number=number,
            turns=sum(turn.speaker == speaker.id for turn in transcript.turns),
            samples=_samples(turn for turn in transcript.turns if turn.speaker == speaker.id),
        )
        for number, speaker in enumerate(transcript.speakers, start=1)
    )


def label_of(transcript: Transcript, speaker_id: str | None) -> str:
    """What a voice is called; its id where it is not there any more."""
    speaker = transcript.speaker(speaker_id)
    return speaker.label if speaker else speaker_id or "nobody known"


def people_on(deal: Deal) -> tuple[str, ...]:
    """The names of those who take part in a deal."""
    return tuple(dict.fromkeys(person.name for person in deal.participants))


def _samples(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    found = list(turns)
    telling = [turn for turn in found if len(turn.text) >= _TELLING] or found
    return tuple(telling[:_SAMPLES])
