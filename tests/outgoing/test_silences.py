"""The seconds in which hidden words are said: all of them, and not much more."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.outgoing.silences import LEAST, MOST, put_right, silences
from transcript2handoff.policy import redacted
from transcript2handoff.transcript import Playback, Speaker, Transcript, Turn, Word

CARD = "4539 1488 0343 6467"


def timed(n, text, *, start=0.0, pace=0.5, gap=0.0):
    """A turn whose words take half a second each, with a pause after each."""
    words = tuple(
        Word(one, start + k * (pace + gap), start + k * (pace + gap) + pace)
        for k, one in enumerate(text.split())
    )
    return Turn(n=n, speaker="S1", text=text, start=start, end=words[-1].end, words=words)


def call_of(*turns):
    return Transcript(call_id="c", speakers=(Speaker(id="S1"),), turns=turns)


def found(*turns):
    call = call_of(*turns)
    told = redacted((call,), ())
    return silences(call, told.transcripts[0], told)


def test_a_call_without_private_data_has_none():
    assert found(timed(1, "We go live in May.")) == ()


def test_words_without_pauses_are_met_with_the_least_margin():
    assert found(timed(1, f"The card number is {CARD} and so on.")) == (
        Playback(2.0 - LEAST, 4.0 + LEAST),
    )


def test_a_pause_beside_them_is_silent_as_well():
    (only,) = found(timed(1, f"The card number is {CARD} and so on.", gap=0.4))
    assert only == (pytest.approx(3.6 - 0.4), pytest.approx(3.6 + 3 * 0.9 + 0.5 + 0.4))


def test_a_long_pause_is_silent_in_part():
    turn = timed(1, f"The card number is {CARD} and so on.", gap=2.0)
    (only,) = found(turn)
    assert only.start == pytest.approx(turn.words[4].start - MOST)
    assert only.end == pytest.approx(turn.words[7].end + MOST)


def test_the_begin_of_a_call_is_no_second_before_it():
    assert found(timed(1, f"{CARD} is the card."))[0].start == 0.0


def test_two_values_close_together_are_one_stretch():
    turn = timed(1, f"The card number is {CARD} or a@acme.com then.", pace=0.2)
    assert len(found(turn)) == 1


def test_without_times_of_words_the_turn_is_silent():
    turn = Turn(n=1, speaker="S1", text=f"The card number is {CARD}.", start=10.0, end=14.0)
    (only,) = found(turn)
    assert only.start <= 10.0
    assert only.end >= 14.0


def test_where_people_corrected_the_call_the_turn_is_silent():
    turn = timed(1, f"The card number is {CARD} and so on.", start=10.0)
    call = call_of(turn).model_copy(update={"version": 2})
    told = redacted((call,), ())
    (only,) = silences(call, told.transcripts[0], told)
    assert only.start < turn.start
    assert turn.end < only.end


def test_without_any_times_nobody_knows():
    assert found(Turn(n=1, speaker="S1", text=f"The card number is {CARD}.")) is None


def test_without_any_times_there_is_nothing_to_know_where_nothing_is_hidden():
    assert found(Turn(n=1, speaker="S1", text="We go live in May.")) == ()


@given(st.lists(st.sampled_from(["so", "May", CARD, "a@acme.com", "and", "call"]), min_size=1))
def test_every_hidden_word_lies_in_a_stretch_and_stretches_in_order(pieces):
    turn = timed(1, " ".join(pieces), start=3.0, pace=0.3, gap=0.05)
    call = call_of(turn)
    told = redacted((call,), ())
    stretches = silences(call, told.transcripts[0], told)
    hidden = list(told.hidden_spans(told.transcripts[0].turns[0].text))
    for word, at in turn.word_spans():
        if any(at.begin < span.end and span.begin < at.end for span in hidden):
            assert any(one.start < word.start and word.end < one.end for one in stretches)
    assert all(one.end < other.start for one, other in pairwise(stretches))


def corrected(*, heard, now, place=1):
    """Whether words that were private when they were heard are heard still."""
    turns = tuple(timed(n, text, start=n * 20.0) for n, text in enumerate(now, 1))
    was = call_of(*turns).model_copy(update={"version": 2})
    told = redacted((was,), ())
    return put_right(was, told.transcripts[0], {place: (*heard, now[place - 1])})


def test_a_few_figures_that_were_put_right_have_hidden_a_number():
    now = ("The card number is 4539 1488 0343, the rest later.",)
    assert corrected(heard=(f"The card number is {CARD}, the rest later.",), now=now)


def test_a_word_beside_what_is_private_hides_nothing():
    now = (f"The cart number is {CARD} and so on.",)
    assert not corrected(heard=(f"The car number is {CARD} and so on.",), now=now)


def test_what_a_question_had_made_private_counts():
    now = ("And what is your PIN code?", "The PIN is the usual one.")
    assert corrected(heard=("The PIN is 4711.",), now=now, place=2)


def test_what_was_private_in_between_counts():
    now = ("The PIN is the usual one.",)
    assert corrected(heard=("The pen is 4711.", "The PIN is 4711."), now=now)


def test_turns_far_away_are_not_looked_at_with_others():
    now = ("We go live in May.", *["Mhm, yes."] * 30, f"The card is {CARD}.")
    assert not corrected(heard=("We go life in May.",), now=now)
