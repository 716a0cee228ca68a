"""A process with an engine; what it does stands in a log, and files tell it what to do.

Usage: engine_child.py URL WORKER FOLDER. A step waits while a file ``hold-STEP`` is in the folder.
SIGTERM ends it as a worker ends.
"""

import os
import signal
import sys
import threading
import time
from pathlib import Path

from transcript2handoff.jobs import engine as engine_module
from transcript2handoff.jobs.engine import Engine
from transcript2handoff.jobs.engine_options import EngineOptions
from transcript2handoff.jobs.port import Interrupted, Ticket

STOP = threading.Event()
ALIVE = ("w", "one", "two")
engine_module.MOST_DEATHS = 2  # A quarter of a hundred deaths would take a minute.


class Noting:
    """A script of three steps that notes what is asked of it."""

    def __init__(self, folder: Path, worker: str) -> None:
        self.folder = folder
        self.worker = worker

    def note(self, *words: object) -> None:
        with (self.folder / "log").open("a") as log:
            log.write(" ".join(map(str, (self.worker, *words))) + "\n")

    def plan(self, ticket: Ticket) -> list[str]:
        self.note(ticket.id, "plan")
        return ["one", "two", "three"]

    def play(self, ticket: Ticket, name: str, position: int) -> bool:
        self.note(ticket.id, "begin", name)
        if (self.folder / f"die-{name}").exists():
            os.kill(os.getpid(), signal.SIGKILL)
        while (self.folder / f"hold-{name}").exists():
            if STOP.is_set():
                raise Interrupted
            time.sleep(0.01)
        self.note(ticket.id, "end", name)
        return not (self.folder / f"last-{name}").exists()

    def finish(self, ticket: Ticket) -> None:
        self.note(ticket.id, "finish")


def main() -> None:
    url, worker, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    signal.signal(signal.SIGTERM, lambda *_: STOP.set())
    engine = Engine(EngineOptions(url=url, worker=worker), Noting(folder, worker))
    engine.launch()
    (folder / f"ready-{worker}").touch()
    while not STOP.wait(0.05):
        if (folder / f"take-over-{worker}").exists():
            engine.take_over(alive=ALIVE)
            (folder / f"take-over-{worker}").unlink()
        if (folder / f"take-up-{worker}").exists():
            engine.take_up_stranded()
            (folder / f"take-up-{worker}").unlink()
    engine.stop(seconds=5)
    os._exit(0)


main()
