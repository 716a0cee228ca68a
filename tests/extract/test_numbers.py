import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.extract.money import find_amounts
from transcript2handoff.extract.numbers import number, ordinal_day


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("seven", 7),
        ("forty-two", 42),
        ("twenty two", 22),
        ("a hundred and eighty", 180),
        ("two thousand five hundred", 2500),
        ("twelve hundred", 1200),
        ("one million two hundred thousand", 1_200_000),
        ("six grand", 6000),
        ("ninety-nine point eight", 99.8),
        ("1,250.5", 1250.5),
    ],
)
def test_numbers_as_said(said, value):
    assert number(said) == value


@pytest.mark.parametrize("said", ["four ten", "twenty twenty-seven", "six fifty", "some", ""])
def test_what_is_no_single_number_is_none(said):
    assert number(said) is None


@pytest.mark.parametrize(
    ("said", "day"),
    [("first", 1), ("twenty-second", 22), ("twenty second", 22), ("thirty-first", 31), ("9th", 9)],
)
def test_days_of_a_month(said, day):
    assert ordinal_day(said) == day


@given(st.integers(32, 99))
def test_no_month_has_that_day(day):
    assert ordinal_day(f"{day}th") is None


@pytest.mark.parametrize("said", ["9" * 400, "9" * 16, "hundred " * 200 + "dollars"])
def test_what_nobody_means_is_no_number(said):
    assert number(said) is None


@pytest.mark.parametrize("row", ["9", "9,", "one ", "one and ", "hundred ", "$1 ", "1.", "1-"])
def test_a_long_row_is_gone_through_once(row):
    begun = time.process_time()
    find_amounts(row * (8000 // len(row)))
    assert time.process_time() - begun < 5  # it was half a minute for half of this
