"""A recording that is heard in three steps gives what it gives in one."""

import json
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import pytest

from transcript2handoff.audio.decode import decode
from transcript2handoff.audio.models import ModelSources
from transcript2handoff.audio.recording import SpeechOptions, transcribe_recording
from transcript2handoff.audio.steps import (
    FACTS,
    PLAYBACK,
    WAVEFORM,
    WORDS,
    Recorded,
    hearing_steps,
)
from transcript2handoff.audio.waveform import PIECES, Waveform
from transcript2handoff.deal import Call, Deal, DealContext, Participant
from transcript2handoff.errors import ArtifactError, Cancelled, NoAudioError
from transcript2handoff.pipeline import TRANSCRIPT, Outcome, execute, name_call
from transcript2handoff.watch import Watch

DATA = Path(__file__).parent / "data"
MONO, STEREO = DATA / "harborline-1-cut.opus", DATA / "harborline-2-cut.opus"
DEAL = Deal(
    seller="Northwind",
    customer="Harborline",
    participants=(Participant(name="Tamsin Reyes", side="seller"),),
)


@dataclass
class MemoryShelf:
    files: dict = field(default_factory=dict)
    keys: dict = field(default_factory=dict)

    def read(self, name):
        return self.files.get(name)

    def is_made(self, step, key):
        return self.keys.get(step.name) == key

    def put(self, step, key, files):
        assert set(files) == set(step.writes)
        self.files.update(files)
        self.keys[step.name] = key


@dataclass
class Bringer:
    """Brings a recording, and counts how often."""

    path: Path
    brought: int = 0
    at_hand: int = 0

    @contextmanager
    def __call__(self):
        self.brought += 1
        self.at_hand += 1
        try:
            yield self.path
        finally:
            self.at_hand -= 1


def recorded(path, bring=None):
    return Recorded(digest=sha256(path.read_bytes()).hexdigest(), bring=bring or Bringer(path))


def context(call_id, deal=DEAL):
    return DealContext(deal=deal, call=Call(id=call_id))


@pytest.fixture
def options(tmp_path):
    sources = ModelSources(cache=tmp_path, hub=False)
    return SpeechOptions(model="tiny.en", models=sources, threads=2)


@pytest.mark.slow
@pytest.mark.parametrize("path", [MONO, STEREO])
def test_three_steps_give_the_transcript_of_one(path, options):
    known, shelf, shares = context("harborline-1"), MemoryShelf(), {}
    steps = hearing_steps(recorded(path), known, options)

    def watch(step):
        return Watch(report=shares.setdefault(step.name, []).append)

    assert list(execute(steps, shelf, watch=watch)) == ["decode", "transcribe", "diarize"]
    at_once = transcribe_recording(
        path, "harborline-1", options=options, vocabulary=DEAL.vocabulary()
    )
    assert shelf.files[TRANSCRIPT].decode() == name_call(at_once, known).to_json()
    for told in shares.values():
        assert told == sorted(told)
        assert told[-1] == 1.0


@pytest.mark.parametrize(("path", "channels"), [(MONO, 1), (STEREO, 2)])
def test_the_decoding_step_tells_the_facts_and_makes_a_copy_to_play(
    path, channels, options, tmp_path
):
    shelf, bring = MemoryShelf(), Bringer(path)
    step = hearing_steps(recorded(path, bring), context("c"), options)[0]
    assert execute([step], shelf) == {"decode": Outcome.DONE}
    assert (bring.brought, bring.at_hand) == (1, 0)
    facts = json.loads(shelf.files[FACTS])
    assert (facts["file"], facts["container"]) == (path.name, "ogg")
    assert (facts["channels"], facts["warnings"]) == (channels, [])
    copy = tmp_path / "copy.ogg"
    copy.write_bytes(shelf.files[PLAYBACK])
    played = decode(copy)
    assert played.channels == 1
    assert played.duration == pytest.approx(facts["duration"], abs=0.03)
    assert copy.stat().st_size < facts["duration"] * 5_000
    outline = Waveform.model_validate_json(shelf.files[WAVEFORM])
    assert outline.seconds == pytest.approx(facts["duration"], abs=0.03)
    assert len(outline.peaks) == PIECES
    assert 0.05 < max(outline.peaks) <= 1


def test_the_same_recording_gives_the_same_copy(options):
    first, second = MemoryShelf(), MemoryShelf()
    step = hearing_steps(recorded(MONO), context("c"), options)[0]
    execute([step], first)
    execute([step], second)
    assert first.files == second.files


def test_what_is_known_is_not_brought_again(options):
    shelf, bring = MemoryShelf(), Bringer(MONO)
    step = hearing_steps(recorded(MONO, bring), context("c"), options)[0]
    execute([step], shelf)
    assert execute([step], shelf) == {"decode": Outcome.REUSED}
    assert bring.brought == 1


def keys(steps):
    return {step.name: step.key(["1"] * len(step.reads)) for step in steps}


def test_each_step_is_made_anew_for_what_decides_it_and_for_nothing_else(options):
    first = keys(hearing_steps(recorded(MONO), context("c"), options))

    def changed(second):
        return {name for name, key in keys(second).items() if key != first[name]}

    again = hearing_steps(recorded(MONO), context("c"), replace(options, threads=1))
    assert changed(again) == set()
    louder = hearing_steps(recorded(MONO), context("c"), replace(options, model="base"))
    assert changed(louder) == {"transcribe"}
    words = hearing_steps(
        recorded(MONO), context("c", DEAL.model_copy(update={"glossary": ("Kanban",)})), options
    )
    assert changed(words) == {"transcribe"}
    assert changed(hearing_steps(recorded(MONO), context("d"), options)) == {"diarize"}
    other = hearing_steps(recorded(STEREO), context("c"), options)
    assert changed(other) == {"decode", "transcribe", "diarize"}


def test_a_recording_without_sound_ends_at_the_first_step(silent_video, options):
    shelf = MemoryShelf()
    with pytest.raises(NoAudioError, match="screen"):
        execute(hearing_steps(recorded(silent_video), context("c"), options), shelf)
    assert shelf.files == {}


def test_the_making_of_a_copy_stops_on_request(options):
    shares, shelf = [], MemoryShelf()
    step = hearing_steps(recorded(MONO), context("c"), options)[0]
    watch = Watch(report=shares.append, cancelled=lambda: bool(shares) and shares[-1] >= 0.5)
    with pytest.raises(Cancelled):
        execute([step], shelf, watch=lambda _: watch)
    assert shelf.files == {}


@pytest.mark.parametrize("name", [FACTS, WORDS])
def test_a_broken_file_is_named(name, options):
    shelf = MemoryShelf()
    facts = {"file": "a", "container": "ogg", "sha256": "0", "duration": 1.0, "channels": 1}
    shelf.files = {
        FACTS: json.dumps(facts).encode(),
        WORDS: b'{"words": [], "language": null}',
    } | {name: b"{"}
    step = hearing_steps(recorded(MONO), context("c"), options)[2]
    with pytest.raises(ArtifactError, match=f"{name} is broken"):
        execute([step], shelf)
