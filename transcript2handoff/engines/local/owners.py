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
TAKEN_OVER_WITHIN: Final = 2
"""Turns after a promise in which a colleague may take it on."""

_DELEGATED: Final = (
    r"\b(?:get|have|ask|let) (?:(?:our|my) (?:[a-z-]+ ){{1,3}})?,? ?{name}"
    r"(?:,[^,]{{3,40}},)? (?!in\b|up\b|for\b|and\b|is\b|on (?!(?:my|our) (?:team|side)\b))"
    r"|\b(?:give|assign) you {name}\b"
)
# Whoever is named in a clause of purpose or condition does not do what is promised.
_ACTS: Final = (
    r"(?<!\bthat )(?<!\bif )(?<!\bwhen )(?<!\bonce )(?<!\bunless )(?<!\buntil )(?<!\bwhich )"
    r"(?<!\bwhat )\b{name}(?:'?ll| will|(?<!\bso {name}) can|(?<!\bso {name}) could| does| goes"
    r"| comes| gives| takes| runs| writes|'?d| would|'s (?:going|coming))\b"
)

_TOLD_TO: Final = re.compile(
    r"\b(?:I'?ll|I will|we'?ll|we will|I can|we can|I'?d|let me) (?:have|get|ask) "
    r"(?P<name>[A-Z][a-zà-ÿ'’-]+(?: [A-Z][a-zà-ÿ'’-]+)?) (?:on (?:my|our) team )?(?:to )?"
    r"(?!\w+(?:ed|ing)\b|(?:up|in|live|ready|done|set|sorted|over|from|by|with|at|as|out|off|back)\b)"
    r"[a-z]"
)


def owner(reading: Reading, sentence: Sentence, *, impersonal: bool = False) -> str | None:
    """The full name of whoever is to do it, else the speaker who takes it on, else none.

    Args:
        reading: the call.
        sentence: what is taken on.
        impersonal: whether it is likely the company's alone ("we will", a roadmap), unless the
            words say that somebody takes it on in person.
    """
    named = _named(reading, sentence) or _taken_over(reading, sentence)
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


def _taken_over(reading: Reading, sentence: Sentence) -> str | None:
    """The colleague who at once takes it on instead: "I'll build it myself"."""
    for turn in range(sentence.turn + 1, sentence.turn + 1 + TAKEN_OVER_WITHIN):
        for said in reading.of_turn(turn):
            colleague = said.side is not None and said.side == sentence.side
            if colleague and said.speaker and pattern("owner", "takes_over").search(said.plain):
                return said.speaker
    return None


def _people(reading: Reading, sentence: Sentence) -> Iterator[tuple[str, str]]:
    """The names of the speaker's side in a sentence: as said, and in full where known."""
    for person in reading.roster.mentioned(sentence.plain):
        if _fits(person, sentence.side):
            for part in (person.name, *person.name.split()):
                yield part, person.name
    persons = (e.text for e in reading.entities_in(sentence) if e.label == "PERSON")
    for said in (*persons, *_told_to(sentence)):
        name = re.sub(r"['’].*$", "", said)
        known = reading.roster.find(name) or meant_by(
            name, people=reading.roster.people, side=sentence.side
        )
        if known is None or _fits(known, sentence.side):
            yield name, known.name if known else name


def _told_to(sentence: Sentence) -> Iterator[str]:
    """Names that neither deal nor recogniser need to know: "I'll have Rosalind write it"."""
    for match in _TOLD_TO.finditer(sentence.text):
        yield match["name"]


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
