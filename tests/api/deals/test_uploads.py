"""Calls that are sent in one request."""

import json
from pathlib import Path

import pytest

from transcript2handoff.api.services import Services
from transcript2handoff.settings import Settings
from transcript2handoff.store import calls, keeping

FIXTURES = Path(__file__).parents[3] / "fixtures" / "harborline"
RECORDING = FIXTURES / "harborline-1" / "1_call.opus"
SUBTITLES = FIXTURES / "harborline-3" / "1_call.vtt"


@pytest.fixture
def store(sqlite_store):
    """What happens in the database is tested with resumable uploads."""
    return sqlite_store


DEAL = {
    "deal": "Harborline",
    "participants": [{"name": "Tamsin Okoro", "side": "seller"}],
}


def send(client, headers, *, path=RECORDING, name=None, data=None, **fields):
    content = path.read_bytes() if data is None else data
    told = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in fields.items()
    }
    files = {"file": (name or path.name, content)}
    return client.post("/v1/calls", files=files, data=told, headers=headers)


def test_a_recording_becomes_a_call_with_a_deal_and_a_run(client, admin, store):
    call = {"date": "2026-04-08", "stage": "discovery", "attendees": ["Tamsin Okoro"]}
    answer = send(client, admin, deal=DEAL, call={**call, "consent": "given"})
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert answer.headers["location"] == f"/v1/calls/{told['call']['id']}"
    assert told["call"]["ref"] == "1_call"
    assert told["call"]["media_type"] == "audio/ogg"
    assert told["call"]["consent"] == "given"
    assert (told["run"]["kind"], told["run"]["call_id"]) == ("call", told["call"]["id"])
    assert told["run"]["state"] == "waiting"
    with store.read() as tx:
        recording = calls.get(tx, told["call"]["id"]).recording
    assert b"".join(store.blobs.read(recording)) == RECORDING.read_bytes()


def test_the_transcript_of_another_tool_stands_in_place_of_what_would_be_heard(
    client, admin, store
):
    deal = client.post("/v1/deals", json={"deal": DEAL}, headers=admin).json()["id"]
    told = send(client, admin, path=SUBTITLES, deal_id=deal).json()
    assert told["deal"]["id"] == deal
    assert told["call"]["has_recording"] is False
    with store.read() as tx:
        kept = calls.get(tx, told["call"]["id"])
    assert kept.recording is None
    assert b"".join(store.blobs.read(kept.transcript)) == SUBTITLES.read_bytes()


def test_calls_of_one_name_are_told_apart_and_an_id_is_taken_once(client, admin):
    deal = send(client, admin, deal=DEAL).json()["deal"]["id"]
    assert send(client, admin, deal_id=deal).json()["call"]["ref"] == "1_call-2"
    taken = send(client, admin, deal_id=deal, call={"id": "1_call"})
    assert taken.status_code == 409
    assert "1_call" in taken.json()["detail"]


@pytest.mark.parametrize(
    ("name", "data", "status", "words"),
    [
        ("call.wav", b"", 422, "empty"),
        ("call.zip", b"PK\x03\x04" + bytes(200), 422, "neither a recording nor a transcript"),
        ("call.txt", b"\x00\x01\x02 no text", 422, "control character"),
        ("notes.txt", b"just some words about nothing", 422, "no transcript in a format"),
        ("call.vtt", b"WEBVTT\n\n", 422, "has no turns"),
    ],
)
def test_a_wrong_file_is_refused_and_nothing_is_left(
    client, admin, store, name, data, status, words
):
    answer = send(client, admin, name=name, data=data, deal=DEAL)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]
    assert "/tmp" not in answer.text
    assert client.get("/v1/deals", headers=admin).json()["items"] == []


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({}, "#/deal_id"),
        ({"deal": DEAL, "deal_id": "deal-1"}, "#/deal_id"),
        ({"deal": {"country": "XX"}}, "#/deal/country"),
        ({"deal": "{"}, "body:deal"),
        ({"deal": DEAL, "call": {"stage": "dinner"}}, "#/call/stage"),
        ({"deal": DEAL, "colour": "red"}, "#/colour"),
    ],
)
def test_fields_that_do_not_fit_are_named(client, admin, fields, pointer):
    answer = send(client, admin, **fields)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


def test_attendees_have_to_be_participants(client, admin):
    answer = send(client, admin, deal=DEAL, call={"attendees": ["Nobody"]})
    assert answer.status_code == 422
    assert "Nobody" in answer.json()["detail"]


def test_no_form_is_no_upload(client, admin):
    answer = client.post("/v1/calls", content=b"x", headers={**admin, "Content-Type": "text/plain"})
    assert answer.status_code == 415
    answer = client.post("/v1/calls", data={"deal_id": "deal-1"}, headers=admin)
    assert answer.status_code == 415
    broken = {**admin, "Content-Type": "multipart/form-data"}
    assert client.post("/v1/calls", content=b"x", headers=broken).status_code == 400


def test_a_deal_of_somebody_else_takes_no_calls(client, callers):
    tamsin, omar = callers.user("ae", "Tamsin Okoro"), callers.user("ae", "Omar Example")
    deal = send(client, tamsin, deal=DEAL).json()["deal"]["id"]
    assert send(client, omar, deal_id=deal).status_code == 404


def test_a_recording_that_comes_twice_under_one_key_is_one_call(client, admin):
    headers = {**admin, "Idempotency-Key": "3f0c"}
    first, second = send(client, headers, deal=DEAL), send(client, headers, deal=DEAL)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert len(client.get("/v1/deals", headers=admin).json()["items"]) == 1


class TestSmallLimit:
    @pytest.fixture
    def services(self, store, tmp_path):
        settings = Settings(data=tmp_path, max_recording_bytes=100_000)
        return Services(store=store, settings=settings)

    @pytest.mark.parametrize("says_its_length", [True, False])
    def test_a_file_that_is_too_large_is_not_read_to_its_end(
        self, client, admin, store, says_its_length
    ):
        size = 3 << 20
        read = []

        def body():
            yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
            for _ in range(size // 65536):
                read.append(1)
                yield bytes(65536)

        headers = {**admin, "Content-Type": "multipart/form-data; boundary=b"}
        if says_its_length:
            headers["Content-Length"] = str(size)
        answer = client.post("/v1/calls", content=body(), headers=headers)
        assert answer.status_code == 413
        assert keeping.collect(store) == 0
        assert not list(store.blobs.everything())
