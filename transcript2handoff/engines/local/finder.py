"""Where a call states a fact, and of which kind: the seam between rules and any other finder.

A finder says *where* and *which kind*, with a confidence. What the fact holds (owner, date,
strength, topic, …) is read by ``fields``, and ``assemble`` makes claims of it. Another finder, for
example a trained one, takes the place of this package's rules by fulfilling ``Finder``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Protocol

from transcript2handoff.deal import Side
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.engines.local.tables import load_table
from transcript2handoff.facts import Kind

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
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Values of the kind's fields that the finder itself is sure of, by field."""


class Finder(Protocol):
    """Finds candidates in a call."""

    @property
    def name(self) -> str:
        """Tells this finder from every other that gives other candidates."""
        ...

    def find(self, reading: Reading) -> Iterable[Candidate]:
        """Candidates in any order; several of one sentence or fact may stand side by side."""
        ...


Weighted = tuple[tuple[re.Pattern[str], float], ...]


@dataclass(frozen=True, kw_only=True)
class Cues:
    """The cues of one kind, as ``cues.toml`` lists and explains them."""

    side: Side | None
    unknown: float
    question: float
    least: float
    when: tuple[float, ...]
    cues: Weighted
    asked: Weighted
    cased: Weighted
    unless: Weighted

    def confidence(self, sentence: Sentence, *, asked: str = "", share: float = 0.5) -> float:
        """How likely the sentence states a fact of this kind, 0 to ``HIGHEST``.

        Args:
            sentence: what is judged.
            asked: the question of the other side just before, in plain letters, or nothing.
            share: how far into the call it is said, above 0 and up to 1.
        """
        factor = self._by_voice(sentence.side) * self.when[min(int(share * 5), 4)]
        missing = (
            _missing(self.cues, sentence.plain)
            * _missing(self.asked, asked)
            * _missing(self.cased, sentence.text)
        )
        if factor * (1 - missing) < self.least:
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


def _missing(cues: Weighted, text: str) -> float:
    """The probability that none of the cues that are met tells the truth."""
    missing = 1.0
    for pattern, weight in cues:
        if pattern.search(text):
            missing *= 1 - weight
    return missing


def cue_confidences(reading: Reading, kind: Kind) -> list[float]:
    """How likely each sentence states a fact of a kind by its wording alone; 0 without a cue."""
    cues = load_cues().get(kind)
    if cues is None:
        return [0.0] * len(reading.sentences)
    return [
        cues.confidence(s, asked=_question_before(reading, s), share=reading.share(s))
        for s in reading.sentences
    ]


def _question_before(reading: Reading, sentence: Sentence) -> str:
    """The question that the turn before ends in, if somebody of the other side asks it."""
    before = reading.of_turn(sentence.turn - 1)
    if not before or before[-1].side == sentence.side or not before[-1].plain.endswith("?"):
        return ""
    return before[-1].plain


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
            when=tuple(entry.get("when", (1.0,) * 5)),
            cues=_weighted(entry["cues"]),
            asked=_weighted(entry.get("asked", ())),
            cased=_weighted(entry.get("cased", ())),
            unless=_weighted(entry["unless"]),
        )
        for kind, entry in table.items()
    }


def _weighted(entries: Iterable[tuple[str, float]]) -> Weighted:
    return tuple((re.compile(says), weight) for says, weight in entries)
