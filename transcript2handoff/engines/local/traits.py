"""What speaks for and against a sentence stating a fact, in numbers.

The reader judges a sentence by its words and those around it. Its wording by rule, how the reader
judges the neighbours and the other kinds, where in the call it stands, and what the others answer
say a little more; weights that were fitted on unseen calls join them (stacking, Wolpert 1992).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from transcript2handoff.engines.local.conversation import is_no_fact
from transcript2handoff.engines.local.dialogue import AnswerFinder, turned_down
from transcript2handoff.engines.local.encoder import Floats, Told
from transcript2handoff.engines.local.finder import Candidate, cue_confidences
from transcript2handoff.engines.local.reading import Reading
from transcript2handoff.facts import KINDS, Kind

EXTREME: Final = 6.0
"""Log odds are cut off at this size, so that no single one decides."""
TRAITS: Final = len(KINDS) + 14


@dataclass(frozen=True)
class CallTraits:
    """The traits of all sentences of a call, kind by kind."""

    reading: Reading
    told: Told

    def of(self, kind: Kind) -> Floats:
        """The traits of every sentence for a kind; (S, ``TRAITS``)."""
        odds = np.clip(self.told.sentences[:, : len(KINDS)], -EXTREME, EXTREME)
        own = odds[:, KINDS.index(kind)]
        cued = np.asarray(cue_confidences(self.reading, kind), np.float32)
        return np.column_stack(
            (
                odds,
                _shifted(own, 1),
                _shifted(own, -1),
                *_around(self.reading, own),
                cued,
                cued > 0,
                np.log(np.clip(cued, 0.02, 0.97)) - np.log1p(-np.clip(cued, 0.02, 0.97)),
                *self._place_and_form,
                *self._answers(kind),
                self._meant,
            )
        ).astype(np.float32)

    @cached_property
    def _place_and_form(self) -> tuple[Any, ...]:
        """Length, place in the call, and whether it asks: the same for every kind."""
        sentences = self.reading.sentences
        words = np.asarray([len(s.text.split()) for s in sentences], np.float32)
        share = np.asarray([self.reading.share(s) for s in sentences], np.float32)
        return np.log(words), share, share < 0.2, [s.plain.endswith("?") for s in sentences]

    @cached_property
    def _meant(self) -> list[float]:
        """Whether it is meant as said; the same for every kind."""
        return [is_no_fact(self.reading, candidate) for candidate in self._candidates("promise")]

    def _answers(self, kind: Kind) -> tuple[list[float], list[float]]:
        """What others say to a promise: a yes to a request before it, a no to its offer."""
        if kind != "promise":
            nothing = [0.0] * len(self.reading.sentences)
            return nothing, nothing
        granted = {
            (c.sentence.turn, c.sentence.span): c.confidence
            for c in AnswerFinder().find(self.reading)
        }
        answered = [granted.get((s.turn, s.span), 0.0) for s in self.reading.sentences]
        declined = [float(turned_down(self.reading, one)) for one in self._candidates(kind)]
        return answered, declined

    def _candidates(self, kind: Kind) -> list[Candidate]:
        sentences = self.reading.sentences
        return [Candidate(kind=kind, sentence=s, confidence=1.0) for s in sentences]


def _shifted(odds: Floats, by: int) -> Floats:
    """The log odds of the sentence so many places before; none is nothing."""
    moved = np.full_like(odds, -EXTREME)
    if by > 0:
        moved[by:] = odds[:-by]
    else:
        moved[:by] = odds[-by:]
    return moved


def _around(reading: Reading, odds: Floats) -> tuple[Floats, Floats]:
    """The highest log odds in the turn before and in the turn after."""
    highest: dict[int, float] = {}
    for sentence, value in zip(reading.sentences, odds, strict=True):
        highest[sentence.turn] = max(highest.get(sentence.turn, -EXTREME), float(value))
    turns = [sentence.turn for sentence in reading.sentences]
    before = np.asarray([highest.get(n - 1, -EXTREME) for n in turns], np.float32)
    after = np.asarray([highest.get(n + 1, -EXTREME) for n in turns], np.float32)
    return before, after
