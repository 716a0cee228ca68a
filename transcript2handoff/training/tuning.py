"""Chooses thresholds and calibrations on calls that the reader has not seen."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from transcript2handoff.engines.local.decisions import Calibration, Scored, Threshold, kept

LEAST: Final = tuple(round(0.04 * n, 2) for n in range(1, 21))
FACTORS: Final = (1.0, 0.75, 0.5, 0.25, 0.0)
NEAR: Final = 1
"""A claim is right within this many turns of the annotated ones, as the metric has it."""


@dataclass(frozen=True)
class ScoredCall:
    """A call as the reader scored it for one kind, and the turns of each gold item of the kind."""

    scored: tuple[Scored, ...]
    gold: tuple[tuple[int, ...], ...]


class Counts(NamedTuple):
    """Claims that are right, claims, and gold items."""

    right: int
    claims: int
    gold: int

    def f_score(self, beta: float = 1.0) -> float:
        """F with recall weighing ``beta`` times as much as precision."""
        weight = beta * beta
        below = weight * self.gold + self.claims
        return (1 + weight) * self.right / below if below else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold items that are found."""
        return self.right / self.gold if self.gold else 0.0


def paired(turns: Sequence[int], gold: Sequence[Sequence[int]]) -> list[bool]:
    """Which claims, by the turn they cite, a largest one-to-one matching gives a gold item."""
    edges = [
        [n for n, item in enumerate(gold) if any(abs(turn - t) <= NEAR for t in item)]
        for turn in turns
    ]
    owner: dict[int, int] = {}

    def place(claim: int, seen: set[int]) -> bool:
        for n in edges[claim]:
            if n not in seen:
                seen.add(n)
                if n not in owner or place(owner[n], seen):
                    owner[n] = claim
                    return True
        return False

    for claim in range(len(turns)):
        place(claim, set())
    matched = set(owner.values())
    return [claim in matched for claim in range(len(turns))]


def counts(calls: Iterable[ScoredCall], threshold: Threshold) -> Counts:
    """How well a threshold does on calls."""
    right = claims = gold = 0
    for call in calls:
        turns = [one.turn for one in kept(call.scored, threshold)]
        right += sum(paired(turns, call.gold))
        claims += len(turns)
        gold += len(call.gold)
    return Counts(right, claims, gold)


def balanced(calls: Sequence[ScoredCall], *, beta: float = 1.0) -> Threshold:
    """The threshold with the best F-beta."""
    return _best(calls, lambda found: found.f_score(beta))


def high_recall(calls: Sequence[ScoredCall], *, least: float, beta: float = 2.5) -> Threshold:
    """The threshold with the best F-beta among those that reach a recall, else the best recall."""

    def value(found: Counts) -> float:
        reached = found.recall >= least
        return 1 + found.f_score(beta) if reached else found.recall

    return _best(calls, value)


def _best(calls: Sequence[ScoredCall], value: Callable[[Counts], float]) -> Threshold:
    """By coordinates: the least probability, the two factors, and the probability again."""
    best = Threshold(least=0.4)
    for field, values in (
        ("least", LEAST),
        ("same_turn", FACTORS),
        ("next_turn", FACTORS),
        ("least", LEAST),
        ("same_turn", FACTORS),
        ("next_turn", FACTORS),
    ):
        tried = [best.model_copy(update={field: number}) for number in values]
        best = max(tried, key=lambda threshold: value(counts(calls, threshold)))
    return best


def calibrated(calls: Iterable[ScoredCall], threshold: Threshold) -> Calibration:
    """Platt's scaling: the log odds of kept claims against whether they are right.

    Source: J. Platt, Probabilistic outputs for support vector machines (1999).
    """
    odds: list[float] = []
    right: list[bool] = []
    for call in calls:
        found = kept(call.scored, threshold)
        odds.extend(one.log_odds for one in found)
        right.extend(paired([one.turn for one in found], call.gold))
    return platt(odds, right)


def platt(odds: Sequence[float], right: Sequence[bool]) -> Calibration:
    """Slope and offset; none where all claims are right or all are wrong."""
    from sklearn.linear_model import LogisticRegression

    if len(set(right)) < 2:
        return Calibration()
    fitted = LogisticRegression(C=10.0).fit(np.asarray(odds).reshape(-1, 1), right)
    return Calibration(slope=float(fitted.coef_[0, 0]), offset=float(fitted.intercept_[0]))
