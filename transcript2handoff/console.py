"""What the command line shows: progress while it works, results, and errors in words."""

import json
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from transcript2handoff.errors import Cancelled, HandoffError
from transcript2handoff.watch import STOPPED, Watch

OUT = Console(highlight=False, soft_wrap=True, emoji=False)
ERR = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


_ASKED_TO_STOP = threading.Event()


@contextmanager
def explaining(*, as_json: bool) -> Iterator[None]:
    """Turn the errors of our tree, and Ctrl-C, into a message and an exit code."""
    _ASKED_TO_STOP.clear()
    before = signal.signal(signal.SIGINT, _stop)
    try:
        yield
    except HandoffError as error:
        if as_json:
            print_json({"error": {"type": type(error).__name__, "message": str(error)}})
        else:
            ERR.print(f"[bold red]Error:[/] {escape(str(error))}")
        raise typer.Exit(error.exit_code) from error
    except KeyboardInterrupt as stop:
        ERR.print(STOPPED)
        raise typer.Exit(Cancelled.exit_code) from stop
    finally:
        signal.signal(signal.SIGINT, before)


def _stop(_: int, __: FrameType | None) -> None:
    """Ctrl-C stops at once, and at the next piece of work where a library swallows that."""
    _ASKED_TO_STOP.set()
    raise KeyboardInterrupt


@contextmanager
def progress() -> Iterator["Bars"]:
    """Bars on a terminal, a line a step elsewhere; always on standard error."""
    columns = (
        TextColumn("{task.description:<12}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=ERR, disable=not ERR.is_terminal) as bars:
        shown = Bars(bars)
        yield shown
        shown.close()


class Bars:
    """One bar for each step that is done."""

    def __init__(self, bars: Progress) -> None:
        """Show the steps on ``bars``."""
        self._bars = bars
        self._running: tuple[str, float] | None = None

    def watch(self, name: str) -> Watch:
        """A new bar; the one before it is full."""
        self.close()
        task = self._bars.add_task(name, total=1.0)
        self._running = (name, time.monotonic())
        return Watch(
            report=lambda share: self._bars.update(task, completed=share),
            cancelled=_ASKED_TO_STOP.is_set,
        )

    def close(self) -> None:
        """The last step is done."""
        for task in self._bars.tasks:
            self._bars.update(task.id, completed=1.0)
        if self._running and not ERR.is_terminal:
            name, since = self._running
            ERR.print(f"{name:<12} {time.monotonic() - since:.1f} s")
        self._running = None


def print_json(data: object) -> None:
    """One JSON value on standard output, for machines."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=1))


def print_files(files: Iterable[Path], notes: Iterable[str], *, as_json: bool) -> None:
    """The files that were written, and what somebody should know of them."""
    names, told = [str(path) for path in files], list(notes)
    if as_json:
        print_json({"files": names, "notes": told})
        return
    for note in told:
        ERR.print(f"Note: {note}", markup=False)
    for name in names:
        OUT.print(name, markup=False)
