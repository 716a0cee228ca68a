"""A turn of whatever repeats without end takes a time that grows with its length, not faster."""

import time

import pytest

pytestmark = pytest.mark.slow

SHORT = 4_000
"""Characters; the long turn has four times as many."""
CASES = [
    ".",
    "… ",
    "-",
    "1,",
    "1 ",
    "$1 ",
    "by ",
    "May 5 ",
    "Monday, ",
    "from to ",
    "Aa ",
    "x@x.com ",
]


@pytest.fixture
def seconds(engine, talk, context):
    def taken(said):
        began = time.process_time()
        engine.extract(talk(("Tom", said), ("Ana", "I promise you a trainer.")), context)
        return time.process_time() - began

    taken("We go live in May.")
    return taken


@pytest.mark.parametrize("unit", CASES)
def test_four_times_as_much_takes_about_four_times_as_long(seconds, unit):
    """Sixteen times would be what grows with the square, and hours for a transcript of some MB."""
    little = seconds(unit * (SHORT // len(unit)))
    assert seconds(unit * (4 * SHORT // len(unit))) < 8 * little + 1


def test_what_counts_as_a_sentence_has_an_end(reading):
    read = reading(("Tom", "twenty " * 2_000 + "x" * 5_000))
    assert max(len(sentence.text) for sentence in read.sentences) <= 1_000
    assert "".join(sentence.text.replace(" ", "") for sentence in read.sentences) == (
        "twenty" * 2_000 + "x" * 5_000
    )


def test_the_sentences_beside_one_are_found(reading):
    said = reading(("Tom", "One thing. Two things. Three."), ("Ana", "Four.")).sentences
    read = reading(("Tom", "One thing. Two things. Three."), ("Ana", "Four."))
    beside = [(read.preceding(each), read.following(each)) for each in said]
    one, two, three, four = said
    assert beside == [(None, two), (one, three), (two, None), (None, None)]
    assert four.turn == 2
