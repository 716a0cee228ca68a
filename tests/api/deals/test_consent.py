"""Calls whose people said no, or of whom nothing is known, where the company wants their yes."""

import base64
import json
from pathlib import Path

import pytest

from transcript2handoff.api.services import Services
from transcript2handoff.settings import Settings
from transcript2handoff.store import runs

SUBTITLES = Path(__file__).parents[3] / "fixtures" / "harborline" / "harborline-3" / "1_call.vtt"
DEAL = json.dumps({"deal": "Harborline"})


@pytest.fixture
def store(sqlite_store):
    """One kind of database is enough: ``tests/jobs/test_consent.py`` has both."""
    return sqlite_store


@pytest.fixture(params=["with_consent", "unless_refused"])
def policy(request):
    return request.param


@pytest.fixture
def services(store, tmp_path, policy):
    return Services(store=store, settings=Settings(data=tmp_path, processing=policy))


def send(client, headers, consent):
    files = {"file": (SUBTITLES.name, SUBTITLES.read_bytes())}
    told = {"deal": DEAL, "call": json.dumps({"consent": consent})}
    return client.post("/v1/calls", files=files, data=told, headers=headers)


def begin_upload(client, headers, consent):
    told = {"filename": "1_call.vtt", "deal": DEAL, "call": json.dumps({"consent": consent})}
    pairs = (f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in told.items())
    head = {"Tus-Resumable": "1.0.0", "Upload-Length": "10", "Upload-Metadata": ",".join(pairs)}
    return client.post("/v1/uploads", headers={**headers, **head})


@pytest.mark.parametrize("way", [send, begin_upload])
def test_a_call_whose_people_said_no_is_not_taken_in(client, admin, store, policy, way):
    answer = way(client, admin, "refused")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/consent_missing")
    assert policy in answer.json()["detail"]
    assert list(store.blobs.everything()) == []
    assert client.get("/v1/deals", headers=admin).json()["items"] == []


@pytest.mark.parametrize("way", [send, begin_upload])
@pytest.mark.parametrize("consent", ["unknown", "given"])
def test_any_other_is_taken_in(client, admin, way, consent):
    assert way(client, admin, consent).status_code == 201


def test_work_stops_where_somebody_says_no_and_begins_anew_with_a_yes(client, admin, store):
    sent = send(client, admin, "given").json()
    with store.write() as tx:
        runs.begin(tx, sent["run"]["id"], attempt=1, worker="w")
    address = f"/v1/calls/{sent['call']['id']}"
    assert client.patch(address, json={"consent": "refused"}, headers=admin).status_code == 200
    with store.read() as tx:
        assert runs.is_cancelled(tx, sent["run"]["id"])
    with store.write() as tx:
        runs.end(tx, sent["run"]["id"], state="cancelled")
        [waiting] = runs.waiting(tx, 5)
        runs.begin(tx, waiting, attempt=1, worker="w")
        runs.end(tx, waiting, state="held", error="They said no.")
    held = client.get(f"/v1/runs/{waiting}", headers=admin).json()
    assert (held["state"], held["error"]) == ("held", "They said no.")
    assert client.post(f"/v1/runs/{waiting}/cancel", headers=admin).status_code == 409
    assert client.patch(address, json={"consent": "given"}, headers=admin).status_code == 200
    with store.read() as tx:
        [again] = runs.waiting(tx, 5)
        assert not runs.is_cancelled(tx, again)
    assert again != waiting


def test_a_change_of_another_kind_stops_nothing(client, admin, store):
    sent = send(client, admin, "given").json()
    with store.write() as tx:
        runs.begin(tx, sent["run"]["id"], attempt=1, worker="w")
    client.patch(f"/v1/calls/{sent['call']['id']}", json={"stage": "demo"}, headers=admin)
    with store.read() as tx:
        assert not runs.is_cancelled(tx, sent["run"]["id"])
