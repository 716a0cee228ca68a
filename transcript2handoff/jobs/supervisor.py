"""The service on one machine: the web process, and a worker process that it keeps alive."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from transcript2handoff.jobs.listening import Listening
from transcript2handoff.settings import Settings
from transcript2handoff.telemetry import logger

WORKER_COMMAND: Final = (
    sys.executable, "-m", "transcript2handoff.cli", "worker", "--supervised",
)  # fmt: skip
_SIGNALS: Final = {each.value: each.name for each in signal.Signals}
NICE: Final = 15
"""The worker leaves the processor to answers, of which people notice when they are slow."""


@dataclass(frozen=True, kw_only=True)
class Care:
    """In seconds, how patient the supervisor is."""

    first_wait: float = 1.0
    """Until a worker that has died is begun again; twice as long each time."""
    longest_wait: float = 60.0
    steady: float = 60.0
    """A worker that has lived for so long was well: the waits begin anew."""
    last_answers: float = 5.0
    """That open requests have to end."""
    last_step: float = 20.0
    """That the worker has to end; it is killed then, and what it did is done again."""


class Supervisor:
    """Keeps a process alive until it is told to end it."""

    def __init__(self, command: Sequence[str] = WORKER_COMMAND, care: Care = Care()) -> None:
        self._command = command
        self._care = care
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep_alive, name="supervisor", daemon=True)

    @property
    def pid(self) -> int | None:
        """Of the process that lives now."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def begin(self) -> None:
        """Start the process, and again whenever it dies."""
        self._thread.start()

    def ask_to_end(self) -> None:
        """Tell the process to end, and start none any more."""
        self._stop.set()
        if (process := self._process) and process.poll() is None:
            process.terminate()

    def end(self) -> None:
        """Tell the process to end, and see to it that it does."""
        self.ask_to_end()
        self._thread.join(timeout=self._care.last_step)
        if (process := self._process) and process.poll() is None:
            logger(__name__).warning("worker_killed", pid=process.pid)
            process.kill()
            process.wait()
        self._thread.join()

    def _keep_alive(self) -> None:
        wait = self._care.first_wait
        while not self._stop.is_set():
            began = time.monotonic()
            how = self._run_once()
            if self._stop.is_set():
                return
            lived = time.monotonic() - began
            wait = self._care.first_wait if lived >= self._care.steady else wait
            logger(__name__).error(
                "worker_died", how=how, lived=round(lived, 1), begun_again_in=round(wait, 2)
            )
            self._stop.wait(wait)
            wait = min(2 * wait, self._care.longest_wait)

    def _run_once(self) -> str:
        """Start the process and wait for its end; how it ended, in a word."""
        try:
            process = self._start()
        except OSError as error:
            return f"not started: {error.strerror}"
        if self._stop.is_set():
            process.terminate()
        code = process.wait()
        assert process.stdin
        process.stdin.close()
        return _SIGNALS.get(-code, f"exit code {code}")

    def _start(self) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C is for the web process, which then tells the worker. Its
        # standard input stays open as long as the web process lives; at its end the worker ends.
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            self._command, stdin=subprocess.PIPE, start_new_session=True
        )
        return self._process


def serve(
    application: ASGIApp, settings: Settings, *, works: bool = True, care: Care = Care()
) -> None:
    """Answer requests and keep a worker alive, until SIGTERM or SIGINT.

    The worker is told first and ends while open requests are answered.

    Args:
        application: an ASGI application.
        settings: where to listen.
        works: whether there is a worker to keep alive; else others work, elsewhere.
        care: how long both have to end.
    """
    supervisor = Supervisor(care=care) if works else None
    server = _Server(_config(application, settings, care))

    def stop(_: int, __: FrameType | None) -> None:
        if supervisor:
            supervisor.ask_to_end()
        server.should_exit = True

    with _on_signals(stop):
        if supervisor:
            supervisor.begin()
        try:
            server.run()
        finally:
            if supervisor:
                supervisor.end()


class _Server(uvicorn.Server):
    """Leaves the signals to us: the worker is to hear of them first."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _config(application: ASGIApp, settings: Settings, care: Care) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        host=settings.host,
        port=settings.port,
        http=Listening,
        # Both are said by our own logging and decided by our own settings.
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=round(care.last_answers),
    )


@contextmanager
def _on_signals(do: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = {each: signal.signal(each, do) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def stopping(*, supervised: bool) -> Iterator[threading.Event]:
    """An event that is set when this process is told to end.

    That is SIGTERM or SIGINT; and for a supervised process the end of its supervisor, too.
    """
    stop = threading.Event()
    if supervised:
        os.nice(NICE)
        threading.Thread(target=_wait_for_end_of_input, args=(stop,), daemon=True).start()
    with _on_signals(lambda *_: stop.set()):
        yield stop


def _wait_for_end_of_input(stop: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        """The supervisor says nothing; it is there."""
    stop.set()
