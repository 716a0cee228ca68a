import datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.errors import InputError
from transcript2handoff.reports.portfolio import Period
from transcript2handoff.reports.tallies import FEWEST, Tally, wilson

OUTCOMES = st.lists(st.sampled_from(["kept", "late", "impossible", None]))


def counted(outcomes):
    return Tally.of([SimpleNamespace(outcome=each) for each in outcomes])


@given(OUTCOMES)
def test_every_promise_counts_once_and_silence_is_never_kept(outcomes):
    tally = counted(outcomes)
    assert tally.total == len(outcomes)
    assert tally.kept == outcomes.count("kept")
    assert tally.unknown == outcomes.count(None)


@given(OUTCOMES)
def test_the_order_does_not_matter(outcomes):
    assert counted(outcomes) == counted(reversed(outcomes))


@given(OUTCOMES)
def test_small_numbers_get_no_share(outcomes):
    tally = counted(outcomes)
    assert (tally.share_kept is None) == (tally.known < FEWEST)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share(numbers):
    share = wilson(*numbers)
    assert 0 <= share.low <= share.share + 1e-9
    assert share.share - 1e-9 <= share.high <= 1


def test_the_interval_is_wilsons():
    share = wilson(8, 10)
    assert (round(share.low, 3), round(share.high, 3)) == (0.490, 0.943)


def test_a_period_is_two_weeks_and_ends_after_it_begins():
    period = Period.two_weeks_to(datetime.date(2026, 5, 14))
    assert period.first == datetime.date(2026, 5, 1)
    assert period.first in period
    assert period.last in period
    assert datetime.date(2026, 5, 15) not in period
    assert None not in period
    with pytest.raises(InputError, match="before it begins"):
        Period(first=period.last, last=period.first)
