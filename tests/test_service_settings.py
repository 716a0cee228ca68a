"""`t2h serve` and `t2h worker` refuse to start with a broken setting: in words, with an exit code.

`test_startup.py` has the table of all that can be broken; here are real processes.
"""

import os
import socket
import subprocess
import sys
from contextlib import closing

import pytest

pytestmark = pytest.mark.slow

REFUSED = {
    "an unknown database": ({"T2H_DATABASE": "mysql://t2h:pass-word@db/t2h"}, 3, "postgresql://"),
    "a wrong number": ({"T2H_WORKER_SLOTS": "0"}, 3, "T2H_WORKER_SLOTS"),
    "a port that is taken": ({"T2H_PORT": "{taken}"}, 3, "another program listens there"),
    "a secret that is not set": ({"T2H_SERVICE_FILE": "{service}"}, 3, "ZOOM_SECRET is not set"),
    "models that are missing": ({"T2H_WHISPER_MODEL_PATH": "{folder}"}, 4, "MODEL_PATH"),
    "blobs below a file": ({"T2H_BLOBS": "{file}/blobs"}, 9, "blobs"),
}
SERVICE = """
webhooks:
  - {name: zoom, source: zoom, secrets: [{env: ZOOM_SECRET}]}
"""


@pytest.fixture
def places(tmp_path):
    """What the table refers to."""
    (tmp_path / "taken").write_text("neither YAML: nor: a folder")
    (tmp_path / "service.yaml").write_text(SERVICE)
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield {
            "taken": other.getsockname()[1],
            "file": tmp_path / "taken",
            "folder": tmp_path,
            "service": tmp_path / "service.yaml",
        }


def begun(command, data, values):
    """A process of the service."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"T2H_DATA": str(data), "T2H_PORT": "0"} | values
    if environment["T2H_PORT"] == "0":
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            environment["T2H_PORT"] = str(free.getsockname()[1])
    return subprocess.Popen(
        [sys.executable, "-m", "transcript2handoff.cli", command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_serve_refuses_to_start_with_a_broken_setting(places, tmp_path):
    """All at once, for a process spends its time on importing libraries."""
    processes = [
        begun("serve", tmp_path / f"data-{number}", filled(values, places))
        for number, (values, _, _) in enumerate(REFUSED.values())
    ]
    for process, (name, (_, code, words)) in zip(processes, REFUSED.items(), strict=True):
        told, _ = process.communicate(timeout=120)
        assert words in told, name
        assert "Traceback" not in told, name
        assert "pass-word" not in told, name
        assert process.returncode == code, name


def filled(values, places):
    return {name: value.format(**places) for name, value in values.items()}


def test_a_worker_refuses_to_start_with_a_broken_setting(places, tmp_path):
    values = filled({"T2H_SERVICE_FILE": "{service}"}, places)
    process = begun("worker", tmp_path / "data", values)
    told, _ = process.communicate(timeout=120)
    assert "ZOOM_SECRET is not set" in told
    assert "Traceback" not in told
    assert process.returncode == 3
