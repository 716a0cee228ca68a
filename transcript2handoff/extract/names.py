"""Who is meant by a name: the people that the deal and the transcript know."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from transcript2handoff.deal import DealContext, Side
from transcript2handoff.transcript import Transcript


class Person(NamedTuple):
    """Somebody by full name; ``present`` if one of the call's speakers bears the name."""

    name: str
    side: Side | None
    title: str | None
    present: bool


class Roster:
    """The people of a call, found by full name or by an unambiguous part of it."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.people = tuple(people)
        parts = Counter(part for person in self.people for part in _parts(person.name))
        self._by_part = {
            part: person
            for person in self.people
            for part in _parts(person.name)
            if parts[part] == 1
        }
        names = sorted((re.escape(name) for name in self._spellings()), key=len, reverse=True)
        self._pattern = re.compile(rf"\b(?:{'|'.join(names)})\b") if names else None

    def _spellings(self) -> set[str]:
        return {person.name.lower() for person in self.people} | set(self._by_part)

    def find(self, name: str) -> Person | None:
        """The person of this full name or part of a name; none if nobody or several bear it."""
        plain = name.lower().strip()
        exact = (person for person in self.people if person.name.lower() == plain)
        return next(exact, None) or self._by_part.get(plain)

    def mentioned(self, text: str) -> tuple[Person, ...]:
        """The people named in a text, in order, each once."""
        if self._pattern is None:
            return ()
        found = (self.find(match[0]) for match in self._pattern.finditer(text.lower()))
        return tuple(dict.fromkeys(person for person in found if person))


_PARTICLES = frozenset(
    ("dr", "dr.", "mr", "mrs", "ms", "van", "der", "de", "den", "du", "le", "la")
)


def _parts(name: str) -> frozenset[str]:
    parts = {part for part in name.lower().split() if len(part) > 2 and part not in _PARTICLES}
    return frozenset(parts)


def roster(transcript: Transcript, context: DealContext) -> Roster:
    """The people known to the deal file or the transcript, one entry a name."""
    speaking = {turn.speaker for turn in transcript.turns}
    people = {
        person.name.lower(): Person(person.name, person.side, person.title, present=False)
        for person in context.deal.participants
    }
    for speaker in transcript.speakers:
        if speaker.name:
            known = people.get(speaker.name.lower())
            people[speaker.name.lower()] = Person(
                known.name if known else speaker.name,
                speaker.side or (known.side if known else None),
                speaker.title or (known.title if known else None),
                present=speaker.id in speaking,
            )
    return Roster(people.values())
