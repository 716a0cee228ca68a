import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.engines.local.reading import LONG, plain_text, sentence_spans


def sentences(text):
    return [text[span.begin : span.end] for span in sentence_spans(text)]


def test_sentences_end_at_full_stops_but_not_in_titles():
    assert sentences("Ask Dr. Feldman. She knows! Really?") == [
        "Ask Dr. Feldman.",
        "She knows!",
        "Really?",
    ]


def test_raw_text_falls_into_clauses():
    text = (
        "okay so we have four thousand people on the old system and it breaks every monday because "
        "nobody looks after it and i would like to see that gone by christmas if you can do it"
    )
    pieces = sentences(text)
    assert len(pieces) > 1
    assert all(len(piece.split()) <= LONG for piece in pieces)
    assert " ".join(pieces) == text


@pytest.mark.parametrize("text", ["", "  ", "\u200b"])
def test_almost_nothing(text):
    assert len(sentence_spans(text)) <= 1


@given(st.text(max_size=400))
def test_spans_are_in_order_and_lose_only_blanks(text):
    spans = sentence_spans(text)
    end = 0
    for span in spans:
        assert text[end : span.begin].strip() == ""
        assert span.begin < span.end
        end = span.end
    assert text[end:].strip() == ""


@given(st.text(max_size=100))
def test_plain_text_keeps_every_place(text):
    assert len(plain_text(text)) == len(text)
