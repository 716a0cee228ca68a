"""Business days, by law and by calendar."""

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.workdays import Workdays

DAYS = st.dates(datetime.date(2001, 1, 1), datetime.date(2090, 12, 31))
COUNTRIES = st.lists(
    st.sampled_from(["GB", "GB-SCT", "DE-BY", "AT", "US", "SA", "IL", "JP"]), max_size=2
)


@st.composite
def calendars(draw):
    closed = draw(st.lists(DAYS, max_size=3))
    first = draw(DAYS)
    week = tuple(first + datetime.timedelta(days=n) for n in range(draw(st.integers(0, 9))))
    return Workdays(tuple(draw(COUNTRIES)), (*closed, *week))


def day(text):
    return datetime.date.fromisoformat(text)


@given(calendars(), DAYS, st.integers(1, 15))
def test_a_business_day_after_is_one_and_has_that_number(calendar, start, count):
    end = calendar.after(start, count)
    assert calendar.is_workday(end)
    assert calendar.between(start, end) == count
    assert calendar.between(start, end - datetime.timedelta(days=1)) == count - 1


@given(calendars(), DAYS)
def test_later_numbers_are_later_days(calendar, start):
    ends = [calendar.after(start, count) for count in range(1, 8)]
    assert all(earlier < later for earlier, later in pairwise([start, *ends]))


@given(calendars(), DAYS, st.integers(1, 6), st.integers(1, 6))
def test_going_on_is_going_further(calendar, start, first, then):
    assert calendar.after(calendar.after(start, first), then) == calendar.after(start, first + then)


@given(calendars(), DAYS, st.integers(0, 40), st.integers(0, 40))
def test_stretches_add_up_in_both_directions(calendar, start, first, then):
    middle = start + datetime.timedelta(days=first)
    end = middle + datetime.timedelta(days=then)
    whole = calendar.between(start, middle) + calendar.between(middle, end)
    assert calendar.between(start, end) == whole
    assert calendar.between(end, start) == -whole


@given(calendars(), DAYS)
def test_each_country_and_each_closed_day_takes_days_away(calendar, start):
    alone = [Workdays((country,), calendar.closed) for country in calendar.countries]
    expected = start not in calendar.closed and all(each.is_workday(start) for each in alone)
    if calendar.countries:
        assert calendar.is_workday(start) == expected
    assert not Workdays(calendar.countries, (start,)).is_workday(start)


@pytest.mark.parametrize(
    ("countries", "closed", "signed", "latest"),
    [
        ((), (), "2026-05-22", "2026-05-29"),
        (("GB",), (), "2026-05-22", "2026-06-01"),  # Spring bank holiday on the 25th
        (("GB", "AT"), (), "2026-05-22", "2026-06-01"),  # Whit Monday is the same day
        (("DE",), (), "2026-05-29", "2026-06-05"),
        (("DE-BY",), (), "2026-05-29", "2026-06-08"),  # Corpus Christi on the 4th of June
        (("GB",), ("2026-12-24",), "2026-12-22", "2027-01-04"),
        (("GB-SCT",), ("2026-12-24",), "2026-12-22", "2027-01-05"),  # the 4th instead of the 2nd
        (("GB", "US"), (), "2026-06-30", "2026-07-08"),  # the 3rd for Saturday the 4th
        (("US",), (), "2026-05-23", "2026-06-01"),  # signed on a Saturday, Memorial Day follows
    ],
)
def test_the_kickoff_is_due_within_five_business_days(countries, closed, signed, latest):
    calendar = Workdays(countries, tuple(map(day, closed)))
    assert calendar.latest_kickoff(day(signed)) == day(latest)


def test_every_country_has_its_own_weekend():
    friday, sunday = day("2026-09-11"), day("2026-09-13")
    assert not Workdays(("SA",)).is_workday(friday)
    assert Workdays(("SA",)).is_workday(sunday)
    assert not Workdays(("SA", "GB")).is_workday(sunday)
    assert Workdays().is_workday(friday)
    assert not Workdays().is_workday(sunday)


@pytest.mark.parametrize("count", [0, -1])
def test_there_is_no_zeroth_business_day(count):
    with pytest.raises(ValueError, match="business day"):
        Workdays().after(day("2026-05-22"), count)
