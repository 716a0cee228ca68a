"""The words that weaken a promise, letter for letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.assess.qualifying import condition_in, hedge_in


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("That ships in Q2, I'm fairly sure.", "I'm fairly sure"),
        ("That ships in Q2, I’m fairly sure.", "I’m fairly sure"),
        ("It should be in by June.", "should be"),
        ("We should be able to do that.", "should be able to"),
        ("I'm like 90% sure they can.", "I'm like 90% sure"),
        ("Probably May, I'd hope.", "Probably"),
        ("Don't hold me to that, but June.", "Don't hold me to that"),
        ("It will be there in May.", None),
        ("He is quite a surety man.", None),
    ],
)
def test_a_hedge_is_quoted_as_it_was_said(quote, words):
    assert hedge_in([quote]) == words


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("If legal signs by May, we start.", "If legal signs by May"),
        ("We start as soon as you send the files.", "as soon as you send the files"),
        ("Once, at month twelve.", None),
        ("We start in May.", None),
    ],
)
def test_a_condition_is_quoted_to_the_end_of_its_clause(quote, words):
    assert condition_in([quote]) == words


def test_the_first_quote_that_has_one_is_taken():
    assert hedge_in(["In May.", "Maybe June.", "I'm fairly sure."]) == "Maybe"


@given(st.lists(st.text("mayb shoul,di'fng.", max_size=60), max_size=3))
def test_nothing_is_quoted_that_was_not_said(quotes):
    for found in (hedge_in(quotes), condition_in(quotes)):
        assert found is None or any(found in quote for quote in quotes)
