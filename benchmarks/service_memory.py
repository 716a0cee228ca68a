"""Whether the web process grows when the same deals are read over and over, all at once.

Each deal has one call, the transcript of the first call of the fixtures or a short one, in turn.
Then pages and answers are read in rounds, after which it is looked at how much memory the process
has to itself.

    python -m benchmarks.service_memory [--deals 100] [--rounds 20] [--requests 300]
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final

import httpx
import psutil

from benchmarks.service_parts import FIXTURES, SHORT, Installation, installation, table, until
from benchmarks.soaking.readers import ASKED, PAGES
from benchmarks.soaking.service import PASSWORD

READERS: Final = 4
TRANSCRIPT: Final = FIXTURES / "harborline-1" / "2_transcript.json"
Read = tuple[httpx.Client, str]
"""By whom, and which path."""


def main() -> None:
    """Print a row for each round."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--deals", type=int, default=100, choices=range(1, 201), metavar="N")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--requests", type=int, default=300)
    chosen = parser.parse_args()
    with installation("sqlite") as service:
        web = service.serve("--no-worker")
        with _people(service) as people:
            calls = _send(service, people[0], chosen.deals)
            rows = [["before", f"{_held(web.pid):.0f} MB", ""]]
            dice = random.Random(1)  # noqa: S311 - no secret
            for number in range(1, chosen.rounds + 1):
                read = [_any(people, calls, dice) for _ in range(chosen.requests)]
                answers = _read(read)
                rows.append([str(number), f"{_held(web.pid):.0f} MB", answers])
    print(f"{chosen.deals} deals; {chosen.requests} requests a round, {READERS} at a time\n")
    table(("round", "memory", "answers"), rows)


@contextmanager
def _people(service: Installation) -> Iterator[Sequence[httpx.Client]]:
    """A program with a key, and a browser in which somebody is signed in."""
    with (
        httpx.Client(base_url=service.url, headers=service.key(), timeout=120) as program,
        httpx.Client(base_url=service.url, timeout=120) as browser,
    ):
        told = {"name": "Maeve Lindqvist", "email": "maeve@seller.example", "role": "admin"}
        made = program.post("/v1/users", json=told).raise_for_status().json()
        accepted = {"token": made["link"].partition("#")[2], "password": PASSWORD}
        browser.post("/v1/sign-in/invitation", json=accepted).raise_for_status()
        yield program, browser


def _send(service: Installation, program: httpx.Client, count: int) -> list[tuple[str, str]]:
    """Send the calls and have a worker read them; their deals' ids and their own."""
    service.start("worker")
    for number in range(count):
        file = (TRANSCRIPT.name, TRANSCRIPT.read_bytes())
        if number % 2:
            file = ("call.vtt", SHORT.replace("{number}", str(number)).encode())
        told = {"deal": json.dumps({"deal": f"Deal {number}"})}
        program.post("/v1/calls", files={"file": file}, data=told).raise_for_status()
    until(lambda: not _is_working(program), seconds=60 * count, every=1.0)
    found: list[tuple[str, str]] = []
    for deal in program.get("/v1/deals?limit=200").raise_for_status().json()["items"]:
        calls = program.get(f"/v1/deals/{deal['id']}/calls").raise_for_status().json()["items"]
        found += [(deal["id"], call["id"]) for call in calls]
    return found


def _is_working(program: httpx.Client) -> bool:
    states = ("waiting", "working")
    found = (program.get(f"/v1/runs?state={each}").raise_for_status().json() for each in states)
    return any(each["items"] for each in found)


def _any(
    people: Sequence[httpx.Client], calls: Sequence[tuple[str, str]], dice: random.Random
) -> Read:
    deal, call = dice.choice(calls)
    program, browser = people
    # A document that is made on request is made by a worker, for which the answer waits.
    quick = [path for path in ASKED if not path.endswith(".docx")]
    who, paths = dice.choice(((program, quick), (browser, PAGES)))
    return who, dice.choice(paths).format(deal=deal, call=call)


def _read(read: Sequence[Read]) -> str:
    """Read all of it; how often which status was answered."""
    with ThreadPoolExecutor(READERS) as pool:
        got = Counter(pool.map(lambda one: one[0].get(one[1]).status_code, read))
    return ", ".join(f"{status}: {number}" for status, number in sorted(got.items()))


def _held(pid: int) -> float:
    """The MB that a process has to itself."""
    return float(psutil.Process(pid).memory_full_info().uss / 1e6)


if __name__ == "__main__":
    main()
