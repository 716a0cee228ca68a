"""A worker process with toy steps; what it does stands in a log, and files tell it what to do.

Usage: worker_child.py FOLDER, with the settings in the environment. A step waits while a file
``hold-STEP`` is in the folder, and does not listen while there is a file ``deaf-STEP``. It fails
once with the error that a file ``fail-STEP`` names, takes the process down while there is a file
``die-STEP``, and lasts a tenth of a second if there is a file ``slow``.
"""

import os
import signal
import sys
import time
from pathlib import Path

from transcript2handoff import errors
from transcript2handoff.jobs import engine
from transcript2handoff.jobs.patience import Pace
from transcript2handoff.jobs.port import StepOutcome
from transcript2handoff.jobs.supervisor import stopping
from transcript2handoff.jobs.worker import Worker
from transcript2handoff.settings import read_settings
from transcript2handoff.store import Store
from transcript2handoff.store.runs import RunRecord
from transcript2handoff.telemetry import set_up_logging
from transcript2handoff.watch import Watch

QUICK = Pace(
    dispatch=0.1,
    heartbeat=0.2,
    reaper=0.5,
    silent=3.0,
    watch=0.1,
    patience=5.0,
    first_wait=0.1,
    longest_wait=0.5,
    grace=3.0,
)
engine.MOST_DEATHS = 2  # A quarter of a hundred deaths would take a minute.


class ToyWork:
    """Three steps that note what is asked of them."""

    def __init__(self, folder: Path, worker: str) -> None:
        self.folder = folder
        self.worker = worker

    def step_names(self, run: RunRecord) -> tuple[str, ...]:
        return ("one", "two", "three")

    def do(self, run: RunRecord, name: str, watch: Watch) -> StepOutcome:
        self.note(run.id, "begin", name)
        if (self.folder / f"die-{name}").exists():
            os.kill(os.getpid(), signal.SIGKILL)
        self.fail(name)
        while (self.folder / f"hold-{name}").exists():
            watch.at(0.5)
            time.sleep(0.01)
        if (self.folder / "slow").exists():
            time.sleep(0.1)
        while (self.folder / f"deaf-{name}").exists():
            time.sleep(0.01)
        self.note(run.id, "end", name)
        return StepOutcome(state="done")

    def fail(self, name: str) -> None:
        file = self.folder / f"fail-{name}"
        if file.exists():
            kind = file.read_text()
            file.unlink()
            if kind == "bug":
                raise ZeroDivisionError("of Marta's recording")
            raise getattr(errors, kind)("It does not work today.")

    def note(self, *words: str) -> None:
        with (self.folder / "log").open("a") as log:
            log.write(" ".join((self.worker, *words)) + "\n")


def main() -> None:
    folder = Path(sys.argv[1])
    settings = read_settings()
    set_up_logging(settings)
    store = Store.open(settings.database, settings.blobs)
    work = ToyWork(folder, settings.worker_name)
    with stopping(supervised=False) as stop:
        (folder / f"ready-{settings.worker_name}").touch()
        ended = Worker(store=store, settings=settings, work=work, pace=QUICK).run(stop)
    (folder / f"ended-{settings.worker_name}").write_text(str(ended))
    sys.stdout.flush()
    os._exit(0)


main()
