"""An engine over annotated calls: from their turns, and from their recordings."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from transcript2handoff.cli import app

ROOT = Path(__file__).parent.parent
BENCH = ROOT / "fixtures" / "bench"
CUTS = ROOT / "tests" / "audio" / "data"


def t2h(*args):
    return CliRunner().invoke(app, [str(arg) for arg in args], catch_exceptions=False)


def test_scores_every_annotated_call_of_a_folder(tmp_path):
    for call in ("fjord-1", "redbarn-1"):
        shutil.copy(BENCH / f"{call}.json", tmp_path)
    (tmp_path / "notes.json").write_text("{}")
    result = t2h("eval", tmp_path, "--json", "--predictions", tmp_path / "found")
    report = json.loads(result.stdout)
    assert report["verbatim"] == report["quotes"] > 0
    assert report["promises_by_customer"] == 0
    assert report["micro_f1"] > 0.3
    assert sorted(path.name for path in (tmp_path / "found").iterdir()) == [
        "fjord-1.json",
        "redbarn-1.json",
    ]


def test_prints_a_table(tmp_path):
    shutil.copy(BENCH / "redbarn-1.json", tmp_path)
    table = t2h("eval", tmp_path).stdout
    assert table.startswith("kind ")
    assert "quotes verbatim in the cited turn" in table


def test_a_folder_without_annotated_calls_is_refused(tmp_path):
    result = t2h("eval", tmp_path)
    assert result.exit_code == 3
    assert "holds no annotated call" in result.stderr


def test_a_call_without_times_cannot_be_compared_by_time(tmp_path):
    shutil.copy(BENCH / "redbarn-1.json", tmp_path)
    result = t2h("eval", tmp_path, "--recordings")
    assert result.exit_code == 3
    assert "have no times" in result.stderr


def annotated_cut(folder):
    """The cut of a recording with its reference turns, and one item of gold."""
    turns = [
        {"n": n, **{key: turn[key] for key in ("speaker", "text", "start", "end")}}
        for n, turn in enumerate(json.loads((CUTS / "harborline-1-cut.json").read_text()), start=1)
    ]
    call = json.loads((BENCH / "harborline-1.json").read_text())
    gold = {"id": "g1", "kind": "requirement", "turns": [1], "summary": "", "quote": ""}
    call |= {"id": "cut-1", "turns": turns, "gold": [gold]}
    (folder / "cut-1.json").write_text(json.dumps(call))


@pytest.mark.slow
def test_scores_what_is_heard_in_a_recording(tmp_path, monkeypatch):
    monkeypatch.setenv("T2H_WHISPER_MODEL", "tiny.en")
    annotated_cut(tmp_path)
    result = t2h("eval", tmp_path, "--recordings")
    assert result.exit_code == 3
    assert "no recording beside" in result.stderr
    shutil.copy(CUTS / "harborline-1-cut.opus", tmp_path / "cut-1.opus")
    report = json.loads(t2h("eval", tmp_path, "--recordings", "--json").stdout)
    assert report["verbatim"] == report["quotes"] > 0
    assert report["kinds"]["requirement"]["gold"] == 1
