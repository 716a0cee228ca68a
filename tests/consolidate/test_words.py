"""How words are compared."""

import math

import pytest

from transcript2handoff.consolidate.words import cosine, rarity, stem, telling, terms


@pytest.mark.parametrize(
    ("one", "other"),
    [("importer", "imported"), ("connection", "connect"), ("prices", "price"), ("terms", "term")],
)
def test_forms_of_a_word_are_one(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_short_words_keep_their_letters() -> None:
    assert [stem(word) for word in ("sso", "bus", "cable")] == ["sso", "bus", "cabl"]


def test_small_words_are_left_out() -> None:
    assert terms("We would import the whole history") == ["import", "whol", "histor"]


def test_times_figures_and_names_do_not_say_what_something_is() -> None:
    said = telling("Ann sends the report on Friday, 22 May", frozenset(terms("Ann Lee")))
    assert said == ["report"]


def test_rare_words_say_more_and_few_texts_say_nothing_about_rarity() -> None:
    assert rarity(1, among=100) > rarity(10, among=100)
    assert rarity(2, among=2) == rarity(2, among=20)


def test_the_cosine_is_one_for_the_same_and_none_for_nothing_in_common() -> None:
    words = {"import": 2.0, "csv": 1.0}
    assert math.isclose(cosine(words, words), 1.0)
    assert cosine(words, {"pilot": 1.0}) == cosine(words, {}) == 0.0
