"""Which words a text has, and where what somebody looks for stands in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.store.wanted import (
    MOST_WORDS,
    Phrase,
    parts_of,
    phrases_of,
    spans_of,
    words_of,
)

TEXT = "We ship the export by Friday, Zoë; the follow-up is in Café Zürich."


def found(text: str, asked: str) -> list[str]:
    return [text[span.begin : span.end] for span in spans_of(text, phrases_of(asked))]


@pytest.mark.parametrize(
    ("asked", "stretches"),
    [
        ("friday", ["Friday"]),
        ("FRI", ["Friday"]),
        ("fri ship", []),
        ("ship fri", ["ship", "Friday"]),
        ("zoe cafe zurich", ["Zoë", "Café", "Zürich"]),
        ('"the export" by', ["the export", "by"]),
        ('"export the"', []),
        ('"the exp"', []),
        ('"the exp', ["the export"]),
        ("follow-up", ["follow-up"]),
        ("follow up", ["follow", "up"]),
        ("the", ["the", "the"]),
        ("ship missing", []),
        ("", []),
        ('"" * ( ) - :', []),
    ],
)
def test_what_is_looked_for_stands(asked: str, stretches: list[str]):
    assert found(TEXT, asked) == stretches


def test_an_accent_may_be_a_letter_of_its_own():
    assert found("Zoe\u0308 ships", "zoë") == ["Zoe\u0308"]


def test_stretches_that_overlap_are_one():
    assert found("one two three", '"one two" "two three"') == ["one two three"]


def test_only_what_comes_last_may_be_begun():
    *whole, last = phrases_of('by "next week" fri')
    assert whole == [Phrase(("by",), is_begun=False), Phrase(("next", "week"), is_begun=False)]
    assert last == Phrase(("fri",), is_begun=True)


def test_no_more_is_looked_for_than_is_good():
    assert len(phrases_of("word " * 1000)) == MOST_WORDS
    assert phrases_of(f'"{"word " * 1000}"') == ()


@given(st.text(max_size=200))
def test_each_word_of_a_text_is_found_in_it(text: str):
    for place in words_of(text):
        assert place.word
        assert place.word.isalnum()
        # What a word is compared by is itself compared so.
        assert [each.word for each in words_of(place.word)] == [place.word]
        stretches = spans_of(text, (Phrase((place.word,), is_begun=False),))
        assert any(span.begin <= place.span.begin < span.end for span in stretches)


@given(st.text(alphabet="ab é-\n\"'", max_size=900), st.text(alphabet='abé "', max_size=20))
def test_parts_are_the_text_or_a_stretch_of_it(text: str, asked: str):
    spans = spans_of(text, phrases_of(asked))
    parts = list(parts_of(text, spans))
    shown = "".join(part.text for part in parts)
    assert all(part.text for part in parts)
    if len(text) <= 400:
        assert shown == text
        assert sum(part.is_match for part in parts) == len(spans)
    else:
        assert shown.removeprefix("… ").removesuffix(" …") in text
        assert any(part.is_match for part in parts) == bool(spans)
        assert len(shown) < 420 + max((span.end - span.begin for span in spans), default=0)


def test_of_a_long_text_the_first_match_is_shown_between_words():
    text = "lorem ipsum " * 100 + "the export by Friday " + "dolor sit " * 100
    parts = list(parts_of(text, spans_of(text, phrases_of("export"))))
    assert parts[0].text == "… "
    assert parts[1].text.startswith(("lorem ", "ipsum "))
    assert [part.text for part in parts if part.is_match] == ["export"]
    assert parts[-1].text == " …"
    assert parts[-2].text.endswith(("dolor", "sit"))
