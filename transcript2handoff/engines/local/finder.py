"""Where a call states a fact, and of which kind: the seam between rules and any other finder.

A finder says *where* and *which kind*, with a confidence. What the fact holds (owner, date,
strength, topic, …) is read by ``fields``, and ``assemble`` makes claims of it. Another finder, for
example a trained one, takes the place of this package's rules by fulfilling ``Finder``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol

from transcript2handoff.deal import Side
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.engines.local.tables import load_table
from transcript2handoff.handoff import Kind

HIGHEST: Final = 0.95
"""No rule is ever surer than this."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A sentence that seems to state a fact of a kind."""

    kind: Kind
    sentence: Sentence
    confidence: float
    support: tuple[Sentence, ...] = ()
    """Sentences of other turns that the fact also rests on, such as the question it answers."""
    subject: str | None = None
    """Who or what it is about, where the kind is about a person, a vendor or a type of term."""
    detail: str | None = None
    """The role of the person, or the value of the term, as said."""


class Finder(Protocol):
    """Finds candidates in a call."""

    def find(self, reading: Reading) -> Iterable[Candidate]:
        """Candidates in any order; several of one sentence or fact may stand side by side."""
        ...


@dataclass(frozen=True, kw_only=True)
class Cues:
    """The cues of one kind, as ``cues.toml`` lists and explains them."""

    side: Side | None
    unknown: float
    question: float
    least: float
    cues: tuple[tuple[re.Pattern[str], float], ...]
    unless: tuple[tuple[re.Pattern[str], float], ...]

    def confidence(self, sentence: Sentence) -> float:
        """How likely the sentence states a fact of this kind, 0 to ``HIGHEST``."""
        factor = self._by_voice(sentence.side)
        if factor == 0:
            return 0.0
        missing = 1.0
        for pattern, weight in self.cues:
            if pattern.search(sentence.plain):
                missing *= 1 - weight
        if missing == 1.0:
            return 0.0
        for pattern, reduced in self.unless:
            if pattern.search(sentence.plain):
                factor *= reduced
        if sentence.plain.endswith("?"):
            factor *= self.question
        return min((1 - missing) * factor, HIGHEST)

    def _by_voice(self, side: Side | None) -> float:
        if self.side is None or side == self.side:
            return 1.0
        return self.unknown if side is None else 0.0


class CueFinder:
    """Finds the kinds that a sentence gives away by its wording."""

    def __init__(self, table: Mapping[Kind, Cues] | None = None) -> None:
        self._table = table or load_cues()

    def find(self, reading: Reading) -> Iterator[Candidate]:
        """One candidate for each sentence and kind that reaches the kind's least confidence."""
        for sentence in reading.sentences:
            for kind, cues in self._table.items():
                confidence = cues.confidence(sentence)
                if confidence >= cues.least:
                    yield Candidate(kind=kind, sentence=sentence, confidence=confidence)


@cache
def load_cues() -> dict[Kind, Cues]:
    """The cues of every kind in ``cues.toml``."""
    table: dict[Any, Any] = load_table("cues.toml")
    return {
        kind: Cues(
            side=entry.get("side"),
            unknown=entry["unknown"],
            question=entry["question"],
            least=entry["least"],
            cues=tuple((re.compile(says), weight) for says, weight in entry["cues"]),
            unless=tuple((re.compile(says), factor) for says, factor in entry["unless"]),
        )
        for kind, entry in table.items()
    }
