"""Laws of a run's life: whatever people, workers and erasures do to it, and in whichever order."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.databases import hasty
from transcript2handoff.deal import Call, Deal
from transcript2handoff.errors import StoreConflictError, StoreGoneError
from transcript2handoff.store import Store, Window, calls, deals, erasing, runs
from transcript2handoff.store.runs import NewRun, RunRecord

MOST = 6
"""Runs, after which one may erase: nothing would ever come to its end otherwise."""
ENDED = ("done", "failed", "cancelled")
KINDS = st.sampled_from(["deal", "call"])
WORKERS = st.sampled_from(["one", "two"])
STEPS = st.sampled_from(["consolidate", "render"])
Ticket = tuple[str, int]
"""A run and the attempt at it, as a worker was handed them; it may come late or never."""


class Runs(RuleBasedStateMachine):
    """People want, cancel and retry runs; workers begin and end them, late or twice; one erases."""

    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        file = shutil.copy(self.template, Path(self._folder.name) / "t2h.db")
        self.store = hasty(Store.open(f"sqlite:///{file}", f"{self._folder.name}/blobs"))
        self.seen: dict[str, RunRecord] = {}
        """In the order in which they were wanted, for ids are random."""
        self.tickets: list[Ticket] = []
        self.held: list[tuple[Ticket, str]] = []
        """What workers believe to be at work on; the newest last."""
        with self.store.write() as tx:
            self.deal_id = deals.add(tx, deals.NewDeal(deal=Deal(), by="test")).id
            self.call_id = self._new_call(tx)

    def _new_call(self, tx) -> str:
        return calls.add(tx, calls.NewCall(deal_id=self.deal_id, call=Call(id="kickoff"))).id

    def teardown(self) -> None:
        with closing(self.store):
            self._all_is_done_in_the_end()
        self._folder.cleanup()

    def _runs(self) -> dict[str, RunRecord]:
        with self.store.read() as tx:
            return {run.id: run for run in runs.listed(tx, Window(limit=200)).items}

    @contextmanager
    def _changing(self, *may_change: str) -> Iterator[None]:
        """What has ended stays as it is, but for what is done to it here."""
        yield
        now = self._runs()
        for run_id, before in self.seen.items():
            after = now.get(run_id)
            if after is None or run_id in may_change:
                continue
            assert after.attempt == before.attempt
            if before.state in ENDED:
                assert after == before
            if before.cancel:
                assert after.cancel, "the wish to stop was lost"
            if before.state == "working":
                assert after.state != "waiting"
        new = sorted(now.keys() - self.seen.keys(), key=lambda run_id: now[run_id].kind)
        for run_id in new:
            assert (now[run_id].state, now[run_id].attempt) == ("waiting", 1)
        self.seen = {one: now[one] for one in (*self.seen, *new) if one in now}

    @initialize()
    def begin_somewhere(self) -> None:
        self.want("call", 5)
        self.dispatch("one", 1)
        self.want("deal", 5)

    @rule(kind=KINDS, priority=st.integers(1, 9))
    def want(self, kind: runs.RunKind, priority: int) -> None:
        call_id = self.call_id if kind == "call" else None
        new = NewRun(deal_id=self.deal_id, call_id=call_id, kind=kind, priority=priority)
        with self._changing(), self.store.write() as tx:
            run = runs.start(tx, new)
        assert run.state == "waiting"
        assert run.priority <= priority

    @rule(worker=WORKERS, begun=st.sampled_from([9, 1, 0]))
    def dispatch(self, worker: str, begun: int) -> None:
        """All that may begin is handed out; some of it is begun at once."""
        with self.store.read() as tx:
            may = {one: runs.get(tx, one).attempt for one in runs.waiting(tx, 9)}
        new = [(one, may[one]) for one in self.seen if one in may]
        self.tickets += new
        for ticket in new[:begun]:
            self._begin(ticket, worker)

    @precondition(lambda self: self.tickets)
    @rule(data=st.data(), worker=WORKERS)
    def begin_late(self, data: st.DataObject, worker: str) -> None:
        """Whoever has a ticket, of whatever age; also where another worker is at it already."""
        self._begin(data.draw(st.sampled_from(self.tickets)), worker)

    def _begin(self, ticket: Ticket, worker: str) -> None:
        run_id, attempt = ticket
        before = self.seen.get(run_id)
        may = before and before.attempt == attempt and before.state in ("waiting", "working")
        try:
            with self._changing(), self.store.write() as tx:
                run = runs.begin(tx, run_id, attempt=attempt, worker=worker)
        except (StoreConflictError, StoreGoneError):
            assert not may
            return
        assert may
        assert (run.state, run.worker) == ("working", worker)
        self.held.append((ticket, worker))

    @precondition(lambda self: self.held)
    @rule(data=st.data(), name=STEPS, how=st.sampled_from(["began", "at", "ended", "failed"]))
    def step(self, data: st.DataObject, name: str, how: str) -> None:
        (run_id, _), worker = data.draw(st.sampled_from(self.held))
        if not self._is_at_work(run_id, worker):
            return
        try:
            with self._changing(), self.store.write() as tx:
                match how:
                    case "began":
                        runs.step_began(tx, run_id, name, position=0)
                    case "at":
                        runs.step_at(tx, run_id, name, 0.5)
                    case "ended":
                        runs.step_ended(tx, run_id, name, state="done", key="key")
                    case _:
                        runs.step_failed(tx, run_id, name, state="failed", error="why")
        except StoreGoneError:
            assert not any(step.name == name for step in self.seen[run_id].steps)

    @precondition(lambda self: self.held)
    @rule(data=st.data(), state=st.sampled_from(["done", "failed", "failed", "cancelled"]))
    def end(self, data: st.DataObject, state: runs.EndState) -> None:
        """As a worker does it, which may have been taken for dead; what has ended stays so."""
        (run_id, attempt), _ = data.draw(st.sampled_from(self.held))
        before = self.seen.get(run_id)
        if before is None or before.attempt != attempt:
            return
        with self._changing(), self.store.write() as tx:
            runs.end(tx, run_id, state=state, error="why" if state == "failed" else None)
        assert self.seen[run_id].state == (before.state if before.state in ENDED else state)
        assert all(step.state != "working" for step in self.seen[run_id].steps)

    @precondition(lambda self: self.seen)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        run_id = data.draw(st.sampled_from(list(self.seen)))
        before = self.seen[run_id].state
        with self._changing(), self.store.write() as tx:
            run = runs.cancel(tx, run_id)
        assert run.state == ("cancelled" if before == "waiting" else before)
        assert run.cancel or before in ENDED

    @precondition(lambda self: self.seen)
    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        ended = [run_id for run_id, run in self.seen.items() if run.state in ENDED]
        run_id = data.draw(st.sampled_from(ended or list(self.seen)))
        before = self.seen[run_id]
        try:
            with self._changing(run_id), self.store.write() as tx:
                run = runs.retry(tx, run_id)
        except StoreConflictError:
            assert before.state not in ("failed", "cancelled") or self._waits(before)
            return
        assert before.state in ("failed", "cancelled")
        assert (run.state, run.attempt, run.cancel) == ("waiting", before.attempt + 1, False)

    @precondition(lambda self: len(self.seen) > MOST)
    @rule(whole_deal=st.booleans())
    def erase(self, whole_deal: bool) -> None:
        with self._changing(), self.store.write() as tx:
            if whole_deal:
                gone = erasing.deal(tx, self.deal_id, by="test").run_ids
                self.deal_id = deals.add(tx, deals.NewDeal(deal=Deal(), by="test")).id
            else:
                gone = erasing.call(tx, self.call_id, by="test").run_ids
            self.call_id = self._new_call(tx)
        assert not self.seen.keys() & set(gone)
        assert not (whole_deal and self.seen)

    @invariant()
    def nothing_is_wanted_or_done_twice_at_once(self) -> None:
        for state in ("waiting", "working"):
            wishes = Counter(_wish(run) for run in self.seen.values() if run.state == state)
            assert all(number == 1 for number in wishes.values()), f"{state} twice"

    def _is_at_work(self, run_id: str, worker: str) -> bool:
        run = self.seen.get(run_id)
        return run is not None and (run.state, run.worker) == ("working", worker)

    def _waits(self, as_this: RunRecord) -> bool:
        return any(
            run.state == "waiting" and _wish(run) == _wish(as_this) for run in self.seen.values()
        )

    def _all_is_done_in_the_end(self) -> None:
        """A worker that lives long enough ends everything, taking over what others have begun."""
        for _ in range(2):
            with self.store.write() as tx:
                begun = [one for one, run in self._listed(tx).items() if run.state == "working"]
                for run_id in (*begun, *runs.waiting(tx, 200)):
                    attempt = runs.get(tx, run_id).attempt
                    runs.begin(tx, run_id, attempt=attempt, worker="last")
                    runs.end(tx, run_id, state="done")
        assert all(run.state in ENDED for run in self._runs().values())

    @staticmethod
    def _listed(tx) -> dict[str, RunRecord]:
        return {run.id: run for run in runs.listed(tx, Window(limit=200)).items}


def _wish(run: RunRecord) -> tuple[object, ...]:
    return run.deal_id, run.kind, run.call_id


@pytest.fixture
def life(sqlite_template: Path) -> type[Runs]:
    Runs.template = sqlite_template
    return Runs


def test_a_run_lives_by_its_laws(life: type[Runs]):
    machine = life.TestCase
    machine.settings = settings(max_examples=35, stateful_step_count=25, deadline=None)
    machine("runTest").runTest()
