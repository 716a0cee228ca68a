"""A workshop: a store with a deal, and real worker processes with toy steps."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from transcript2handoff.deal import Deal
from transcript2handoff.settings import Settings
from transcript2handoff.store import Store, deals, runs
from transcript2handoff.store.runs import RunRecord

CHILD = Path(__file__).with_name("worker_child.py")
DEAL = {"customer": "Harborline"}


def until(told: Callable[[], object], *, seconds: float = 30) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not told():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


class Workshop:
    """A folder with worker processes on one database."""

    def __init__(self, folder: Path, store: Store, url: str) -> None:
        self.folder = folder
        self.store = store
        self.url = url
        self.processes: list[subprocess.Popen[bytes]] = []
        with store.write() as tx:
            new = deals.NewDeal(deal=Deal.model_validate(DEAL), by="test")
            self.deal_id = deals.add(tx, new).id

    def worker(self, name: str = "w", slots: int = 1) -> subprocess.Popen[bytes]:
        (self.folder / f"ready-{name}").unlink(missing_ok=True)
        environment = {
            "T2H_DATA": str(self.folder),
            "T2H_DATABASE": self.url,
            "T2H_BLOBS": str(self.folder / "blobs"),
            "T2H_WORKER_NAME": name,
            "T2H_WORKER_SLOTS": str(slots),
        }
        with (self.folder / f"told-{name}").open("ab") as told:
            process = subprocess.Popen(
                [sys.executable, "-W", "error", str(CHILD), str(self.folder)],
                env=os.environ | environment,
                stderr=told,
            )
        self.processes.append(process)
        ready = self.folder / f"ready-{name}"
        until(lambda: ready.exists() or process.poll() is not None)
        assert process.poll() is None, self.told(name)
        return process

    def settings(self) -> Settings:
        return Settings(data=self.folder, database=self.url)

    def told(self, name: str = "w") -> str:
        """What a worker has logged."""
        return (self.folder / f"told-{name}").read_text()

    def start(self, *, priority: int = 5, wanted: str | None = None) -> str:
        """Want a run; its id."""
        new = runs.NewRun(deal_id=self.deal_id, kind="documents", priority=priority, wanted=wanted)
        with self.store.write() as tx:
            return runs.start(tx, new).id

    def run(self, run_id: str) -> RunRecord:
        with self.store.read() as tx:
            return runs.get(tx, run_id)

    def ends(self, run_id: str, state: str = "done", *, seconds: float = 30) -> RunRecord:
        """Wait until a run has ended; it has to be in this way."""
        over = ("done", "failed", "cancelled")
        until(lambda: self.run(run_id).state in over, seconds=seconds)
        run = self.run(run_id)
        assert run.state == state, run.error
        return run

    def log(self, run_id: str) -> list[str]:
        """What was done for a run."""
        told = [line.split(" ", 2) for line in self.whole_log()]
        return [what for _, which, what in told if which == run_id]

    def whole_log(self) -> list[str]:
        path = self.folder / "log"
        return path.read_text().splitlines() if path.exists() else []

    def have(self, step: str, what: str) -> Path:
        """Have a step ``hold``, be ``deaf`` or ``die`` until the file is gone."""
        file = self.folder / f"{what}-{step}"
        file.touch()
        return file

    def fail(self, step: str, kind: str) -> None:
        """Have a step fail once."""
        (self.folder / f"fail-{step}").write_text(kind)

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()


def kill(process: subprocess.Popen[bytes]) -> None:
    """As the kernel does when memory runs out."""
    process.send_signal(signal.SIGKILL)
    process.wait()
