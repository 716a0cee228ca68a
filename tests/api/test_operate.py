"""Who watches the service learns whether it lives and works, and its numbers; no more."""

import datetime
import shutil
import threading

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families as families

from transcript2handoff.access import keys
from transcript2handoff.api.app import create_app
from transcript2handoff.api.services import Services
from transcript2handoff.deal import Deal
from transcript2handoff.settings import Settings
from transcript2handoff.store import counts, deals, runs, workers
from transcript2handoff.store.counts import Count


def key(store, *scopes):
    with store.write() as tx:
        made = keys.make(tx, keys.KeyWish(name="watcher", scopes=scopes))
    return {"Authorization": f"Bearer {made.shown}"}


@pytest.fixture
def client(store):
    with TestClient(create_app(Services(store=store, settings=Settings()))) as client:
        yield client


def beat(store, *, ago=0):
    now = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=ago)
    clock, store.now = store.now, lambda: now
    with store.write() as tx:
        workers.beat(tx, f"worker-{ago}", slots=1)
    store.now = clock


def values(client, headers):
    answer = client.get("/metrics", headers=headers)
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in families(answer.text)
        for sample in family.samples
    }


def test_it_lives(client):
    assert client.get("/healthz").json() == {"state": "alive"}


def test_it_is_ready_with_a_worker_and_degraded_without(client, store):
    key(store, "deals:read")
    beat(store, ago=61)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["state"] == "degraded"
    failing = [check for check in answer.json()["checks"] if check["state"] == "failing"]
    assert [check["name"] for check in failing] == ["worker"]
    assert "t2h worker" in failing[0]["words"]
    beat(store)
    answer = client.get("/readyz").json()
    assert answer["state"] == "ready"
    assert [check["name"] for check in answer["checks"]] == [
        "database", "blobs", "models", "engine", "worker",
    ]  # fmt: skip


def test_who_asks_again_and_again_has_nothing_written(client, store, monkeypatch):
    key(store, "deals:read")
    written, looked = [], []
    put_part, write = store.blobs.put_part, store.write
    monkeypatch.setattr(
        store.blobs, "put_part", lambda *told: written.append(told) or put_part(*told)
    )
    monkeypatch.setattr(store, "write", lambda: looked.append(1) or write())
    for _ in range(10):
        assert client.get("/readyz").status_code == 200
    assert (len(written), len(looked)) == (1, 1)


def test_it_is_not_ready_without_its_blobs_and_is_again_afterwards(client, store, tmp_path):
    key(store, "deals:read")
    (tmp_path / "blobs").rename(tmp_path / "away")
    (tmp_path / "blobs").write_text("in the way")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["state"] == "failing"
    assert str(tmp_path) not in answer.text
    (tmp_path / "blobs").unlink()
    shutil.move(tmp_path / "away", tmp_path / "blobs")
    assert client.get("/readyz").status_code == 200


def test_numbers_need_a_key_that_may_read_reports(client, store):
    assert client.get("/metrics", headers=key(store, "deals:read")).status_code == 403
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers=key(store, "reports:read")).status_code == 200


def test_steps_runs_and_tokens_are_told(client, store):
    with store.write() as tx:
        counts.add(tx, Count(what="step", label="transcribe/done", number=3, amount=90.5))
        counts.add(tx, Count(what="run", label="call/failed", number=1, amount=2))
        counts.add(tx, Count(what="tokens", label="org/small-8b/in", number=512))
    told = values(client, key(store, "reports:read"))
    assert told["t2h_steps_total", "done", "transcribe"] == 3
    assert told["t2h_step_seconds_total", "done", "transcribe"] == 90.5
    assert told["t2h_runs_total", "call", "failed"] == 1
    assert told["t2h_model_tokens_total", "in", "org/small-8b"] == 512
    assert told["t2h_database_up",] == 1


def test_queues_and_workers_are_told(client, store):
    beat(store)
    clock, past = store.now, store.now() - datetime.timedelta(seconds=90)
    store.now = lambda: past
    with store.write() as tx:
        deal = deals.add(tx, deals.NewDeal(deal=Deal(), by="user-1"))
        runs.start(tx, runs.NewRun(deal_id=deal.id, kind="deal"))
    store.now = clock
    told = values(client, key(store, "reports:read"))
    assert told["t2h_queue_waiting", "runs"] == 1
    assert 90 <= told["t2h_queue_oldest_seconds", "runs"] < 120
    assert told["t2h_queue_waiting", "outbox"] == 0
    assert told["t2h_queue_failed", "inbox"] == 0
    assert ("t2h_queue_failed", "runs") not in told
    assert told["t2h_workers",] == 1


def test_requests_are_counted_by_route_and_not_by_address(client, store):
    watcher = key(store, "reports:read", "deals:read")
    name = "t2h_http_request_seconds_count"
    before = values(client, watcher).get((name, "/v1/runs/{run_id}", "404", "GET"), 0)
    for _ in range(2):
        assert client.get("/v1/runs/run-1", headers=watcher).status_code == 404
    told = values(client, watcher)
    assert told[(name, *sorted(("GET", "/v1/runs/{run_id}", "404")))] >= before + 2
    assert not [labels for labels in told if "/v1/runs/run-1" in labels]


def test_numbers_of_the_process_are_told_while_the_database_is_away(client, store, monkeypatch):
    watcher = key(store, "reports:read")
    values(client, watcher)
    from transcript2handoff.api import scraping
    from transcript2handoff.errors import StoreUnreachableError

    def away(_):
        raise StoreUnreachableError("away")

    monkeypatch.setattr(scraping.counts, "of_all", away)
    told = values(client, watcher)
    assert told["t2h_database_up",] == 0
    assert ("t2h_workers",) not in told
    assert any(name == "t2h_http_request_seconds_count" for name, *_ in told)


def test_many_may_ask_at_once(client, store):
    key(store, "reports:read")
    beat(store)
    states = []
    asking = [
        threading.Thread(target=lambda: states.append(client.get("/readyz").json()["state"]))
        for _ in range(8)
    ]
    for each in asking:
        each.start()
    for each in asking:
        each.join()
    assert states == ["ready"] * 8
