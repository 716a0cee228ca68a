"""An upload of 500 MB: how much the memory of the web process grows.

Once in one request as a form, once in chunks of 8 MiB by tus. The file is a WAV file with silence,
larger than any memory that the process may take. Memory is looked at every 20 ms: what the process
has to itself (USS), so that pages that it shares with its files do not count.

    python benchmarks/service_upload.py [--megabytes 500]
"""

import argparse
import base64
import json
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import psutil
from service_parts import Installation, installation, table

CHUNK: Final = 8 * 2**20


def main() -> None:
    """Send the file both ways, and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=500)
    chosen = parser.parse_args()
    rows = []
    with installation("sqlite") as service:
        web = psutil.Process(service.serve("--no-worker").pid)
        file = _wav(service.folder / "long.wav", chosen.megabytes * 10**6)
        with httpx.Client(base_url=service.url, headers=service.key(), timeout=600) as client:
            _send_form(client, _wav(service.folder / "short.wav", 10**6))
            _send_tus(client, service.folder / "short.wav")
            ways: list[tuple[str, Callable[[httpx.Client, Path], None]]] = [
                ("one request", _send_form), ("chunks of 8 MiB", _send_tus),
            ]  # fmt: skip
            for name, send in ways:
                rows.append(_measured(name, web, lambda: send(client, file)))  # noqa: B023
        _check(service, chosen.megabytes * 10**6)
    print(f"{chosen.megabytes} MB\n")
    table(("sent in", "seconds", "before", "at most", "grown by", "afterwards"), rows)


def _wav(path: Path, size: int) -> Path:
    """A WAV file of silence, without holding it in memory."""
    data = size - 44
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", size - 8, b"WAVE", b"fmt ", 16, 1, 1, 16_000,
                       32_000, 2, 16, b"data", data)  # fmt: skip
    with path.open("wb") as file:
        file.write(head)
        file.truncate(size)
    return path


def _send_form(client: httpx.Client, path: Path) -> None:
    with path.open("rb") as file:
        client.post(
            "/v1/calls",
            files={"file": (path.name, file)},
            data={"deal": json.dumps({"deal": "Upload"})},
        ).raise_for_status()


def _send_tus(client: httpx.Client, path: Path) -> None:
    told = {"filename": path.name, "deal": json.dumps({"deal": "Upload"})}
    metadata = ",".join(
        f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in told.items()
    )
    begun = client.post(
        "/v1/uploads",
        headers={
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(path.stat().st_size),
            "Upload-Metadata": metadata,
        },
    ).raise_for_status()
    offset = 0
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            answer = client.patch(
                begun.headers["Location"],
                content=piece,
                headers={
                    "Tus-Resumable": "1.0.0",
                    "Upload-Offset": str(offset),
                    "Content-Type": "application/offset+octet-stream",
                },
            ).raise_for_status()
            offset = int(answer.headers["Upload-Offset"])


def _measured(name: str, web: psutil.Process, send: Callable[[], None]) -> list[str]:
    before = _held(web)
    with _watching(web) as seen:
        began = time.monotonic()
        send()
        taken = time.monotonic() - began
    time.sleep(2)
    figures = (before, max(seen), max(seen) - before, _held(web))
    return [name, f"{taken:.1f}", *(f"{figure / 1e6:.0f} MB" for figure in figures)]


def _held(process: psutil.Process) -> int:
    held: int = process.memory_full_info().uss
    return held


@contextmanager
def _watching(process: psutil.Process) -> Iterator[list[int]]:
    """What a process holds, noted again and again."""
    seen, stop = [_held(process)], threading.Event()

    def look() -> None:
        while not stop.wait(0.02):
            seen.append(_held(process))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield seen
    finally:
        stop.set()
        looking.join()


def _check(service: Installation, size: int) -> None:
    """Both files have arrived, and are one blob.

    Raises:
        RuntimeError: they have not.
    """
    blobs = [path for path in (service.folder / "data" / "blobs" / "sha256").rglob("*")
             if path.is_file() and path.stat().st_size == size]  # fmt: skip
    if len(blobs) != 1:
        raise RuntimeError(f"{len(blobs)} blobs of {size} bytes, not one")


if __name__ == "__main__":
    main()
