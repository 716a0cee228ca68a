"""The words around a quote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.deal import Call, Deal
from transcript2handoff.facts import Pain
from transcript2handoff.handoff import CallRecord, Claim, StatementEvidence, spoken_evidence
from transcript2handoff.render.around import FAR, NEAR, around, scenes, span_of
from transcript2handoff.render.proofs import HeardCall, Proofs
from transcript2handoff.transcript import Span, Speaker, Transcript, Turn, Word

WORD = st.text("abcdefg", min_size=1, max_size=12)
SENTENCE = st.lists(WORD, min_size=1, max_size=60).map(" ".join)


def call_of(*texts, timed=False):
    turns = [
        Turn(
            n=n,
            speaker="S1" if n % 2 else "S2",
            text=text,
            start=10.0 * n if timed else None,
            end=10.0 * n + 9 if timed else None,
        )
        for n, text in enumerate(texts, start=1)
    ]
    speakers = (Speaker(id="S1", name="Ana"), Speaker(id="S2", name="Ben"))
    transcript = Transcript(call_id="c", speakers=speakers, turns=tuple(turns))
    record = CallRecord(call=Call(id="c"), transcript_version=1, turns=len(turns))
    return HeardCall(number=1, record=record, transcript=transcript, audio=None)


def quoted(call, turn, quote):
    text = call.transcript.turn(turn).text
    begin = text.index(quote)
    span = Span(begin, begin + len(quote))
    return spoken_evidence(call.transcript, turn, span, match="exact")


def test_a_quote_stands_between_its_neighbours():
    call = call_of("Do you have a date?", "Yes, it is the first of May.", "Good.", timed=True)
    before, here, after = around(call, quoted(call, 2, "the first of May"))
    assert (before.speaker, before.when, before.before) == ("Ana", "0:10", "Do you have a date?")
    assert (here.before, here.quote, here.after) == ("Yes, it is ", "the first of May", ".")
    assert (here.speaker, here.number, here.is_quoted) == ("Ben", 2, True)
    assert (after.after, after.is_quoted) == ("Good.", False)


def test_the_first_and_the_last_turn_have_one_neighbour():
    call = call_of("Hello.", "Hello, Ana.")
    assert [turn.number for turn in around(call, quoted(call, 1, "Hello"))] == [1, 2]
    assert [turn.number for turn in around(call, quoted(call, 2, "Ana"))] == [1, 2]


def test_a_turn_alone_has_no_neighbours():
    call = call_of("Hello.")
    assert len(around(call, quoted(call, 1, "Hello"))) == 1


def test_of_two_places_the_one_that_is_said_at_the_time_is_shown():
    words = tuple(Word(text, n, n + 0.5) for n, text in enumerate(["no", "and", "no", "again"]))
    turn = Turn(n=1, speaker=None, text="no and no again", start=0, end=4, words=words)
    transcript = Transcript(call_id="c", turns=(turn,))
    second = spoken_evidence(transcript, 1, Span(7, 9), match="exact")
    assert span_of(second, turn) == Span(7, 9)
    record = CallRecord(call=Call(id="c"), transcript_version=1, turns=1)
    call = HeardCall(number=1, record=record, transcript=transcript, audio=None)
    assert around(call, second)[0].before == "no and "


@given(SENTENCE, SENTENCE, SENTENCE, SENTENCE, SENTENCE)
def test_what_is_shown_was_said(earlier, before, quote, after, later):
    call = call_of(earlier, f"{before} {quote} {after}", later)
    first, here, last = around(call, quoted(call, 2, quote))
    assert earlier.endswith(first.before.removeprefix("…"))
    assert later.startswith(last.after.removesuffix("…"))
    said = call.transcript.turn(2).text
    assert here.before.removeprefix("…") + here.quote + here.after.removesuffix("…") in said
    assert here.quote == quote
    assert len(first.before) <= FAR + 1
    assert len(last.after) <= FAR + 1
    assert max(len(here.before), len(here.after)) <= NEAR + 1


@pytest.mark.parametrize("length", [FAR, FAR + 1])
def test_words_that_are_cut_are_cut_between_words(length):
    text = ("abcd " * FAR)[: length - 1] + "."
    call = call_of(text, "Yes.")
    told = around(call, quoted(call, 2, "Yes"))[0].before
    assert told == text if length == FAR else told.startswith("…abcd ")


def test_what_was_said_after_the_calls_has_nothing_around_it():
    call = call_of("We lose a day each week.")
    spoken = quoted(call, 1, "a day each week")
    told = StatementEvidence(person="Tamsin", at="2026-04-01T10:00:00Z", words="Two days.")
    claim = Claim.model_validate(
        {"id": "c1", "summary": "A day", "fact": Pain(), "evidence": [spoken, told]},
        context={"transcripts": {"c": call.transcript}},
    )
    on_call, later = scenes(claim, Proofs(deal=Deal(), calls=(call,)))
    assert (on_call.proof.place.call_id, on_call.proof.place.turn) == ("c", 1)
    assert [turn.quote for turn in on_call.turns] == ["a day each week"]
    assert later.turns == ()
    assert later.proof.place is None
    assert later.proof.words == "Two days."
