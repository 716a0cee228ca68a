"""Erasure over the API: what goes, what is left, and who may."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from markupsafe import escape
from sqlalchemy import select

from transcript2handoff.audio.decode import SAMPLE_RATE
from transcript2handoff.audio.playback import playback_copy
from transcript2handoff.store import Window, audit, calls, deals, events, results, users
from transcript2handoff.store.tables import AnswerRow

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""One kind of database is enough where the answer does not come out of it."""

FIXTURES = Path(__file__).parents[3] / "fixtures" / "harborline"
PERSON = "Rupert Ashdown"


@pytest.fixture
def everything(store):
    """Gives all bytes of the blob store, and all words of its folder."""

    def found():
        names = [one.name for one in store.blobs.everything()]
        return {name: b"".join(store.blobs.read(name.rpartition("/")[2])) for name in names}

    return found


def test_a_deal_goes_with_all_that_belongs_to_it(client, admin, harborline, everything, waiting):
    client.post(f"/v1/deals/{harborline.deal}/runs", headers=admin)
    assert len(everything()) == 3
    answer = client.post(f"/v1/deals/{harborline.deal}/erasure", headers=admin)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["deals"], told["calls"], told["runs"], told["blobs"]) == (1, 3, 1, 3)
    assert everything() == {}
    assert waiting() == []
    assert client.get(f"/v1/deals/{harborline.deal}", headers=admin).status_code == 404
    assert client.post(f"/v1/deals/{harborline.deal}/erasure", headers=admin).status_code == 404
    rows = client.get("/v1/audit", headers=admin).json()["items"]
    assert ("erase", "deal", harborline.deal) in [
        (row["action"], row["matter"], row["subject"]) for row in rows
    ]


def test_a_call_goes_and_the_rest_is_made_anew(client, admin, harborline, everything, waiting):
    gone = harborline.calls["harborline-2"]
    told = client.post(f"/v1/calls/{gone}/erasure", headers=admin).json()
    assert (told["deals"], told["calls"], told["blobs"]) == (0, 1, 1)
    assert len(everything()) == 2
    assert [run["kind"] for run in told["started"]] == ["deal"]
    assert waiting() == [(harborline.deal, "deal", None)]
    listed = client.get(f"/v1/deals/{harborline.deal}/calls", headers=admin).json()["items"]
    assert [call["ref"] for call in listed] == ["harborline-1", "harborline-3"]
    handoff = client.get(f"/v1/deals/{harborline.deal}/handoff", headers=admin)
    assert handoff.status_code == 404


@on_sqlite
@pytest.mark.parametrize("way", ["erase", "move"])
def test_what_is_left_and_not_read_yet_is_read_first(client, admin, waiting, way):
    """The run of the call makes the handoff: one of the deal would come too early, and fail."""
    frame = {"deal": "Harbour Lane"}
    made = client.post("/v1/deals", json={"deal": frame}, headers=admin).json()["id"]
    other = client.post("/v1/deals", json={"deal": frame}, headers=admin).json()["id"]
    sent = [
        client.post(
            "/v1/calls",
            files={"file": (f"{name}.vtt", b"WEBVTT\n\n00:00.000 --> 00:02.000\n<v Ana>Hello.\n")},
            data={"deal_id": made},
            headers=admin,
        ).json()["call"]["id"]
        for name in ("first", "second")
    ]
    paths = {"erase": f"/v1/calls/{sent[0]}/erasure", "move": f"/v1/calls/{sent[0]}/move"}
    told = {"move": {"deal_id": other}}.get(way)
    assert client.post(paths[way], json=told, headers=admin).status_code == 200
    left = [run for run in waiting() if run[0] == made]
    assert left == [(made, "call", sent[1])]


@on_sqlite
def test_a_run_of_a_deal_goes_with_the_last_call_that_it_was_to_work_on(
    client, admin, harborline, waiting
):
    client.post(f"/v1/deals/{harborline.deal}/runs", headers=admin)
    for call_id in harborline.calls.values():
        client.post(f"/v1/calls/{call_id}/erasure", headers=admin)
    assert waiting() == []


def test_a_person_is_nowhere_any_more(client, admin, harborline, store, everything, waiting):
    recording = store.blobs.put([b"OggS the voice"])
    with store.write() as tx:
        changes = calls.CallChanges(recording=recording.digest)
        calls.change(tx, harborline.calls["harborline-3"], changes)
    before = b"".join(everything().values())
    assert b"Rupert" in before
    answer = client.post("/v1/people/erasure", json={"names": [PERSON]}, headers=admin)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    after = b"".join(everything().values())
    assert b"Rupert" not in after
    assert b"Ashdown" not in after
    assert b"the voice" not in after
    assert b"[erased]" in after
    assert told["calls"] >= 1
    assert harborline.calls["harborline-3"] in told["rewritten"]
    assert {run["call_id"] for run in told["started"]} >= set(told["rewritten"])
    assert [call_id for _, _, call_id in waiting() if call_id] == sorted(told["rewritten"])
    with store.read() as tx:
        rows = deals.get(tx, harborline.deal).model_dump_json()
        rows += "".join(call.model_dump_json() for call in calls.of_deal(tx, harborline.deal))
        rows += "".join(events.of(tx, harborline.deal))
        left = [results.latest(tx, call_id, "transcribe") for call_id in told["rewritten"]]
    assert "Rupert" not in rows
    assert left == [None] * len(left)


def test_a_person_goes_from_transcripts_of_other_tools_too(client, admin, store, everything):
    deal = {
        "deal": "Harborline",
        "participants": [{"name": PERSON, "side": "seller"}],
    }
    subtitles = (FIXTURES / "harborline-3" / "1_call.vtt").read_bytes()
    assert PERSON.encode() in subtitles
    sent = client.post(
        "/v1/calls",
        files={"file": ("third.vtt", subtitles)},
        data={"deal": json.dumps(deal)},
        headers=admin,
    ).json()
    told = client.post("/v1/people/erasure", json={"names": [PERSON]}, headers=admin).json()
    assert told["rewritten"] == [sent["call"]["id"]]
    after = b"".join(everything().values())
    assert b"Rupert" not in after
    assert b"Tamsin Okoro" in after


@on_sqlite
@pytest.mark.parametrize(
    "body",
    [{}, {"names": []}, {"names": ["x"]}, {"emails": ["no address"]}, {"names": ["A\nB"]}],
)
def test_somebody_is_named(client, admin, body):
    assert client.post("/v1/people/erasure", json=body, headers=admin).status_code == 422


@on_sqlite
def test_only_administrators_erase(client, callers, seed):
    tamsin, program = callers.user("ae", "Tamsin Okoro"), callers.service("deals:write")
    there = seed(ae_id=callers.ids["Tamsin Okoro"])
    addresses = [
        f"/v1/deals/{there.deal}/erasure",
        f"/v1/calls/{there.calls['harborline-1']}/erasure",
        "/v1/people/erasure",
    ]
    for address in addresses:
        for headers in (tamsin, program):
            answer = client.post(address, json={"names": [PERSON]}, headers=headers)
            assert answer.status_code == 403


def test_each_erasure_is_answered_with_its_proof(client, admin, harborline, store):
    call_id = harborline.calls["harborline-2"]
    told = [
        client.post(address, json=body, headers=admin).json()["receipt"]
        for address, body in (
            (f"/v1/calls/{call_id}/erasure", None),
            ("/v1/people/erasure", {"names": [PERSON]}),
            (f"/v1/deals/{harborline.deal}/erasure", None),
        )
    ]
    assert [each["kind"] for each in told] == ["call", "person", "deal"]
    for each in told:
        assert each["proof"]["left"] == []
        assert each["proof"]["clean"]
        assert each["proof"]["looked_through"]["digests"] == len(each["gone"]["blobs"]) > 0
        assert each["held_by"] == []
        assert len(each["digest"]) == 64
        assert "Ashdown" not in json.dumps(each)
    assert told[0]["gone"]["calls"] == [call_id]
    assert told[1]["proof"]["with_names"]
    assert harborline.deal in told[1]["gone"]["changed"]
    listed = client.get("/v1/erasures", headers=admin).json()["items"]
    assert listed == told[::-1]
    assert client.get(f"/v1/erasures/{told[1]['id']}", headers=admin).json() == told[1]
    assert client.get("/v1/erasures/erasure-none", headers=admin).status_code == 404
    deeds = {row["number"]: row for row in client.get("/v1/audit", headers=admin).json()["items"]}
    for each in told:
        deed = deeds[each["deed"]]
        assert (deed["action"], deed["details"]["receipt"]) == ("erase", each["id"])


@on_sqlite
def test_what_could_not_be_erased_stands_in_the_receipt(client, admin, harborline, store):
    """A name that somebody else's account has is not taken from them, and is told of."""
    with store.write() as tx:
        users.add(tx, users.NewUser(name=PERSON, email="other@b.example", role="ae"))
    answer = client.post("/v1/people/erasure", json={"names": [PERSON]}, headers=admin).json()
    (left,) = answer["receipt"]["proof"]["left"]
    assert (left["what"], left["where"], left["number"]) == ("words", "users.name", 1)
    assert "Erase its address" in left["why"]
    assert not answer["receipt"]["proof"]["clean"]


def test_everything_on_a_person_is_exported(client, admin, harborline, store):
    call = harborline.calls["harborline-2"]
    copy = playback_copy(np.sin(np.arange(60 * SAMPLE_RATE) / 9).astype(np.float32) / 2)
    with store.write() as tx:
        changes = calls.CallChanges(playback=store.blobs.put([copy]).digest)
        calls.change(tx, call, changes)
    answer = client.post("/v1/people/export", json={"names": [PERSON]}, headers=admin)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        told = json.loads(archive.read("person.json"))
        page = archive.read("index.html").decode()
        names = archive.namelist()
    spoken = [turn for call in told["calls"] for turn in call["spoken"]]
    assert spoken
    assert told["claims"]
    assert PERSON in page
    assert str(escape(spoken[0]["text"])) in page
    assert {"index.html", "person.json", "README.txt"} <= set(names)
    with store.read() as tx:
        deed = audit.listed(tx, Window()).items[0]
    assert (deed.action, deed.matter, deed.subject) == ("send", "person", "-")
    assert deed.details["calls"] == len(told["calls"])


@on_sqlite
def test_exports_on_two_people_within_a_quarter_of_an_hour_are_two_deeds(
    client, admin, harborline, store
):
    """Readings of the same thing are put together, and an export names nobody in the audit."""
    moment = store.now()
    store.now = lambda: moment
    for name in (PERSON, "Nobody Atall", PERSON):
        answer = client.post("/v1/people/export", json={"names": [name]}, headers=admin)
        assert answer.status_code == 200
    with store.read() as tx:
        found = [one for one in audit.listed(tx, Window()).items if one.matter == "person"]
    assert [(one.action, one.subject) for one in found] == [("send", "-")] * 3
    assert [one.details["calls"] > 0 for one in found] == [True, False, True]


@on_sqlite
def test_an_export_is_kept_for_no_key_of_a_request(client, admin, harborline, store):
    for _ in range(2):
        answer = client.post(
            "/v1/people/export",
            json={"names": [PERSON]},
            headers={**admin, "Idempotency-Key": "once"},
        )
        assert answer.status_code == 200
        assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    with store.read() as tx:
        assert [one.body for one in tx.session.scalars(select(AnswerRow))] == []


@on_sqlite
def test_names_on_the_page_are_text_and_nothing_else(client, admin, seed, frame_with):
    name = "Mallory <script>alert(1)</script> \"'&"
    client.post("/v1/deals", json={"deal": frame_with(name)}, headers=admin)
    answer = client.post("/v1/people/export", json={"names": [name]}, headers=admin)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        page = archive.read("index.html").decode()
    assert "<script" not in page
    assert str(escape(name)) in page


@pytest.fixture
def frame_with():
    """Gives a deal with somebody of this name."""

    def made(name):
        return {"deal": "Harborline", "participants": [{"name": name, "side": "customer"}]}

    return made
