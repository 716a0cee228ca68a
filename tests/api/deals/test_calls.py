"""Calls: changed, moved, heard in ranges, and read in three forms."""

import hashlib
import json
from pathlib import Path

import pytest

from transcript2handoff.store import calls
from transcript2handoff.transcript import read_transcript

FIXTURES = Path(__file__).parents[3] / "fixtures" / "harborline"
RECORDING = (FIXTURES / "harborline-1" / "1_call.opus").read_bytes()
DIGEST = hashlib.sha256(RECORDING).hexdigest()


@pytest.fixture
def store(sqlite_store):
    """One kind of database is enough: these tests are about the answers."""
    return sqlite_store


@pytest.fixture
def heard(store, harborline):
    """The address of the sound of a call that has its recording."""
    blob = store.blobs.put([RECORDING])
    call_id = harborline.calls["harborline-1"]
    with store.write() as tx:
        changes = calls.CallChanges(recording=blob.digest, media_type="audio/flac")
        calls.change(tx, call_id, changes)
    return f"/v1/calls/{call_id}/audio"


def test_the_calls_of_a_deal_stand_in_their_order(client, admin, harborline):
    listed = client.get(f"/v1/deals/{harborline.deal}/calls", headers=admin).json()["items"]
    assert [call["ref"] for call in listed] == ["harborline-1", "harborline-2", "harborline-3"]
    first = client.get(f"/v1/calls/{listed[0]['id']}", headers=admin).json()
    assert first == listed[0]


def test_consent_is_set_and_the_call_is_read_anew(client, admin, waiting, harborline):
    call_id = harborline.calls["harborline-2"]
    before = client.get(f"/v1/calls/{call_id}", headers=admin).json()
    changed = client.patch(f"/v1/calls/{call_id}", json={"consent": "given"}, headers=admin)
    assert changed.json() == {**before, "consent": "given"}
    assert waiting() == [(harborline.deal, "call", call_id)]


def test_a_change_that_changes_nothing_starts_nothing(client, admin, waiting, harborline):
    call_id = harborline.calls["harborline-2"]
    date = client.get(f"/v1/calls/{call_id}", headers=admin).json()["date"]
    client.patch(f"/v1/calls/{call_id}", json={"date": date}, headers=admin)
    assert waiting() == []


def test_attendees_are_participants(client, admin, waiting, harborline):
    call_id = harborline.calls["harborline-2"]
    answer = client.patch(f"/v1/calls/{call_id}", json={"attendees": ["Nobody"]}, headers=admin)
    assert answer.status_code == 422
    assert waiting() == []


def test_a_call_moves_with_what_was_made_of_it(
    client, admin, waiting, harborline, told_by_harborline
):
    frame = told_by_harborline.deal.model_dump(mode="json", exclude={"calls"})
    other = client.post("/v1/deals", json={"deal": frame}, headers=admin).json()["id"]
    call_id = harborline.calls["harborline-3"]
    moved = client.post(f"/v1/calls/{call_id}/move", json={"deal_id": other}, headers=admin)
    assert moved.json()["deal_id"] == other
    assert client.get(f"/v1/calls/{call_id}/transcript", headers=admin).status_code == 200
    expected = sorted([(other, "call", call_id), (harborline.deal, "deal", None)])
    assert waiting() == expected


def test_the_whole_recording(client, admin, heard):
    answer = client.get(heard, headers=admin)
    assert (answer.status_code, answer.content) == (200, RECORDING)
    assert answer.headers["etag"] == f'"{DIGEST}"'
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-length"] == str(len(RECORDING))
    assert answer.headers["content-type"] == "audio/flac"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("wanted", "begin", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("bytes=1000000-", 1_000_000, None),
        ("bytes=-500", -500, None),
        ("bytes=0-99999999999", 0, None),
        ("bytes=-99999999999", 0, None),
    ],
)
def test_a_range_of_bytes(client, admin, heard, wanted, begin, end):
    answer = client.get(heard, headers={**admin, "Range": wanted})
    expected = RECORDING[begin:end]
    first = len(RECORDING) + begin if begin < 0 else begin
    assert (answer.status_code, answer.content) == (206, expected)
    told = f"bytes {first}-{first + len(expected) - 1}/{len(RECORDING)}"
    assert answer.headers["content-range"] == told
    assert answer.headers["content-length"] == str(len(expected))


@pytest.mark.parametrize("wanted", [f"bytes={len(RECORDING)}-", "bytes=-0", "bytes=99999999999-"])
def test_a_range_beyond_the_end(client, admin, heard, wanted):
    answer = client.get(heard, headers={**admin, "Range": wanted})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(RECORDING)}"


@pytest.mark.parametrize("wanted", ["bytes=5-2", "bytes=-", "lines=1-2", "bytes=0-1,4-5", "x"])
def test_what_is_no_range_that_we_know_gets_everything(client, admin, heard, wanted):
    answer = client.get(heard, headers={**admin, "Range": wanted})
    assert (answer.status_code, answer.content) == (200, RECORDING)


def test_a_range_of_another_version_gets_everything(client, admin, heard):
    headers = {**admin, "Range": "bytes=0-9"}
    assert client.get(heard, headers={**headers, "If-Range": '"other"'}).status_code == 200
    assert client.get(heard, headers={**headers, "If-Range": f'"{DIGEST}"'}).status_code == 206


def test_what_somebody_has_is_not_sent_again(client, admin, heard):
    for tag in (f'"{DIGEST}"', f'"x", W/"{DIGEST}"', "*"):
        answer = client.get(heard, headers={**admin, "If-None-Match": tag})
        assert (answer.status_code, answer.content) == (304, b"")
    assert client.get(heard, headers={**admin, "If-None-Match": '"x"'}).status_code == 200


def test_the_copy_for_playback_goes_first(client, admin, store, heard, harborline):
    small = store.blobs.put([b"OggS small"])
    with store.write() as tx:
        changes = calls.CallChanges(playback=small.digest)
        calls.change(tx, harborline.calls["harborline-1"], changes)
    assert client.get(heard, headers=admin).content == b"OggS small"
    original = client.get(heard, params={"original": True}, headers=admin)
    assert (original.content, original.headers["content-type"]) == (RECORDING, "audio/flac")


def test_a_call_without_a_recording(client, admin, harborline):
    address = f"/v1/calls/{harborline.calls['harborline-3']}/audio"
    assert client.get(address, headers=admin).status_code == 404


def test_a_transcript_as_json_text_and_captions(client, admin, harborline, told_by_harborline):
    address = f"/v1/calls/{harborline.calls['harborline-1']}/transcript"
    text = told_by_harborline.transcripts["harborline-1"]
    as_json = client.get(address, headers=admin)
    assert as_json.content == text
    as_text = client.get(address, params={"format": "txt"}, headers=admin)
    turns = read_transcript(text).turns
    assert as_text.text.count("\n") == len(turns)
    assert as_text.text.startswith("[00:00:")
    assert "Tamsin Okoro: " in as_text.text
    captions = client.get(address, params={"format": "vtt"}, headers=admin)
    assert captions.text.startswith("WEBVTT\n")
    assert captions.headers["content-type"].startswith("text/vtt")
    assert len({one.headers["etag"] for one in (as_json, as_text, captions)}) == 3
    again = {**admin, "If-None-Match": as_text.headers["etag"]}
    assert client.get(address, params={"format": "txt"}, headers=again).status_code == 304


def test_a_transcript_is_not_there_before_the_call_was_heard(client, admin, harborline):
    recording = {"file": ("a.opus", RECORDING[:50_000])}
    sent = client.post(
        "/v1/calls", files=recording, data={"deal": json.dumps({"deal": "x"})}, headers=admin
    ).json()
    answer = client.get(f"/v1/calls/{sent['call']['id']}/transcript", headers=admin)
    assert answer.status_code == 404
    assert "no transcript yet" in answer.json()["detail"]


def test_calls_of_others_are_not_there(client, callers, harborline):
    stranger = callers.user("ae")
    call_id = harborline.calls["harborline-1"]
    for path in ("", "/audio", "/transcript"):
        assert client.get(f"/v1/calls/{call_id}{path}", headers=stranger).status_code == 404
    move = client.post(f"/v1/calls/{call_id}/move", json={"deal_id": "x"}, headers=stranger)
    assert move.status_code == 404
