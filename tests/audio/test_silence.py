"""Silence over words: not a sample and not a byte of what was said there is left."""

import io
import re
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from transcript2handoff.audio.decode import SAMPLE_RATE, decode
from transcript2handoff.audio.models import ModelSources
from transcript2handoff.audio.playback import playback_copy
from transcript2handoff.audio.recording import SpeechOptions, transcribe_recording
from transcript2handoff.audio.silence import silenced
from transcript2handoff.errors import ArtifactError
from transcript2handoff.outgoing.silences import silences
from transcript2handoff.policy import redacted
from transcript2handoff.transcript import Playback

DATA = Path(__file__).parent / "data"
CARD = DATA / "card-number.opus"
"""Speech with a card number, by a synthesiser: 4539 1488 0343 6467 is nobody's card."""
SECONDS, RATE, PACKET = 30, 48_000, 0.02
NOTHING = 1e-6
"""Of full scale: far less than a step of 16 bits. What was heard before fades within it."""


@cache
def copy():
    """A copy for playback that is never silent by itself."""
    chance = np.random.default_rng(1)
    at = np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    voice = 0.3 * np.sin(2 * np.pi * 180 * at) * (1.2 + np.sin(2 * np.pi * 3 * at)) / 2
    noise = 0.05 * chance.standard_normal(len(at))
    return playback_copy((voice + noise).astype(np.float32))


def heard(file):
    with av.open(io.BytesIO(file)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def packets(file):
    with av.open(io.BytesIO(file)) as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size]


def loudness(sound, start, end):
    stretch = sound[round(start * RATE) : round(end * RATE)]
    return float(np.sqrt(np.mean(np.square(stretch))))


def test_nothing_to_hide_gives_the_very_file():
    assert silenced(copy(), ()) == copy()


def test_a_stretch_is_silent_and_the_rest_is_as_it_was():
    before, after = heard(copy()), heard(silenced(copy(), (Playback(10.0, 12.5),)))
    assert after.shape == before.shape
    assert loudness(before, 10.0, 12.5) > 0.1
    assert np.abs(after[round(10.0 * RATE) : round(12.5 * RATE)]).max() < NOTHING
    np.testing.assert_array_equal(after[: round(9.95 * RATE)], before[: round(9.95 * RATE)])
    assert loudness(after, 12.7, SECONDS) == pytest.approx(
        loudness(before, 12.7, SECONDS), rel=0.05
    )


stretches = st.lists(
    st.tuples(st.floats(0, SECONDS + 2), st.floats(0, 3)).map(
        lambda p: Playback(p[0], p[0] + p[1])
    ),
    max_size=4,
)


@given(stretches)
@example([Playback(0.0, SECONDS + 5.0)])
@example([Playback(0.0, 0.0)])
@settings(max_examples=25, deadline=None)
def test_no_packet_that_a_stretch_touches_is_left(hidden):
    file = silenced(copy(), hidden)
    sound = heard(file)
    assert len(sound) == len(heard(copy()))
    for start, end in hidden:
        stretch = sound[round(start * RATE) : round(end * RATE)]
        assert stretch.size == 0 or np.abs(stretch).max() < NOTHING
    was, now = packets(copy()), packets(file)
    assert len(was) == len(now)
    changed = [n for n, (one, other) in enumerate(zip(was, now, strict=True)) if one != other]
    assert all(now[n] == b"\xf8\xff\xfe" for n in changed)
    lengths = sum(end - start + 3 * PACKET for start, end in hidden)
    assert len(changed) * PACKET <= lengths + PACKET
    assert all(was[n] not in file for n in changed if len(was[n]) > 20)


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"RIFF" + bytes(100),
        copy()[:40],
        copy()[:5000],
        b"OggS" + bytes(range(256)) * 20,
        copy().replace(b"OpusHead", b"OpusTail"),
    ],
    ids=["empty", "wave", "head", "cut", "noise", "no Opus"],
)
def test_what_is_no_copy_of_ours_is_refused(file):
    with pytest.raises(ArtifactError, match="Transcribe"):
        silenced(file, (Playback(0.0, 20.0),))


@pytest.mark.slow
def test_a_card_number_that_was_said_is_not_heard_any_more(tmp_path):
    options = SpeechOptions(
        model="tiny.en", models=ModelSources(cache=tmp_path, hub=False), threads=2
    )
    call = transcribe_recording(CARD, "card", options=options)
    told = redacted((call,), ())
    assert told.hidden == {"card number": 1}, [turn.text for turn in call.turns]
    hidden = silences(call, told.transcripts[0], told)
    assert hidden is not None
    assert [(one.start < 6.3, one.end > 13.4) for one in hidden] == [(True, True)]
    file = silenced(playback_copy(decode(CARD).samples.mean(axis=0)), hidden)
    assert loudness(heard(file), *hidden[0]) == 0.0
    (tmp_path / "card.ogg").write_bytes(file)
    again = transcribe_recording(tmp_path / "card.ogg", "again", options=options)
    words = " ".join(turn.text for turn in again.turns)
    assert "deposit" in words
    assert "kickoff plan" in words
    assert not re.search(r"\d", words), words
    assert not re.search(r"\b(four|five|three|nine|eight|zero|six|seven)\b", words), words
