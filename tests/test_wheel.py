"""The wheel, alone in a clean environment, does the main job."""

import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RECORDING = ROOT / "fixtures" / "harborline" / "harborline-1" / "1_call.opus"
DEAL = ROOT / "fixtures" / "harborline" / "deal.toml"


def run(*command, cwd):
    subprocess.run([str(part) for part in command], cwd=cwd, check=True)


@pytest.mark.slow
def test_the_wheel_runs_the_demo_outside_of_the_checkout(tmp_path):
    source = tmp_path / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".*", "build", "out", "*.egg-info"))
    run(
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--outdir",
        tmp_path / "dist",
        source,
        cwd=tmp_path,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    binaries = tmp_path / "venv" / "bin"
    locked = ("--quiet", "--constraint", ROOT / "constraints.txt")
    run(binaries / "pip", "install", *locked, f"{wheel}[diarize,models]", cwd=tmp_path)
    out = tmp_path / "out"
    run(binaries / "t2h", "run", RECORDING, "--deal", DEAL, "-o", out, cwd=tmp_path)
    brief = (out / "5_kickoff_brief.html").read_text(encoding="utf-8")
    assert "Harborline Freight" in brief
    assert "Promises" in brief
