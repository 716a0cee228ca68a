"""Captions: valid WebVTT that comes back through a library and through our own importer."""

import io
import tempfile
from itertools import pairwise
from pathlib import Path

import webvtt
from hypothesis import example, given
from hypothesis import strategies as st

from transcript2handoff.documents.captions import LINES, LONGEST, WIDTH, captions
from transcript2handoff.importers import import_transcript
from transcript2handoff.transcript import Speaker, Transcript, Turn, Word
from transcript2handoff.unseen import is_unseen

NAMES = ("Tamsin Okoro", "O'Neil-Jones, Pat", "Anna <b> & Söhne", "张伟", "דנה כהן")

# Any characters but those that WebVTT or our importer use for themselves or that cannot be seen.
seen = st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="{}").filter(
    lambda character: not is_unseen(character)
)
words = st.text(seen, min_size=1, max_size=60)
texts = st.lists(words, min_size=1, max_size=40).map(" ".join)


def _turn(n, speaker, text, start, *, pace):
    """A turn whose words follow each other at an even pace (seconds a word)."""
    tokens = text.split()
    times = [round(start + pace * k, 3) for k in range(len(tokens) + 1)]
    timed = tuple(Word(t, a, b) for t, (a, b) in zip(tokens, pairwise(times), strict=True))
    return Turn(n=n, speaker=speaker, text=text, start=times[0], end=times[-1], words=timed)


@st.composite
def transcripts(draw):
    """Up to eight turns, no two of one person in a row, some without times of their words."""
    turns = []
    start = 0.0
    last = None
    for n, text in enumerate(draw(st.lists(texts, min_size=1, max_size=8)), start=1):
        last = draw(st.sampled_from([k for k in range(len(NAMES)) if k != last]))
        turn = _turn(n, f"S{last + 1}", text, start, pace=draw(st.floats(0.05, 2.0)))
        turns.append(turn if draw(st.booleans()) else turn.model_copy(update={"words": ()}))
        start = round(turn.end + draw(st.floats(0.0, 60.0)), 3)
    speakers = tuple(Speaker(id=f"S{n}", name=name) for n, name in enumerate(NAMES, start=1))
    return Transcript(call_id="a-1", speakers=speakers, turns=tuple(turns))


def _cues(text):
    return webvtt.from_buffer(io.StringIO(text), format="vtt").captions


def _seconds(stamp):
    return stamp.in_milliseconds() / 1000


def _told(transcript):
    return [
        (transcript.speaker(turn.speaker).label, " ".join(turn.text.split()))
        for turn in transcript.turns
    ]


@given(transcript=transcripts())
@example(
    transcript=Transcript(
        call_id="a-1",
        speakers=(Speaker(id="S1", name=NAMES[2]),),
        turns=(_turn(1, "S1", "a --> b <v Eve>c</v> &lt; &amp; 00:01.000 NOTE", 0.0, pace=0.5),),
    )
)
def test_speakers_and_words_come_back_through_our_importer(transcript):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "call.vtt"
        path.write_text(captions(transcript), encoding="utf-8")
        back = import_transcript(path, "a-1").transcript

    # A pause within a turn parts it in two for a reader of cues; the words stay in their order.
    merged = []
    for speaker, text in _told(back):
        if merged and merged[-1][0] == speaker:
            merged[-1] = (speaker, f"{merged[-1][1]} {text}")
        else:
            merged.append((speaker, text))
    assert merged == _told(transcript)


@given(transcript=transcripts())
def test_cues_are_short_in_order_and_have_names_of_their_own(transcript):
    cues = _cues(captions(transcript))

    starts = [_seconds(cue.start_time) for cue in cues]
    assert starts == sorted(starts)
    assert len({cue.identifier for cue in cues}) == len(cues)
    for cue in cues:
        lines = cue.raw_text.split("\n")
        assert _seconds(cue.end_time) > _seconds(cue.start_time)
        assert len(lines) <= LINES
        is_one_word = len(cue.text.split()) == 1
        assert is_one_word or _seconds(cue.end_time) - _seconds(cue.start_time) <= LONGEST + 0.01


def test_cues_bear_the_number_of_their_turn_and_the_name_of_the_speaker():
    text = " ".join(f"word{n}" for n in range(30))
    transcript = Transcript(
        call_id="a-1",
        speakers=(Speaker(id="S1", name="Lena Koch"),),
        turns=(_turn(1, "S1", "Hello there.", 1.5, pace=0.5), _turn(2, None, text, 3.0, pace=0.1)),
    )

    assert captions(transcript).startswith(
        "WEBVTT\n\n1\n00:00:01.500 --> 00:00:02.500\n<v Lena Koch>Hello there.</v>\n\n2\n"
    )
    cues = _cues(captions(transcript))
    assert [cue.identifier for cue in cues] == ["1", "2", "2.2", "2.3"]
    assert {cue.voice for cue in cues[1:]} == {"Unknown speaker"}
    assert all(len(line) <= WIDTH for cue in cues for line in cue.text.split("\n"))


def test_there_are_no_captions_without_times():
    turn = Turn(n=1, text="Hello.")
    assert captions(Transcript(call_id="a-1", turns=(turn,))) is None
    assert captions(Transcript(call_id="a-1")) is None


def test_turns_without_times_among_others_are_named_in_a_comment():
    turns = (Turn(n=1, text="Lost."), Turn(n=2, text="Kept.", start=0.0, end=0.0))
    text = captions(Transcript(call_id="a-1", turns=turns))

    assert "NOTE Without times, and therefore left out: turns 1\n" in text
    (cue,) = _cues(text)
    assert cue.text == "Kept."
    assert _seconds(cue.end_time) > _seconds(cue.start_time)


def test_turns_that_overlap_stand_in_the_order_of_their_starts():
    turns = (
        _turn(1, "S1", " ".join(["long"] * 40), 0.0, pace=0.5),
        _turn(2, "S2", "Mhm.", 8.0, pace=0.5),
    )
    speakers = (Speaker(id="S1", name="Lena Koch"), Speaker(id="S2", name="Ana Reyes"))
    cues = _cues(captions(Transcript(call_id="a-1", speakers=speakers, turns=turns)))

    assert [cue.voice for cue in cues[:4]] == ["Lena Koch", "Lena Koch", "Ana Reyes", "Lena Koch"]


def test_the_calls_of_a_deal_read_whole(harborline):
    for transcript in harborline.transcripts:
        cues = _cues(captions(transcript))
        said = " ".join(" ".join(cue.text.split()) for cue in cues)
        assert len(said.split()) == len(transcript.text.split())
        assert {cue.voice for cue in cues} == {speaker.label for speaker in transcript.speakers}
