"""Many queued runs with two workers: none lost, none done twice, and how many a minute.

Each run reads a short transcript of a deal of its own, which a fake HubSpot knows; the outbox
writes a note for each deal there. Two notes for a deal, or none: done twice, or lost.

    python benchmarks/service_queue.py [--runs 1000] [--databases sqlite postgresql]
"""

import argparse
import json
import time
from collections import Counter
from typing import Any, Final

import httpx
from service_parts import PEOPLE, SHORT, Installation, installation, table, until

from transcript2handoff.store import Window, outbox, runs
from transcript2handoff.testing.hubspot_server import HubSpotLimits, HubSpotServer

SERVICE_FILE: Final = """\
crm:
  hubspot: {{url: "{url}", version: "2026-03", write: on, token: {{env: HUBSPOT_TOKEN}}}}
"""
SLOWEST: Final = 10.0
"""Seconds for a run, at most, before the benchmark gives up."""


def main() -> None:
    """Measure each kind of database, and print a row for it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    chosen = parser.parse_args()
    rows = [measured(kind, chosen.runs) for kind in chosen.databases]
    print(f"{chosen.runs} runs, two workers with one slot each\n")
    table(
        ("database", "queued in", "done in", "a minute", "done", "failed", "lost",
         "steps done twice", "notes", "deals with two", "without one"),
        rows,
    )  # fmt: skip


def measured(kind: str, count: int) -> list[str]:
    """Queue runs, have two workers do them, and count."""
    with HubSpotServer(limits=HubSpotLimits(ten_seconds=10**6, day=10**9)) as hubspot:
        for number in range(count):
            hubspot.objects.add("deals", str(9000 + number), dealname=f"Deal {number}")
        with installation(kind, HUBSPOT_TOKEN=hubspot.token) as service:
            file = service.folder / "service.yaml"
            file.write_text(SERVICE_FILE.format(url=hubspot.url))
            service.more = {**service.more, "T2H_SERVICE_FILE": str(file)}
            service.serve("--no-worker")
            headers = service.key()
            queued = _queue(service, headers, count)
            for name in ("w1", "w2"):
                service.start("worker", name=name)
            until(lambda: "worker_began" in service.log("worker-w1"), seconds=120)
            began = time.monotonic()
            until(lambda: _open(service) == 0, seconds=120 + SLOWEST * count, every=1.0)
            done = time.monotonic() - began
            until(lambda: _letters(service) == 0, seconds=120 + count, every=1.0)
            states, twice = _ended(service)
        notes = Counter(
            deal for note in hubspot.objects.all("notes") for deal in note.links.get("deals", ())
        )
    return [
        kind, f"{queued:.0f} s", f"{done:.0f} s", f"{count / done * 60:.0f}", *map(str, (
            states["done"], states["failed"], count - states.total(), twice,
            notes.total(), sum(number > 1 for number in notes.values()), count - len(notes))),
    ]  # fmt: skip


def _queue(service: Installation, headers: dict[str, str], count: int) -> float:
    """Send the transcripts; the seconds that it took."""
    began = time.monotonic()
    with httpx.Client(base_url=service.url, headers=headers, timeout=60) as client:
        for number in range(count):
            deal = _deal(client, number)
            text = SHORT.replace("{number}", str(number))
            client.post(
                "/v1/calls",
                files={"file": (f"call-{number}.vtt", text)},
                data={"deal_id": deal, "call": json.dumps({"consent": "given"})},
            ).raise_for_status()
    return time.monotonic() - began


def _deal(client: httpx.Client, number: int) -> str:
    told: dict[str, Any] = {
        "deal": {"deal": f"Deal {number}", "participants": PEOPLE},
        "source": "hubspot",
        "external_id": str(9000 + number),
    }
    made: str = client.post("/v1/deals", json=told).raise_for_status().json()["id"]
    return made


def _open(service: Installation) -> int:
    """How many runs wait or are worked on."""
    with service.store() as store, store.read() as tx:
        state = runs.queue(tx)
    return state.waiting + state.working


def _letters(service: Installation) -> int:
    """How many letters wait or are being written."""
    with service.store() as store, store.read() as tx:
        state = outbox.queue(tx)
    return state.waiting + state.working


def _ended(service: Installation) -> tuple[Counter[str], int]:
    """How runs ended, and how many steps a worker did that another had done for the same run."""
    states: Counter[str] = Counter()
    window = Window(limit=200)
    with service.store() as store, store.read() as tx:
        while True:
            page = runs.listed(tx, window)
            states.update(run.state for run in page.items)
            if page.after is None:
                break
            window = Window(limit=200, after=page.after)
    return states, _repeated(service)


def _repeated(service: Installation) -> int:
    """Steps that the logs of the workers say were done more than once."""
    done: Counter[tuple[str, str]] = Counter()
    for name in ("worker-w1", "worker-w2"):
        for line in service.log(name).splitlines():
            if '"step_done"' in line and '"state": "done"' in line:
                told = json.loads(line)
                done[told["run_id"], told["step"]] += 1
    return sum(number - 1 for number in done.values())


if __name__ == "__main__":
    main()
