"""Weighs who is a stakeholder and what is a competitor, name by name.

The names come from the trained reader, token by token, and from rules (``people``, ``vendors``).
Each is described by a few numbers; weights that were fitted on unseen calls make a probability of
them.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from transcript2handoff.engines.local.decisions import NameDecision, Recall, probability
from transcript2handoff.engines.local.encoder import Floats, Told
from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.labels import NAMES
from transcript2handoff.engines.local.lexicon import pattern
from transcript2handoff.engines.local.mentions import Mention, Named, named, words_of_name
from transcript2handoff.engines.local.people import absent, on_the_call, role_beside
from transcript2handoff.engines.local.reading import Reading
from transcript2handoff.engines.local.vendors import vendors
from transcript2handoff.engines.local.votes import VOTED, shares
from transcript2handoff.extract.names import Person
from transcript2handoff.facts import KINDS, Kind

BY_NAME: Final[tuple[Kind, ...]] = ("stakeholder", "competitor")
"""Kinds that are found name by name, not sentence by sentence."""
NAME_TRAITS: Final = len(NAMES) + len(BY_NAME) + 4
"""How many traits a name has."""
UNMARKED: Final = -4.0
"""Log odds that stand for a name that the reader does not mark at all."""
MOST: Final = 6.0


@dataclass(frozen=True, kw_only=True)
class NameCandidate:
    """A name that may be a stakeholder or a competitor.

    Attributes:
        candidate: the claim that it would give, its confidence not yet weighed.
        traits: the numbers that speak for and against it.
        heard: what the reader tells of the kind's one field, as shares of its values.
    """

    candidate: Candidate
    traits: tuple[float, ...]
    heard: Floats


def weighed(
    candidates: Iterable[NameCandidate], decision: NameDecision, recall: Recall
) -> Iterator[NameCandidate]:
    """The candidates that are likely enough, with their probability."""
    for one in candidates:
        odds = float(np.dot(one.traits, decision.weights)) + decision.offset
        likely = probability(odds)
        if likely >= decision.least[recall]:
            yield replace(one, candidate=replace(one.candidate, confidence=likely))


def vendor_candidates(reading: Reading, told: Told) -> list[NameCandidate]:
    """Everything that may be a competitor, by the reader's marks and by the rules."""
    barred = _own_words(reading)
    groups = [n for n in named(reading.sentences, told, "competitor") if not _all_in(n, barred)]
    ruled = {words_of_name(c.subject or ""): c for c in vendors(reading)}
    return [
        *(_vendor(reading, told, group, _same(ruled, group.name)) for group in groups),
        *_only_ruled(reading, told, ruled, groups),
    ]


def people_candidates(reading: Reading, told: Told) -> list[NameCandidate]:
    """Everybody who is spoken of and not on the call, by the reader's marks and by the rules."""
    present = {w for person in reading.roster.people if _out(person) for w in _words(person.name)}
    groups = [n for n in named(reading.sentences, told, "stakeholder") if not _all_in(n, present)]
    ruled = {words_of_name(c.subject or c.detail or ""): c for c in absent(reading)}
    return [
        *(_person(reading, told, group, _same(ruled, group.name)) for group in groups),
        *_only_ruled(reading, told, ruled, groups),
    ]


def present_people(reading: Reading, told: Told) -> Iterator[NameCandidate]:
    """The customers on the call; nothing is weighed, they all matter."""
    for candidate in on_the_call(reading):
        said = [
            place
            for place, sentence in enumerate(reading.sentences)
            if sentence.side == "customer" and sentence.speaker == candidate.subject
        ]
        heard = _heard(told, "stakeholder", said)
        yield NameCandidate(candidate=candidate, traits=(), heard=heard)


def _out(person: Person) -> bool:
    return person.present or person.side == "seller"


def _words(name: str) -> frozenset[str]:
    return frozenset(word for word in words_of_name(name) if len(word) > 2)


def _own_words(reading: Reading) -> frozenset[str]:
    deal = reading.context.deal
    people = (person.name for person in reading.roster.people)
    return frozenset(
        word for text in (deal.seller, deal.customer, *people) if text for word in _words(text)
    )


def _all_in(group: Named, barred: Iterable[str]) -> bool:
    return words_of_name(group.name) <= frozenset(barred)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return one <= other or other <= one


def _same(ruled: dict[frozenset[str], Candidate], name: str) -> Candidate | None:
    words = words_of_name(name)
    return next((c for known, c in ruled.items() if _alike(known, words)), None)


def _vendor(reading: Reading, told: Told, group: Named, ruled: Candidate | None) -> NameCandidate:
    places = [mention.place for mention in group.mentions]
    best = _telling(told, "competitor", places)
    candidate = Candidate(
        kind="competitor",
        sentence=reading.sentences[best],
        confidence=0.5,
        subject=group.name,
    )
    sure = ruled.confidence if ruled else 0.0
    return _described(reading, told, candidate, mentions=group.mentions, ruled=sure)


def _person(reading: Reading, told: Told, group: Named, ruled: Candidate | None) -> NameCandidate:
    places = [mention.place for mention in group.mentions]
    best = _telling(told, "stakeholder", places)
    role_alone = pattern("people", "role").fullmatch(group.name.lower())
    person = reading.roster.find(group.name)
    roles = (role_beside(reading.sentences[n], group.name) for n in places)
    role = (person.title if person else None) or next(filter(None, roles), None)
    candidate = Candidate(
        kind="stakeholder",
        sentence=reading.sentences[best],
        confidence=0.5,
        subject=None if role_alone else (person.name if person else group.name),
        detail=group.name if role_alone else role or (ruled.detail if ruled else None),
    )
    sure = ruled.confidence if ruled else 0.0
    return _described(reading, told, candidate, mentions=group.mentions, ruled=sure)


def _only_ruled(
    reading: Reading,
    told: Told,
    ruled: Mapping[frozenset[str], Candidate],
    groups: Sequence[Named],
) -> Iterator[NameCandidate]:
    """Names that the reader does not mark: the rules alone speak for them."""
    marked = [words_of_name(group.name) for group in groups]
    for words, candidate in ruled.items():
        if not any(_alike(words, name) for name in marked):
            place = next(n for n, s in enumerate(reading.sentences) if s is candidate.sentence)
            mention = Mention(candidate.subject or candidate.detail or "", place, UNMARKED)
            yield _described(
                reading, told, candidate, mentions=[mention], ruled=candidate.confidence
            )


def _described(
    reading: Reading,
    told: Told,
    candidate: Candidate,
    *,
    mentions: Sequence[Mention],
    ruled: float,
) -> NameCandidate:
    """The candidate with what speaks for it and what the reader tells of its field."""
    traits = _traits(reading, told, candidate.kind, mentions=mentions, ruled=ruled)
    heard = _heard(told, candidate.kind, [mention.place for mention in mentions])
    return NameCandidate(candidate=candidate, traits=traits, heard=heard)


def _traits(
    reading: Reading, told: Told, kind: Kind, *, mentions: Sequence[Mention], ruled: float
) -> tuple[float, ...]:
    """How the name is marked, what its sentences state, how often, by whom, and how written."""
    places = [mention.place for mention in mentions]
    marks = {name: max(_marked(told, name, n) for n in places) for name in NAMES}
    marks[kind] = max(mention.log_odds for mention in mentions)
    return (
        *(min(marks[name], MOST) for name in NAMES),
        *(max(_odds(told, name, n) for n in places) for name in BY_NAME),
        math.log(len(mentions)),
        ruled,
        float(any(reading.sentences[n].side != "seller" for n in places)),
        float(any(mention.name[:1].isupper() for mention in mentions)),
    )


def _marked(told: Told, name: str, place: int) -> float:
    marks = told.names[place][:, NAMES.index(name)]
    return float(marks.max()) if marks.size else UNMARKED


def _odds(told: Told, kind: Kind, place: int) -> float:
    return float(told.sentences[place, KINDS.index(kind)])


def _telling(told: Told, kind: Kind, places: Sequence[int]) -> int:
    return max(places, key=lambda n: (_odds(told, kind, n), -n))


def _heard(told: Told, kind: Kind, places: Sequence[int]) -> Floats:
    """The shares of the kind's one field, each sentence counting as much as it states the kind."""
    (name,) = VOTED[kind]
    weights = [probability(_odds(told, kind, place)) for place in places]
    rows = [shares(told.sentences[place], name) for place in places]
    heard: Floats = np.average(rows, axis=0, weights=weights)
    return heard
