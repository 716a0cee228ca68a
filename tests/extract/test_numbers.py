import pytest
from hypothesis import given
from hypothesis import strategies as st

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
