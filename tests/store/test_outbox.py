"""The outbox: what another system shall hold is written there once, and changed there later."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from transcript2handoff.errors import LeaseLostError, StoreConflictError
from transcript2handoff.store import Store, Window, outbox
from transcript2handoff.store.outbox import OutboxItem, OutboxWish

LEASE = 60


def wish(key: str = "note", says: str = "one", *, deal_id: str | None = None) -> OutboxWish:
    return OutboxWish(
        target="hubspot",
        external_key=key,
        deal_id=deal_id,
        kind="note",
        content=f'{{"says": "{says}"}}',
        digest=says,
    )


def put(store: Store, *wishes: OutboxWish) -> list[bool]:
    with store.write() as tx:
        return [outbox.put(tx, each) for each in wishes]


def taken(store: Store, worker: str = "w", limit: int = 10) -> tuple[OutboxItem, ...]:
    with store.write() as tx:
        return outbox.claim(tx, worker, limit, LEASE)


def now(store: Store, item: OutboxItem) -> OutboxItem:
    with store.read() as tx:
        return outbox.get(tx, item.id)


def test_a_thing_is_sent_once_and_known_then(store: Store, deal):
    assert put(store, wish(deal_id=deal.id)) == [True]
    (item,) = taken(store)
    assert (item.content, item.digest, item.sent_digest) == ('{"says": "one"}', "one", None)
    assert "says" not in repr(item)
    with store.read() as tx:
        assert outbox.known(tx, deal.id, "hubspot") == {}
    with store.write() as tx:
        outbox.sent(tx, item, "77")
    with store.read() as tx:
        assert outbox.known(tx, deal.id, "hubspot") == {"note": "one"}
        assert outbox.known(tx, deal.id, "salesforce") == {}
    assert (now(store, item).state, now(store, item).remote_id) == ("done", "77")
    assert taken(store) == ()


def test_the_same_content_is_not_sent_again(store: Store):
    assert put(store, wish(), wish()) == [True, False]
    (item,) = taken(store)
    with store.write() as tx:
        outbox.sent(tx, item, "77")
    assert put(store, wish()) == [False]
    assert taken(store) == ()


def test_other_content_changes_the_same_thing(store: Store, deal):
    put(store, wish())
    (item,) = taken(store)
    with store.write() as tx:
        outbox.sent(tx, item, "77")
    assert put(store, wish(says="two", deal_id=deal.id)) == [True]
    (change,) = taken(store)
    assert (change.id, change.remote_id) == (item.id, "77")
    assert (change.digest, change.sent_digest) == ("two", "one")
    with store.write() as tx:
        outbox.sent(tx, change, None)
    assert now(store, item).remote_id == "77"
    with store.read() as tx:
        assert outbox.known(tx, deal.id, "hubspot") == {"note": "two"}


def test_newer_content_waits_until_the_older_was_sent(store: Store):
    put(store, wish())
    (item,) = taken(store)
    assert put(store, wish(says="two")) == [True]
    assert taken(store, "other") == ()
    with store.write() as tx:
        outbox.sent(tx, item, "77")
    (change,) = taken(store)
    assert (change.digest, change.sent_digest, change.remote_id) == ("two", "one", "77")


def test_newer_content_is_tried_although_the_older_has_failed(store: Store):
    put(store, wish())
    (item,) = taken(store)
    put(store, wish(says="two"))
    with store.write() as tx:
        outbox.fail(tx, item, "the CRM does not take it")
    (change,) = taken(store)
    assert change.digest == "two"
    with store.write() as tx:
        outbox.fail(tx, change, "the CRM does not take it")
    assert now(store, item).state == "failed"
    assert put(store, wish(says="two")) == [False]
    assert put(store, wish(says="three")) == [True]
    assert now(store, item).why is None


def test_what_people_have_deleted_stays_deleted(store: Store, deal):
    put(store, wish(deal_id=deal.id))
    (item,) = taken(store)
    with store.write() as tx:
        outbox.gone(tx, item, "deleted by somebody")
    assert put(store, wish(says="two", deal_id=deal.id)) == [False]
    assert taken(store) == ()
    assert now(store, item).state == "gone"
    with pytest.raises(StoreConflictError, match="gone"), store.write() as tx:
        outbox.again(tx, item.id)


def test_a_thing_waits_as_long_as_the_other_system_says(store: Store, clock):
    put(store, wish())
    (item,) = taken(store)
    with store.write() as tx:
        outbox.wait(tx, item, "busy", 10)
    assert taken(store) == ()
    clock.move(10)
    assert len(taken(store)) == 1


def test_a_lost_lease_ends_nothing(store: Store, clock):
    put(store, wish())
    (lost,) = taken(store, "one")
    clock.move(LEASE)
    (item,) = taken(store, "two")
    for end in (
        lambda tx: outbox.sent(tx, lost, "1"),
        lambda tx: outbox.fail(tx, lost, "why"),
        lambda tx: outbox.wait(tx, lost, "why", 1),
        lambda tx: outbox.gone(tx, lost),
    ):
        with pytest.raises(LeaseLostError), store.write() as tx:
            end(tx)
    with store.write() as tx:
        outbox.sent(tx, item, "2")
    assert now(store, item).remote_id == "2"


def test_targets_have_keys_of_their_own(store: Store):
    other = wish().model_copy(update={"target": "salesforce"})
    assert put(store, wish(), other) == [True, True]


def test_things_are_listed_and_tried_again(store: Store, clock, deal):
    put(store, wish("a", deal_id=deal.id))
    clock.move(1)
    put(store, wish("b"))
    first, _ = taken(store)
    with store.write() as tx:
        outbox.fail(tx, first, "why")
    with store.read() as tx:
        assert [item.external_key for item in outbox.listed(tx, Window()).items] == ["b", "a"]
        assert [i.id for i in outbox.listed(tx, Window(), state="failed").items] == [first.id]
        assert [i.id for i in outbox.listed(tx, Window(), deal_id=deal.id).items] == [first.id]
        assert (outbox.queue(tx).failed, outbox.queue(tx).working) == (1, 1)
    with store.write() as tx:
        outbox.again(tx, first.id)
    assert [item.id for item in taken(store)] == [first.id]


def test_the_same_thing_put_in_at_the_same_time_is_one(store: Store):
    begin = threading.Barrier(4)

    def deliver(number: int) -> bool:
        begin.wait()
        with store.write() as tx:
            return outbox.put(tx, wish(says=f"{number}"))

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(deliver, range(4)))
    assert all(told)
    assert len(taken(store)) == 1


def test_a_mark_stays_until_it_is_known_that_nothing_was_taken(store: Store, monkeypatch):
    put(store, wish())
    (item,) = taken(store)
    with store.write() as tx:
        outbox.begun(tx, item, "mark")
    later = now(store, item).next_at
    monkeypatch.setattr(store, "now", lambda: later)
    (again,) = taken(store, "other")
    assert again.remote_id == "mark"
    with pytest.raises(LeaseLostError), store.write() as tx:
        outbox.begun(tx, item, "mark of one that was taken over")
    with store.write() as tx:
        outbox.wait(tx, again, "not now", 0)
    assert now(store, item).remote_id is None


def test_a_mark_goes_when_a_person_has_it_sent_again(store: Store):
    put(store, wish())
    (item,) = taken(store)
    with store.write() as tx:
        outbox.begun(tx, item, "mark")
        outbox.fail(tx, item, "nobody knows")
    assert now(store, item).remote_id == "mark"
    with store.write() as tx:
        outbox.again(tx, item.id)
    (taken_again,) = taken(store)
    assert taken_again.remote_id is None


def test_what_another_system_calls_a_thing_stays_known(store: Store):
    put(store, wish())
    (item,) = taken(store)
    with store.write() as tx:
        outbox.sent(tx, item, "77")
    put(store, wish(says="two"))
    (changed,) = taken(store)
    with store.write() as tx:
        outbox.wait(tx, changed, "not now", 0)
    assert now(store, item).remote_id == "77"


def test_the_things_for_one_system(store: Store, deal):
    mail = wish("mail-1-1", deal_id=deal.id).model_copy(update={"target": "mail"})
    put(store, wish(deal_id=deal.id), mail)
    with store.read() as tx:
        found = outbox.listed(tx, Window(limit=10), deal_id=deal.id, target="mail").items
    assert [item.external_key for item in found] == ["mail-1-1"]
