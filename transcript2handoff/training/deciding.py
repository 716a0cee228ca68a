"""Makes the decisions that go with a reader, from what it told of calls it had not seen."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, cast

import numpy as np

from transcript2handoff.engines.local.decisions import (
    Decisions,
    FieldVote,
    NameDecision,
    Recall,
    Weights,
    probability,
)
from transcript2handoff.engines.local.encoder import Floats, Told
from transcript2handoff.engines.local.field_rules import RULES
from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.labels import FIELDS
from transcript2handoff.engines.local.named import (
    BY_NAME,
    NAME_TRAITS,
    NameCandidate,
    people_candidates,
    present_people,
    vendor_candidates,
)
from transcript2handoff.engines.local.reading import Reading
from transcript2handoff.engines.local.spotter import may_state, spotted
from transcript2handoff.engines.local.traits import CallTraits
from transcript2handoff.engines.local.votes import ballot, shares
from transcript2handoff.evaluate import GoldCall
from transcript2handoff.evaluate.gold import GoldItem
from transcript2handoff.evaluate.scoring import may_be
from transcript2handoff.facts import KINDS, Kind
from transcript2handoff.training.annotated import UNSAID, AnnotatedCall, Targets, targets
from transcript2handoff.training.tuning import ScoredCall, balanced, calibrated, high_recall

RECALL_WEIGHT: Final[dict[Kind, float]] = {"promise": 1.2}
"""How many times recall counts as precision at the balanced point, where it is not the same: a
promise that is missed costs more than a line too many."""
RECALL_WANTED: Final[dict[Kind, float]] = {"promise": 0.975}
"""Share of the gold items that the high-recall point aims at; of the other kinds ``ELSE``."""
ELSE: Final = 0.85
NEVER: Final = -20.0
"""Log odds of what the calls at hand hold no example of."""
HOPELESS: Final = -4.0
"""Log odds below which no threshold keeps a sentence."""


@dataclass(frozen=True)
class Unseen:
    """A call as the engine reads it, and what a reader that had not seen it told of it."""

    call: AnnotatedCall
    gold: GoldCall
    reading: Reading
    told: Told

    @cached_property
    def traits(self) -> dict[Kind, Floats]:
        """The traits of every sentence, by kind."""
        kinds = [kind for kind in KINDS if kind not in BY_NAME]
        traits = CallTraits(self.reading, self.told)
        return {kind: traits.of(kind) for kind in kinds}

    @cached_property
    def wanted(self) -> Targets:
        """What should be told of every sentence."""
        return targets(self.call, list(self.reading.sentences), list(self.told.pieces))

    @cached_property
    def ballots(self) -> dict[str, list[tuple[Floats, int]]]:
        """For every field the ballots of gold items, each with the place of the right value."""
        found = {}
        for name in RULES:
            kind = cast(Kind, name.split(".")[0])
            by_name = kind in BY_NAME
            found[name] = list(self._name_ballots(kind, name) if by_name else self._ballots(name))
        return found

    def _name_ballots(self, kind: Kind, name: str) -> Iterator[tuple[Floats, int]]:
        present = present_people(self.reading, self.told) if kind == "stakeholder" else ()
        for one in (*present, *self.names[kind]):
            met = next((g for g in self.gold.gold if g.kind == kind and _is(one, g)), None)
            if met:
                told = ballot(self.reading, one.candidate, name, one.heard)
                yield told, FIELDS[name].index(met.get(name.split(".")[1]))

    def _ballots(self, name: str) -> Iterator[tuple[Floats, int]]:
        kind = cast(Kind, name.split(".", maxsplit=1)[0])
        right = self.wanted.fields[name]
        for place in np.flatnonzero(right != UNSAID):
            sentence = self.reading.sentences[place]
            candidate = Candidate(kind=kind, sentence=sentence, confidence=1.0)
            told = shares(self.told.sentences[place], name)
            yield ballot(self.reading, candidate, name, told), int(right[place])

    @cached_property
    def names(self) -> dict[Kind, list[NameCandidate]]:
        """Whatever may be a stakeholder who is not on the call, or a competitor."""
        return {
            "stakeholder": people_candidates(self.reading, self.told),
            "competitor": vendor_candidates(self.reading, self.told),
        }


Weigh = Callable[[Sequence["Unseen"], Kind], Weights]
"""Makes the weights of the traits of sentences for a kind."""


def decide(unseen: Sequence[Unseen], weigh: Weigh | None = None) -> Decisions:
    """Weights, thresholds of both operating points and calibrations.

    Args:
        unseen: calls that the reader had not seen.
        weigh: makes the weights of sentences; ``fitted_weights`` where none is given.
    """
    weigh = weigh or fitted_weights
    sentences, calibrations = {}, {}
    points: dict[Recall, dict[str, Any]] = {Recall.BALANCED: {}, Recall.HIGH: {}}
    for kind in KINDS:
        if kind in BY_NAME:
            continue
        sentences[kind] = weigh(unseen, kind)
        calls = [scored_call(one, kind, sentences[kind]) for one in unseen]
        high = high_recall(calls, least=RECALL_WANTED.get(kind, ELSE))
        points[Recall.BALANCED][kind] = balanced(calls, beta=RECALL_WEIGHT.get(kind, 1.0))
        points[Recall.HIGH][kind] = high
        calibrations[kind] = calibrated(calls, high)
    return Decisions(
        sentences=sentences,
        thresholds=points,
        calibrations=calibrations,
        names={kind: _name_decision(unseen, kind) for kind in BY_NAME},
        fields={name: _field_vote(unseen, name) for name in RULES},
    )


def scored_call(one: Unseen, kind: Kind, weights: Weights) -> ScoredCall:
    """A call's sentences with their log odds of a kind, beside the gold items of the kind."""
    gold = tuple((i.at.turn, *i.also) for i in one.call.items if i.kind == kind)
    scored = (
        spot
        for spot in spotted(one.reading.sentences, one.traits[kind], kind, weights)
        if spot.log_odds > HOPELESS
    )
    return ScoredCall(tuple(scored), gold)


def fitted_weights(unseen: Sequence[Unseen], kind: Kind) -> Weights:
    """Logistic regression on the traits of sentences that the right side says."""
    column = KINDS.index(kind)
    rows, right = [], []
    for one in unseen:
        asked = [
            counted > 0 and may_state(sentence, kind)
            for sentence, counted in zip(
                one.reading.sentences, one.wanted.counted[:, column], strict=True
            )
        ]
        rows.append(one.traits[kind][asked])
        right.append(one.wanted.kinds[asked, column])
    return _fitted(np.concatenate(rows), np.concatenate(right))


def _fitted(traits: Any, right: Any) -> Weights:  # noqa: ANN401 - arrays
    """Logistic regression on standardised traits, written for the traits as they are."""
    from sklearn.linear_model import LogisticRegression

    if len(set(right)) < 2:  # nothing to learn from so few calls: never, rather than always
        return Weights(weights=(0.0,) * traits.shape[1], offset=NEVER)
    mean, spread = traits.mean(0), traits.std(0) + 1e-6
    model = LogisticRegression(C=0.05, max_iter=500).fit((traits - mean) / spread, right)
    weights = model.coef_[0] / spread
    offset = float(model.intercept_[0] - weights @ mean)
    return Weights(weights=tuple(round(float(w), 5) for w in weights), offset=round(offset, 5))


def _name_decision(unseen: Sequence[Unseen], kind: Kind) -> NameDecision:
    named = [list(_judged(one, kind)) for one in unseen]
    traits = np.asarray([traits for call in named for traits, _ in call]).reshape(-1, NAME_TRAITS)
    right = np.asarray([right for call in named for _, right in call])
    fitted = _fitted(traits, right)
    likely = [probability(float(odds)) for odds in traits @ fitted.weights + fitted.offset]
    gold = sum(_absent_gold(one, kind) for one in unseen)
    return NameDecision(
        **fitted.model_dump(),
        least={
            Recall.BALANCED: _least(likely, right, gold=gold, beta=1.0),
            Recall.HIGH: _least(likely, right, gold=gold, beta=2.5),
        },
    )


def _judged(one: Unseen, kind: Kind) -> Iterator[tuple[tuple[float, ...], bool]]:
    """The traits of every name, and whether it is one of the gold; each gold item counts once."""
    gold = [item for item in one.gold.gold if item.kind == kind and not item.get("present")]
    for name in one.names[kind]:
        met = next((g for g in gold if _is(name, g)), None)
        if met:
            gold.remove(met)
        yield name.traits, met is not None


def _is(name: NameCandidate, gold: GoldItem) -> bool:
    """Whether a name is the gold item, as the metric has it."""
    said = name.candidate
    item = {"name": said.subject, "role": said.detail, "evidence": [{"turn": said.sentence.turn}]}
    return may_be(said.kind, item, gold)


def _absent_gold(one: Unseen, kind: Kind) -> int:
    return sum(item.kind == kind and not item.get("present") for item in one.gold.gold)


def _least(likely: Sequence[float], right: Any, *, gold: int, beta: float) -> float:  # noqa: ANN401
    """The probability from which on names are kept, for the best F-beta."""
    found = np.asarray(likely)

    def value(least: float) -> float:
        kept = found >= least
        below = beta**2 * gold + kept.sum()
        return float((1 + beta**2) * right[kept].sum() / below) if below else 0.0

    return max((round(0.02 * n, 2) for n in range(1, 46)), key=value)


def _field_vote(unseen: Sequence[Unseen], name: str) -> FieldVote:
    """Logistic regression on the ballots of sentences that state a gold item of the kind."""
    from sklearn.linear_model import LogisticRegression

    ballots, right = [], []
    for one in unseen:
        for vote, value in one.ballots[name]:
            ballots.append(vote)
            right.append(value)
    size = len(FIELDS[name])
    weights = np.hstack((np.zeros((size, size)), np.eye(size)))  # the rule alone
    offsets = np.zeros(size)
    if len(set(right)) > 2:
        model = LogisticRegression(C=0.3, max_iter=500).fit(np.asarray(ballots), right)
        weights, offsets = np.zeros((size, 2 * size)), np.full(size, NEVER)
        weights[model.classes_], offsets[model.classes_] = model.coef_, model.intercept_
    return FieldVote(
        weights=tuple(tuple(round(float(w), 4) for w in row) for row in weights),
        offsets=tuple(round(float(offset), 4) for offset in offsets),
    )
