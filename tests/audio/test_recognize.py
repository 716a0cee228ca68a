from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.listening.signals import banded, through_opus
from transcript2handoff.audio import recognize
from transcript2handoff.audio.decode import decode
from transcript2handoff.audio.models import ModelSources, find_model
from transcript2handoff.audio.recognize import (
    Heard,
    Recognizer,
    Stretch,
    find_speech,
    worth_knowing,
)
from transcript2handoff.errors import Cancelled
from transcript2handoff.watch import Watch

DATA = Path(__file__).parent / "data"
FIXTURES = Path(__file__).parents[2] / "fixtures"
RATE = 16_000
noise = np.random.default_rng(3)


def music(seconds):
    """Chords of three tones with a slow swell, another one each second."""
    time = np.arange(seconds * RATE) / RATE
    root = 220 * 2 ** (np.floor(time) % 5 / 12)
    chord = sum(np.sin(2 * np.pi * root * ratio * time) for ratio in (1, 1.25, 1.5))
    return (0.1 * chord * (1 + np.sin(np.pi * time))).astype(np.float32)


NOT_SPEECH = {
    "silence": np.zeros(30 * RATE, np.float32),
    "nothing": np.zeros(0, np.float32),
    "hiss": noise.normal(0, 0.01, 30 * RATE).astype(np.float32),
    "loud noise": noise.normal(0, 0.3, 30 * RATE).clip(-1, 1).astype(np.float32),
    "a tone": (0.3 * np.sin(np.arange(30 * RATE) * 2 * np.pi * 440 / RATE)).astype(np.float32),
    "music": music(30),
}


@pytest.fixture(scope="module")
def recognizer(tmp_path_factory):
    folder = find_model("tiny.en", ModelSources(cache=tmp_path_factory.mktemp("models"), hub=False))
    return Recognizer(folder, threads=2)


@pytest.fixture(scope="module")
def call():
    return decode(DATA / "harborline-1-cut.opus").samples[0]


@pytest.fixture(scope="module")
def whole():
    return decode(FIXTURES / "harborline" / "harborline-1" / "1_call.opus").samples[0]


def test_only_so_many_terms_are_shown():
    assert worth_knowing(("Foldwell", "Tamsin Okoro")) == ("Foldwell", "Tamsin Okoro")
    assert worth_knowing(["term " * 10] * 40) == ("term " * 10,) * 3
    assert worth_knowing(()) == ()


@pytest.mark.parametrize("sound", ["silence", "nothing", "hiss", "a tone", "music"])
def test_what_is_no_speech_is_not_taken_for_speech(sound):
    assert find_speech(NOT_SPEECH[sound]) == []


def test_speech_is_found_where_it_is(call):
    late = np.concatenate([np.zeros(40 * RATE, np.float32), call])
    speech = find_speech(late)
    assert speech[0].start == pytest.approx(40.3, abs=0.4)
    assert sum(stretch.length for stretch in speech) > 20


@pytest.mark.slow
@pytest.mark.parametrize("sound", NOT_SPEECH)
def test_nothing_is_invented_where_nobody_speaks(recognizer, sound):
    assert recognizer.recognize(NOT_SPEECH[sound], vocabulary=("Foldwell",)) == Heard((), None)


@pytest.mark.slow
def test_the_words_of_a_call_with_their_seconds(recognizer, call):
    heard = recognizer.recognize(call, vocabulary=("Gareth Pugh", "Tamsin Okoro", "Foldwell"))
    text = " ".join(word.text for word in heard.words).lower()
    assert heard.language == "en"
    for phrase in ("for the recording", "nearly started on", "if it's boring", "go on then"):
        assert phrase in text
    started = next(word for word in heard.words if word.text.startswith("started"))
    assert 12.0 < started.start < 14.2
    assert all(0 <= w.start <= w.end <= len(call) / RATE for w in heard.words)
    assert [w.start for w in heard.words] == sorted(w.start for w in heard.words)
    assert all(word.text.split() == [word.text] for word in heard.words)


@pytest.mark.slow
def test_a_long_silence_before_between_and_after_holds_no_words(recognizer, call):
    silence = np.zeros(35 * RATE, np.float32)
    heard = recognizer.recognize(np.concatenate([silence, call, silence, call, silence]))
    length = len(call) / RATE
    first, second = 35.0, 35.0 + length + 35.0
    assert heard.words
    for word in heard.words:
        middle = (word.start + word.end) / 2
        assert first <= middle <= first + length or second <= middle <= second + length
    halves = (
        [w for w in heard.words if w.start < second - 1],
        [w for w in heard.words if w.start > second - 1],
    )
    assert abs(len(halves[0]) - len(halves[1])) <= 8


@pytest.mark.slow
def test_the_vocabulary_is_not_recited(recognizer, call):
    terms = ("Zuzanna Brzeczyszczykiewicz", "Quixotronic", "Harborline Freight")
    heard = recognizer.recognize(call, vocabulary=terms)
    text = " ".join(word.text for word in heard.words)
    assert not any(word in text for term in terms for word in term.split())


@pytest.mark.slow
def test_gaps_that_are_longer_than_the_recording_with_what_is_around_them_are_read(
    recognizer, whole
):
    """Seven seconds of a call in which so much is left out that its clips overlap."""
    assert recognizer.recognize(whole[189 * RATE : 196 * RATE]).words


@given(
    st.lists(st.floats(0, 50), min_size=2, max_size=60, unique=True).map(sorted),
    st.floats(50, 60),
)
def test_batches_hold_all_clips_in_order_and_fit_into_the_recording(edges, length):
    gaps = [Stretch(start, end) for start, end in pairwise(edges)]
    clips = [recognize._padded(gap, length) for gap in gaps]
    batches = list(recognize._batches(clips, longest=length))
    assert [clip for batch in batches for clip in batch] == clips
    for batch in batches:
        assert all(0 <= clip.span.start < clip.span.end <= length for clip in batch)
        assert sum(clip.span.length for clip in batch) <= length or len(batch) == 1
        assert len(batch) <= recognize._BATCH


@pytest.mark.slow
def test_what_batches_leave_out_where_many_speak_is_read_on(recognizer, whole, monkeypatch):
    """Five others speak at once: there is no pause, and clips are cut in the middle of words."""
    others = sum(whole[n * RATE : (n + 40) * RATE] for n in (130, 210, 290, 370, 60))
    sound = np.asarray(whole[120 * RATE : 160 * RATE] + 0.25 * others, np.float32)
    said = "is there a cost to"
    assert said in _text(recognizer.recognize(sound))
    monkeypatch.setattr(recognize, "_LIKELY", 1.0)
    assert said not in _text(recognizer.recognize(sound))


@pytest.mark.slow
def test_a_narrow_band_with_lost_packets_is_read_whole(recognizer, whole, monkeypatch):
    """The detector hears half of it at most, and the recogniser most of it."""
    narrow = banded(whole[None, : 60 * RATE], 300, 3_400)[0]
    broken = through_opus(narrow, 6_000, 0.1, np.random.default_rng(1))
    assert recognize._is_unsure(broken, find_speech(broken))
    read = recognizer.recognize(broken).words
    assert [word.start for word in read] == sorted(word.start for word in read)
    monkeypatch.setattr(recognize, "_MUCH_MORE", 99.0)
    assert len(read) > 1.5 * len(recognizer.recognize(broken).words)


def test_the_detector_is_sure_of_a_clear_call_and_of_none(call):
    assert not recognize._is_unsure(call, find_speech(call))


def _text(heard):
    return " ".join(word.text for word in heard.words)


@pytest.mark.slow
def test_recognition_stops_on_request(recognizer, call):
    with pytest.raises(Cancelled):
        recognizer.recognize(call, watch=Watch(cancelled=lambda: True))


@pytest.mark.slow
def test_progress_grows_to_the_whole(recognizer, call):
    shares = []
    recognizer.recognize(call, watch=Watch(report=shares.append))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
