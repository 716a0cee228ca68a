"""Amounts of money that were said, in the reader's way of writing them."""

import pytest

from transcript2handoff.render.amounts import in_figures
from transcript2handoff.words import Words

ENGLISH, GERMAN = Words.of("en"), Words.of("de")


@pytest.mark.parametrize(
    ("said", "english", "german"),
    [
        ("£48,000", "£48,000", "48.000\xa0£"),
        ("forty-eight thousand pounds", "£48,000", "48.000\xa0£"),
        ("$1.5 million", "$1,500,000", "1.500.000\xa0$"),
        ("€12k", "€12,000", "12.000\xa0€"),
        ("99.50 euros", "€99.50", "99,50\xa0€"),
    ],
)
def test_an_amount_and_nothing_else_is_written_in_figures(said, english, german):
    assert in_figures(said, ENGLISH) == english
    assert in_figures(said, GERMAN) == german


@pytest.mark.parametrize(
    "said",
    [
        "48,000 a year",
        "about £48,000",
        "£40,000 to £48,000",
        "forty-eight thousand",
        "Forty-four one-sixty a year",
        "twenty-four months",
        "£",
        "",
    ],
)
def test_other_words_stay_as_they_were_said(said):
    assert in_figures(said, GERMAN) == said
