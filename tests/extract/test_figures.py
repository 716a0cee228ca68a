"""A figure counts as said however it was said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.extract.figures import said_figures, written_figures


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("sixty-two thousand dollars", 62_000),
        ("about 62k a year", 62_000),
        ("one point five million", 1_500_000),
        ("1.5 million", 1_500_000),
        ("ten percent off", 10),
        ("ninety-nine point nine", 99.9),
        ("by the fifteenth", 15),
        ("the 21st of october", 21),
        ("in twenty twenty-seven", 2027),
        ("four ten a seat", 410),
        ("a hundred and eighty seats", 180),
        ("SOC two report", 2),
    ],
)
def test_a_spoken_figure_is_a_value(said, value):
    assert value in said_figures(said)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a 90% discount", {90}),
        ("$62,000 and 99.9%", {62_000, 99.9}),
        ("62k by Q2", {62_000, 2}),
        ("sixty-two thousand", {62_000}),
        ("one of two", set()),
        ("⁹⁵ of ㊿", {95, 50}),
        ("no figure", set()),
    ],
)
def test_figures_that_an_engine_writes_are_seen(text, values):
    assert written_figures(text) == values


@given(st.integers(0, 10**9))
def test_what_is_written_is_said_by_the_same_words(value):
    text = f"it is {value:,} of them"
    assert written_figures(text) == {value}
    assert value in said_figures(text)


@given(st.text())
def test_any_text_has_figures_or_none(text):
    assert all(isinstance(value, float) for value in said_figures(text) | written_figures(text))
