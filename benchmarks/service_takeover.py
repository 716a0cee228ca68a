"""Two workers on PostgreSQL, one of them killed: how long until the other has taken its work over.

One hears a recording, the other has nothing to do; the first is killed (-9) and stays away.
Measured is the time from the kill until the second works on the run, and until the run is done.

    python benchmarks/service_takeover.py [--times 3]
"""

import argparse
import time

import httpx
from service_parts import Installation, installation, kill, run_of, send_recording, table, until

from transcript2handoff.store import runs
from transcript2handoff.store.runs import RunRecord


def main() -> None:
    """Kill, wait, and print a row each time."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=3)
    chosen = parser.parse_args()
    rows = []
    with installation("postgresql") as service:
        service.serve("--no-worker")
        with httpx.Client(base_url=service.url, headers=service.key(), timeout=60) as client:
            rows = [_measured(service, client, number) for number in range(chosen.times)]
    table(("time", "taken over after", "done after", "state", "attempt"), rows)


def _measured(service: Installation, client: httpx.Client, number: int) -> list[str]:
    workers = {name: service.start("worker", name=name) for name in (f"a{number}", f"b{number}")}
    until(lambda: all(_has_begun(service, name) for name in workers), seconds=120)
    run_id = send_recording(client)["run"]["id"]
    until(lambda: _is_heard(_run(service, run_id)), seconds=120)
    time.sleep(5)
    victim = _run(service, run_id).worker or ""
    kill(workers.pop(victim))
    began = time.monotonic()
    ((other, process),) = workers.items()
    until(lambda: _run(service, run_id).worker == other, seconds=300, every=0.2)
    taken = time.monotonic() - began
    until(lambda: _run(service, run_id).ended is not None, seconds=1200, every=0.2)
    done = time.monotonic() - began
    process.terminate()
    process.wait()
    last = run_of(client, run_id)
    return [str(number + 1), f"{taken:.0f} s", f"{done:.0f} s", last["state"], str(last["attempt"])]


def _has_begun(service: Installation, worker: str) -> bool:
    return "worker_began" in service.log(f"worker-{worker}")


def _is_heard(run: RunRecord) -> bool:
    return any(step.name == "transcribe" and step.state == "working" for step in run.steps)


def _run(service: Installation, run_id: str) -> RunRecord:
    with service.store() as store, store.read() as tx:
        return runs.get(tx, run_id)


if __name__ == "__main__":
    main()
