"""Who is to do it: somebody named, else the speaker, else nobody in person."""

import re
from collections.abc import Iterator
from typing import Final

from rapidfuzz import fuzz

from transcript2handoff.deal import Side
from transcript2handoff.engines.local.lexicon import pattern
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.extract.names import Person

CLOSE: Final = 75.0
"""Names as alike as this, 0 to 100, may be one name that a recogniser misheard."""
CLEAR: Final = 12.0
"""So much more alike than the next person's name the one that is meant must be."""

_DELEGATED: Final = (
    r"\b(?:get|have|ask|let) (?:(?:our|my) (?:[a-z-]+ ){{1,3}})?,? ?{name}"
    r"(?:,[^,]{{3,40}},)? (?!in\b|on\b|up\b|for\b|and\b|is\b)"
)
_ACTS: Final = (
    r"\b{name}(?:'?ll| will| can| could| does| goes| comes| gives| takes| runs| writes|'?d| would"
    r"|'s (?:going|coming))\b"
)


def owner(reading: Reading, sentence: Sentence, *, impersonal: bool = False) -> str | None:
    """The full name of whoever is to do it, else the speaker who takes it on, else none.

    Args:
        reading: the call.
        sentence: what is taken on.
        impersonal: whether it is likely the company's alone ("we will", a roadmap), unless the
            words say that somebody takes it on in person.
    """
    named = _named(reading, sentence)
    if named:
        return named
    said = sentence.plain
    in_person = pattern("owner", "in_person").search(said)
    if pattern("owner", "others").search(said) and not in_person:
        return _spoken_of_before(reading, sentence)
    return None if impersonal and not in_person else sentence.speaker


def _named(reading: Reading, sentence: Sentence) -> str | None:
    for spelling, name in _people(reading, sentence):
        escaped = re.escape(spelling.lower())
        acts = re.search(_ACTS.format(name=escaped), sentence.plain)
        if acts or re.search(_DELEGATED.format(name=escaped), sentence.plain):
            return name
    return None


def _people(reading: Reading, sentence: Sentence) -> Iterator[tuple[str, str]]:
    """The names of the speaker's side in a sentence: as said, and in full where known."""
    for person in reading.roster.mentioned(sentence.plain):
        if _fits(person, sentence.side):
            for part in (person.name, *person.name.split()):
                yield part, person.name
    for entity in reading.entities_in(sentence):
        if entity.label == "PERSON":
            name = re.sub(r"['’].*$", "", entity.text)
            known = reading.roster.find(name) or meant_by(
                name, people=reading.roster.people, side=sentence.side
            )
            if known is None or _fits(known, sentence.side):
                yield name, known.name if known else name


def _fits(person: Person, side: Side | None) -> bool:
    """Whether somebody may act for a side; people whose side is unknown may."""
    return side is None or person.side in (None, side)


def meant_by(name: str, *, people: tuple[Person, ...], side: Side | None) -> Person | None:
    """The person whose name a recogniser may have misheard as this one, if only one fits."""
    if len(name) < 4:
        return None
    alike = sorted(
        ((_likeness(name, person.name), person) for person in people if _fits(person, side)),
        key=lambda pair: -pair[0],
    )
    if not alike or alike[0][0] < CLOSE:
        return None
    return None if len(alike) > 1 and alike[1][0] > alike[0][0] - CLEAR else alike[0][1]


def _likeness(said: str, name: str) -> float:
    """0 to 100; a first name alone is compared with the first name."""
    parts = name.lower().split()
    whole = " ".join(parts[: len(said.split())])
    return float(fuzz.ratio(said.lower(), whole))


def _spoken_of_before(reading: Reading, sentence: Sentence) -> str | None:
    """The last person named in the turn before the sentence's end, else the speaker."""
    names = [
        name
        for earlier in reading.of_turn(sentence.turn)
        if earlier.span.begin <= sentence.span.begin
        for _, name in _people(reading, earlier)
    ]
    return names[-1] if names else sentence.speaker
