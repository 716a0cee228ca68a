"""Claims of several readings that state the same fact: of overlapping windows, of two engines.

``merge`` joins what one reading says twice. Here each reading tells its claims apart, so that two
claims of one reading are never joined, however alike they are.
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Final

from rapidfuzz import fuzz

from transcript2handoff.extract.merge import MOST_CITATIONS
from transcript2handoff.extract.wording import content_words, in_digits
from transcript2handoff.facts import KINDS, Competitor, Fact, Stakeholder, Term
from transcript2handoff.handoff import Citation, DraftClaim, Window

ALIKE: Final = 50.0
"""How like two summaries must be if their quotes overlap (rapidfuzz ``token_set_ratio`` of telling
words). Summaries that two people write of one fact reach it in three of four cases, those of two
facts in neighbouring turns in two of five; the overlap of the quotes rules out most of these."""
ALIKE_APART: Final = 75.0
"""How like they must be if the claims have no more in common than a cited turn."""
OVERLAP: Final = 0.5
"""Quotes overlap if they share this much of the telling words of the shorter one."""
DEEP: Final = 3
"""Turns to the edge of a window; farther inside of it, a claim is told no better."""
SURE: Final = 100.0
"""What names, values and quotes add to the likeness of claims that are the same by them."""
_WORD: Final = re.compile(r"\w+")
_FIGURE: Final = re.compile(r"\d(?:[\d.,]*\d)?")
_TITLES: Final = frozenset(["mr", "mrs", "ms", "miss", "dr", "prof", "sir", "madam"])


@dataclass(frozen=True)
class Source:
    """What one reading claims; the turns that it was made from, where it was a window of them."""

    claims: tuple[DraftClaim, ...]
    window: Window | None = None


def same_facts(sources: Sequence[Source]) -> tuple[tuple[DraftClaim, ...], ...]:
    """All claims in groups that state the same fact, in the order of the call.

    A group holds at most one claim of each source, all of one kind. The pairs that are most alike
    are joined first. The order of the sources, and of the claims in them, changes nothing.

    People and vendors are the same by name, and people whom nobody names by role; part of a name
    will do if it fits one name only. Terms are the same if type and value are. All other claims,
    and other terms of one type, are the same if their summaries are alike and their best quotes
    overlap in the same turn or the next; if they are more alike, one common turn is enough. Quotes
    of which one holds the other are enough if neither source has more claims on those words;
    short of that, summaries with contrary figures never state the same.

    First in a group is the claim that is told best: of those that are read in windows, the one
    farther from where its window breaks off; then the surer one; then by its JSON.
    """
    told = _in_fixed_order(sources)
    groups = [{place} for place in range(len(told))]
    for one, other in _alike(told):
        ours, theirs = groups[one], groups[other]
        if {told[n].source for n in ours}.isdisjoint(told[n].source for n in theirs):
            ours |= theirs
            for place in theirs:
                groups[place] = ours
    best_first = (
        tuple(claim.claim for claim in sorted((told[n] for n in group), key=_Told.rank))
        for place, group in enumerate(groups)
        if place == min(group)
    )
    return tuple(sorted(best_first, key=lambda group: [in_order(claim) for claim in group]))


def join_doubles(sources: Sequence[Source]) -> tuple[DraftClaim, ...]:
    """One claim for each fact, in the order of the call.

    It says what the best claim of the group says, as surely, and cites what all of them cite.
    """
    return tuple(sorted((joined(group) for group in same_facts(sources)), key=in_order))


def joined(group: Sequence[DraftClaim]) -> DraftClaim:
    """The first claim of a group, with the citations of all, best first.

    Words that are cited already, in the same turn or in the next to it, are cited once: a model
    that miscounts gives the same words another number.
    """
    best = group[0]
    kept = list(best.citations)
    for citation in (citation for claim in group[1:] for citation in claim.citations):
        if not any(_cite_the_same(citation, other) for other in kept):
            kept.append(citation)
    most = max(MOST_CITATIONS, len(best.citations))
    return best.model_copy(update={"citations": tuple(kept[:most])})


def in_order(claim: DraftClaim) -> tuple[int, int, str, str]:
    """Where a claim stands among others: by first cited turn, kind, summary, then by its JSON."""
    json = claim.model_dump_json()
    return claim.citations[0].turn, KINDS.index(claim.kind), claim.summary, json


@dataclass(frozen=True)
class _Told:
    """A claim, the number of the source that tells it, and what it is compared by."""

    claim: DraftClaim
    source: int
    depth: int

    def rank(self) -> tuple[int, float, str]:
        return -self.depth, -self.claim.confidence, self.claim.model_dump_json()

    @property
    def best(self) -> Citation:
        return self.claim.citations[0]

    @cached_property
    def quote(self) -> frozenset[str]:
        return content_words(self.best.quote) or frozenset(_words(self.best.quote))

    @cached_property
    def summary(self) -> frozenset[str]:
        return content_words(in_digits(self.claim.summary))

    @cached_property
    def turns(self) -> frozenset[int]:
        return frozenset(citation.turn for citation in self.claim.citations)


def _in_fixed_order(sources: Sequence[Source]) -> list[_Told]:
    """The claims of all sources, in an order that only depends on what they say.

    Whatever is computed from this order is the same for every order of what was given.
    """
    ends = [source.window.last for source in sources if source.window]
    call_ends = max(ends, default=0)

    def key(source: Source) -> tuple[int, int, list[str]]:
        window = source.window or Window(first=1, last=1)
        json = sorted(claim.model_dump_json() for claim in source.claims)
        return window.first, window.last if source.window else 0, json

    return [
        _Told(claim, number, _depth(claim, source.window, call_ends))
        for number, source in enumerate(sorted(sources, key=key))
        for claim in sorted(source.claims, key=in_order)
    ]


def _depth(claim: DraftClaim, window: Window | None, call_ends: int) -> int:
    """Turns from the best citation to where its window breaks off, at most ``DEEP``.

    At the first and the last turn of the call nothing breaks off.
    """
    if window is None:
        return DEEP
    turn = claim.citations[0].turn
    before = turn - window.first if window.first > 1 else DEEP
    after = window.last - turn if window.last < call_ends else DEEP
    return min(before, after, DEEP)


def _alike(told: Sequence[_Told]) -> list[tuple[int, int]]:
    """The places of claims that may be joined, the most alike first."""
    near = _near(told)
    crowded = {
        place
        for one, other in near
        if told[one].source == told[other].source and _quotes_meet(told[one], told[other])
        for place in (one, other)
    }
    found: list[tuple[float, int, int]] = []
    for one, other in near:
        if told[one].source != told[other].source:
            alone = crowded.isdisjoint((one, other))
            likeness = _likeness(told[one], told[other], alone=alone)
            if likeness is not None:
                found.append((-likeness, one, other))
    return [(one, other) for _, one, other in sorted(found)]


def _near(told: Sequence[_Told]) -> list[tuple[int, int]]:
    """The places of any two claims that have a name, a value or a stretch of the call in common."""
    names = _Names(_name(claim.claim) for claim in told)
    shelves: dict[Hashable, list[int]] = defaultdict(list)
    for place, claim in enumerate(told):
        for key in _keys(claim, names):
            shelves[key].append(place)
    return sorted({pair for shelf in shelves.values() for pair in combinations(shelf, 2)})


def _keys(told: _Told, names: "_Names") -> set[Hashable]:
    """What a claim must have in common with another to be compared with it."""
    fact = told.claim.fact
    if isinstance(fact, Stakeholder | Competitor):
        name = _name(told.claim)
        return {(fact.kind, bool(name), names.whole(name) if name else _role(fact))}
    places: set[Hashable] = {(fact.kind, turn) for turn in (*told.turns, told.best.turn + 1)}
    return places | {(fact.type, _value(fact))} if isinstance(fact, Term) else places


def _likeness(one: _Told, other: _Told, *, alone: bool) -> float | None:
    """How surely two claims that are near each other state the same; none if they do not.

    Args:
        one: a claim.
        other: a claim of the kind, of another source.
        alone: whether neither source has another claim of the kind on these words.
    """
    alike = fuzz.token_set_ratio(" ".join(sorted(one.summary)), " ".join(sorted(other.summary)))
    fact, again = one.claim.fact, other.claim.fact
    if isinstance(fact, Stakeholder | Competitor):
        return alike + (SURE if _name(one.claim) == _name(other.claim) else 0.0)
    types = {each.type for each in (fact, again) if isinstance(each, Term)}
    values = {_value(each) for each in (fact, again) if isinstance(each, Term)}
    if len(types) == len(values) == 1:
        return alike + SURE
    meet = _quotes_meet(one, other)
    if meet and alone and _same_words(one.best.quote, other.best.quote):
        return alike + SURE
    if _contrary(one.claim.summary, other.claim.summary):
        return None
    least = ALIKE if meet else ALIKE_APART
    if len(types) > 1 or alike < least or not (meet or one.turns & other.turns):
        return None
    return alike + meet


def _quotes_meet(one: _Told, other: _Told) -> bool:
    """Whether the best quotes overlap, in one turn or, as models miscount, in the next."""
    if abs(one.best.turn - other.best.turn) > 1:
        return False
    shared = len(one.quote & other.quote)
    return shared > 0 and shared >= OVERLAP * min(len(one.quote), len(other.quote))


def _cite_the_same(one: Citation, other: Citation) -> bool:
    return abs(one.turn - other.turn) <= 1 and _same_words(one.quote, other.quote)


def _same_words(quote: str, other: str) -> bool:
    """Whether one quote holds the other, whatever their punctuation."""
    ours, theirs = (f" {' '.join(_words(text))} " for text in (quote, other))
    return ours in theirs or theirs in ours


def _contrary(summary: str, other: str) -> bool:
    """Whether both hold figures that the other lacks: phase 1 is not phase 2."""
    ours, theirs = (set(_FIGURE.findall(in_digits(text))) for text in (summary, other))
    return bool(ours - theirs and theirs - ours)


def _value(term: Term) -> frozenset[str]:
    return content_words(in_digits(term.value))


def _role(fact: Fact) -> frozenset[str]:
    """The telling words of a role, if the fact is about a person who has one."""
    role = (isinstance(fact, Stakeholder) and fact.role) or ""
    return content_words(role) or frozenset(_words(role))


def _name(claim: DraftClaim) -> frozenset[str]:
    """The words of the name that a claim is about, without titles; none if it is about no name."""
    fact = claim.fact
    name = (isinstance(fact, Stakeholder | Competitor) and fact.name) or ""
    words = frozenset(_words(name))
    return words - _TITLES or words or frozenset(name.split())


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


class _Names:
    """The names of a call, to find the whole name that a part of it stands for."""

    def __init__(self, names: Iterable[frozenset[str]]) -> None:
        known = set(names)
        self._longest = [name for name in known if not any(name < other for other in known)]

    def whole(self, name: frozenset[str]) -> frozenset[str]:
        """The one longest name that holds these words; the words themselves if several do."""
        holding = [longest for longest in self._longest if name and name <= longest]
        return holding[0] if len(holding) == 1 else name
