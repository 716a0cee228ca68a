"""`t2h serve` and `t2h worker` as they are run."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.jobs.workshop import until

T2H = (sys.executable, "-m", "transcript2handoff.cli")


class Service:
    """A service of its own in a folder."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = _free_port()
        self.environment = os.environ | {
            "T2H_DATA": str(folder / "data"),
            "T2H_PORT": str(self.port),
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.begun = 0
        """Workers that have begun to work."""

    def begin(self) -> subprocess.Popen[bytes]:
        with (self.folder / "told").open("w") as told, (self.folder / "out").open("w") as out:
            process = subprocess.Popen(
                [*T2H, "serve"], env=self.environment, stdout=out, stderr=told
            )
        self.process = process
        until(lambda: self.is_alive() or process.poll() is not None, seconds=180)
        assert process.poll() is None, self.told()
        return process

    def is_alive(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/healthz").status_code == 200
        except httpx.TransportError:
            return False

    def worker(self) -> psutil.Process:
        """Its worker, once the next one works."""
        self.begun += 1
        until(lambda: self.told().count("worker_began") == self.begun, seconds=60)
        assert self.process
        [worker] = psutil.Process(self.process.pid).children()
        return worker

    def told(self) -> str:
        return (self.folder / "told").read_text()

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            for child in psutil.Process(self.process.pid).children():
                child.kill()
            self.process.kill()
            self.process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path)
    yield service
    service.end()


@pytest.mark.slow
def test_a_fresh_service_lives_through_the_death_of_its_worker_and_ends_when_told(
    service: Service,
) -> None:
    process = service.begin()
    first = service.worker()
    assert first.nice() > psutil.Process(process.pid).nice()
    first.kill()
    second = service.worker()
    assert second.pid != first.pid
    assert service.is_alive()
    assert "SIGKILL" in service.told()
    began = time.monotonic()
    process.terminate()
    assert process.wait(timeout=30) == 0
    assert time.monotonic() - began < 20
    assert not psutil.pid_exists(second.pid)
    link = f"http://127.0.0.1:{service.port}/setup#"
    assert link in (service.folder / "out").read_text()
    assert link not in service.told()


@pytest.mark.slow
def test_when_the_service_is_killed_its_worker_ends_too(service: Service) -> None:
    process = service.begin()
    worker = service.worker()
    process.send_signal(signal.SIGKILL)
    process.wait()
    until(lambda: not psutil.pid_exists(worker.pid), seconds=20)
    assert "worker_stops" in service.told()


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_an_old_database_is_not_touched_and_the_way_on_is_told(
    tmp_path: Path, bare_database_url: str, command: str
) -> None:
    service = Service(tmp_path, T2H_DATABASE=bare_database_url)
    done = subprocess.run(
        [*T2H, command],
        env=service.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 9
    assert "run `t2h migrate`" in done.stderr
    assert "Traceback" not in done.stderr
