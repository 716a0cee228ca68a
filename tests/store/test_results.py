"""Results: what steps made, found again by key, the latest of a call, dropped with their blobs."""

import pytest

from transcript2handoff.deal import Call
from transcript2handoff.errors import BlobMissingError
from transcript2handoff.store import Blob, Store, calls, keeping, results, runs


def result(store: Store, call: calls.CallRecord, content: bytes, **more: object) -> results.Result:
    made = {
        "deal_id": call.deal_id,
        "call_id": call.id,
        "step": "decode",
        "key": "k1",
        "name": "playback.ogg",
        "media_type": "audio/ogg",
        "blob": store.blobs.put([content]),
    }
    return results.Result(**{**made, **more})


def put(store: Store, *all_of_them: results.Result) -> None:
    with store.write() as tx:
        for one in all_of_them:
            results.put(tx, one)


def test_files_are_found_under_their_key(store: Store, call):
    sound, facts = result(store, call, b"sound"), result(store, call, b"{}", name="facts.json")
    put(store, sound, facts, result(store, call, b"other", key="k2"))
    with store.read() as tx:
        assert results.of(tx, call.deal_id, "k1") == {
            "playback.ogg": sound.blob.digest,
            "facts.json": facts.blob.digest,
        }
        assert results.of(tx, call.deal_id, "k3") == {}
        assert results.of(tx, "deal-none", "k1") == {}


def test_a_file_that_is_made_again_takes_the_place_of_the_old_one(store: Store, call):
    old, new = result(store, call, b"old"), result(store, call, b"new")
    put(store, old)
    put(store, new)
    put(store, new)
    with store.read() as tx:
        assert results.of(tx, call.deal_id, "k1") == {"playback.ogg": new.blob.digest}
    assert keeping.collect(store) == 1
    assert b"".join(store.blobs.read(new.blob.digest)) == b"new"


def test_a_file_without_its_bytes_is_not_noted(store: Store, call):
    nothing = Blob(digest="0" * 64, bytes=3)
    with pytest.raises(BlobMissingError):
        put(store, result(store, call, b"sound", blob=nothing))


def test_the_latest_is_what_a_run_came_to_last(store: Store, call, clock):
    with store.read() as tx:
        assert results.latest(tx, call.id, "decode") is None
    for key in ("k1", "k2"):
        clock.move(1)
        put(store, result(store, call, key.encode(), key=key))
    clock.move(1)
    put(store, result(store, call, b"x", key="k3", step="extract"))
    with store.write() as tx:
        assert results.latest(tx, call.id, "decode")[0] == "k2"
        results.reused(tx, call.deal_id, "k1")
        key, files = results.latest(tx, call.id, "decode")
    assert (key, list(files)) == ("k1", ["playback.ogg"])


def test_two_calls_with_the_same_recording_have_the_same_files(store: Store, call):
    put(store, result(store, call, b"sound"))
    with store.write() as tx:
        twin = calls.add(tx, calls.NewCall(deal_id=call.deal_id, call=Call(id="twin")))
        assert results.latest(tx, twin.id, "decode") is None
        new = runs.NewRun(deal_id=call.deal_id, call_id=twin.id, kind="call")
        run = runs.start(tx, new)
        runs.step_began(tx, run.id, "decode", position=0)
        runs.step_ended(tx, run.id, "decode", state="reused", key="k1")
        assert results.latest(tx, twin.id, "decode") == results.latest(tx, call.id, "decode")


def test_dropped_results_leave_their_bytes_to_be_collected(store: Store, call):
    shared = result(store, call, b"shared")
    put(store, shared, result(store, call, b"own", key="k2"))
    put(store, shared.model_copy(update={"key": "k9", "call_id": None}))
    with store.write() as tx:
        assert results.drop_of_call(tx, call.id) == 2
        assert results.of(tx, call.deal_id, "k1") == {}
    assert keeping.collect(store) == 1
    assert store.blobs.size(shared.blob.digest) == 6
