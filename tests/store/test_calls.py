"""Calls: added to a deal, found, changed, moved; the blobs that they name are kept."""

import datetime

import pytest

from transcript2handoff.deal import Call
from transcript2handoff.errors import BlobMissingError, StoreConflictError, StoreGoneError
from transcript2handoff.store import Store, calls, deals, keeping, results, runs


def another_deal(store: Store) -> str:
    with store.write() as tx:
        new = deals.NewDeal(deal=deals.Deal(deal="Another"), by="import")
        return deals.add(tx, new).id


def test_a_call_is_read_as_it_was_added(store: Store, deal):
    recording = store.blobs.put([b"sound"])
    new = calls.NewCall(
        deal_id=deal.id,
        call=Call(id="kickoff", date=datetime.date(2026, 3, 2)),
        recording=recording.digest,
        media_type="audio/mpeg",
        source="zoom",
        external_id="uuid==",
        fetch='{"url": "https://zoom.example/r"}',
    )
    with store.write() as tx:
        call = calls.add(tx, new)
    with store.read() as tx:
        assert calls.get(tx, call.id) == call
        assert calls.find(tx, "zoom", "uuid==") == call
        assert calls.find(tx, "zoom", "other") is None
    assert call.model_dump(include=set(calls.NewCall.model_fields)) == new.model_dump()
    assert call.ref == "kickoff"


def test_a_call_needs_its_deal_and_its_recording(store: Store, deal):
    with pytest.raises(StoreGoneError, match="deal-none"), store.write() as tx:
        calls.add(tx, calls.NewCall(deal_id="deal-none", call=Call(id="a")))
    with pytest.raises(BlobMissingError), store.write() as tx:
        calls.add(tx, calls.NewCall(deal_id=deal.id, call=Call(id="a"), recording="0" * 64))


def test_a_deal_has_one_call_of_an_id_and_a_source_tells_of_it_once(store: Store, deal):
    there = another_deal(store)
    told = {"source": "zoom", "external_id": "7"}
    with store.write() as tx:
        calls.add(tx, calls.NewCall(deal_id=deal.id, call=Call(id="a"), **told))
        calls.add(tx, calls.NewCall(deal_id=there, call=Call(id="a")))
    with pytest.raises(StoreConflictError), store.write() as tx:
        calls.add(tx, calls.NewCall(deal_id=deal.id, call=Call(id="a")))
    with pytest.raises(StoreConflictError), store.write() as tx:
        calls.add(tx, calls.NewCall(deal_id=there, call=Call(id="b"), **told))


def test_calls_of_a_deal_come_by_date(store: Store, deal, clock):
    days = {"c": 9, "a": 2, "none": None, "b": 2}
    for ref, day in days.items():
        clock.move(1)
        date = day and datetime.date(2026, 3, day)
        with store.write() as tx:
            calls.add(tx, calls.NewCall(deal_id=deal.id, call=Call(id=ref, date=date)))
    with store.read() as tx:
        assert [call.ref for call in calls.of_deal(tx, deal.id)] == ["a", "b", "c", "none"]
        assert calls.of_deal(tx, "deal-none") == ()


def test_a_recording_that_is_replaced_goes_and_the_new_one_stays(store: Store, call):
    old, new = store.blobs.put([b"old"]), store.blobs.put([b"new"])
    for blob in (old, new):
        with store.write() as tx:
            changed = calls.change(tx, call.id, calls.CallChanges(recording=blob.digest))
    assert changed.recording == new.digest
    assert keeping.collect(store) == 1
    assert store.blobs.size(new.digest) == 3
    with pytest.raises(BlobMissingError):
        store.blobs.size(old.digest)


def test_a_call_is_told_anew(store: Store, call):
    with store.write() as tx:
        told = calls.CallChanges(call=Call(id="renamed", consent="unknown"), fetch="{}")
        calls.change(tx, call.id, told)
        changed = calls.change(tx, call.id, calls.CallChanges(fetch=None))
    assert (changed.ref, changed.call.id, changed.fetch) == ("renamed", "renamed", None)


def test_a_call_moves_with_its_runs_and_results(store: Store, deal, call):
    there = another_deal(store)
    blob = store.blobs.put([b"words"])
    for ours in (deal.id, there):
        made = results.Result(
            deal_id=ours,
            call_id=call.id if ours == deal.id else None,
            step="transcribe",
            key="k1",
            name="words.json",
            blob=blob,
            media_type="application/json",
        )
        with store.write() as tx:
            results.put(tx, made)
            results.put(tx, made.model_copy(update={"key": f"k2-{ours}"}))
    with store.write() as tx:
        run = runs.start(tx, runs.NewRun(deal_id=deal.id, call_id=call.id, kind="call"))
        assert calls.move(tx, call.id, there).deal_id == there
    with store.read() as tx:
        assert calls.of_deal(tx, deal.id) == ()
        assert runs.get(tx, run.id).deal_id == there
        assert results.of(tx, deal.id, f"k2-{deal.id}") == {}
        assert results.of(tx, there, f"k2-{deal.id}") == {"words.json": blob.digest}
        assert results.of(tx, there, "k1") == {"words.json": blob.digest}
    assert keeping.collect(store) == 0
