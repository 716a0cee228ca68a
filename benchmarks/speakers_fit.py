"""Fit ``transcript2handoff/speakers/weights.toml`` on the tuning half of the annotated calls.

Two steps. The lexicon: an L1-penalised logistic regression of the side on a speaker's words. The
signs: the likelihood of the true assignments, whose gradient is the difference between the
counts of the truth and their expectation under the model (as in any log-linear model). The
lexicon's part is weighed with lexica that have not seen the call (five folds of deals).

    python benchmarks/speakers_fit.py
"""

import hashlib
import math
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from speakers_cases import WEARS, Anonymous, anonymous, is_tuning, read_calls

import transcript2handoff.speakers
from transcript2handoff.deal import Participant
from transcript2handoff.speakers.assign import SELLER, SIDES, solve
from transcript2handoff.speakers.evidence import kinds
from transcript2handoff.speakers.people import name_words
from transcript2handoff.speakers.scoring import Case, build_case, weigh
from transcript2handoff.speakers.sides import BIAS, side_score
from transcript2handoff.speakers.weights import Weights

Floats = NDArray[np.float64]

FOLDS: Final = 5
MIN_DEALS: Final = 10
L1: Final = 0.004
L2: Final = 1.0
STEPS: Final = 40
SPLIT: Final = -4.0
PRIOR: Final = {
    "says_own": 4.0,
    "gives_full": 3.0,
    "gives_role": 2.0,
    "stands_alone": 1.0,
    "opens": -2.0,
    "closes": -2.0,
    "asks": -2.0,
    "says": -2.0,
    "it_is": 1.0,
    "introduces": -1.0,
    "mentions": -0.5,
    "before_asks": 1.5,
    "before_closes": 1.0,
    "before_opens": 0.5,
    "before_says": 0.5,
    "after_opens": 0.5,
    "after_says": 0.5,
}
MOST: Final = {"opens": -2.0, "closes": -2.0, "asks": -2.0, "says": -2.0, "mentions": -1.0}
"""Hardly anybody addresses themself, whatever a small sample says."""
TARGET: Final = Path(transcript2handoff.speakers.__file__).parent / "weights.toml"


@dataclass(frozen=True, kw_only=True)
class Example:
    """A worn call with what is known about it."""

    call: Anonymous
    case: Case


def main() -> None:
    """Fit and write the table."""
    calls = [call for call in read_calls() if is_tuning(call["deal"])]
    worn = [anonymous(call, wear, others=calls) for wear in WEARS for call in calls]
    examples = [Example(call=one, case=build_case(one.transcript, one.deal)) for one in worn]
    print(f"{len(calls)} calls, {len(examples)} examples", file=sys.stderr)
    lexica = [_lexicon([e for e in examples if _fold(e) != fold]) for fold in range(FOLDS)]
    _report_lexica(examples, lexica)
    weights = _fit_signs(examples, lexica)
    weights = weights.model_copy(update={"lexicon": _lexicon(examples)})
    TARGET.write_text(_toml(weights), encoding="utf-8")


def _fold(example: Example) -> int:
    return hashlib.sha256(example.call.deal_id.encode()).digest()[1] % FOLDS


def _lexicon(examples: Sequence[Example]) -> dict[str, float]:
    rows = [
        (words, 1.0 if person.side == "seller" else -1.0, example.call.deal_id)
        for example in examples
        for words, voice in zip(example.case.words, example.case.voices, strict=True)
        if (person := example.call.truth[voice]) is not None
    ]
    deals: dict[str, set[str]] = {}
    for words, _, deal in rows:
        for word in words:
            deals.setdefault(word, set()).add(deal)
    vocabulary = sorted(word for word, where in deals.items() if len(where) >= MIN_DEALS)
    place = {word: i for i, word in enumerate(vocabulary)}
    x = np.zeros((len(rows), len(vocabulary)))
    for row, (words, _, _) in enumerate(rows):
        for word, count in words.items():
            if word in place:
                x[row, place[word]] = math.log1p(count)
    beta, bias = _logistic(x, np.array([side for _, side, _ in rows]))
    chosen = {
        word: round(float(b), 3) for word, b in zip(vocabulary, beta, strict=True) if abs(b) >= 0.02
    }
    return {BIAS: round(bias, 3), **chosen}


def _logistic(x: Floats, y: Floats) -> tuple[Floats, float]:
    """Accelerated proximal gradient; the bias is free of the penalty."""
    scale = x.std(axis=0) + 0.15
    x = x / scale
    step = 4 * len(y) / (np.linalg.norm(x, 2) ** 2 + len(y))
    beta, bias = np.zeros(x.shape[1]), 0.0
    ahead, momentum = beta, 1.0
    for _ in range(400):
        slope = -y / (1 + np.exp(np.clip(y * (x @ ahead + bias), -30, 30))) / len(y)
        moved = ahead - step * (x.T @ slope)
        bias -= step * float(slope.sum())
        new = np.sign(moved) * np.maximum(np.abs(moved) - step * L1, 0)
        following = (1 + math.sqrt(1 + 4 * momentum**2)) / 2
        ahead = new + (momentum - 1) / following * (new - beta)
        beta, momentum = new, following
    return beta / scale, bias


def _report_lexica(examples: Sequence[Example], lexica: Sequence[dict[str, float]]) -> None:
    right: Counter[bool] = Counter()
    for example in examples:
        for words, voice in zip(example.case.words, example.case.voices, strict=True):
            if person := example.call.truth[voice]:
                odds = side_score(words, lexica[_fold(example)])
                right[(odds > 0) == (person.side == "seller")] += 1
    print(
        f"lexicon: {len(lexica[0])} words, {right[True] / right.total():.3f} right", file=sys.stderr
    )


def _fit_signs(examples: Sequence[Example], lexica: Sequence[dict[str, float]]) -> Weights:
    order = kinds()
    theta = _prior(order)
    most = np.array([MOST.get(kind, np.inf) for kind in order] + [np.inf, np.inf, np.inf])
    first, second = np.zeros_like(theta), np.zeros_like(theta)
    for step in range(1, STEPS + 1):
        loss, gradient = 0.0, L2 * (theta - _prior(order))
        for example in examples:
            weights = _weights(theta, order, lexica[_fold(example)])
            one, slope = _loss(example, weights)
            loss += one
            gradient += slope
        first = 0.9 * first + 0.1 * gradient
        second = 0.98 * second + 0.02 * gradient**2
        theta = theta - 0.15 * (1 - step / STEPS * 0.8) * (first / (1 - 0.9**step)) / (
            np.sqrt(second / (1 - 0.98**step)) + 1e-8
        )
        theta = np.minimum(theta, most)
        if step % 10 == 0:
            print(f"step {step}: {loss / len(examples):.4f}", file=sys.stderr)
    return _weights(theta, order, lexica[0])


def _prior(order: Sequence[str]) -> Floats:
    """What the weights are without any data; the penalty draws them here."""
    return np.array([PRIOR.get(kind, 0.0) for kind in order] + [0.7, -1.0, -2.0])


def _weights(theta: Floats, order: Sequence[str], lexicon: dict[str, float]) -> Weights:
    return Weights(
        signs={kind: round(float(value), 3) for kind, value in zip(order, theta, strict=False)},
        lexicon=lexicon,
        side=round(float(theta[-3]), 3),
        somebody_else=round(float(theta[-2]), 3),
        even=round(float(theta[-1]), 3),
        split=SPLIT,
    )


def _loss(example: Example, weights: Weights) -> tuple[float, Floats]:
    """Minus the log-likelihood of the true assignment, and its gradient."""
    case, problem = example.case, weigh(example.case, weights)
    posterior = solve(problem)
    odds = np.array([side_score(words, weights.lexicon) for words in case.words]) / 2
    direction = np.array([1.0, -1.0])
    truth = np.zeros_like(posterior.states)
    for voice, speaker in enumerate(case.voices):
        person = example.call.truth[speaker]
        state = _state(case, person)
        for side in range(SIDES):
            if person is None or (person.side == "seller") == (side == SELLER):
                truth[voice, state, side] = 1.0 if person else posterior.sides[voice, side]
    gap = posterior.states - truth
    slope = np.zeros(len(weights.signs) + 3)
    people = gap[:, :-1].sum(axis=2)
    slope[:-3] = np.einsum("vp,vpk->k", people, case.counts)
    slope[-3] = float((gap.sum(axis=1) @ direction * odds).sum())
    slope[-2] = float(gap[:, -1].sum())
    slope[-1] = slope[-2] * case.is_even
    probability = np.clip((posterior.states * truth).sum(axis=(1, 2)), 1e-9, 1)
    return float(-np.log(probability).sum()), slope


def _state(case: Case, truth: Participant | None) -> int:
    """Which of the candidates somebody really is; their number for none of them."""
    if truth is not None:
        for index, person in enumerate(case.people):
            if set(person.words) <= set(name_words(truth.name)):
                return index
    return len(case.people)


def _toml(weights: Weights) -> str:
    head = "# Written by benchmarks/speakers_fit.py; log-odds.\n"
    single = "".join(
        f"{name} = {getattr(weights, name)}\n"
        for name in ("side", "somebody_else", "even", "split")
    )
    signs = "".join(f"{kind} = {value}\n" for kind, value in weights.signs.items())
    lexicon = "".join(f'"{word}" = {value}\n' for word, value in weights.lexicon.items())
    return f"{head}{single}\n[signs]\n{signs}\n[lexicon]\n{lexicon}"


if __name__ == "__main__":
    main()
