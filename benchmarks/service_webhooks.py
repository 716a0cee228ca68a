"""How fast deliveries of webhooks are answered, while the same machine hears a recording.

Deliveries come at a fixed rate, whatever the answers to those before; what counts is the time from
the moment at which one was due to its answer. Each is signed by the rules of Standard Webhooks,
each has an event of its own, and at the end each has to be in the inbox, once.

    python benchmarks/service_webhooks.py [--rate 200] [--seconds 60] [--database sqlite]
"""

import argparse
import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from typing import Final

import httpx
import numpy as np
from service_parts import Installation, installation, run_of, send_recording, table, until

from transcript2handoff.store import Window, inbox
from transcript2handoff.testing.senders import Senders, Signed

CONNECTIONS: Final = 32
BESIDE: Final = {"nothing": 0, "a transcription": 3}
"""What is measured beside what: how many recordings are sent before."""
SERVICE_FILE: Final = """\
webhooks:
  - name: standard
    source: standard
    secrets: [{env: STANDARD_SECRET}]
    mapping: {deal_id: deal_id, deal: name}
"""


@dataclass(frozen=True)
class Answer:
    """What became of a delivery."""

    status: int
    seconds: float
    """From when it was due."""


def main() -> None:
    """Measure, and print a row without and with a transcription."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    chosen = parser.parse_args()
    count = chosen.rate * chosen.seconds
    senders = Senders("http://127.0.0.1")
    with installation(chosen.database, STANDARD_SECRET=senders.standard_secret) as service:
        file = service.folder / "service.yaml"
        file.write_text(SERVICE_FILE)
        service.more = {**service.more, "T2H_SERVICE_FILE": str(file)}
        service.serve()
        with httpx.Client(base_url=service.url, headers=service.key(), timeout=60) as client:
            rows = [
                measured(service, client, _deliveries(senders, name, count), chosen.rate, name)
                for name in BESIDE
            ]
        kept = _kept(service)
    print(f"{count} deliveries, {chosen.rate} a second, on {chosen.database}; ", end="")
    print(f"in the inbox: {kept} of {len(rows) * count}\n")
    table(("beside", "all the time", "200", "others", "median", "99 %", "99.9 %", "slowest"), rows)


def measured(
    service: Installation, client: httpx.Client, deliveries: list[Signed], rate: int, beside: str
) -> list[str]:
    """Send deliveries, and say how they were answered."""
    runs = [send_recording(client)["run"]["id"] for _ in range(BESIDE[beside])]
    if runs:
        until(lambda: _is_hearing(client, runs), seconds=120)
    answers = asyncio.run(_send(service, deliveries, rate))
    all_the_time = not runs or _is_hearing(client, runs)
    return _row(beside, "yes" if all_the_time else "ended before", answers)


def _deliveries(senders: Senders, name: str, count: int) -> list[Signed]:
    return [_delivery(senders, f"{name}-{number}") for number in range(count)]


def _delivery(senders: Senders, name: str) -> Signed:
    deal = {"deal_id": name, "name": f"Deal {name}"}
    return senders.send("standard", {"type": "deal.won", "data": deal})


def _is_hearing(client: httpx.Client, runs: list[str]) -> bool:
    """Whether one of the runs is at its transcription, or about to be."""
    steps = [step for run in runs for step in run_of(client, run)["steps"]]
    return any(step["name"] in ("transcribe", "diarize", "decode") and step["state"] == "working"
               for step in steps)  # fmt: skip


async def _send(service: Installation, deliveries: list[Signed], rate: int) -> list[Answer]:
    """Send deliveries at a rate over connections that stay open."""
    waiting: asyncio.Queue[tuple[float, Signed]] = asyncio.Queue()
    answers: list[Answer] = []

    async def sender() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
        while True:
            due, delivery = await waiting.get()
            writer.write(_request(delivery))
            status = await _status(reader)
            answers.append(Answer(status, time.perf_counter() - due))
            waiting.task_done()

    async with asyncio.TaskGroup() as group:
        senders = [group.create_task(sender()) for _ in range(CONNECTIONS)]
        began = time.perf_counter()
        for number, delivery in enumerate(deliveries):
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            waiting.put_nowait((due, delivery))
        await waiting.join()
        for each in senders:
            each.cancel()
    return answers


def _request(delivery: Signed) -> bytes:
    headers = {"Host": "127.0.0.1", "Content-Type": "application/json", **delivery.headers}
    lines = [
        f"POST {delivery.path} HTTP/1.1",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    head = "\r\n".join([*lines, f"Content-Length: {len(delivery.body)}", "", ""])
    return head.encode() + delivery.body


async def _status(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = head.partition("content-length:")[2].partition("\r\n")[0]
    await reader.readexactly(int(length or 0))
    return int(head.split(" ", 2)[1])


def _row(name: str, at_work: str, answers: list[Answer]) -> list[str]:
    statuses = Counter(answer.status for answer in answers)
    taken = np.array([answer.seconds for answer in answers]) * 1000
    shown = [f"{np.percentile(taken, share):.1f} ms" for share in (50, 99, 99.9, 100)]
    return [name, at_work, str(statuses.pop(200, 0)), str(statuses.total()), *shown]


def _kept(service: Installation) -> int:
    """How many different events are in the inbox."""
    keys, window = set(), Window(limit=200)
    with service.store() as store, store.read() as tx:
        while True:
            page = inbox.listed(tx, window)
            keys |= {item.key for item in page.items}
            if page.after is None:
                return len(keys)
            window = Window(limit=200, after=page.after)


if __name__ == "__main__":
    main()
