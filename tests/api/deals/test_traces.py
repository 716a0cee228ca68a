"""What nobody is to see, and what is to be seen of everybody."""

import pytest

from transcript2handoff.store import Window, audit, calls

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""One kind of database is enough where the answer does not come out of it."""


@on_sqlite
@pytest.mark.parametrize("role", ["ae", "csm"])
def test_a_deal_of_another_system_is_taken_by_nobody(client, callers, admin, role):
    """Its webhooks would bring its calls to whoever was quicker, and a refusal tells of it."""
    body = {"deal": {}, "source": "hubspot", "external_id": "4711"}
    headers = callers.user(role)
    assert client.post("/v1/deals", json=body, headers=headers).status_code == 403
    assert client.post("/v1/deals", json=body, headers=admin).status_code == 201
    assert client.post("/v1/deals", json=body, headers=headers).status_code == 403


@on_sqlite
@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/javascript"])
def test_a_recording_is_opened_as_a_sound_alone(client, admin, store, harborline, media_type):
    call = harborline.calls["harborline-1"]
    with store.write() as tx:
        recording = store.blobs.put([b"<script>alert(1)</script>"])
        changes = calls.CallChanges(recording=recording.digest, media_type=media_type)
        calls.change(tx, call, changes)
    answer = client.get(f"/v1/calls/{call}/audio", headers=admin)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"


class TestDeeds:
    @pytest.mark.parametrize("asked", ["bytes=1-", "bytes=-5", "bytes=00-", "bytes=3-4", "x"])
    @on_sqlite
    def test_no_range_of_a_recording_is_heard_unseen(self, client, admin, store, harborline, asked):
        call = harborline.calls["harborline-1"]
        with store.write() as tx:
            recording = store.blobs.put([b"OggS" + bytes(50)])
            calls.change(tx, call, calls.CallChanges(recording=recording.digest))
        answer = client.get(f"/v1/calls/{call}/audio", headers={**admin, "Range": asked})
        assert answer.status_code in (200, 206)
        assert ("read", "recording", call) in deeds(store)

    @on_sqlite
    def test_an_answer_that_is_given_again_is_read_again(self, client, admin, store):
        headers = {**admin, "Idempotency-Key": "once"}
        for _ in range(2):
            assert client.post("/v1/deals", json={"deal": {}}, headers=headers).status_code == 201
        assert [each[:2] for each in deeds(store)] == [("read", "answer"), ("add", "deal")]

    @on_sqlite
    def test_a_handoff_that_has_not_changed_is_read_too(self, client, admin, store, harborline):
        address = f"/v1/deals/{harborline.deal}/handoff"
        answer = client.get(address, headers={**admin, "If-None-Match": "*"})
        assert answer.status_code == 304
        assert ("read", "handoff", harborline.deal) in deeds(store)


def deeds(store):
    with store.read() as tx:
        found = audit.listed(tx, Window(limit=200)).items
    return [(deed.action, deed.matter, deed.subject) for deed in found]


@on_sqlite
def test_a_call_is_not_moved_onto_another(client, admin, seed):
    one, other = seed(), seed()
    path = f"/v1/calls/{one.calls['harborline-1']}/move"
    answer = client.post(path, json={"deal_id": other.deal}, headers=admin)
    assert answer.status_code == 409
    assert "has a call harborline-1 already" in answer.json()["detail"]
