"""What happens when the disk is full, the database is away or the blobs are, and afterwards.

A worker does runs of short transcripts while more are sent, one a second. Then something is broken
for a while, and mended. Counted is how requests were answered meanwhile and what was said; after
how many seconds `/readyz` was well again; and what became of the runs that were taken in. Those
that failed are retried once, as a person would. Whatever was refused may be sent again; what was
taken in may not be lost.

    python benchmarks/service_faults.py [--seconds 30] [--faults disk database folder s3]
"""

import argparse
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
from service_parts import (
    PEOPLE,
    SHORT,
    Installation,
    free_port,
    installation,
    run_of,
    send_short,
    table,
    until,
)

BUCKET: Final = "t2h"
DISK: Final = "48m"
HEAD: Final = (
    "away", "sent", "taken", "refused", "500", "said", "well after", "runs", "done by themselves",
    "failed", "done after a retry",
)  # fmt: skip


@dataclass
class Seen:
    """What was seen while something was away."""

    statuses: Counter[int] = field(default_factory=Counter)
    runs: list[str] = field(default_factory=list)
    said: str = ""


def main() -> None:
    """Break one after the other, and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--faults", nargs="+", choices=FAULTS, default=list(FAULTS))
    parser.add_argument("--in-a-namespace", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.in_a_namespace:
        print(json.dumps(disk(chosen.seconds)))
        return
    rows = [_in_a_namespace(chosen.seconds) if name == "disk" else FAULTS[name](chosen.seconds)
            for name in chosen.faults]  # fmt: skip
    print(f"each for {chosen.seconds} s\n")
    table(HEAD, rows)


def _in_a_namespace(seconds: int) -> list[str]:
    """The row of the disk, from a process that may mount a small one."""
    alone = ["unshare", "--user", "--map-root-user", "--mount"]
    command = [sys.executable, __file__, "--in-a-namespace", "--seconds", str(seconds)]
    done = subprocess.run([*alone, *command], check=True, stdout=subprocess.PIPE, text=True)
    row: list[str] = json.loads(done.stdout.splitlines()[-1])
    return row


def disk(seconds: int) -> list[str]:
    """The folder of the service is on a disk that fills up."""
    with tempfile.TemporaryDirectory(prefix="t2h-disk-") as name:
        subprocess.run(
            ["/bin/mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", name], check=True
        )
        ballast = Path(name) / "ballast"
        with installation(
            "sqlite", T2H_DATA=name, T2H_DATABASE=f"sqlite:///{name}/t2h.db"
        ) as service:
            row = _broken(
                "the disk is full", service, seconds, lambda: _fill(ballast), ballast.unlink
            )
        subprocess.run(["/bin/umount", name], check=True)
    return row


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return


def database(seconds: int) -> list[str]:
    """The database server is stopped and started again."""
    with installation("postgresql") as service:
        assert service.server
        return _broken("the database", service, seconds, service.server.stop, service.server.start)


def folder(seconds: int) -> list[str]:
    """The folder of the blobs is not there, as when a disk was not mounted."""
    with installation("sqlite") as service:
        blobs, away = service.folder / "data" / "blobs", service.folder / "away"

        def take_away() -> None:
            blobs.rename(away)
            blobs.write_text("in the way")

        def put_back() -> None:
            blobs.unlink()
            away.rename(blobs)

        return _broken("the folder of the blobs", service, seconds, take_away, put_back)


def s3(seconds: int) -> list[str]:
    """An S3-compatible store takes connections, and does not answer."""
    with _s3_server() as (server, url):
        options = {"endpoint": url, "allow_http": True, "region": "us-east-1",
                   "access_key_id": "bench", "secret_access_key": "bench"}  # fmt: skip
        more = {"T2H_BLOBS": f"s3://{BUCKET}", "T2H_BLOB_OPTIONS": json.dumps(options)}
        with installation("sqlite", **more) as service:
            return _broken(
                "the S3 store",
                service,
                seconds,
                lambda: server.send_signal(signal.SIGSTOP),
                lambda: server.send_signal(signal.SIGCONT),
            )


@contextmanager
def _s3_server() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "--port", str(port)]
    with Path(os.devnull).open("wb") as nowhere:
        server = subprocess.Popen(command, stdout=nowhere, stderr=nowhere)
    try:
        until(lambda: _made_bucket(url), seconds=60)
        yield server, url
    finally:
        server.send_signal(signal.SIGCONT)
        server.kill()
        server.wait()


def _made_bucket(url: str) -> bool:
    try:
        return httpx.put(f"{url}/{BUCKET}", timeout=5).is_success
    except httpx.TransportError:
        return False


FAULTS: Final[dict[str, Callable[[int], list[str]]]] = {
    "disk": disk, "database": database, "folder": folder, "s3": s3,
}  # fmt: skip


def _broken(
    name: str,
    service: Installation,
    seconds: int,
    take_away: Callable[[], None],
    put_back: Callable[[], object],
) -> list[str]:
    """Break something while work goes on, mend it, and say what came of it."""
    service.serve("--no-worker")
    service.start("worker")
    with httpx.Client(base_url=service.url, headers=service.key(), timeout=90) as client:
        first = send_short(client, 0)["run"]["id"]
        until(lambda: run_of(client, first)["state"] == "done", seconds=180)
        before = [send_short(client, number)["run"]["id"] for number in range(1, 6)]
        take_away()
        seen = _send_meanwhile(client, seconds)
        put_back()
        well = until(lambda: _is_ready(client), seconds=180)
        taken = [*before, *seen.runs]
        until(lambda: not _open(client, taken), seconds=600, every=1.0)
        failed = [one for one in taken if run_of(client, one)["state"] != "done"]
        for one in failed:
            client.post(f"/v1/runs/{one}/retry").raise_for_status()
        until(lambda: not _open(client, failed), seconds=600, every=1.0)
        again = sum(run_of(client, one)["state"] == "done" for one in failed)
    sent, refused = seen.statuses.total(), seen.statuses.total() - seen.statuses[201]
    figures = (sent, seen.statuses[201], refused, seen.statuses[500])
    ended = (len(taken), len(taken) - len(failed), len(failed), again)
    return [name, *map(str, figures), seen.said, f"{well:.0f} s", *map(str, ended)]


def _send_meanwhile(client: httpx.Client, seconds: int) -> Seen:
    seen, until_then = Seen(), time.monotonic() + seconds
    while time.monotonic() < until_then:
        answer = _send(client)
        seen.statuses[answer.status_code] += 1
        if answer.status_code == 201:
            seen.runs.append(answer.json()["run"]["id"])
        else:
            told = answer.json()
            seen.said = f"{answer.status_code}: {told.get('detail', told)}"
        time.sleep(1)
    return seen


def _send(client: httpx.Client) -> httpx.Response:
    number = secrets.token_hex(4)
    deal = {"deal": f"Deal {number}", "participants": PEOPLE}
    return client.post(
        "/v1/calls",
        files={"file": (f"call-{number}.vtt", SHORT.replace("{number}", number))},
        data={"deal": json.dumps(deal)},
    )


def _is_ready(client: httpx.Client) -> bool:
    told: dict[str, Any] = client.get("/readyz").json()
    return told["state"] == "ready"


def _open(client: httpx.Client, run_ids: list[str]) -> bool:
    return any(run_of(client, one)["state"] in ("waiting", "working") for one in run_ids)


if __name__ == "__main__":
    main()
