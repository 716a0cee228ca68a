"""A worker that is killed again and again: every run ends right, and nothing is heard twice.

Recordings are sent, each as a call of a deal of its own. One worker does the runs and is killed
(-9) while it is at a step: at each kind of step in turn, at a random moment of it. It is begun
anew each time. At the end every run has to be done, with the transcript and the brief that a run
has that nobody disturbed, and no transcription may have been done again once its result was there.

    python benchmarks/service_kills.py [--kills 50] [--runs 12] [--database sqlite] [--seed 1]
"""

import argparse
import json
import re
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np
from service_parts import Installation, installation, kill, run_of, send_recording, table, until

from transcript2handoff.store import Store, Window, runs
from transcript2handoff.store.runs import RunRecord

RECORDING: Final = (
    Path(__file__).parent.parent / "tests" / "audio" / "data" / "harborline-1-cut.opus"
)
STEPS: Final = (
    "fetch", "decode", "transcribe", "diarize", "extract",
    "ground", "consolidate", "assess", "render", "deliver",
)  # fmt: skip
HEARING: Final = ("transcribe", "diarize")
"""Steps that are not to be done again once their results are there."""
BRIEF: Final = "internal/kickoff_brief.md"
_IDS: Final = re.compile(r"\b(deal|call|run)-[0-9a-f]{20}\b")
LONGEST: Final = 300.0
"""Seconds that the worker may take to come to a step."""


def main() -> None:
    """Disturb, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--runs", type=int, default=12)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with installation(chosen.database) as service:
        service.serve("--no-worker")
        with httpx.Client(base_url=service.url, headers=service.key(), timeout=60) as client:
            expected = _undisturbed(service, client)
            sent = [send_recording(client, RECORDING) for _ in range(chosen.runs)]
            killed = _disturb(service, chosen.kills, np.random.default_rng(chosen.seed))
            service.start("worker")
            until(lambda: not _open(service), seconds=LONGEST * chosen.runs, every=1.0)
            rows = _rows(service, client, sent, expected)
    print(
        f"{chosen.runs} recordings, {killed.total()} kills on {chosen.database}, by step: ", end=""
    )
    print(", ".join(f"{step} {killed[step]}" for step in STEPS), end="\n\n")
    table(("what", "number"), rows)


def _undisturbed(service: Installation, client: httpx.Client) -> tuple[str, str]:
    """Transcript and brief of a run that nobody disturbs."""
    worker = service.start("worker")
    sent = send_recording(client, RECORDING)
    until(lambda: run_of(client, sent["run"]["id"])["state"] == "done", seconds=LONGEST)
    worker.terminate()
    worker.wait()
    return _made(client, sent)


def _disturb(service: Installation, count: int, dice: np.random.Generator) -> Counter[str]:
    """Kill the worker at each kind of step in turn; how often at each."""
    wanted = [STEPS[number % len(STEPS)] for number in range(count)]
    dice.shuffle(wanted)
    killed: Counter[str] = Counter()
    with service.store() as store:
        for step in wanted:
            worker = service.start("worker")
            at = _wait_for_step(store, worker, step)
            time.sleep(dice.uniform() * (3.0 if step in HEARING else 0.2))
            kill(worker)
            killed[at] += 1
    return killed


def _wait_for_step(store: Store, worker: subprocess.Popen[bytes], step: str) -> str:
    """Wait until a run is at a step; where it is, if it does not come there any more."""
    began, at = time.monotonic(), "fetch"
    before = {run.id for run in _working(store) if _step_at(run) == step}
    moved = False
    while time.monotonic() - began < LONGEST and worker.poll() is None:
        found = {run.id: _step_at(run) for run in _working(store)}
        # What was at this step when its worker was killed still looks so until it is taken up.
        moved = moved or any(found.get(one) != step for one in before) or not before
        at = next((name for name in found.values() if name), at)
        if moved and step in found.values():
            return step
        with store.read() as tx:
            if not runs.queue(tx).waiting and not found:
                return at
        time.sleep(0.01)
    return at


def _working(store: Store) -> tuple[RunRecord, ...]:
    with store.read() as tx:
        return runs.listed(tx, Window(limit=200), state="working").items


def _step_at(run: RunRecord) -> str | None:
    return next((step.name for step in run.steps if step.state == "working"), None)


def _open(service: Installation) -> int:
    with service.store() as store, store.read() as tx:
        state = runs.queue(tx)
    return state.waiting + state.working


def _made(client: httpx.Client, sent: dict[str, Any]) -> tuple[str, str]:
    """Transcript and brief of a call, without the ids that differ."""
    transcript = client.get(f"/v1/calls/{sent['call']['id']}/transcript", params={"format": "txt"})
    brief = client.get(f"/v1/deals/{sent['deal']['id']}/documents/{BRIEF}")
    texts = (transcript.raise_for_status().text, brief.raise_for_status().text)
    return _IDS.sub("ID", texts[0]), _IDS.sub("ID", texts[1])


def _rows(
    service: Installation,
    client: httpx.Client,
    sent: list[dict[str, Any]],
    expected: tuple[str, str],
) -> list[tuple[str, object]]:
    ended = [run_of(client, each["run"]["id"]) for each in sent]
    done = Counter(
        (told["run_id"], told["step"])
        for line in service.log("worker-w1").splitlines()
        if '"step_done"' in line and (told := json.loads(line))["state"] == "done"
    )
    again = {step: sum(n - 1 for (_, name), n in done.items() if name == step) for step in STEPS}
    return [
        ("runs that are done", sum(run["state"] == "done" for run in ended)),
        ("runs that are not", sum(run["state"] != "done" for run in ended)),
        ("of them with the transcript and the brief of an undisturbed run",
         sum(_made(client, each) == expected for each in sent)),
        *((f"{step} done again after its result was there", again[step]) for step in STEPS
          if step in HEARING),
        ("other steps done again", sum(n for step, n in again.items() if step not in HEARING)),
    ]  # fmt: skip


if __name__ == "__main__":
    main()
