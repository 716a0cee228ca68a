import json
from pathlib import Path

import numpy as np
import pytest

from transcript2handoff.audio.decode import SAMPLE_RATE, decode
from transcript2handoff.audio.diarize import Diarizer, Part, join_parts
from transcript2handoff.audio.stretches import VoiceStretch, overlap
from transcript2handoff.errors import Cancelled
from transcript2handoff.watch import Watch

DATA = Path(__file__).parent / "data"


def part(n, *voices):
    """A part with voices given as (name, seconds, centroid)."""
    stretches = tuple(VoiceStretch(f"{n}:{v}", 0.0, seconds) for v, seconds, _ in voices)
    return Part(stretches, {f"{n}:{v}": np.array(c, dtype=np.float32) for v, _, c in voices})


def names(parts):
    return [stretch.voice for stretch in join_parts(parts)]


def test_no_parts_are_no_voices():
    assert join_parts([Part((), {})]) == ()


def test_a_voice_is_known_again_in_the_next_part():
    first = part(0, ("x", 60, (1, 0, 0)), ("y", 60, (0, 1, 0)))
    second = part(1, ("p", 60, (0.1, 0.9, 0)), ("q", 60, (0.95, 0, 0.1)))
    assert names([first, second]) == ["0:x", "0:y", "0:y", "0:x"]


def test_somebody_new_stays_somebody_new():
    first, second = part(0, ("x", 60, (1, 0, 0))), part(1, ("p", 60, (0.3, 0, 1)))
    assert names([first, second]) == ["0:x", "1:p"]


def test_what_one_part_told_apart_stays_apart():
    first = part(0, ("x", 60, (1, 0.2, 0)), ("y", 60, (1, -0.2, 0)))
    second = part(1, ("p", 60, (1, 0, 0)))
    assert len(set(names([first, second]))) == 2


def test_a_voice_hardly_heard_joins_one_like_it():
    ghost = part(0, ("x", 60, (1, 0, 0)), ("y", 1, (0.7, 0.7, 0)))
    other = part(0, ("x", 60, (1, 0, 0)), ("y", 1, (0, 1, 0)))
    assert names([ghost]) == ["0:x", "0:x"]
    assert names([other]) == ["0:x", "0:y"]


@pytest.fixture(scope="module")
def diarizer():
    return Diarizer(threads=2)


@pytest.mark.slow
def test_two_people_on_one_channel_are_told_apart(diarizer, capfd):
    samples = decode(DATA / "harborline-1-cut.opus").samples[0]
    voices = diarizer.diarize(samples)
    reference = json.loads((DATA / "harborline-1-cut.json").read_text())
    heard = [
        max(voices, key=lambda v: overlap(v[1:], (turn["start"], turn["end"]))).voice
        for turn in reference
        if turn["end"] - turn["start"] > 2
    ]
    assert heard[0] == heard[2] != heard[1]
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_silence_has_no_voices(diarizer):
    assert diarizer.diarize(np.zeros(20 * SAMPLE_RATE, np.float32)) == ()
    assert diarizer.diarize(np.zeros(0, np.float32)) == ()


@pytest.mark.slow
def test_diarization_stops_on_request(diarizer):
    with pytest.raises(Cancelled):
        diarizer.diarize(np.zeros(SAMPLE_RATE, np.float32), watch=Watch(cancelled=lambda: True))
