"""Who is who, as a probability: every way to give people to voices, weighed.

A state of a voice is a person, or "somebody else" of one of the sides. No person has two voices,
but at a price (a diarizer may have split one). The sum over all assignments runs over the sets of
people already given away, voice by voice, forward and backward: exact, and quick up to
``MAX_PEOPLE``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MAX_PEOPLE: Final = 12
SIDES: Final = 2
SELLER: Final = 0
_MAX_GROUPS: Final = 4


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Scores are log weights; ``-inf`` forbids.

    ``people``: (voices, people, sides), the score of a person standing on a side;
    ``others``: (voices, sides), of a person who is not listed.
    """

    people: Floats
    others: Floats
    split: float
    """The price, a log weight below 0, of a second voice for one person."""
    groups: Mapping[int, int] = field(default_factory=dict)
    """Voice -> group; all voices of a group stand on one side (they share a channel)."""
    same_side: float = 0.0
    """The log weight of all groups standing on one and the same side."""


@dataclass(frozen=True, kw_only=True)
class Posterior:
    """Probabilities: ``states`` (voices, people + 1 for somebody else, sides), and log Z."""

    states: Floats
    log_total: float

    @property
    def people(self) -> Floats:
        """(voices, people + 1): who a voice is, on whichever side."""
        total: Floats = self.states.sum(axis=2)
        return total

    @property
    def sides(self) -> Floats:
        """(voices, sides): where a voice stands, whoever it is."""
        total: Floats = self.states.sum(axis=1)
        return total


def solve(problem: Problem) -> Posterior:
    """Weigh all assignments of people to voices.

    Raises:
        ValueError: more than ``MAX_PEOPLE`` people.
    """
    voices, people, _ = problem.people.shape
    if people > MAX_PEOPLE:
        raise ValueError(f"{people} people; at most {MAX_PEOPLE} can be weighed")
    scores = np.concatenate([problem.people, problem.others[:, None, :]], axis=1)
    parts = [
        _within(np.where(allowed[:, None, :], scores, -np.inf), problem.split, prior)
        for allowed, prior in _ways(problem, voices)
    ]
    totals = np.array([total for _, total in parts])
    log_total = float(np.logaddexp.reduce(totals))
    states = sum(
        (marginal * np.exp(total - log_total) for marginal, total in parts),
        start=np.zeros((voices, people + 1, SIDES)),
    )
    return Posterior(states=states, log_total=log_total)


def _ways(problem: Problem, voices: int) -> list[tuple[NDArray[np.bool_], float]]:
    """The ways in which groups may stand on sides: (voices, sides) allowed, and a log prior."""
    groups = sorted(set(problem.groups.values()))[:_MAX_GROUPS]
    ways = []
    for sides in product(range(SIDES), repeat=len(groups)):
        allowed = np.ones((voices, SIDES), dtype=bool)
        for voice, group in problem.groups.items():
            if group in groups:
                allowed[voice, 1 - sides[groups.index(group)]] = False
        alike = len(groups) > 1 and len(set(sides)) == 1
        ways.append((allowed, problem.same_side if alike else 0.0))
    return ways


def _within(scores: Floats, split: float, prior: float) -> tuple[Floats, float]:
    """Marginals (voices, people + 1, sides) and log total for one way of the groups."""
    either = np.logaddexp.reduce(scores, axis=2)
    forward, backward = _sweeps(either, split)
    log_total = float(np.logaddexp.reduce(forward[-1])) + prior
    if not np.isfinite(log_total):
        return np.zeros_like(scores), -np.inf
    marginal = np.empty_like(either)
    for voice in range(len(either)):
        for state in range(either.shape[1]):
            paths = _step(forward[voice], either[voice], state, split) + backward[voice + 1]
            marginal[voice, state] = np.logaddexp.reduce(paths) + prior - log_total
    with np.errstate(invalid="ignore"):
        share = np.exp(scores - either[:, :, None])
    states: Floats = np.exp(marginal)[:, :, None] * np.nan_to_num(share)
    return states, log_total


def _sweeps(either: Floats, split: float) -> tuple[list[Floats], list[Floats]]:
    voices, states = either.shape
    masks = 1 << (states - 1)
    forward = [np.full(masks, -np.inf)]
    forward[0][0] = 0.0
    for voice in range(voices):
        steps = [_step(forward[voice], either[voice], state, split) for state in range(states)]
        forward.append(np.logaddexp.reduce(steps))
    backward = [np.zeros(masks)]
    for voice in reversed(range(voices)):
        steps = [_step_back(backward[0], either[voice], state, split) for state in range(states)]
        backward.insert(0, np.logaddexp.reduce(steps))
    return forward, backward


def _step(before: Floats, scores: Floats, state: int, split: float) -> Floats:
    """The weights of sets of people after one voice was given ``state``."""
    if state == len(scores) - 1:
        return before + float(scores[state])
    sets = np.arange(len(before))
    has = (sets >> state) & 1 == 1
    fresh = before[sets & ~(1 << state)]
    given: Floats = scores[state] + np.logaddexp(fresh, before + split)
    return np.where(has, given, -np.inf)


def _step_back(after: Floats, scores: Floats, state: int, split: float) -> Floats:
    """The weights of what follows from a set of people if the next voice is ``state``."""
    if state == len(scores) - 1:
        return after + float(scores[state])
    sets = np.arange(len(after))
    has = (sets >> state) & 1 == 1
    price = np.where(has, split, 0.0)
    following: Floats = after[sets | (1 << state)] + scores[state] + price
    return following
