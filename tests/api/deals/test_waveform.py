"""The outline of a recording, where a run has made one."""

import pytest

from transcript2handoff.audio.steps import WAVEFORM
from transcript2handoff.store import calls, results


@pytest.fixture
def store(sqlite_store):
    """One kind of database is enough: these tests are about the answers."""
    return sqlite_store


@pytest.fixture
def heard(store, harborline):
    """The id of a call whose recording has an outline."""
    call_id = harborline.calls["harborline-1"]
    copy = store.blobs.put([b"OggS"]).digest
    made = results.Result(
        deal_id=harborline.deal,
        call_id=call_id,
        step="decode",
        key="1",
        name=WAVEFORM,
        blob=store.blobs.put([b'{"seconds": 2.5, "peaks": [0, 0.5, 1]}']),
        media_type="application/json",
    )
    with store.write() as tx:
        calls.change(tx, call_id, calls.CallChanges(playback=copy))
        results.put(tx, made)
    return call_id


def test_it_is_read(client, admin, heard):
    answer = client.get(f"/v1/calls/{heard}/waveform", headers=admin)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"seconds": 2.5, "peaks": [0.0, 0.5, 1.0]}
    assert answer.headers["cache-control"] == "private, no-cache"


def test_a_recording_that_was_heard_before_has_none_yet(client, admin, harborline):
    call_id = harborline.calls["harborline-2"]
    answer = client.get(f"/v1/calls/{call_id}/waveform", headers=admin)
    assert answer.status_code == 404
    assert f"/v1/calls/{call_id}/runs" in answer.json()["detail"]


def test_it_goes_with_the_recording(client, admin, store, heard):
    with store.write() as tx:
        calls.change(tx, heard, calls.CallChanges(playback=None))
    assert client.get(f"/v1/calls/{heard}/waveform", headers=admin).status_code == 404
