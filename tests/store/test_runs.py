"""Runs: wanted, joined, begun, followed step by step, cancelled, ended, retried."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from transcript2handoff.deal import Deal
from transcript2handoff.errors import InputError, StoreConflictError, StoreGoneError
from transcript2handoff.store import Store, Window, deals, handoffs, results, runs


def wanted(deal, **more: object) -> runs.NewRun:
    return runs.NewRun(**{"deal_id": deal.id, "kind": "deal", **more})


def started(store: Store, deal, **more: object) -> runs.RunRecord:
    with store.write() as tx:
        return runs.start(tx, wanted(deal, **more))


def begun(store: Store, deal, **more: object) -> runs.RunRecord:
    run = started(store, deal, **more)
    with store.write() as tx:
        return runs.begin(tx, run.id, attempt=1, worker="host:0")


def test_a_run_is_read_as_it_was_wanted(store: Store, deal, call, clock):
    run = started(store, deal, kind="call", call_id=call.id, priority=2)
    with store.read() as tx:
        assert runs.get(tx, run.id) == run
    assert run == runs.RunRecord(
        id=run.id,
        deal_id=deal.id,
        call_id=call.id,
        kind="call",
        priority=2,
        wanted=None,
        state="waiting",
        attempt=1,
        cancel=False,
        error=None,
        steps=(),
        worker=None,
        created=clock.time,
        started=None,
        ended=None,
    )


def test_who_waits_for_what_cannot_come_waits_in_vain(store: Store, deal, call):
    in_vain = {started(store, deal).id, started(store, deal, kind="documents", wanted="x").id}
    with store.write() as tx:
        assert set(runs.drop_vain(tx, deal.id)) == in_vain
        assert runs.waiting(tx, 9) == ()


def test_a_document_waits_for_the_handoff_that_is_being_made(store: Store, deal, call):
    document = started(store, deal, kind="documents", wanted="x", priority=0)
    on_call = begun(store, deal, kind="call", call_id=call.id)
    with store.write() as tx:
        assert runs.drop_vain(tx, deal.id) == ()
        assert runs.waiting(tx, 9) == ()
        handoffs.add(tx, deal.id, "{}", run_id=on_call.id)
        assert runs.waiting(tx, 9) == (document.id,)


def test_who_waits_for_what_is_there_waits_on(store: Store, deal, call):
    with store.write() as tx:
        handoffs.add(tx, deal.id, "{}", run_id=None)
    documents = started(store, deal, kind="documents", wanted="x")
    working = begun(store, deal)
    with store.write() as tx:
        assert runs.drop_vain(tx, deal.id) == ()
        assert {runs.get(tx, one.id).state for one in (documents, working)} == {
            "waiting",
            "working",
        }


def test_a_wish_joins_the_same_wish_and_hurries_it(store: Store, deal, call):
    first = started(store, deal, priority=5)
    assert started(store, deal, priority=2).id == first.id
    assert started(store, deal, priority=9).priority == 2
    others = [
        started(store, deal, kind="documents", wanted="internal/kickoff_brief.pdf en"),
        started(store, deal, kind="documents", wanted="internal/kickoff_brief.pdf de"),
        started(store, deal, kind="call", call_id=call.id),
    ]
    assert len({first.id, *(run.id for run in others)}) == 4
    with store.write() as tx:
        runs.begin(tx, first.id, attempt=1, worker="host:0")
    assert started(store, deal).id != first.id


def test_a_run_needs_its_deal_and_a_call_of_it(store: Store, deal, call):
    with pytest.raises(StoreGoneError), store.write() as tx:
        runs.start(tx, runs.NewRun(deal_id="deal-none", kind="deal"))
    with pytest.raises(StoreGoneError), store.write() as tx:
        runs.start(tx, wanted(deal, kind="call", call_id="call-none"))


def test_urgent_runs_wait_at_the_front_then_old_ones(store: Store, deal, clock):
    ids = {}
    for name, priority in (("bulk", 9), ("late", 5), ("won", 1), ("later", 5)):
        clock.move(1)
        ids[started(store, deal, kind="documents", wanted=name, priority=priority).id] = name
    with store.read() as tx:
        assert [ids[run] for run in runs.waiting(tx, 9)] == ["won", "late", "later", "bulk"]
        assert [ids[run] for run in runs.waiting(tx, 1)] == ["won"]


def test_a_run_is_followed_from_step_to_step(store: Store, deal, clock):
    run = started(store, deal)
    clock.move(5)
    with store.write() as tx:
        runs.begin(tx, run.id, attempt=1, worker="host:0")
        runs.step_began(tx, run.id, "consolidate", position=0)
        runs.step_at(tx, run.id, "consolidate", 0.25)
    with store.read() as tx:
        seen = runs.get(tx, run.id)
    assert (seen.state, seen.worker, seen.started) == ("working", "host:0", clock.time)
    assert [(step.name, step.state, step.done) for step in seen.steps] == [
        ("consolidate", "working", 0.25)
    ]
    clock.move(5)
    with store.write() as tx:
        runs.step_ended(tx, run.id, "consolidate", state="done", key="k1")
        runs.step_at(tx, run.id, "consolidate", 0.5)
        runs.step_began(tx, run.id, "assess", position=1)
        runs.step_ended(tx, run.id, "assess", state="reused", key="k2")
        runs.end(tx, run.id, state="done")
    with store.read() as tx:
        seen = runs.get(tx, run.id)
    assert [(step.name, step.state, step.done, step.key) for step in seen.steps] == [
        ("consolidate", "done", 1.0, "k1"),
        ("assess", "reused", 1.0, "k2"),
    ]
    assert (seen.state, seen.ended) == ("done", clock.time)


def test_a_step_that_fails_says_why_and_can_begin_again(store: Store, deal):
    run = begun(store, deal)
    with store.write() as tx:
        runs.step_began(tx, run.id, "render", position=3)
        runs.step_at(tx, run.id, "render", 0.5)
        runs.step_failed(tx, run.id, "render", state="failed", error="The disk is full.")
    with store.read() as tx:
        (step,) = runs.get(tx, run.id).steps
    assert (step.state, step.error, step.done) == ("failed", "The disk is full.", 0.5)
    with store.write() as tx:
        runs.step_began(tx, run.id, "render", position=3)
    with store.read() as tx:
        (step,) = runs.get(tx, run.id).steps
    assert (step.state, step.error, step.done, step.ended) == ("working", None, 0.0, None)


def test_another_worker_takes_a_run_over_but_not_an_ended_one(store: Store, deal, clock):
    run = begun(store, deal)
    clock.move(90)
    with store.write() as tx:
        again = runs.begin(tx, run.id, attempt=1, worker="other:0")
    assert (again.worker, again.started) == ("other:0", run.started)
    with pytest.raises(StoreConflictError), store.write() as tx:
        runs.begin(tx, run.id, attempt=2, worker="other:0")
    with store.write() as tx:
        runs.end(tx, run.id, state="done")
    with pytest.raises(StoreConflictError, match="is done"), store.write() as tx:
        runs.begin(tx, run.id, attempt=1, worker="host:0")


def test_a_waiting_run_is_cancelled_at_once(store: Store, deal):
    run = started(store, deal)
    with store.write() as tx:
        assert runs.cancel(tx, run.id).state == "cancelled"
    with store.read() as tx:
        assert runs.waiting(tx, 9) == ()
        assert runs.is_cancelled(tx, run.id)
    with pytest.raises(StoreConflictError), store.write() as tx:
        runs.begin(tx, run.id, attempt=1, worker="host:0")


def test_a_working_run_is_asked_to_stop_and_an_ended_one_stays(store: Store, deal):
    run = begun(store, deal)
    with store.read() as tx:
        assert not runs.is_cancelled(tx, run.id)
    with store.write() as tx:
        runs.step_began(tx, run.id, "consolidate", position=0)
        asked = runs.cancel(tx, run.id)
    assert (asked.state, asked.cancel) == ("working", True)
    with store.write() as tx:
        runs.end(tx, run.id, state="cancelled")
    with store.read() as tx:
        assert [step.state for step in runs.get(tx, run.id).steps] == ["cancelled"]
    other = begun(store, deal)
    with store.write() as tx:
        runs.end(tx, other.id, state="done")
        runs.end(tx, other.id, state="failed", error="too late")
        ended = runs.cancel(tx, other.id)
    assert (ended.state, ended.cancel) == ("done", False)


def test_an_erased_run_shall_stop(store: Store):
    with store.read() as tx:
        assert runs.is_cancelled(tx, "run-none")


def test_a_failed_run_is_wanted_once_more(store: Store, deal):
    run = begun(store, deal)
    with pytest.raises(StoreConflictError, match="is working"), store.write() as tx:
        runs.retry(tx, run.id)
    with store.write() as tx:
        runs.step_began(tx, run.id, "consolidate", position=0)
        runs.end(tx, run.id, state="failed", error="no room")
        again = runs.retry(tx, run.id)
    assert (again.state, again.attempt, again.steps, again.error) == ("waiting", 2, (), None)
    assert (again.worker, again.started, again.ended, again.cancel) == (None, None, None, False)
    with store.write() as tx:
        assert runs.begin(tx, run.id, attempt=2, worker="host:0").state == "working"


def test_a_run_is_not_retried_beside_the_same_that_waits(store: Store, deal):
    run = begun(store, deal)
    with store.write() as tx:
        runs.end(tx, run.id, state="failed", error="no room")
    other = started(store, deal)
    with pytest.raises(StoreConflictError, match=other.id), store.write() as tx:
        runs.retry(tx, run.id)
    with store.write() as tx:
        runs.cancel(tx, other.id)
        assert runs.retry(tx, run.id).state == "waiting"


def test_two_that_retry_the_same_at_once_have_one_run(store: Store, deal):
    failed = []
    for _ in range(2):
        failed.append(begun(store, deal).id)
        with store.write() as tx:
            runs.end(tx, failed[-1], state="failed", error="no room")

    def retried(run_id: str) -> bool:
        try:
            with store.write() as tx:
                runs.retry(tx, run_id)
                time.sleep(0.05)
        except StoreConflictError:
            return False
        return True

    with ThreadPoolExecutor() as pool:
        assert sorted(pool.map(retried, failed)) == [False, True]


def test_a_run_waits_until_the_same_has_ended(store: Store, deal, call):
    first = begun(store, deal)
    again = started(store, deal)
    other = started(store, deal, kind="call", call_id=call.id)
    with store.read() as tx:
        assert runs.waiting(tx, 9) == (other.id,)
    with store.write() as tx:
        runs.end(tx, first.id, state="done")
        assert set(runs.waiting(tx, 9)) == {again.id, other.id}


def test_a_run_that_was_cancelled_at_work_stays_as_it_ended(store: Store, deal):
    run = begun(store, deal)
    with store.write() as tx:
        runs.end(tx, run.id, state="cancelled")
        ended = runs.get(tx, run.id)
        assert runs.cancel(tx, run.id) == ended


def test_the_queue_says_how_much_waits_and_how_long(store: Store, deal, clock):
    with store.read() as tx:
        assert runs.queue(tx) == runs.QueueState(waiting=0, oldest_seconds=0, working=0)
    begun(store, deal)
    for name in "abc":
        started(store, deal, kind="documents", wanted=name)
        clock.move(10)
    with store.read() as tx:
        assert runs.queue(tx) == runs.QueueState(waiting=3, oldest_seconds=30, working=1)


def test_runs_are_listed_by_deal_and_state_and_for_whom(store: Store, deal):
    first = begun(store, deal)
    second = started(store, deal)
    with store.read() as tx:

        def ids(**which: object) -> list[str]:
            return [run.id for run in runs.listed(tx, Window(), **which).items]

        assert set(ids()) == {first.id, second.id}
        assert ids(state="working") == [first.id]
        assert set(ids(deal_id=deal.id)) == {first.id, second.id}
        assert ids(deal_id="deal-none") == []
        assert ids(seen_by="nobody") == []


def test_a_cursor_of_another_list_is_refused(store: Store, deal):
    for _ in range(2):
        with store.write() as tx:
            deals.add(tx, deals.NewDeal(deal=Deal(), by="import"))
    with store.read() as tx:
        cursor = deals.listed(tx, Window(limit=1)).after
        with pytest.raises(InputError, match="cursor of this list"):
            runs.listed(tx, Window(after=cursor))


def test_ending_a_step_makes_its_results_the_latest(store: Store, deal, call, clock):
    blob = store.blobs.put([b"words"])
    for key in ("k1", "k2"):
        clock.move(1)
        with store.write() as tx:
            results.put(
                tx,
                results.Result(
                    deal_id=deal.id,
                    call_id=call.id,
                    step="transcribe",
                    key=key,
                    name="words.json",
                    blob=blob,
                    media_type="application/json",
                ),
            )
    run = begun(store, deal, kind="call", call_id=call.id)
    clock.move(1)
    with store.write() as tx:
        assert results.latest(tx, call.id, "transcribe")[0] == "k2"
        runs.step_began(tx, run.id, "transcribe", position=0)
        runs.step_ended(tx, run.id, "transcribe", state="reused", key="k1")
        assert results.latest(tx, call.id, "transcribe")[0] == "k1"
