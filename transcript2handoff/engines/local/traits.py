"""What speaks for and against a sentence stating a fact, in numbers.

The reader judges a sentence by its words and those around it. Its wording by rule, how the reader
judges the neighbours and the other kinds, where in the call it stands, and what the others answer
say a little more; weights that were fitted on unseen calls join them (stacking, Wolpert 1992).
"""

from typing import Final

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


def sentence_traits(reading: Reading, told: Told, kind: Kind) -> Floats:
    """The traits of every sentence for a kind; (S, ``TRAITS``)."""
    odds = np.clip(told.sentences[:, : len(KINDS)], -EXTREME, EXTREME)
    own = odds[:, KINDS.index(kind)]
    cued = np.asarray(cue_confidences(reading, kind), np.float32)
    words = np.asarray([len(s.text.split()) for s in reading.sentences], np.float32)
    share = np.asarray([reading.share(s) for s in reading.sentences], np.float32)
    return np.column_stack(
        (
            odds,
            _shifted(own, 1),
            _shifted(own, -1),
            *_around(reading, own),
            cued,
            cued > 0,
            np.log(np.clip(cued, 0.02, 0.97)) - np.log1p(-np.clip(cued, 0.02, 0.97)),
            np.log(words),
            share,
            share < 0.2,
            [s.plain.endswith("?") for s in reading.sentences],
            *_conversation(reading, kind),
        )
    ).astype(np.float32)


def _conversation(reading: Reading, kind: Kind) -> tuple[list[float], ...]:
    """What others say to it: a yes to a request, a no to an offer; and whether it is meant."""
    candidates = [Candidate(kind=kind, sentence=s, confidence=1.0) for s in reading.sentences]
    meant = [is_no_fact(reading, candidate) for candidate in candidates]
    if kind != "promise":
        nothing = [0.0] * len(meant)
        return nothing, nothing, meant
    granted = {
        (c.sentence.turn, c.sentence.span): c.confidence for c in AnswerFinder().find(reading)
    }
    answered = [granted.get((s.turn, s.span), 0.0) for s in reading.sentences]
    declined = [float(turned_down(reading, candidate)) for candidate in candidates]
    return answered, declined, meant


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
