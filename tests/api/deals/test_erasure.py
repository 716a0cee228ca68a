"""Erasure over the API: what goes, what is left, and who may."""

import json
from pathlib import Path

import pytest

from transcript2handoff.store import calls, deals, events, results

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
