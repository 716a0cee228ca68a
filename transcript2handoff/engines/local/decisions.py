"""From probabilities to claims: what is kept, and how sure it is.

The numbers come with the trained model; ``training.tuning`` chooses them on calls that the model
has not seen.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from transcript2handoff.deal import Record


class Recall(StrEnum):
    """How much is kept: the best balance, or nearly everything, for people who rather delete."""

    BALANCED = "balanced"
    HIGH = "high"


class Threshold(Record):
    """When a sentence is kept as a claim of a kind.

    Attributes:
        least: probability that it must reach.
        same_turn: factor on the probability for each sentence of the same turn that is kept.
        next_turn: factor for each one in the turn before or after.
    """

    least: float = Field(ge=0, le=1)
    same_turn: float = Field(default=0.5, ge=0, le=1)
    next_turn: float = Field(default=1.0, ge=0, le=1)


class Calibration(Record):
    """Turns the log odds of a kind into the share of such claims that are right."""

    slope: float = 1.0
    offset: float = 0.0

    def probability(self, log_odds: float) -> float:
        """How likely a claim is right, 0 to 1."""
        return probability(self.slope * log_odds + self.offset)


class Weights(Record):
    """Makes log odds of traits: of sentences (``traits``) or of names (``named``)."""

    weights: tuple[float, ...]
    offset: float


class NameDecision(Weights):
    """When a name is kept: from this probability on."""

    least: Mapping[Recall, float]


class FieldVote(Record):
    """Makes log odds of the values of a field from a ballot (see ``votes``): one row a value."""

    weights: tuple[tuple[float, ...], ...]
    offsets: tuple[float, ...]


class Decisions(Record):
    """The numbers of every kind, by operating point; ``names`` for kinds found by name."""

    sentences: Mapping[str, Weights]
    thresholds: Mapping[Recall, Mapping[str, Threshold]]
    calibrations: Mapping[str, Calibration]
    names: Mapping[str, NameDecision]
    fields: Mapping[str, FieldVote]


class Scored(NamedTuple):
    """A sentence that may state a fact: its place in the call, its turn, and how likely."""

    place: int
    turn: int
    log_odds: float


def probability(log_odds: float) -> float:
    """The probability of log odds, without overflow."""
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    return math.exp(log_odds) / (1 + math.exp(log_odds))


def kept(scored: Iterable[Scored], threshold: Threshold) -> list[Scored]:
    """The sentences that are kept, the likeliest first.

    A fact is often said in two neighbouring sentences; each one kept makes those around less
    likely to be another.
    """
    found: list[Scored] = []
    taken: Counter[int] = Counter()
    for one in sorted(scored, key=lambda s: (-s.log_odds, s.place)):
        likely = probability(one.log_odds)
        if likely < threshold.least:
            break
        beside = taken[one.turn - 1] + taken[one.turn + 1]
        likely *= threshold.same_turn ** taken[one.turn] * threshold.next_turn**beside
        if likely >= threshold.least:
            found.append(one)
            taken[one.turn] += 1
    return found
