"""Laws of the queues: whatever happens, no row is two workers' at once, and none is lost."""

import datetime
import shutil
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.databases import hasty
from transcript2handoff.errors import LeaseLostError
from transcript2handoff.store import Store, Window, outbox
from transcript2handoff.store.outbox import OutboxItem, OutboxWish

LEASE = 60
KEYS = st.sampled_from(["a", "b", "c"])
WORKERS = st.sampled_from(["one", "two"])


class Queue(RuleBasedStateMachine):
    """Things are put in, taken, sent late or never; the clock goes on."""

    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        file = shutil.copy(self.template, Path(self._folder.name) / "t2h.db")
        self.store = hasty(Store.open(f"sqlite:///{file}", f"{self._folder.name}/blobs"))
        self.time = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
        self.store.now = lambda: self.time
        self.wanted: dict[str, str] = {}
        self.held: list[tuple[OutboxItem, datetime.datetime]] = []
        self.version = 0

    def teardown(self) -> None:
        with closing(self.store):
            self._finish()
        self._folder.cleanup()

    @rule(key=KEYS)
    def put(self, key: str) -> None:
        self.version += 1
        self.wanted[key] = f"{self.version}"
        self._put(key, self.wanted[key])

    @precondition(lambda self: self.wanted)
    @rule(data=st.data())
    def put_again(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.wanted)))
        assert not self._put(key, self.wanted[key])

    def _put(self, key: str, digest: str) -> bool:
        told = {"target": "crm", "external_key": key, "deal_id": None, "kind": "note"}
        with self.store.write() as tx:
            return outbox.put(tx, OutboxWish(**told, content="{}", digest=digest))

    @rule(worker=WORKERS, limit=st.integers(1, 3))
    def claim(self, worker: str, limit: int) -> None:
        with self.store.write() as tx:
            items = outbox.claim(tx, worker, limit, LEASE)
        holders = {item.id for item, until in self.held if until > self.time}
        assert not holders & {item.id for item in items}, "two workers have the same row"
        until = self.time + datetime.timedelta(seconds=LEASE)
        self.held += [(item, until) for item in items]

    @precondition(lambda self: self.held)
    @rule(data=st.data(), how=st.sampled_from(["sent", "fail", "wait"]))
    def end(self, data: st.DataObject, how: str) -> None:
        place = data.draw(st.integers(0, len(self.held) - 1))
        item, _ = self.held.pop(place)
        newer = any(
            other.id == item.id and other.attempts > item.attempts for other, _ in self.held
        )
        try:
            with self.store.write() as tx:
                match how:
                    case "sent":
                        outbox.sent(tx, item, item.external_key)
                    case "fail":
                        outbox.fail(tx, item, "why")
                    case _:
                        outbox.wait(tx, item, "why", 30)
        except LeaseLostError:
            return
        assert not newer, "a row was ended by who had lost it"

    @rule(seconds=st.sampled_from([1, 30, LEASE]))
    def move(self, seconds: int) -> None:
        self.time += datetime.timedelta(seconds=seconds)

    @invariant()
    def nothing_is_doubled_or_missing(self) -> None:
        with self.store.read() as tx:
            items = outbox.listed(tx, Window(limit=200)).items
        assert sorted(item.external_key for item in items) == sorted(self.wanted)
        assert all(item.digest == self.wanted[item.external_key] for item in items)

    def _finish(self) -> None:
        """A worker that lives long enough sends all that has not failed, in its newest form."""
        for _ in range(3):
            self.time += datetime.timedelta(seconds=LEASE + 30)
            with self.store.write() as tx:
                for item in outbox.claim(tx, "last", 10, LEASE):
                    outbox.sent(tx, item, item.external_key)
        with self.store.read() as tx:
            items = outbox.listed(tx, Window(limit=200)).items
        assert {item.state for item in items} <= {"done", "failed"}
        for item in items:
            assert item.state == "failed" or item.sent_digest == self.wanted[item.external_key]


@pytest.fixture
def queue(sqlite_template: Path) -> type[Queue]:
    Queue.template = sqlite_template
    return Queue


def test_no_row_is_doubled_stolen_or_lost(queue: type[Queue]):
    machine = queue.TestCase
    machine.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
    machine("runTest").runTest()
