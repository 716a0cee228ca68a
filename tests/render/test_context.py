"""What was said right before words that lean on it."""

import pytest

from transcript2handoff.handoff import spoken_evidence
from transcript2handoff.render.context import MOST, leans, words_before
from transcript2handoff.transcript import Span, Transcript, Turn

TEXTS = (
    "We still need the night train to Basel.",
    "Sure.",
    "Yes. The bicycle rack slipped, I am sorry. It comes in May.",
    "No.",
    "It must be blue.",
)
TRANSCRIPT = Transcript(
    call_id="basel-1",
    turns=tuple(Turn(n=n, speaker=None, text=text) for n, text in enumerate(TEXTS, start=1)),
)


def before(number, quote):
    """What is shown before a quote of this turn."""
    begin = TEXTS[number - 1].index(quote)
    span = Span(begin, begin + len(quote))
    return words_before(TRANSCRIPT, spoken_evidence(TRANSCRIPT, number, span, match="exact"))


@pytest.mark.parametrize(
    ("summary", "found"),
    [
        ("It comes in May.", True),
        ("Foldwell waives that, Colin.", True),
        ("Ana: “They come the same day.”", True),
        ("Ana sends the timetable.", False),
        ("Priya Nair, IT Lead.", False),
    ],
)
def test_a_summary_leans_on_what_it_does_not_name(summary, found):
    assert leans(summary) == found


def test_the_words_of_the_turn_itself_come_first():
    assert before(3, "It comes in May") == "Yes. The bicycle rack slipped, I am sorry."


def test_else_those_of_the_turn_before_if_they_tell_anything():
    assert before(2, "Sure") == "We still need the night train to Basel."
    assert before(5, "It must be blue") is None


def test_before_the_first_words_there_is_nothing():
    assert before(1, "We still") is None


def test_a_long_lead_is_cut_to_its_last_sentence():
    long = "The first sentence tells a lot about many other things. " * 4
    text = f"{long}The rack slipped. It comes in May."
    transcript = Transcript(call_id="basel-1", turns=(Turn(n=1, speaker=None, text=text),))
    begin = text.index("It comes")
    evidence = spoken_evidence(transcript, 1, Span(begin, len(text)), match="exact")
    shown = words_before(transcript, evidence)
    assert len(shown) <= MOST
    assert shown in text
    assert shown.endswith("The rack slipped.")
    assert shown[0].isupper()
