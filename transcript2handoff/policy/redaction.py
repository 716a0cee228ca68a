"""A transcript without private data, and the way back to the words that were said.

Hidden are numbers of payment cards, bank accounts and persons, telephone numbers, e-mail and postal
addresses, secrets and dates of birth, in writing and as they are said in English and German, also
where a speaker gives a number in several turns. What nobody can tell from other talk stays: an
address that is spelled letter by letter without "at", a number whose parts stand far apart, digits
in words of other languages. Names stay, for a handoff is about who promised what.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from transcript2handoff.policy.finding import Private, find_by_others, find_private
from transcript2handoff.transcript import Speaker, Transcript, Turn

LABELS: Final[Mapping[str, str]] = {
    "bank account": "ACCOUNT",
    "card number": "CARD",
    "date of birth": "BIRTH",
    "e-mail address": "EMAIL",
    "national id": "ID",
    "postal address": "ADDRESS",
    "secret": "SECRET",
    "telephone number": "PHONE",
}
"""What stands for each kind of private data, with a number: ``[CARD 1]``."""


@dataclass(frozen=True)
class Projection:
    """What of a call may be sent.

    Attributes:
        transcript: the same call, turns and speakers; private data is replaced by placeholders.
        hidden: how many different values of each kind are hidden.
        originals: placeholder -> the words that it stands for.
    """

    transcript: Transcript
    hidden: Mapping[str, int] = field(default_factory=dict)
    originals: Mapping[str, str] = field(default_factory=dict)

    def restore(self, text: str) -> str:
        """The text with the words that were said in the place of each placeholder.

        Placeholders count in any case and spacing, for a model may copy them loosely. One that
        was never given out stays as it is.
        """
        if not self.originals:
            return text
        return _ANY.sub(lambda found: self.originals.get(_norm(found[0]), found[0]), text)


def unredacted(transcript: Transcript) -> Projection:
    """The whole transcript, with nothing hidden."""
    return Projection(transcript)


def redact(transcript: Transcript) -> Projection:
    """The transcript with placeholders for private data in its turns, speakers and notes.

    The same words get the same placeholder wherever they stand; a value that is said in two ways
    has two, so that each place gets back its own words. A turn without private data is the very
    turn it was; one with it loses the times of its words and keeps its own. A second redaction
    finds nothing more.
    """
    hiding = _Hiding(_strings(transcript))
    turns = hiding.hide(transcript.turns)
    update = {
        "turns": turns,
        "speakers": tuple(_speaker(speaker, hiding) for speaker in transcript.speakers),
        "notes": tuple(hiding.hide_text(note) for note in transcript.notes),
    }
    changed = {name: value for name, value in update.items() if value != getattr(transcript, name)}
    told = transcript.model_copy(update=changed) if changed else transcript
    return Projection(told, hiding.hidden(), hiding.originals)


def _speaker(speaker: Speaker, hiding: "_Hiding") -> Speaker:
    said = {"name": speaker.name, "title": speaker.title, "reason": speaker.reason}
    update = {name: hiding.hide_text(text) for name, text in said.items() if text}
    return speaker.model_copy(update=update)


def _strings(transcript: Transcript) -> Iterable[str]:
    yield from (turn.text for turn in transcript.turns)
    yield from transcript.notes
    for speaker in transcript.speakers:
        yield from filter(None, (speaker.id, speaker.name, speaker.title, speaker.reason))


_LABEL: Final = "|".join(LABELS.values())
_ANY: Final = re.compile(rf"\[\s*(?:HIDDEN\s+)*(?:{_LABEL})\s+[0-9]+\s*\]", re.IGNORECASE)
_PREFIX: Final = re.compile(rf"\[\s*((?:HIDDEN\s+)*)(?:{_LABEL})\b", re.IGNORECASE)


def _norm(placeholder: str) -> str:
    return f"[{' '.join(placeholder[1:-1].upper().split())}]"


class _Hiding:
    """Gives out placeholders of a form that the call does not hold."""

    def __init__(self, texts: Iterable[str]) -> None:
        taken = {len(found[1].split()) for text in texts for found in _PREFIX.finditer(text)}
        self._prefix = "HIDDEN " * next(depth for depth in count() if depth not in taken)
        self._placeholders: dict[tuple[str, str], str] = {}
        self._known: list[Private] = []
        self._numbers: Counter[str] = Counter()

    @property
    def originals(self) -> dict[str, str]:
        """Placeholder -> the words it stands for."""
        return {holder: words for (_, words), holder in self._placeholders.items()}

    def hidden(self) -> dict[str, int]:
        """How many values of each kind were hidden, by the name of the kind."""
        values = {(item.kind, item.value) for item in self._known}
        return dict(sorted(Counter(kind for kind, _ in values).items()))

    def hide(self, turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
        """The turns with placeholders, until nothing is left to hide."""
        while found := find_private(turns, self._known):
            turns = self._hidden(turns, found)
        # Other detectors come last, and once: they see what ours have left.
        found = find_by_others(turns)
        return self.hide(self._hidden(turns, found)) if found else turns

    def _hidden(self, turns: tuple[Turn, ...], found: Sequence[Private]) -> tuple[Turn, ...]:
        self._known.extend(found)
        told = list(turns)
        for item in sorted(found, key=lambda item: (item.place, item.span)):
            self._placeholder(item, turns[item.place].text)
        for item in sorted(found, key=lambda item: item.span, reverse=True):
            told[item.place] = self._without(told[item.place], item)
        return tuple(told)

    def hide_text(self, text: str) -> str:
        """A text that stands by itself, with placeholders."""
        return self.hide((Turn(n=1, text=text),))[0].text

    def _without(self, turn: Turn, item: Private) -> Turn:
        holder = self._placeholder(item, turn.text)
        text = f"{turn.text[: item.span.begin]}{holder}{turn.text[item.span.end :]}"
        return turn.model_copy(update={"text": text, "words": ()})

    def _placeholder(self, item: Private, text: str) -> str:
        key = (item.kind, text[item.span.begin : item.span.end])
        if key not in self._placeholders:
            self._numbers[item.kind] += 1
            number = self._numbers[item.kind]
            self._placeholders[key] = f"[{self._prefix}{LABELS[item.kind]} {number}]"
        return self._placeholders[key]
