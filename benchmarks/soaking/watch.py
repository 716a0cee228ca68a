"""What the processes of a soak hold, looked at all the time: memory, files, the database."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import psutil
import psycopg

from benchmarks.soaking.world import World

EVERY: Final = 5.0
_SETTLED: Final = 60.0
"""Seconds that a process takes until it holds what it needs."""
_LONG: Final = 120.0
"""Seconds of a process, after that, from which a slope is told."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """A look at a process."""

    name: str
    pid: int
    at: float
    megabytes: float
    """That it has to itself."""
    files: int


@dataclass
class Watch:
    """Looks at processes and files until the soak is over, and has the second worker kept alive."""

    world: World
    looks: list[Look] = field(default_factory=list)
    sizes: list[tuple[float, float, float]] = field(default_factory=list)
    """When, and MB of the database and of the blobs."""

    def run(self) -> None:
        """Look again and again."""
        while not self.world.stop.wait(EVERY):
            self.world.soak.keep_beside()
            self.look()

    def look(self) -> None:
        """Look once."""
        soak, now = self.world.soak, self.world.ledger.now
        worker = soak.worker_of_web
        pids = {
            "web": _pid_of(soak.web),
            "worker 1": worker.pid if worker else None,
            "worker 2": _pid_of(soak.beside),
        }
        for name, pid in pids.items():
            try:
                self._look_at(name, pid, now)
            except psutil.Error:
                continue
        data = soak.at.folder / "data"
        database = self._database() or sum(map(_size, data.glob("*.db*")))
        blobs = sum(map(_size, (data / "blobs").rglob("*")))
        self.sizes.append((now, database / 1e6, blobs / 1e6))

    def _database(self) -> int:
        """Bytes of a database on PostgreSQL; 0 of another, or while it does not answer."""
        url = self.world.soak.at.database
        if not url.startswith("postgresql"):
            return 0
        with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0

    def _look_at(self, name: str, pid: int | None, now: float) -> None:
        if not pid:
            return
        process = psutil.Process(pid)
        held = process.memory_full_info().uss / 1e6
        files = process.num_fds()
        self.looks.append(Look(name=name, pid=pid, at=now, megabytes=held, files=files))

    def as_csv(self) -> str:
        """All looks at processes."""
        lines = (f"{o.name},{o.pid},{o.at:.0f},{o.megabytes:.1f},{o.files}" for o in self.looks)
        return "\n".join(["process,pid,seconds,megabytes,files", *lines]) + "\n"

    def rows(self) -> Iterator[tuple[str, str, str, str, str, str]]:
        """Of each process that lived long: how long, its memory, how that grew, and its files."""
        lives: dict[tuple[str, int], list[Look]] = {}
        for look in self.looks:
            lives.setdefault((look.name, look.pid), []).append(look)
        for (name, _), life in lives.items():
            began = life[0].at
            late = [look for look in life if look.at - began > _SETTLED]
            if not late or late[-1].at - late[0].at < _LONG:
                continue
            yield (
                name,
                f"{(life[-1].at - began) / 60:.1f}",
                f"{max(look.megabytes for look in life):.0f} MB",
                f"{late[0].megabytes:.0f} → {late[-1].megabytes:.0f} MB",
                f"{slope(late):+.2f}",
                f"{late[0].files} → {late[-1].files}",
            )


def slope(looks: list[Look]) -> float:
    """By how many MB a minute memory grows: the median of the slopes between all looks."""
    at = np.array([look.at for look in looks]) / 60
    held = np.array([look.megabytes for look in looks])
    first, second = np.triu_indices(len(looks), k=1)
    return float(np.median((held[second] - held[first]) / (at[second] - at[first])))


def _pid_of(process: "subprocess.Popen[bytes] | None") -> int | None:
    return process.pid if process is not None and process.poll() is None else None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
