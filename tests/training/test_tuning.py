import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.engines.local.decisions import Scored, Threshold
from transcript2handoff.training.tuning import (
    Counts,
    ScoredCall,
    balanced,
    counts,
    high_recall,
    paired,
    platt,
)


def call(*scored, gold=()):
    rows = tuple(Scored(place, turn, odds) for place, (turn, odds) in enumerate(scored))
    return ScoredCall(rows, tuple(gold))


turns = st.lists(st.integers(1, 8), max_size=4)
golds = st.lists(st.lists(st.integers(1, 8), min_size=1, max_size=2), max_size=4)


@given(turns, golds)
def test_no_other_matching_is_larger(cited, gold):
    def fits(claim, item):
        return any(abs(claim - turn) <= 1 for turn in item)

    size = min(len(cited), len(gold))
    best = max(
        (
            sum(fits(c, g) for c, g in zip(chosen, order, strict=False))
            for chosen in itertools.permutations(cited, size)
            for order in itertools.permutations(gold, size)
        ),
        default=0,
    )
    assert sum(paired(cited, gold)) == best


def test_each_gold_item_is_used_once():
    assert sum(paired([5, 5, 5], [(5,), (6, 40)])) == 2


def test_the_balanced_threshold_parts_right_from_wrong():
    calls = [call((1, 2.0), (9, -0.4), gold=[(1,)]), call((4, 1.5), (20, -0.2), gold=[(4,)])]
    found = balanced(calls)
    assert counts(calls, found) == Counts(right=2, claims=2, gold=2)


def test_high_recall_reaches_what_is_asked_where_it_can():
    calls = [call((1, 2.0), (9, -1.5), (30, -1.2), gold=[(1,), (9,)])]
    assert counts(calls, balanced(calls)).recall == 0.5 or balanced(calls).least < 0.2
    assert counts(calls, high_recall(calls, least=1.0)).recall == 1.0


def test_f_score_weighs_recall():
    found = Counts(right=4, claims=16, gold=5)
    assert found.f_score() == pytest.approx(2 * 4 / 21)
    assert found.f_score(3.0) > found.f_score()


def test_calibration_learns_that_claims_are_overconfident():
    odds = [3.0, 3.0, 3.0, 3.0, -3.0, -3.0, -3.0, -3.0] * 10
    right = [True, True, True, False, True, False, False, False] * 10
    fitted = platt(odds, right)
    assert fitted.probability(3.0) == pytest.approx(0.75, abs=0.03)
    assert fitted.probability(-3.0) == pytest.approx(0.25, abs=0.03)


def test_calibration_of_claims_that_are_all_right_changes_nothing():
    assert platt([1.0, 2.0], [True, True]).probability(0.0) == 0.5


def test_an_empty_call_counts_its_gold():
    assert counts([call(gold=[(3,)])], Threshold(least=0.5)) == Counts(0, 0, 1)
