"""How good the one-line summaries are: against those of people, and against what was said.

Only claims that were matched to one of the gold are judged. Three measures: the F1 of content
words, the share that falls back on the quote itself, and words that nobody said.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from transcript2handoff.extract.wording import (
    MOST_WORDS,
    content_words,
    in_digits,
    is_quotation,
    strangers,
    words_of,
)
from transcript2handoff.facts import KINDS, Kind

SHOWN: Final = 10
"""So many of the invented words are printed."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """A summary of a claim, and what a person wrote of the same fact."""

    kind: Kind
    text: str
    gold: str


@dataclass(frozen=True, kw_only=True)
class WrittenCall:
    """The summaries of a call and everything that they may take words from."""

    id: str
    pairs: tuple[Written, ...]
    said: str
    """All words of the call's transcript."""
    known: tuple[str, ...] = ()
    """Names and titles of participants, the product."""
    parties: tuple[str, ...] = ()
    """The two companies. Their names are said for "we" and "you" and tell nothing, so they are
    no content words, neither here nor in the gold."""


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """Content words, counted over summaries."""

    written: int = 0
    gold: int = 0
    common: int = 0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; micro over the summaries counted."""
        total = self.written + self.gold
        return 2 * self.common / total if total else 0.0

    def __add__(self, other: "Overlap") -> "Overlap":
        return Overlap(
            written=self.written + other.written,
            gold=self.gold + other.gold,
            common=self.common + other.common,
        )


@dataclass(frozen=True, kw_only=True)
class SummaryReport:
    """Everything that was counted; every measure reads off it."""

    overlaps: dict[Kind, Overlap] = field(default_factory=dict)
    pairs: Counter[Kind] = field(default_factory=Counter)
    fallbacks: Counter[Kind] = field(default_factory=Counter)
    too_long: int = 0
    """Summaries of more words than the guide allows."""
    invented: tuple[tuple[str, str], ...] = ()
    """Words that stand in neither transcript nor participants nor deal, with the call's id."""

    @property
    def f1(self) -> float:
        """F1 of content words, all summaries in one pot."""
        return sum(self.overlaps.values(), Overlap()).f1

    @property
    def fallback_share(self) -> float:
        """The share of summaries that are the quote itself."""
        total = self.pairs.total()
        return self.fallbacks.total() / total if total else 0.0

    def to_dict(self) -> dict[str, Any]:
        """All measures, by name."""
        return {
            "summaries": self.pairs.total(),
            "f1": self.f1,
            "fallback_share": self.fallback_share,
            "invented": [list(word) for word in self.invented],
            "too_long": self.too_long,
            "kinds": {
                kind: {
                    "summaries": self.pairs[kind],
                    "f1": self.overlaps[kind].f1,
                    "fallback_share": self.fallbacks[kind] / self.pairs[kind],
                }
                for kind in KINDS
                if self.pairs[kind]
            },
        }

    def text(self) -> str:
        """A line a kind and the totals, without a line break at the end."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{'kind':<20}{'summaries':>10}{'F1':>8}{'fallback':>10}"
        for kind in KINDS:
            if count := self.pairs[kind]:
                share = self.fallbacks[kind] / count
                yield f"{kind:<20}{count:>10}{self.overlaps[kind].f1:>8.3f}{share:>10.1%}"
        total = self.pairs.total()
        yield f"{'all':<20}{total:>10}{self.f1:>8.3f}{self.fallback_share:>10.1%}"
        words = ", ".join(f"{word} ({call})" for call, word in self.invented[:SHOWN])
        more = f": {words}" if words else ""
        yield f"words that nobody said: {len(self.invented)}{more}"
        yield f"longer than {MOST_WORDS} words: {self.too_long}"


def measure(calls: Iterable[WrittenCall]) -> SummaryReport:
    """Judge the summaries of some calls."""
    overlaps: dict[Kind, Overlap] = {}
    pairs: Counter[Kind] = Counter()
    fallbacks: Counter[Kind] = Counter()
    too_long, invented = 0, []
    for call in calls:
        known = words_of(" ".join((call.said, in_digits(call.said), *call.known, *call.parties)))
        parties = content_words(" ".join(call.parties))
        for one in call.pairs:
            overlaps[one.kind] = overlaps.get(one.kind, Overlap()) + _overlap(one, parties)
            pairs[one.kind] += 1
            fallbacks[one.kind] += is_quotation(one.text)
            too_long += len(one.text.split()) > MOST_WORDS
            invented += [(call.id, word) for word in sorted(strangers(one.text, known))]
    return SummaryReport(
        overlaps=overlaps,
        pairs=pairs,
        fallbacks=fallbacks,
        too_long=too_long,
        invented=tuple(invented),
    )


def _overlap(one: Written, parties: frozenset[str]) -> Overlap:
    written, gold = content_words(one.text) - parties, content_words(one.gold) - parties
    return Overlap(written=len(written), gold=len(gold), common=len(written & gold))
