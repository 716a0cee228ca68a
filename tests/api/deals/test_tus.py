"""Uploads in pieces: the protocol, what breaks, and what a real line does."""

import base64
import json
import socket
from pathlib import Path

import pytest

from transcript2handoff.api import pieces
from transcript2handoff.api.routes import tus
from transcript2handoff.api.services import Services
from transcript2handoff.settings import Settings
from transcript2handoff.store import calls, uploads

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""One kind of database is enough where the answer does not come out of it."""

FIXTURES = Path(__file__).parents[3] / "fixtures" / "harborline"
RECORDING = (FIXTURES / "harborline-2" / "1_call.m4a").read_bytes()
LENGTH = len(RECORDING)
TUS = {"Tus-Resumable": "1.0.0"}
OCTETS = {**TUS, "Content-Type": "application/offset+octet-stream"}
DEAL = {"deal": "Harborline"}


def metadata(**values):
    told = {name: base64.b64encode(text.encode()).decode() for name, text in values.items()}
    return ",".join(f"{name} {value}" for name, value in told.items())


def begin(client, headers, *, length=LENGTH, **values):
    values = values or {"filename": "second.m4a", "deal": json.dumps(DEAL)}
    told = {"Upload-Length": str(length), "Upload-Metadata": metadata(**values)}
    return client.post("/v1/uploads", headers={**headers, **TUS, **told})


def piece(client, headers, address, offset, data):
    told = {**headers, **OCTETS, "Upload-Offset": str(offset)}
    return client.patch(address, headers=told, content=data)


def offset_of(client, headers, address):
    answer = client.head(address, headers={**headers, **TUS})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return int(answer.headers["upload-offset"])


@on_sqlite
def test_what_is_spoken_here(client, admin):
    answer = client.options("/v1/uploads")
    assert answer.status_code == 204
    assert answer.headers["tus-resumable"] == "1.0.0"
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,termination"
    assert answer.headers["tus-max-size"] == str(2 * 1024**3)


def test_a_recording_in_three_pieces_becomes_a_call(client, admin, store):
    begun = begin(client, admin)
    assert begun.status_code == 201, begun.text
    address = begun.headers["location"]
    third = len(RECORDING) // 3
    for start, end in ((0, third), (third, 2 * third), (2 * third, len(RECORDING))):
        assert offset_of(client, admin, address) == start
        answer = piece(client, admin, address, start, RECORDING[start:end])
        assert answer.status_code == 204, answer.text
        assert answer.headers["upload-offset"] == str(end)
        assert answer.headers["tus-resumable"] == "1.0.0"
    with store.read() as tx:
        call = calls.get(tx, answer.headers["t2h-call"])
    assert (call.ref, call.media_type, call.call.file) == ("second", "audio/mp4", "second.m4a")
    assert b"".join(store.blobs.read(call.recording)) == RECORDING
    assert all(one.name.startswith("sha256/") for one in store.blobs.everything())
    listed = client.get("/v1/runs", headers=admin).json()["items"]
    assert [(run["kind"], run["call_id"]) for run in listed] == [("call", call.id)]
    assert client.head(address, headers={**admin, **TUS}).headers["t2h-call"] == call.id


def test_a_piece_at_another_place_is_refused(client, admin):
    address = begin(client, admin).headers["location"]
    assert piece(client, admin, address, 10, b"x").status_code == 409
    assert piece(client, admin, address, 0, b"ftyp").status_code == 204
    assert piece(client, admin, address, 0, b"ftyp").status_code == 409
    assert offset_of(client, admin, address) == 4


@on_sqlite
def test_more_bytes_than_were_announced_are_refused(client, admin):
    address = begin(client, admin, length=4).headers["location"]
    assert piece(client, admin, address, 0, b"12345").status_code == 413

    def unmeasured():
        yield b"123"
        yield b"45"

    assert piece(client, admin, address, 0, unmeasured()).status_code == 409
    assert offset_of(client, admin, address) == 0


@on_sqlite
@pytest.mark.parametrize("version", [None, "0.2.2"])
@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_another_version_of_the_protocol_is_refused(client, admin, method, version):
    address = begin(client, admin).headers["location"]
    path = "/v1/uploads" if method == "POST" else address
    spoken = {"Tus-Resumable": version} if version else {}
    told = {"Upload-Length": "3", "Upload-Offset": "0", "Upload-Metadata": metadata(deal="{}")}
    answer = client.request(method, path, headers={**admin, **told, **spoken})
    assert answer.status_code == 412
    assert answer.headers["tus-version"] == "1.0.0"


@on_sqlite
def test_bytes_have_their_media_type(client, admin):
    address = begin(client, admin).headers["location"]
    told = {**admin, **TUS, "Upload-Offset": "0", "Content-Type": "application/octet-stream"}
    assert client.patch(address, headers=told, content=b"x").status_code == 415


@on_sqlite
@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("filename", 422),
        ("deal not-base64!", 400),
        ("deal /w==", 400),
        ("deal e30=,deal e30=", 400),
        (metadata(deal='{"customr": 1}'), 422),
        (metadata(deal_id="deal-404"), 404),
        (metadata(deal="{}", deal_id="deal-404"), 422),
    ],
)
def test_metadata_that_does_not_fit(client, admin, told, status):
    headers = {**admin, **TUS, "Upload-Length": "9", "Upload-Metadata": told}
    answer = client.post("/v1/uploads", headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@on_sqlite
@pytest.mark.parametrize(("length", "status"), [("0", 422), ("x", 422), (str(2**40), 413)])
def test_a_length_that_does_not_fit(client, admin, length, status):
    headers = {"Upload-Length": length, "Upload-Metadata": metadata(deal="{}")}
    assert client.post("/v1/uploads", headers={**admin, **TUS, **headers}).status_code == status


def test_an_upload_that_is_no_recording_is_gone_at_its_end(client, admin, store):
    address = begin(client, admin, length=6).headers["location"]
    answer = piece(client, admin, address, 0, b"PK\x03\x04\x00\x00")
    assert answer.status_code == 422
    assert "neither a recording nor a transcript" in answer.json()["detail"]
    assert client.head(address, headers={**admin, **TUS}).status_code == 404
    assert client.get("/v1/deals", headers=admin).json()["items"] == []


def test_an_upload_that_is_given_up(client, admin, store):
    address = begin(client, admin).headers["location"]
    piece(client, admin, address, 0, RECORDING[:1000])
    assert client.delete(address, headers={**admin, **TUS}).status_code == 204
    assert client.head(address, headers={**admin, **TUS}).status_code == 404
    assert list(store.blobs.everything()) == []


def test_an_upload_belongs_to_whoever_began_it(client, callers):
    one, other = callers.user("ae", "Tamsin Okoro"), callers.user("ae", "Omar Example")
    address = begin(client, one).headers["location"]
    assert client.head(address, headers={**other, **TUS}).status_code == 404
    assert piece(client, other, address, 0, b"x").status_code == 404
    assert client.delete(address, headers={**other, **TUS}).status_code == 404


def test_a_deal_that_is_not_seen_takes_no_uploads(client, callers, harborline):
    assert begin(client, callers.user("ae"), deal_id=harborline.deal).status_code == 404
    assert begin(client, callers.service(), deal_id=harborline.deal).status_code == 201


def test_the_last_step_is_taken_up_again(client, admin, store, monkeypatch):
    """The process ended when all bytes were there, and before they had become a call."""
    address = begin(client, admin).headers["location"]
    with monkeypatch.context() as patch:
        patch.setattr(tus, "finish", lambda _store, _caller, upload: upload)
        answer = piece(client, admin, address, 0, RECORDING)
    assert "t2h-call" not in answer.headers
    assert offset_of(client, admin, address) == len(RECORDING)
    again = piece(client, admin, address, len(RECORDING), b"")
    assert again.status_code == 204
    assert again.headers["t2h-call"].startswith("call-")


@on_sqlite
def test_large_pieces_are_held_in_parts(client, admin, store, monkeypatch):
    monkeypatch.setattr(pieces, "PART", 100_000)
    address = begin(client, admin).headers["location"]
    parts = []
    put = store.blobs.put_part
    monkeypatch.setattr(
        store.blobs,
        "put_part",
        lambda name, at, data: (parts.append((at, len(data))), put(name, at, data)),
    )
    assert piece(client, admin, address, 0, RECORDING).status_code == 204
    assert [at for at, _ in parts] == list(range(0, len(RECORDING), 100_000))
    assert max(size for _, size in parts) == 100_000


class TestSmallLimit:
    @pytest.fixture
    def services(self, store, tmp_path):
        settings = Settings(data=tmp_path, max_recording_bytes=1000)
        return Services(store=store, settings=settings)

    def test_it_is_told_and_held(self, client, admin):
        assert client.options("/v1/uploads").headers["tus-max-size"] == "1000"
        assert begin(client, admin, length=1000).status_code == 201
        assert begin(client, admin, length=1001).status_code == 413


def test_what_came_before_a_line_broke_is_kept(served, admin, store):
    address = begin(served, admin).headers["location"]
    upload_id = address.rpartition("/")[2]
    half = len(RECORDING) // 2
    lines = [f"PATCH {address} HTTP/1.1", f"Host: {served.base_url.netloc.decode()}"]
    told = {**admin, **OCTETS, "Upload-Offset": "0", "Content-Length": str(len(RECORDING))}
    lines += [f"{name}: {value}" for name, value in told.items()]
    url = served.base_url
    with socket.create_connection((url.host, url.port)) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode() + RECORDING[:half])
    served.wait_for(lambda: _offset(store, upload_id) > 0)
    here = offset_of(served, admin, address)
    assert here == half
    answer = piece(served, admin, address, here, RECORDING[here:])
    assert answer.status_code == 204
    with store.read() as tx:
        call = calls.get(tx, answer.headers["t2h-call"])
    assert b"".join(store.blobs.read(call.recording)) == RECORDING


def _offset(store, upload_id):
    with store.read() as tx:
        return uploads.get(tx, upload_id).offset
