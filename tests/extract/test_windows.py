from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.extract.windows import gaps, halves, plan_windows
from transcript2handoff.handoff import Window

SIZES = st.lists(st.integers(0, 30) | st.sampled_from((0, 0, 90, 400)), max_size=60)
BUDGETS = st.integers(1, 120)
OVERLAPS = st.integers(0, 150)


def span(first, last):
    return Window(first=first, last=last)


def spans(*pairs):
    return tuple(span(*pair) for pair in pairs)


def turns(window):
    return set(range(window.first, window.last + 1))


def tokens(sizes, first, last):
    return sum(sizes[first - 1 : last])


def next_begin(sizes, window, *, budget, overlap):
    """Where the next window has to begin, by trying every turn: the rule of the docstring."""
    new = window.last + 1
    fitting = (
        first
        for first in range(window.first + 1, new)
        if tokens(sizes, first, window.last) <= overlap and tokens(sizes, first, new) <= budget
    )
    return next(fitting, new)


def test_windows_share_what_the_overlap_allows():
    sizes = [40, 40, 10, 10, 60, 30]
    assert plan_windows(sizes, budget=100, overlap=25) == spans((1, 4), (3, 5), (6, 6))
    assert plan_windows(sizes, budget=100, overlap=0) == spans((1, 4), (5, 6))


def test_a_turn_above_the_budget_stands_alone():
    assert plan_windows([5, 500, 5, 5], budget=100, overlap=50) == spans((1, 1), (2, 2), (3, 4))


def test_turns_without_tokens_are_not_lost_beside_a_giant():
    assert plan_windows([0, 500, 0], budget=100, overlap=50) == spans((1, 1), (2, 2), (3, 3))


def test_a_call_that_fits_is_one_window_and_no_call_is_none():
    assert plan_windows([5, 5], budget=10, overlap=5) == spans((1, 2))
    assert plan_windows([], budget=10, overlap=5) == ()


@given(SIZES, BUDGETS, OVERLAPS)
def test_every_turn_is_covered_and_both_ends_advance(sizes, budget, overlap):
    windows = plan_windows(sizes, budget=budget, overlap=overlap)
    assert set().union(*map(turns, windows)) == set(range(1, len(sizes) + 1))
    for window, following in pairwise(windows):
        assert window.first < following.first <= window.last + 1
        assert window.last < following.last


@given(SIZES, BUDGETS, OVERLAPS)
def test_windows_are_as_long_as_the_budget_allows_and_no_longer(sizes, budget, overlap):
    for window in plan_windows(sizes, budget=budget, overlap=overlap):
        size = tokens(sizes, window.first, window.last)
        assert size <= budget or window.first == window.last
        if window.last < len(sizes):
            assert size + sizes[window.last] > budget


@given(SIZES, BUDGETS, OVERLAPS)
def test_neighbours_share_exactly_what_the_rule_says(sizes, budget, overlap):
    for window, following in pairwise(plan_windows(sizes, budget=budget, overlap=overlap)):
        assert tokens(sizes, following.first, window.last) <= overlap
        assert following.first == next_begin(sizes, window, budget=budget, overlap=overlap)


class Counted(int):
    """A size that counts how often it is added up."""

    added = 0

    def __add__(self, other):
        Counted.added += 1
        return Counted(int(self) + int(other))

    __radd__ = __add__


@pytest.mark.parametrize("overlap", [0, 300, 5000])
def test_a_call_of_ten_thousand_turns_is_planned_in_near_linear_time(overlap):
    Counted.added = 0
    sizes = [Counted(n * 37 % 90) for n in range(10_000)]
    windows = plan_windows(sizes, budget=3000, overlap=overlap)
    assert windows[-1].last == len(sizes)
    assert Counted.added < 5 * len(sizes)


@pytest.mark.parametrize(
    ("sizes", "budget", "overlap"), [([1], 0, 0), ([1], 5, -1), ([1, -1, 1], 5, 0)]
)
def test_what_is_no_size_is_refused(sizes, budget, overlap):
    with pytest.raises(ValueError, match="at least"):
        plan_windows(sizes, budget=budget, overlap=overlap)


def test_a_window_is_halved_by_size_not_by_number_of_turns():
    sizes = [99, 60, 10, 10, 10, 10, 10, 10, 99]
    assert halves(span(2, 8), sizes, overlap=0) == spans((2, 2), (3, 8))
    assert halves(span(3, 8), sizes, overlap=10) == spans((3, 5), (5, 8))


def test_halves_share_no_more_than_half_of_the_first():
    assert halves(span(1, 8), [10] * 8, overlap=1000) == spans((1, 4), (3, 8))
    assert halves(span(1, 8), [0] * 8, overlap=1000) == spans((1, 4), (3, 8))


@given(st.data())
def test_halving_ends_at_single_turns_and_loses_none(data):
    sizes = data.draw(SIZES.filter(bool))
    overlap = data.draw(OVERLAPS)
    last = data.draw(st.integers(1, len(sizes)))
    whole = span(data.draw(st.integers(1, last)), last)
    left, single, made = [whole], set(), 0
    while left:
        window = left.pop()
        made += 1
        if window.first == window.last:
            single.add(window.first)
            continue
        parts = halves(window, sizes, overlap=overlap)
        assert set().union(*map(turns, parts)) == turns(window)
        assert all(turns(part) < turns(window) for part in parts)
        first, second = parts
        assert tokens(sizes, second.first, first.last) <= overlap
        left.extend(parts)
    assert single == turns(whole)
    assert made <= 2 * len(turns(whole)) ** 2


@given(SIZES.filter(lambda sizes: len(sizes) > 1))
def test_halves_without_overlap_differ_by_no_more_than_a_turn(sizes):
    first, second = halves(span(1, len(sizes)), sizes, overlap=0)
    one, other = tokens(sizes, 1, first.last), tokens(sizes, second.first, len(sizes))
    assert abs(one - other) <= max(sizes)


@pytest.mark.parametrize("window", [span(2, 2), span(2, 9), span(3, 2)])
def test_a_single_turn_or_a_window_beyond_the_call_cannot_be_halved(window):
    with pytest.raises(ValueError, match="cannot be halved"):
        halves(window, [1, 1, 1], overlap=0)


def test_gaps_before_between_and_after():
    assert gaps(9, spans((4, 5), (2, 2))) == spans((1, 1), (3, 3), (6, 9))
    assert gaps(9, spans((1, 5), (4, 9))) == ()
    assert gaps(3, ()) == spans((1, 3))
    assert gaps(0, spans((1, 4))) == ()


@given(
    st.integers(0, 40),
    st.lists(st.builds(span, st.integers(1, 50), st.integers(1, 50)), max_size=8),
)
def test_gaps_are_what_the_windows_leave_out(count, windows):
    found = gaps(count, windows)
    read = set().union(*map(turns, windows))
    assert set().union(*map(turns, found)) == set(range(1, count + 1)) - read
    assert all(before.last + 1 < after.first for before, after in pairwise(found))


@given(SIZES, BUDGETS, OVERLAPS)
def test_a_plan_has_no_gap(sizes, budget, overlap):
    assert gaps(len(sizes), plan_windows(sizes, budget=budget, overlap=overlap)) == ()
