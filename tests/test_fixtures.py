"""The example deal: what stands in its folders is what the pipeline makes of it today."""

import json
import runpy
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from transcript2handoff.cli import app
from transcript2handoff.pipeline import BRIEF_HTML, BRIEF_MARKDOWN, DRAFT, HANDOFF, TRANSCRIPT
from transcript2handoff.transcript import read_transcript

ROOT = Path(__file__).parent.parent
DEAL = ROOT / "fixtures" / "harborline" / "deal.toml"
CALLS = ("harborline-1", "harborline-2", "harborline-3")
RECORDED = CALLS[:2]


def t2h(*args):
    result = CliRunner().invoke(app, [str(arg) for arg in args], catch_exceptions=False)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("call", CALLS)
def test_every_step_after_the_transcript_makes_the_golden_files(tmp_path, call):
    """Recognition itself may differ by a word from processor to processor; the rest may not."""
    golden = DEAL.parent / call
    audio = next(golden.glob("1_call.*"))
    shutil.copy(golden / TRANSCRIPT, tmp_path)
    t2h("extract", tmp_path, "--deal", DEAL)
    t2h("ground", tmp_path, "--deal", DEAL)
    t2h("render", tmp_path, *(["--audio-url", audio.name] if call in RECORDED else []))
    for name in (DRAFT, HANDOFF, BRIEF_MARKDOWN, BRIEF_HTML):
        assert (tmp_path / name).read_text() == (golden / name).read_text(), "run `make golden`"


def test_the_transcript_of_another_tool_is_read_as_it_was(tmp_path):
    golden = DEAL.parent / "harborline-3"
    t2h("transcribe", golden / "1_call.vtt", "--deal", DEAL, "-o", tmp_path)
    assert (tmp_path / TRANSCRIPT).read_text() == (golden / TRANSCRIPT).read_text()


@pytest.fixture(scope="module")
def speech():
    """The functions of the benchmark that judge a transcript."""
    return runpy.run_path(str(ROOT / "benchmarks" / "speech.py"))


@pytest.mark.slow
@pytest.mark.parametrize("call", RECORDED)
def test_recordings_are_heard_as_well_as_we_say(tmp_path, speech, call):
    recording = next((DEAL.parent / call).glob("1_call.*"))
    reference = json.loads((ROOT / "tests" / "audio" / "data" / f"{call}.json").read_text())
    t2h("transcribe", recording, "--deal", DEAL, "-o", tmp_path)
    transcript = read_transcript((tmp_path / TRANSCRIPT).read_bytes())
    spoken = " ".join(turn["text"] for turn in reference["turns"])
    shares = speech["judge"](transcript, reference)
    assert shares.wrong == 0
    assert shares.named >= 0.80
    assert shares.right_side >= 0.95
    assert speech["diarization_errors"](transcript.turns, reference["turns"]) <= 0.05
    assert speech["word_errors"](spoken, transcript.text) <= 0.06
