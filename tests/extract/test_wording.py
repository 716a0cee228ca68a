import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.extract.wording import content_words, shorten, tidy


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
