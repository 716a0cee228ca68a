"""What is broken on purpose in a soak, and the backups that are made under load."""

import random
import sqlite3
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from benchmarks.service_parts import kill
from benchmarks.soaking.world import World


@dataclass
class Trouble:
    """Breaks one thing after the other; a thread of its own.

    Attributes:
        world: that is disturbed.
        seed: of the dice.
        killing: seconds of the load in which processes are killed; later only the database is held,
            so that it is seen whether memory grows.
        every: seconds between two troubles, in the mean.
    """

    world: World
    seed: int
    killing: float
    every: float
    done: dict[str, int] = field(default_factory=dict)
    _dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """Get dice of its own."""
        self._dice = random.Random(f"{self.seed}-trouble")  # noqa: S311 - no secret hangs on it

    def run(self) -> None:
        """Break things until the last part of the load, then only what leaves processes alive."""
        dice = self._dice
        kills = [self._kill_beside, self._kill_worker, self._kill_web, self._kill_all]
        others = [self._busy, self._stop_beside]
        queue = [*kills, *others]
        dice.shuffle(queue)
        while not self.world.stop.wait(dice.uniform(0.5, 1.5) * self.every):
            is_late = self.world.ledger.now > self.killing
            if not queue:
                queue = [*kills, *others]
                dice.shuffle(queue)
            trouble = self._busy if is_late else queue.pop()
            began = self.world.ledger.now
            name = trouble.__name__.strip("_").replace("_", " ")
            trouble()
            self.world.ledger.disturb(name, began)
            self.done[name] = self.done.get(name, 0) + 1

    def _kill_beside(self) -> None:
        self.world.soak.begin_beside_again(kill)

    def _stop_beside(self) -> None:
        """Told to end, as when a new version is installed."""
        self.world.soak.begin_beside_again(lambda worker: worker.terminate())

    def _kill_worker(self) -> None:
        if worker := self.world.soak.worker_of_web:
            worker.kill()

    def _kill_web(self) -> None:
        self.world.soak.kill_web()
        self.world.soak.wait_for_worker()
        self.world.soak.begin_web()

    def _kill_all(self) -> None:
        self.world.soak.kill_all_of_web()
        self.world.soak.begin_web()

    def _busy(self) -> None:
        """Somebody else holds the database, for less or more than the service waits for it."""
        seconds = self._dice.choice((6.0, 12.0))
        url = self.world.soak.at.database
        if url.startswith("sqlite"):
            with sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30) as held:
                held.execute("BEGIN IMMEDIATE")
                time.sleep(seconds)
                held.rollback()
            held.close()
            return
        with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as held_too:
            held_too.execute("LOCK TABLE deals IN ACCESS EXCLUSIVE MODE")
            time.sleep(seconds)
            held_too.rollback()


@dataclass
class Backups:
    """Makes backups under load; a thread of its own. On PostgreSQL there are none of ours."""

    world: World
    every: float
    made: list[tuple[Path, float]] = field(default_factory=list)
    """Archives, and when they were begun."""
    failed: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Make one after the other until the soak is over."""
        if not self.world.soak.at.database.startswith("sqlite"):
            return
        folder = self.world.soak.at.folder / "backups"
        folder.mkdir()
        while not self.world.stop.wait(self.every):
            archive = folder / f"{len(self.made) + len(self.failed)}.tar"
            began = self.world.ledger.now
            done = self.world.soak.command("backup", str(archive))
            if done.returncode == 0:
                self.made.append((archive, began))
            else:
                self.failed.append(done.stderr[-300:] or done.stdout[-300:])
