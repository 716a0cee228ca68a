"""Handoffs and their journal: versions, editions, decisions, and who was too late."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transcript2handoff.deal import Deal
from transcript2handoff.errors import StoreConflictError, StoreGoneError
from transcript2handoff.store import Store, deals, events, handoffs, results


def decision(store: Store, edition: str, what: str = "accepted") -> handoffs.Decision:
    return handoffs.Decision(
        what=what,
        reasons=("promise_unclear",),
        words="Who is Kim?",
        by="Cleo",
        by_id="user-1",
        at=store.now(),
        edition=edition,
    )


def test_a_handoff_that_says_something_else_is_a_version(store: Store, deal):
    with store.write() as tx:
        first = handoffs.add(tx, deal.id, '{"claims": 1}', run_id=None)
        same = handoffs.add(tx, deal.id, '{"claims": 1}', run_id=None)
        second = handoffs.add(tx, deal.id, '{"claims": 2}', run_id=None)
        third = handoffs.add(tx, deal.id, '{"claims": 1}', run_id=None)
    assert same == first
    with store.read() as tx:
        assert handoffs.newest(tx, deal.id) == third
        assert handoffs.get(tx, deal.id, 2) == second
        assert handoffs.versions(tx, deal.id) == (first, second, third)
        assert deals.get(tx, deal.id).handoff_version == 3


def test_what_is_not_there_is_told(store: Store, deal):
    with store.read() as tx:
        assert handoffs.newest(tx, deal.id) is None
        assert handoffs.versions(tx, deal.id) == ()
        for version in (1, 0, -1, 2**31, 2**63, 2**100):
            with pytest.raises(StoreGoneError, match="handoff"):
                handoffs.get(tx, deal.id, version)
    with pytest.raises(StoreGoneError), store.write() as tx:
        handoffs.add(tx, "deal-none", "{}", run_id=None)


def test_a_decision_is_of_what_somebody_had_before_them(store: Store, deal):
    with pytest.raises(StoreGoneError, match="no handoff yet"), store.write() as tx:
        handoffs.decide(tx, deal.id, decision(store, "0-0"))
    with store.write() as tx:
        handoffs.add(tx, deal.id, "{}", run_id=None)
        events.append(tx, deal.id, ["{}"], edition=None)
    with pytest.raises(StoreConflictError, match="1-1"), store.write() as tx:
        handoffs.decide(tx, deal.id, decision(store, "1-0"))
    told = decision(store, "1-1", "returned")
    with store.write() as tx:
        handoffs.decide(tx, deal.id, told)
    with store.read() as tx:
        assert handoffs.newest(tx, deal.id).decision == told
    with store.write() as tx:
        assert handoffs.add(tx, deal.id, '{"claims": 2}', run_id=None).decision is None


def test_events_are_numbered_and_stay_in_their_order(store: Store, deal):
    with store.write() as tx:
        assert events.append(tx, deal.id, ["a", "b"], edition="0-0") == 2
        assert events.append(tx, deal.id, [], edition="0-2") == 2
        assert events.append(tx, deal.id, ["c"], edition=None) == 3
    with store.read() as tx:
        assert events.of(tx, deal.id) == ("a", "b", "c")
        assert deals.get(tx, deal.id).edition == "0-3"


def test_an_event_that_comes_too_late_is_not_added(store: Store, deal):
    with store.write() as tx:
        events.append(tx, deal.id, ["a"], edition="0-0")
    with pytest.raises(StoreConflictError, match="0-1"), store.write() as tx:
        events.append(tx, deal.id, ["b"], edition="0-0")
    with store.read() as tx:
        assert events.of(tx, deal.id) == ("a",)


def test_workers_on_one_deal_do_not_stand_in_each_others_way(
    store: Store, deal: deals.DealRecord, database: str
):
    """Each has added something to the deal when it comes to the handoff."""
    barrier, made = threading.Barrier(2), []

    def consolidate(number: int) -> None:
        result = results.Result(
            deal_id=deal.id,
            call_id=None,
            step="consolidate",
            key=str(number),
            name="handoff.json",
            blob=store.blobs.put([b"%d" % number]),
            media_type="application/json",
        )
        with store.write() as tx:
            results.put(tx, result)
            if database == "postgresql":
                barrier.wait(timeout=5)
            made.append(handoffs.add(tx, deal.id, str(number), run_id=None).version)

    threads = [threading.Thread(target=consolidate, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [1, 2]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8")), max_size=8))
def test_whatever_is_said_is_read_as_it_was_written(sqlite_store: Store, lines: list[str]):
    with sqlite_store.write() as tx:
        deal = deals.add(tx, deals.NewDeal(deal=Deal(), by="import"))
        events.append(tx, deal.id, lines, edition="0-0")
    with sqlite_store.read() as tx:
        assert events.of(tx, deal.id) == tuple(lines)
