import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.engines.local.decisions import (
    Calibration,
    Scored,
    Threshold,
    kept,
    probability,
)


def scored(*pairs):
    return [Scored(place, turn, odds) for place, (turn, odds) in enumerate(pairs)]


def places(found):
    return [one.place for one in found]


def test_the_likeliest_come_first_and_the_unlikely_are_left_out():
    found = kept(scored((1, 0.2), (9, 3.0), (20, -2.0)), Threshold(least=0.5))
    assert places(found) == [1, 0]


def test_a_neighbour_in_the_same_turn_must_be_surer():
    threshold = Threshold(least=0.5, same_turn=0.6)
    assert places(kept(scored((4, 3.0), (4, 0.5)), threshold)) == [0]
    assert places(kept(scored((4, 3.0), (4, 2.9)), threshold)) == [0, 1]


def test_a_neighbour_in_the_next_turn_has_a_factor_of_its_own():
    threshold = Threshold(least=0.5, same_turn=0.0, next_turn=1.0)
    assert places(kept(scored((4, 3.0), (5, 0.5), (5, 0.4)), threshold)) == [0, 1]
    assert places(kept(scored((4, 3.0), (5, 0.5)), Threshold(least=0.5, next_turn=0.5))) == [0]


@given(st.lists(st.tuples(st.integers(1, 9), st.floats(-5, 5)), max_size=20), st.randoms())
def test_the_order_of_what_is_scored_does_not_matter(pairs, chance):
    threshold = Threshold(least=0.3, same_turn=0.5, next_turn=0.75)
    one = scored(*pairs)
    other = list(one)
    chance.shuffle(other)
    assert kept(one, threshold) == kept(other, threshold)


@given(st.lists(st.tuples(st.integers(1, 9), st.floats(-5, 5)), max_size=20))
def test_a_lower_threshold_never_keeps_fewer(pairs):
    low, high = (Threshold(least=p, same_turn=0.5, next_turn=0.75) for p in (0.2, 0.6))
    assert len(kept(scored(*pairs), low)) >= len(kept(scored(*pairs), high))


@given(st.floats(-700, 700))
def test_probabilities_are_between_nothing_and_certainty(odds):
    assert 0 <= probability(odds) <= 1


def test_probability_is_the_logistic_of_the_log_odds():
    assert probability(0.0) == 0.5
    assert probability(math.log(3)) == pytest.approx(0.75)


def test_calibration_moves_log_odds():
    assert Calibration(slope=2.0, offset=-2.0).probability(1.0) == 0.5
