"""A worker that is killed again and again: every run ends right, and nothing is heard twice.

Recordings are sent, each as a call of a deal of its own, so that there is always work. One worker
does the runs and is killed (-9) while it is at a step: equally often at each kind of step, in a
random order, at a random moment of it. It is begun anew each time. At the end every run has to be
done, with the transcript and the brief that a run has that nobody disturbed, and no transcription
may have been done again once its result was there.

    python benchmarks/service_kills.py [--kills 50] [--database sqlite] [--seed 1]
"""

import argparse
import datetime
import json
import re
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np
from service_parts import Installation, installation, kill, run_of, send_recording, table, until

from transcript2handoff.store import Store, Window, runs

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
LASTS: Final = {"decode": 0.5, "transcribe": 4.0, "diarize": 4.0, "extract": 2.0, "render": 0.5}
"""About how many seconds steps last that last longer than a moment."""
AHEAD: Final = 2
"""So many runs are always open."""
LONGEST: Final = 300.0
"""Seconds that the worker may take to come to a step."""


def main() -> None:
    """Disturb, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with installation(chosen.database) as service:
        service.serve("--no-worker")
        with httpx.Client(base_url=service.url, headers=service.key(), timeout=60) as client:
            expected = _undisturbed(service, client)
            dice = np.random.default_rng(chosen.seed)
            sent, killed = _disturb(service, client, chosen.kills, dice)
            service.start("worker")
            until(lambda: not _open(service), seconds=LONGEST * len(sent), every=1.0)
            rows = _rows(service, client, sent, expected)
    print(f"{len(sent)} recordings, {killed.total()} kills on {chosen.database}, by step: ", end="")
    print(", ".join(f"{step} {number}" for step, number in killed.items()), end="\n\n")
    table(("what", "number"), rows)


def _undisturbed(service: Installation, client: httpx.Client) -> tuple[str, str]:
    """Transcript and brief of a run that nobody disturbs."""
    worker = service.start("worker")
    sent = send_recording(client, RECORDING)
    until(lambda: run_of(client, sent["run"]["id"])["state"] == "done", seconds=LONGEST)
    worker.terminate()
    worker.wait()
    return _made(client, sent)


def _disturb(
    service: Installation, client: httpx.Client, count: int, dice: np.random.Generator
) -> tuple[list[dict[str, Any]], Counter[str]]:
    """Kill the worker again and again; what was sent, and how often it was killed at which step."""
    wanted = [STEPS[number % len(STEPS)] for number in range(count)]
    dice.shuffle(wanted)
    killed: Counter[str] = Counter()
    sent: list[dict[str, Any]] = []
    with service.store() as store:

        def comes_to(step: str, began: datetime.datetime) -> bool:
            """Whether a step is worked on; sees to it that there is always something to do."""
            while _open(service) < AHEAD:
                sent.append(send_recording(client, RECORDING))
            return step in _at(store, since=began)

        for step in wanted:
            began = datetime.datetime.now(datetime.UTC)
            worker = service.start("worker")
            until(partial(comes_to, step, began), seconds=LONGEST, every=0.01)
            time.sleep(dice.uniform() * LASTS.get(step, 0.1))
            last = _at(store, since=began)
            kill(worker)
            killed[last[0] if last else "between"] += 1
    return sent, killed


def _at(store: Store, *, since: datetime.datetime) -> list[str]:
    """The steps that were begun since a moment, and are worked on."""
    with store.read() as tx:
        found = runs.listed(tx, Window(limit=200), state="working").items
    return [
        step.name for run in found for step in run.steps
        if step.state == "working" and step.started and step.started >= since
    ]  # fmt: skip


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
