"""How alike two claims are: the words that they share, the rarer the more.

The measure is the cosine of two vectors of words (Salton 1975), each weighted by its inverse
document frequency over the claims of the two calls at hand (Spärck Jones 1972). Two calls, not the
whole deal, so that a new call changes nothing between the calls that were there before it. Times,
figures of dates and names of the sellers say when and who, not what, and are left out.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from transcript2handoff.consolidate.limits import FEW, QUOTE
from transcript2handoff.deal import Deal
from transcript2handoff.facts import Term
from transcript2handoff.handoff import Claim

_WORD = re.compile(r"[^\W_][^\W_'\u2019&]*")
_STOP_WORDS: Final = (
    "the a an of to and or in on at for by with as is are be been was were it its this that "
    "which will would can could should if then not no from into per their his her our your "
    "they he she we i you us them once each any all so than about after before until when "
    "while who has have had do does did just only also more most very up out over off there "
    "here what how one s t ll re ve d m"
)
_TIMES: Final = (
    "today tonight tomorrow morning afternoon evening week weeks month months year years day "
    "days hour hours minute minutes monday tuesday wednesday thursday friday saturday sunday "
    "january february march april june july august september october november december "
    "quarter q1 q2 q3 q4 first second third fourth end early mid late next last now soon within"
)
_PLAIN: Final = (
    "send sends sent provide provides give gives get gets make makes put puts take takes come "
    "comes go goes back want wants need needs say says said promise promised promises offer "
    "offered confirm confirms ask asks expect expected let possible possibly probably perhaps "
    "may might"
)
"""Words that any promise may hold."""
_STOP: Final = frozenset(_STOP_WORDS.split())
_ENDINGS: Final = (
    *("ments", "ment", "ings", "ing", "ions", "ion", "ors", "or"),
    *("ers", "er", "ies", "es", "ed", "s", "e", "y"),
)
_SHORTEST: Final = 4
"""Letters that a word keeps when its ending is cut."""

Vector = Mapping[str, float]


def stem(word: str) -> str:
    """A word without its ending: "importer" and "imports" are one."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word.removesuffix(ending)
    return word


def terms(text: str) -> list[str]:
    """The stems of the telling words, in order."""
    return [stem(word) for word in _WORD.findall(text.casefold()) if word not in _STOP]


_SILENT: Final = frozenset(map(stem, f"{_TIMES} {_PLAIN}".split()))


def rarity(count: int, *, among: int) -> float:
    """What a word says that stands in ``count`` of some texts: its inverse document frequency.

    Of few texts one cannot tell which words are rare, so they are taken for as many as there
    usually are.
    """
    return math.log((max(among, FEW) + 1) / (count + 0.5))


def telling(text: str, names: frozenset[str]) -> list[str]:
    """The stems that say what something is about: without times, figures and some names."""
    return [
        word
        for word in terms(text)
        if word not in _SILENT and word not in names and not word.isdecimal()
    ]


class Vocabulary:
    """The words of two calls' claims, and what each is worth."""

    def __init__(self, claims: Sequence[Claim], deals: Iterable[Deal]) -> None:
        self._names = frozenset(name for deal in deals for name in _names(deal))
        self._texts = {claim.id: self._read(claim) for claim in claims}
        counts = Counter(word for text in self._texts.values() for word in text)
        self._worth = {word: rarity(count, among=len(claims)) for word, count in counts.items()}

    def _read(self, claim: Claim) -> Vector:
        """The weight of each word of a claim by where it stands."""
        value = claim.fact.value if isinstance(claim.fact, Term) else ""
        written = telling(f"{claim.summary} {value}", self._names)
        said = telling(" ".join(evidence.quote for evidence in claim.spoken[:1]), self._names)
        return {**dict.fromkeys(said, QUOTE), **dict.fromkeys(written, 1.0)}

    def vector(self, claim: Claim) -> Vector:
        """The words of a claim with their weights."""
        text = self._texts[claim.id]
        return {word: weight * self._worth[word] for word, weight in text.items()}

    def likeness(self, one: Claim, other: Claim) -> float:
        """How alike two of the claims are, from 0 to 1."""
        return cosine(self.vector(one), self.vector(other))


def cosine(one: Vector, other: Vector) -> float:
    """The cosine of two vectors; 0 where they share nothing."""
    # Sums in a fixed order, so that the last digit does not hang on the order of the words.
    shared = math.fsum(one[word] * other[word] for word in one.keys() & other.keys())
    if not shared:
        return 0.0
    return shared / (_length(one) * _length(other))


def _length(vector: Vector) -> float:
    return math.sqrt(math.fsum(weight * weight for weight in vector.values()))


def _names(deal: Deal) -> Iterable[str]:
    for company in (deal.seller, deal.customer):
        yield from terms(company or "")
    for person in deal.participants:
        if person.side == "seller":
            yield from terms(person.name)
