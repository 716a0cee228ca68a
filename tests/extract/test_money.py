import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.extract.money import find_amounts


@pytest.mark.parametrize(
    ("said", "words", "measure"),
    [
        (
            "It's twenty-two dollars a technician, a month.",
            "twenty-two dollars a technician, a month",
            "money",
        ),
        ("$49 per user per month", "$49 per user per month", "money"),
        ("seven hundred a seat", "seven hundred a seat", "money"),
        ("four pounds twenty per room", "four pounds twenty per room", "money"),
        ("ninety to one-twenty a year", "ninety to one-twenty a year", "money"),
        ("We've set aside 80k.", "80k", "money"),
        ("It's a hundred and eight thousand.", "a hundred and eight thousand", "money"),
        ("twelve percent off", "twelve percent", "percent"),
        ("a three-year term", "three-year", "time"),
        ("hundred and forty users", "hundred and forty users", "count"),
    ],
)
def test_amounts_with_their_unit(said, words, measure):
    assert (words, measure) in [(a.words, a.measure) for a in find_amounts(said)]


@pytest.mark.parametrize(
    "said", ["in two thousand and nine.", "number four.", "sixty-one thousand tickets"]
)
def test_a_year_or_a_bare_count_is_no_money(said):
    assert all(amount.measure != "money" for amount in find_amounts(said))


def test_the_plain_number_is_given_where_there_is_one():
    (amount,) = find_amounts("ninety-nine point eight percent")
    assert amount.value == 99.8


@pytest.mark.parametrize(
    ("said", "words", "measure", "value"),
    [
        ("a quarter of a million", "a quarter of a million", "money", 0.25),
        ("two and a half million", "two and a half million", "money", 2.5),
        ("half a million documents", "half a million documents", "count", 0.5),
        ("three and a half percent", "three and a half percent", "percent", 3.5),
        ("sixty-two thousand", "sixty-two thousand", "money", 62_000.0),
    ],
)
def test_halves_and_quarters_count(said, words, measure, value):
    (amount,) = find_amounts(said)
    assert amount[1:] == (words, measure, value)


@given(st.text(max_size=80))
def test_words_stand_at_their_span_and_never_overlap(text):
    end = 0
    for amount in find_amounts(text):
        assert text[amount.span.begin : amount.span.end] == amount.words
        assert amount.span.begin >= end
        end = amount.span.end


@pytest.mark.parametrize("said", ["It's eighty thousand dollars.", "forty euros", "$40, flat"])
def test_a_currency_needs_no_period_after_it(said):
    (amount,) = find_amounts(said)
    assert amount.measure == "money"
