"""The soak in small: a service under mixed load, broken now and then, and looked through after."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_a_short_soak_finds_nothing() -> None:
    command = [sys.executable, "-m", "benchmarks.soak", "--minutes", "0.7", "--seed", "8"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-6000:]
    assert "FOUND" not in done.stdout
    looked_for = done.stdout.partition("| what is looked for | found |")[2].partition("\n\n")[0]
    rows = [line for line in looked_for.splitlines() if line.endswith("|")][1:]
    assert len(rows) >= 16
    assert all(row.endswith("| 0 |") for row in rows), looked_for
