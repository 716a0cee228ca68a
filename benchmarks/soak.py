"""A service under mixed load for half an hour, while things are broken; then everything is checked.

A real `t2h serve` and a second `t2h worker` with CRMs and a mail server of ours. People upload,
edit, read, search, share, mail and erase; CRMs send webhooks; backups are made; workers and the web
process are killed, and the database is held by somebody else. What the load did and was answered is
kept in a ledger. At the end it is waited until nothing is to be done, then `t2h doctor --deep` and
checks of the soak's own have to find nothing. The exit code says so.

    python -m benchmarks.soak [--minutes 30] [--seed 1] [--database sqlite] [--killing 0.67]
                             [--keep FOLDER]
"""

import argparse
import datetime
import shutil
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import psutil
import psycopg

from benchmarks.service_parts import kill, table, until
from benchmarks.soaking.checks import CHECKS, Check, old_sound, unproven
from benchmarks.soaking.crm import Crm
from benchmarks.soaking.editors import Editor
from benchmarks.soaking.erasers import Eraser
from benchmarks.soaking.ledger import Ledger
from benchmarks.soaking.readers import Reader, Sharer
from benchmarks.soaking.restoring import restored
from benchmarks.soaking.senders import Sender
from benchmarks.soaking.service import soaked
from benchmarks.soaking.traces import spoken_in_logs, traces
from benchmarks.soaking.trouble import Backups, Trouble
from benchmarks.soaking.watch import Watch
from benchmarks.soaking.world import Actor, World
from transcript2handoff.errors import HandoffError
from transcript2handoff.store import Store, Window, inbox, keeping, outbox, runs
from transcript2handoff.store.leases import ItemState

_LONGEST_QUIET: Final = 1500.0
"""Seconds after which everything has to be done: longer than any lease and any wait."""
_LONGEST_TIDYING: Final = 900.0
"""Seconds after which a worker has proven what others were stopped in proving."""
_LONG: Final = 10.0
"""Minutes."""
_AT_WORK: Final[Sequence[ItemState]] = ("waiting", "working")
_FAULTS: Final = (
    httpx.HTTPError, HandoffError, sqlite3.Error, psycopg.Error, psutil.Error,
    RuntimeError, ValueError, LookupError, OSError,
)  # fmt: skip
"""What may befall the load itself: whatever ends one of its threads counts as found."""
_SHOWN: Final = 12
"""Of what a check finds, so much is printed."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a soak is to do."""

    minutes: float
    seed: int
    database: str
    killing: float = 2 / 3
    """The share of the load, from its beginning, in which processes are killed."""
    keep: Path | None = None
    """Where ledger and logs are copied to."""


@dataclass(frozen=True)
class Soak:
    """The threads of a soak, and what they have seen."""

    world: World
    actors: Sequence[Actor]
    trouble: Trouble
    backups: Backups
    watch: Watch

    @classmethod
    def of(cls, world: World, plan: Plan) -> "Soak":
        """Everybody who takes part."""
        kinds: Sequence[tuple[str, type[Actor]]] = (
            ("sender", Sender), ("crm", Crm), ("editor 1", Editor), ("editor 2", Editor),
            ("reader 1", Reader), ("reader 2", Reader), ("sharer", Sharer), ("eraser", Eraser),
        )  # fmt: skip
        seconds = plan.minutes * 60
        return cls(
            world=world,
            actors=[kind(world, name, plan.seed) for name, kind in kinds],
            trouble=Trouble(
                world, plan.seed, killing=plan.killing * seconds, every=min(45.0, seconds / 8)
            ),
            backups=Backups(world, every=min(120.0, seconds / 3)),
            watch=Watch(world),
        )

    def run(self, seconds: float) -> list[str]:
        """Load the service for so long; what went wrong with the load itself."""
        faults: list[str] = []
        runs_of = [actor.run for actor in self.actors]
        runs_of += [self.trouble.run, self.backups.run, self.watch.run]
        threads = [threading.Thread(target=_guarded, args=(run, faults)) for run in runs_of]
        for thread in threads:
            thread.start()
        self.world.stop.wait(seconds)
        self.world.stop.set()
        for thread in threads:
            thread.join()
        return faults


def _guarded(run: Callable[[], None], faults: list[str]) -> None:
    try:
        run()
    except _FAULTS as error:
        faults.append(f"{run.__qualname__}: {error!r}")


def soak(plan: Plan) -> bool:
    """Load, wait, check and print; whether nothing was found."""
    more = {"T2H_WORKER_SLOTS": "2"}
    with soaked(plan.database, **more) as service:
        ledger = Ledger.at(service.at.folder / "ledger.jsonl")
        world = World(service, ledger, is_long=plan.minutes >= _LONG)
        loaded = Soak.of(world, plan)
        faults = loaded.run(plan.minutes * 60)
        try:
            quiet = _wait_until_quiet(world)
            orphans = _cleared(world)
            found = dict(_checked(loaded)) | {"faults of the load": faults}
        finally:
            world.ledger.file.close()
            if plan.keep:
                _keep(service.at.folder, plan.keep)
                (plan.keep / "memory.csv").write_text(loaded.watch.as_csv())
        print(f"{orphans} blobs that killed processes had left, swept away")
        _print(plan, loaded, found, quiet)
    return not any(found.values())


def _wait_until_quiet(world: World) -> float:
    """Until no run, no event and no thing that goes out waits; the seconds that it took."""
    with world.soak.at.store() as store:
        return until(lambda: _is_quiet(store), seconds=_LONGEST_QUIET, every=2.0)


def _cleared(world: World) -> int:
    """Have housekeeping done now, which is done every ten minutes and when a worker begins.

    Bytes that a killed process has put, and no row names, are swept away once they are an hour
    old; here at once. The number of them.
    """
    with world.soak.at.store() as store:
        # Those that rows named before and do not any more are taken away first, and not counted.
        keeping.collect(store)
        now = datetime.timedelta()
        orphans = len(keeping.orphans(store, older=now))
        keeping.sweep(store, older=now)
    # After that, for names may stand there which a proof would find until they go.
    world.soak.begin_beside_again(kill)
    with world.soak.client() as client, suppress(TimeoutError):
        until(
            lambda: not [*old_sound(world, client), *unproven(client)],
            seconds=_LONGEST_TIDYING,
            every=2.0,
        )
    return orphans


def _is_quiet(store: Store) -> bool:
    window = Window(limit=1)
    with store.read() as tx:
        state = runs.queue(tx)
        queues = [
            queue.listed(tx, window, state=each).items
            for queue in (inbox, outbox)
            for each in _AT_WORK
        ]
    return not (state.waiting or state.working or any(queues))


def _checked(loaded: Soak) -> Iterator[tuple[str, list[str]]]:
    world = loaded.world
    with world.soak.client() as client:
        for name, check in CHECKS.items():
            yield name, _all_found(check, world, client)
    shown = [f"{one.what} at {one.began:.1f} s: {one.status} {one.words}"
             for one in world.ledger.unexplained()]  # fmt: skip
    yield "answers that no disturbance explains", shown
    yield "traces of what was erased", list(traces(world))
    yield "words of calls in logs", list(spoken_in_logs(world))
    yield "findings of t2h audit verify", _found_by(world, "audit", "verify")
    yield "findings of t2h doctor --deep", _found_by(world, "doctor", "--deep", "--grace", "0")
    yield "backups that could not be made", loaded.backups.failed
    yield "findings in the last backup, restored", restored(world.soak, loaded.backups.made)


def _all_found(check: Check, world: World, client: httpx.Client) -> list[str]:
    try:
        return list(check(world, client))
    except (httpx.HTTPError, LookupError, ValueError) as error:
        return [f"it could not be looked: {error!r}"]


def _found_by(world: World, *command: str) -> list[str]:
    done = world.soak.command(*command)
    return (done.stdout + done.stderr).splitlines() if done.returncode else []


def _keep(folder: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for path in (*folder.glob("*.log"), folder / "ledger.jsonl"):
        shutil.copy(path, target)
    shutil.copytree(folder / "data", target / "data", dirs_exist_ok=True)


def _print(plan: Plan, loaded: Soak, found: dict[str, list[str]], quiet: float) -> None:
    ledger, world = loaded.world.ledger, loaded.world
    calls = [call for deal in world.deals for call in deal.calls]
    print(f"{plan.minutes:g} minutes on {plan.database}, seed {plan.seed}: ", end="")
    print(f"{len(ledger.asked)} requests, {len(world.known())} deals at the end, ", end="")
    print(f"{len(calls)} calls ({sum(call.is_recording for call in calls)} recordings), ", end="")
    print(f"{len(world.gone)} erased words, {len(loaded.backups.made)} backups; ", end="")
    print(f"quiet after {quiet:.0f} s. Broken: ", end="")
    print(", ".join(f"{name} {number}" for name, number in loaded.trouble.done.items()), end="\n\n")
    table(("what is looked for", "found"), [(name, len(each)) for name, each in found.items()])
    print()
    table(
        ("request", "number", "4xx", "5xx or no answer", "median", "95 %", "slowest"),
        list(ledger.latencies()),
    )
    print()
    head = ("process", "minutes", "most memory", "after a minute → end", "MB a minute", "files")
    table(head, list(loaded.watch.rows()))
    for at, database, blobs in loaded.watch.sizes[:: max(1, len(loaded.watch.sizes) // 6)]:
        print(f"after {at / 60:.1f} minutes: database {database:.1f} MB, blobs {blobs:.1f} MB")
    for name, each in found.items():
        for line in each[:_SHOWN]:
            print(f"FOUND {name}: {line}")


def main() -> None:
    """Soak as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--killing", type=float, default=2 / 3, help="share of the load; 0: none")
    parser.add_argument("--keep", type=Path, help="copy logs, ledger and data there")
    plan = Plan(**vars(parser.parse_args()))
    sys.exit(0 if soak(plan) else 1)


if __name__ == "__main__":
    main()
