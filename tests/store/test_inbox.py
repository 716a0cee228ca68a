"""The inbox: each event once, taken by one worker at a time, never lost with a worker."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from transcript2handoff.errors import (
    InputError,
    LeaseLostError,
    StoreConflictError,
    StoreGoneError,
)
from transcript2handoff.store import Store, Transaction, Window, inbox
from transcript2handoff.store.inbox import InboxItem, NewItem

LEASE = 60
MANY = 3000
"""More than a database takes in one statement."""


def event(key: str, *, source: str = "hubspot", priority: int = 5) -> NewItem:
    told = f'{{"key": "{key}"}}'
    return NewItem(source=source, key=key, event=told, endpoint="crm", priority=priority)


def put(store: Store, *keys: str) -> None:
    with store.write() as tx:
        inbox.add_many(tx, [event(key) for key in keys])


def taken(store: Store, worker: str = "w", limit: int = 10) -> tuple[InboxItem, ...]:
    with store.write() as tx:
        return inbox.claim(tx, worker, limit, LEASE)


def states(store: Store) -> dict[str, str]:
    with store.read() as tx:
        return {item.key: item.state for item in inbox.listed(tx, Window()).items}


def test_an_event_comes_out_as_it_was_put_in(store: Store, clock):
    with store.write() as tx:
        assert inbox.add(tx, event("a", priority=1))
    (item,) = taken(store)
    assert (item.source, item.key, item.event) == ("hubspot", "a", '{"key": "a"}')
    assert (item.endpoint, item.priority, item.state) == ("crm", 1, "working")
    assert (item.worker, item.attempts, item.created) == ("w", 1, clock())
    assert "key" not in repr(item).replace("key='a'", "")


def test_a_repetition_changes_nothing(store: Store):
    put(store, "a")
    with store.write() as tx:
        inbox.done(tx, *inbox.claim(tx, "w", 1, LEASE))
    with store.write() as tx:
        assert not inbox.add(tx, event("a"))
        assert inbox.add(tx, event("a", source="zoom"))
    assert len(taken(store)) == 1


def test_of_many_events_each_is_told_whether_it_is_new(store: Store):
    put(store, "b")
    with store.write() as tx:
        new = inbox.add_many(tx, [event(key) for key in "aabc"])
        assert new == (True, False, False, True)
        assert inbox.add_many(tx, []) == ()
    many = [event(f"{n}") for n in range(MANY)]
    with store.write() as tx:
        assert all(inbox.add_many(tx, many))
    with store.read() as tx:
        assert inbox.queue(tx).waiting == MANY + 3


def test_what_is_taken_is_the_most_urgent_and_the_oldest_first(store: Store, clock):
    for key, priority in (("late", 5), ("first", 1), ("later", 5)):
        with store.write() as tx:
            inbox.add(tx, event(key, priority=priority))
        clock.move(1)
    assert [item.key for item in taken(store, limit=2)] == ["first", "late"]
    assert [item.key for item in taken(store, limit=2)] == ["later"]
    assert taken(store) == ()


def test_an_event_waits_for_its_time_and_says_for_what(store: Store, clock):
    put(store, "a")
    (item,) = taken(store)
    with store.write() as tx:
        inbox.wait(tx, item, "the recording of the call", 30)
    clock.move(29)
    assert taken(store) == ()
    with store.read() as tx:
        assert inbox.get(tx, item.id).why == "the recording of the call"
    clock.move(1)
    (again,) = taken(store)
    assert again.attempts == 2


def test_an_event_whose_worker_is_silent_is_taken_by_another(store: Store, clock):
    put(store, "a")
    (lost,) = taken(store, "one")
    clock.move(LEASE - 1)
    assert taken(store, "two") == ()
    clock.move(1)
    (item,) = taken(store, "two")
    assert (item.worker, item.attempts) == ("two", 2)
    for end in (
        lambda tx: inbox.done(tx, lost),
        lambda tx: inbox.fail(tx, lost, "why"),
        lambda tx: inbox.wait(tx, lost, "why", 1),
        lambda tx: inbox.link(tx, lost, deal_id=None),
    ):
        with pytest.raises(LeaseLostError, match="another worker"), store.write() as tx:
            end(tx)
    assert states(store) == {"a": "working"}
    with store.write() as tx:
        inbox.done(tx, item)
    assert states(store) == {"a": "done"}


def test_a_worker_that_was_slow_but_alone_can_still_end_its_event(store: Store, clock):
    put(store, "a")
    (item,) = taken(store)
    clock.move(LEASE * 2)
    with store.write() as tx:
        inbox.done(tx, item)
    assert states(store) == {"a": "done"}


def test_a_worker_can_keep_an_event_for_longer(store: Store, clock):
    put(store, "a")
    (item,) = taken(store)
    with store.write() as tx:
        inbox.hold(tx, item, 3600)
    clock.move(3599)
    assert taken(store, "other") == ()
    clock.move(1)
    (again,) = taken(store, "other")
    with pytest.raises(LeaseLostError), store.write() as tx:
        inbox.hold(tx, item, 3600)
    with store.write() as tx:
        inbox.done(tx, again)


def test_what_a_worker_did_is_taken_back_with_its_lost_lease(store: Store, clock):
    put(store, "a")
    (lost,) = taken(store, "one")
    clock.move(LEASE)
    taken(store, "two")

    def late(tx: Transaction) -> None:
        inbox.add(tx, event("effect"))
        inbox.done(tx, lost)

    with pytest.raises(LeaseLostError), store.write() as tx:
        late(tx)
    assert states(store) == {"a": "working"}


def test_an_event_that_is_ended_twice_is_ended_once(store: Store):
    put(store, "a")
    (item,) = taken(store)
    with store.write() as tx:
        inbox.done(tx, item)
    with pytest.raises(LeaseLostError), store.write() as tx:
        inbox.fail(tx, item, "why")


def test_a_failed_event_is_tried_again_when_somebody_wants_it(store: Store, clock):
    put(store, "a")
    (item,) = taken(store)
    with store.write() as tx:
        inbox.fail(tx, item, "x" * 5000)
    with store.read() as tx:
        failed = inbox.get(tx, item.id)
    assert (failed.state, failed.ended, len(failed.why or "")) == ("failed", clock(), 1000)
    assert taken(store) == ()
    with store.write() as tx:
        assert inbox.again(tx, item.id).state == "waiting"
    (item,) = taken(store)
    with pytest.raises(StoreConflictError, match="working"), store.write() as tx:
        inbox.again(tx, item.id)
    with pytest.raises(StoreGoneError, match="inbox-none"), store.write() as tx:
        inbox.again(tx, "inbox-none")


def test_a_failed_event_whose_words_are_gone_cannot_be_tried_again(store: Store):
    put(store, "a", "b")
    first, second = sorted(taken(store), key=lambda item: item.key)
    with store.write() as tx:
        inbox.fail(tx, first, "why")
        inbox.done(tx, second)
        assert inbox.drop_words(tx, older=datetime.timedelta()) == 2
    with pytest.raises(StoreConflictError, match="sent again"), store.write() as tx:
        inbox.again(tx, first.id)
    assert states(store) == {"a": "failed", "b": "done"}


def test_an_event_is_linked_to_its_deal_and_call(store: Store, deal, call):
    put(store, "a", "b")
    first, _ = taken(store)
    with store.write() as tx:
        inbox.link(tx, first, deal_id=deal.id, call_id=call.id)
    with store.read() as tx:
        (found,) = inbox.listed(tx, Window(), deal_id=deal.id).items
        assert (found.id, found.call_id) == (first.id, call.id)


def test_events_are_listed_in_pages_newest_first(store: Store, clock):
    for key in "abcde":
        put(store, key)
        clock.move(1)
    with store.write() as tx:
        (item,) = inbox.claim(tx, "w", 1, LEASE)
        inbox.fail(tx, item, "why")
    with store.read() as tx:
        first = inbox.listed(tx, Window(limit=2))
        second = inbox.listed(tx, Window(limit=3, after=first.after))
        assert [item.key for item in (*first.items, *second.items)] == list("edcba")
        assert second.after is None
        assert [item.key for item in inbox.listed(tx, Window(), state="failed").items] == ["a"]
        with pytest.raises(InputError, match="cursor"):
            inbox.listed(tx, Window(after="x"))


def test_the_queue_says_how_full_it_is(store: Store, clock):
    with store.read() as tx:
        empty = inbox.queue(tx)
    assert empty.model_dump() == {"waiting": 0, "working": 0, "failed": 0, "oldest_seconds": 0.0}
    put(store, "a", "b", "c")
    clock.move(5)
    put(store, "d")
    first, *_ = taken(store, limit=2)
    with store.write() as tx:
        inbox.fail(tx, first, "why")
    clock.move(5)
    with store.read() as tx:
        told = inbox.queue(tx)
    assert told.model_dump() == {"waiting": 2, "working": 1, "failed": 1, "oldest_seconds": 10.0}


def test_many_workers_at_once_take_each_event_once(store: Store):
    put(store, *map(str, range(60)))
    begin = threading.Barrier(4)

    def work(worker: str) -> list[str]:
        begin.wait()
        found: list[str] = []
        while items := taken(store, worker, limit=3):
            for item in items:
                with store.write() as tx:
                    inbox.done(tx, item)
                found.append(item.key)
        return found

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(work, ["w1", "w2", "w3", "w4"]))
    assert sorted(key for share in shares for key in share) == sorted(map(str, range(60)))
    assert set(states(store).values()) == {"done"}


def test_deliveries_of_the_same_events_in_another_order_do_not_block_each_other(store: Store):
    keys = [str(number) for number in range(30)]

    def deliver(order: list[str]) -> int:
        new = 0
        for trial in range(15):
            with store.write() as tx:
                new += sum(inbox.add_many(tx, [event(f"{trial}-{key}") for key in order]))
        return new

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(deliver, [keys, keys[::-1]])) == 15 * len(keys)


def test_the_same_event_at_the_same_time_is_put_in_once(store: Store):
    begin = threading.Barrier(4)

    def deliver(_: int) -> tuple[bool, ...]:
        begin.wait()
        with store.write() as tx:
            return inbox.add_many(tx, [event(key) for key in "abc"])

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(deliver, range(4)))
    assert sum(map(sum, told)) == 3


def test_on_postgresql_a_worker_passes_over_what_another_is_just_taking(
    store: Store, database: str
):
    put(store, "a", "b")
    taking, done = threading.Event(), threading.Event()

    def slow() -> str:
        with store.write() as tx:
            (item,) = inbox.claim(tx, "slow", 1, LEASE)
            taking.set()
            # SQLite lets nobody else write before this one is done.
            done.wait(10 if database == "postgresql" else 0.2)
        return item.key

    def quick() -> str:
        taking.wait(10)
        (item,) = taken(store, "quick", limit=5)
        done.set()
        return item.key

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(slow), pool.submit(quick)
        assert {first.result(), second.result()} == {"a", "b"}
