from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcript2handoff.speakers.assign import MAX_PEOPLE, Problem, solve

SCORE = st.one_of(st.floats(-5, 5), st.just(-np.inf))


@st.composite
def problems(draw):
    voices, people = draw(st.integers(1, 3)), draw(st.integers(0, 3))
    scores = draw(st.lists(SCORE, min_size=voices * people * 2, max_size=voices * people * 2))
    others = draw(st.lists(st.floats(-5, 5), min_size=voices * 2, max_size=voices * 2))
    groups = draw(st.dictionaries(st.integers(0, voices - 1), st.integers(0, 1)))
    return Problem(
        people=np.array(scores).reshape(voices, people, 2),
        others=np.array(others).reshape(voices, 2),
        split=draw(st.floats(-6, 0)),
        groups=groups,
        same_side=draw(st.floats(-4, 0)),
    )


def by_counting(problem):
    """The same probabilities, by writing down every assignment."""
    voices, people, _ = problem.people.shape
    scores = np.concatenate([problem.people, problem.others[:, None, :]], axis=1)
    totals = np.zeros((voices, people + 1, 2))
    for ways in product(product(range(people + 1), range(2)), repeat=voices):
        weight = sum(scores[voice][way] for voice, way in enumerate(ways))
        chosen = [state for state, _ in ways if state < people]
        weight += problem.split * (len(chosen) - len(set(chosen)))
        sides = {}
        for voice, group in problem.groups.items():
            sides.setdefault(group, set()).add(ways[voice][1])
        if any(len(found) > 1 for found in sides.values()):
            continue
        if len(sides) > 1 and len(set.union(*sides.values())) == 1:
            weight += problem.same_side
        for voice, way in enumerate(ways):
            totals[voice][way] += np.exp(weight)
    return totals / totals[0].sum()


@settings(deadline=None, max_examples=60)
@given(problems())
def test_probabilities_are_those_of_every_assignment_counted(problem):
    np.testing.assert_allclose(solve(problem).states, by_counting(problem), atol=1e-9)


def test_a_person_has_one_voice():
    problem = Problem(
        people=np.array([[[5.0, -np.inf]], [[4.0, -np.inf]]]), others=np.zeros((2, 2)), split=-9.0
    )
    first, second = solve(problem).people[:, 0]
    assert first > 0.6 > second
    assert first + second < 1.01


def test_a_split_voice_costs_its_price():
    problem = Problem(
        people=np.full((2, 1, 2), [9.0, -np.inf]), others=np.zeros((2, 2)), split=-2.0
    )
    assert solve(problem).people[:, 0] == pytest.approx(1, abs=0.01)


def test_too_many_people_are_refused():
    crowd = np.zeros((1, MAX_PEOPLE + 1, 2))
    with pytest.raises(ValueError, match="at most 12"):
        solve(Problem(people=crowd, others=np.zeros((1, 2)), split=-4.0))
