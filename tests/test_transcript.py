"""Turns, characters and seconds."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from transcript2handoff.errors import ArtifactError
from transcript2handoff.transcript import (
    Playback,
    Source,
    Span,
    Speaker,
    Transcript,
    Turn,
    Word,
    read_transcript,
)

WORDS = (Word("I'll", 1.0, 1.2), Word("send", 1.2, 1.5), Word("it,", 1.6, 1.8), Word("it", 2, 2.2))
TIMED = Turn(n=1, speaker="S1", text="I'll  send it, it", start=1.0, end=2.5, words=WORDS)
EVEN = Turn(n=2, speaker="S2", text="0123456789", start=10.0, end=20.0)
MUTE = Turn(n=3, text="no clock")


@pytest.fixture
def transcript() -> Transcript:
    return Transcript(
        call_id="acme-1",
        language="en",
        duration=20.5,
        source=Source(kind="recording", file="1_call.opus", format="ogg", sha256="00"),
        speakers=(Speaker(id="S1", name="Ann Lee", side="seller"), Speaker(id="S2")),
        turns=(TIMED, EVEN, MUTE),
    )


# Invalid states


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"n": 0}, "greater than or equal to 1"),
        ({"start": 1.0}, "one of start and end, not both"),
        ({"start": 2.0, "end": 1.0}, "ends before it starts"),
        ({"words": (Word("hello", 0, 1),)}, "not those of its text"),
        ({"text": "hello", "words": (Word("hello", 0, 1),)}, "no time of its own"),
        ({"start": -1.0, "end": 1.0}, "greater than or equal to 0"),
        ({"mood": "good"}, "Extra inputs"),
    ],
)
def test_a_turn_that_cannot_be(fields, says):
    with pytest.raises(ValidationError, match=says):
        Turn(**{"n": 1, "text": "hello you", **fields})


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"turns": [Turn(n=2, text="a")]}, "not numbered 1, 2, 3"),
        ({"turns": [Turn(n=1, text="a"), Turn(n=1, text="b")]}, "not numbered 1, 2, 3"),
        ({"speakers": [Speaker(id="S1"), Speaker(id="S1")]}, "the same id"),
        ({"turns": [Turn(n=1, speaker="S9", text="a")]}, r"not listed: \['S9'\]"),
        ({"version": 0}, "greater than or equal to 1"),
        ({"schema_version": 2}, "Input should be 1"),
    ],
)
def test_a_transcript_that_cannot_be(fields, says):
    with pytest.raises(ValidationError, match=says):
        Transcript(**{"call_id": "acme-1", **fields})


# Characters and seconds


def test_words_know_their_characters():
    spans = {word.start: TIMED.text[span.begin : span.end] for word, span in TIMED.word_spans()}
    assert spans == {1.0: "I'll", 1.2: "send", 1.6: "it,", 2.0: "it"}


@pytest.mark.parametrize(
    ("quote", "heard"),
    [("I'll", (1.0, 1.2)), ("send it", (1.2, 1.8)), ("ll  se", (1.0, 1.5)), (", it", (1.6, 2.2))],
)
def test_timed_words_are_played_exactly(transcript, quote, heard):
    assert transcript.playback(1, quote) == Playback(*heard)


def test_the_space_between_words_is_played_at_an_even_pace(transcript):
    begin = TIMED.text.index("  ")
    heard = TIMED.playback(Span(begin, begin + 2))
    assert heard is not None
    assert 1.0 <= heard.start <= heard.end <= 2.5


def test_a_turn_without_words_is_spoken_at_an_even_pace(transcript):
    assert transcript.playback(2, "234") == Playback(12.0, 15.0)


def test_a_turn_without_times_cannot_be_played(transcript):
    assert transcript.playback(3, "clock") is None


@pytest.mark.parametrize("quote", ["", "never said"])
def test_what_is_not_in_the_turn_cannot_be_played(transcript, quote):
    with pytest.raises(ValueError, match="turn 2 does not hold"):
        transcript.playback(2, quote)


@pytest.mark.parametrize("n", [0, -1, 4])
def test_a_turn_that_is_not_there(transcript, n):
    with pytest.raises(IndexError, match=f"turn {n} of 3"):
        transcript.turn(n)
    with pytest.raises(IndexError):
        transcript.offset(n)


@given(st.lists(st.text(max_size=12), max_size=8))
def test_every_character_is_located_in_its_turn(texts):
    call = Transcript(
        call_id="c", turns=tuple(Turn(n=n, text=text) for n, text in enumerate(texts, 1))
    )
    for turn in call.turns:
        begin = call.offset(turn.n)
        assert call.text[begin : begin + len(turn.text)] == turn.text
        for place in range(len(turn.text) + 1):
            assert call.locate(begin + place) == (turn, place)


@pytest.mark.parametrize("offset", [-1, 10_000])
def test_no_turn_holds_a_character_outside_of_the_text(transcript, offset):
    with pytest.raises(IndexError, match=f"character {offset} of"):
        transcript.locate(offset)


def test_an_empty_call_has_no_characters():
    with pytest.raises(IndexError):
        Transcript(call_id="c").locate(0)


def test_times_and_their_order(transcript):
    assert transcript.has_times()
    assert transcript.is_in_order()
    assert not Transcript(call_id="c", turns=(Turn(n=1, text="a"),)).has_times()
    late = (Turn(n=1, text="a", start=5, end=6), MUTE.model_copy(update={"n": 2}))
    early = Turn(n=3, text="c", start=1, end=2)
    assert not Transcript(call_id="c", turns=(*late, early)).is_in_order()


# Speakers


def test_who_speaks_and_for_whom(transcript):
    assert transcript.speaker_of(1) == transcript.speakers[0]
    assert (transcript.side_of(1), transcript.side_of(2), transcript.side_of(3)) == (
        "seller",
        None,
        None,
    )
    assert transcript.speaker_of(3) is None


@pytest.mark.parametrize(
    ("speaker", "label"),
    [
        (Speaker(id="S1", name="Ann Lee"), "Ann Lee"),
        (Speaker(id="S12"), "Unknown 12"),
        (Speaker(id="caller"), "caller"),
    ],
)
def test_a_speaker_is_called_by_name_or_honestly(speaker, label):
    assert speaker.label == label


# The file


def test_the_file_has_one_line_a_turn_and_comes_back(transcript):
    text = transcript.to_json()
    assert read_transcript(text) == transcript
    lines = [json.loads(line.rstrip(",")) for line in text.splitlines() if '"n": ' in line]
    assert [line["n"] for line in lines] == [1, 2, 3]


def test_a_call_without_turns_comes_back():
    empty = Transcript(call_id="acme-1")
    assert read_transcript(empty.to_json()) == empty


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=5))
def test_any_text_comes_back(texts):
    call = Transcript(
        call_id="c", turns=tuple(Turn(n=n, text=text) for n, text in enumerate(texts, 1))
    )
    assert read_transcript(call.to_json()) == call


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Invalid JSON"),
        ("{}", "at call_id"),
        ('{"call_id": "c", "schema_version": 9}', "at schema_version"),
        ('{"call_id": "c", "turns": [{"n": 1}]}', r"at turns\.0\.text"),
        ('{"call_id": "c", "duration": "1e999", "turns": []}', "at duration"),
    ],
)
def test_a_file_that_is_no_transcript_is_named(text, says):
    with pytest.raises(ArtifactError, match=rf"^2\.json is not a transcript of .*{says}") as caught:
        read_transcript(text, where="2.json")
    assert "t2h transcribe" in str(caught.value)
