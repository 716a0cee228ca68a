import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.extract.wording import (
    content_words,
    in_digits,
    is_quotation,
    qualifiers,
    quoted,
    shorten,
    strangers,
    tidy,
    words_of,
)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (
            "Um, so, yeah, I'll I'll send the, uh, pen test summary, both today",
            "I'll send the pen test summary, both today.",
        ),
        ("well put it in the contract", "We'll put it in the contract."),
        ("ill send you the list and i dont mind", "I'll send you the list and I don't mind."),
        ("No, we don't do voice.", "We don't do voice."),
        ("no voice today", "No voice today."),
        ("by twenty twenty-seven", "By twenty twenty-seven."),
        ("And it was, you know, late?", "It was late?"),
        ("Do you know what it costs", "Do you know what it costs."),
        ("No, only in the big plan.", "No, only in the big plan."),
        ("it's kind of slow", "It's kind of slow."),
    ],
)
def test_spoken_words_become_a_sentence(said, written):
    assert tidy(said) == written


def test_nothing_left_is_nothing():
    assert tidy(" ,, ") == ""


def test_short_sentences_stay():
    assert shorten("We close on Friday.") == "We close on Friday."


def test_long_sentences_end_at_a_clause():
    sentence = "one two three four five six seven eight nine, ten eleven twelve"
    assert shorten(sentence, most=10) == "one two three four five six seven eight nine…"


@given(st.text(max_size=300), st.integers(1, 30))
def test_never_more_words_than_asked_for(text, most):
    assert len(shorten(text, most=most).split()) <= most


def test_content_words_are_stems_without_function_words():
    assert content_words("We will send the reports") == {"send", "report"}


def test_what_is_left_out_of_a_long_sentence_is_marked_and_never_a_condition():
    sentence = "we load the old cases, and you pay ten at the end for it, if you sign in March"
    assert shorten(sentence, most=11) == "we load the old cases… if you sign in March"


def test_denials_hedges_and_conditions_are_counted_whatever_their_form():
    assert qualifiers("He doesn't think so.") == qualifiers("I don't think so")
    assert qualifiers("No, we never do.")["not"] == 1
    assert not qualifiers("We do it on Monday.")


@given(st.text("abcdefgh ,.'IiI", max_size=120))
def test_tidying_loses_no_denial_hedge_or_condition(noise):
    said = f"{noise} if you don't mind, we should probably wait, I think, {noise}"
    assert not set(qualifiers("if don't should probably think")) - set(qualifiers(tidy(said)))


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("about twenty-six hundred deliveries", "about 2,600 deliveries"),
        ("a hundred and eighty seats, three sites", "180 seats, three sites"),
        ("by twenty twenty-seven", "by twenty twenty-seven"),
        ("the thirty-first", "the thirty-first"),
        ("a couple hundred", "a couple hundred"),
        ("two point three million", "two point three million"),
    ],
)
def test_numbers_that_are_sure_are_written_in_digits(said, written):
    assert in_digits(said) == written


def test_a_quotation_names_who_said_it():
    line = quoted("um, I'll do it", speaker="Dana Whitfield")
    assert line == "Dana Whitfield: “I'll do it.”"
    assert is_quotation(line)
    assert is_quotation(f"{line} (“Who does it?”).")
    assert not is_quotation("Dana does it (“Who does it?”).")


def test_strangers_are_words_of_nobody():
    known = words_of("I'll send the report, Dana")
    assert strangers("Dana sends the report on Friday 18 September 2026.", known) == set()
    assert strangers("Dana audits the report.", known) == {"audits"}


def test_a_quote_gives_up_the_name_before_a_hedge():
    hedge = "I think we can do that"
    said = ", ".join([hedge] * 4) + "."
    assert quoted(said, speaker="Priya Raman") == f"“{said}”"
    assert quoted(f"{hedge}.", speaker="Priya Raman") == f"Priya Raman: “{hedge}.”"
