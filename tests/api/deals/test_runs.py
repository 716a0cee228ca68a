"""Runs: who sees them, how they are stopped and tried again, and how they are watched."""

import json
import threading

import pytest
from fastapi import routing

from transcript2handoff.api.routes import runs as routes
from transcript2handoff.store import runs

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""One kind of database is enough where the answer does not come out of it."""


@pytest.fixture
def run(store, harborline):
    with store.write() as tx:
        wanted = runs.NewRun(
            deal_id=harborline.deal, call_id=harborline.calls["harborline-1"], kind="call"
        )
        return runs.start(tx, wanted).id


def begin(store, run_id):
    with store.write() as tx:
        runs.begin(tx, run_id, attempt=1, worker="w")


def test_runs_are_listed_by_deal_and_state(client, admin, run, harborline):
    def ids(**query):
        answer = client.get("/v1/runs", params=query, headers=admin)
        return [one["id"] for one in answer.json()["items"]]

    assert ids() == ids(deal_id=harborline.deal) == ids(state="waiting") == [run]
    assert ids(deal_id="deal-0") == ids(state="done") == []


def test_runs_of_others_are_not_there(client, callers, run):
    stranger = callers.user("csm")
    assert client.get("/v1/runs", headers=stranger).json()["items"] == []
    for path in ("", "/events"):
        assert client.get(f"/v1/runs/{run}{path}", headers=stranger).status_code == 404
    for path in ("cancel", "retry"):
        assert client.post(f"/v1/runs/{run}/{path}", headers=stranger).status_code == 404


def test_a_run_that_waits_is_stopped_at_once_and_tried_again(client, admin, run):
    address = f"/v1/runs/{run}"
    stopped = client.post(f"{address}/cancel", headers=admin)
    assert stopped.json()["state"] == "cancelled"
    again = client.post(f"{address}/retry", headers=admin)
    assert (again.status_code, again.json()["state"], again.json()["attempt"]) == (
        202,
        "waiting",
        2,
    )
    assert client.post(f"{address}/retry", headers=admin).status_code == 409


def test_a_run_that_works_is_asked_to_stop(client, admin, store, run):
    begin(store, run)
    told = client.post(f"/v1/runs/{run}/cancel", headers=admin).json()
    assert (told["state"], told["cancel"]) == ("working", True)


def test_a_run_that_is_done_cannot_be_stopped(client, admin, store, run):
    begin(store, run)
    with store.write() as tx:
        runs.end(tx, run, state="done")
    assert client.post(f"/v1/runs/{run}/cancel", headers=admin).status_code == 409


def events_of(lines):
    """The events of a stream as they come, each with its name, id and data; comments with none."""
    told = {}
    for line in lines:
        if not line:
            if told:
                yield told
            told = {}
            continue
        name, _, value = line.partition(": ")
        told[name] = json.loads(value) if name == "data" else value


def test_a_run_is_watched_to_its_end(served, admin, store, run, monkeypatch):
    monkeypatch.setattr(routes, "LOOK_EVERY", 0.01)
    seen = []
    steps = iter(
        [
            lambda tx: runs.begin(tx, run, attempt=1, worker="w"),
            lambda tx: runs.step_began(tx, run, "transcribe", position=0),
            lambda tx: runs.step_at(tx, run, "transcribe", 0.5),
            lambda tx: runs.step_ended(tx, run, "transcribe", state="done", key="k"),
            lambda tx: runs.end(tx, run, state="done"),
        ]
    )
    with served.stream("GET", f"/v1/runs/{run}/events", headers=admin) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for event in events_of(stream.iter_lines()):
            seen.append(event)
            if (step := next(steps, None)) is not None:
                with store.write() as tx:
                    step(tx)
    assert [event["event"] for event in seen] == ["progress"] * 5 + ["end"]
    assert [event["id"] for event in seen] == ["1", "2", "3", "4", "5", "6"]
    shares = [[step["done"] for step in event["data"]["run"]["steps"]] for event in seen]
    assert shares == [[], [], [0.0], [0.5], [1.0], [1.0]]
    assert seen[-1]["data"]["run"]["state"] == "done"
    assert [event["data"]["seconds_left"] is None for event in seen] == [
        True,
        True,
        True,
        False,
        True,
        True,
    ]


@on_sqlite
def test_a_run_that_has_ended_is_told_once(client, admin, run):
    client.post(f"/v1/runs/{run}/cancel", headers=admin)
    headers = {**admin, "Last-Event-ID": "7"}
    answer = client.get(f"/v1/runs/{run}/events", headers=headers)
    (event,) = events_of(answer.text.splitlines())
    assert (event["event"], event["id"]) == ("end", "8")
    assert event["data"]["run"]["state"] == "cancelled"


@on_sqlite
@pytest.mark.parametrize("told", ["", "x", "-1", "99999999999999"])
def test_any_last_event_id_is_tolerated(client, admin, run, told):
    client.post(f"/v1/runs/{run}/cancel", headers=admin)
    headers = {**admin, "Last-Event-ID": told}
    answer = client.get(f"/v1/runs/{run}/events", headers=headers)
    (event,) = events_of(answer.text.splitlines())
    assert event["id"] == "1"


@on_sqlite
def test_a_comment_comes_where_nothing_moves(served, admin, run, monkeypatch):
    monkeypatch.setattr(routing, "_PING_INTERVAL", 0.05)
    with served.stream("GET", f"/v1/runs/{run}/events", headers=admin) as stream:
        lines = stream.iter_lines()
        assert any(line.startswith(": ") for line in lines)
    stopped = served.post(f"/v1/runs/{run}/cancel", headers=admin)
    assert stopped.status_code == 200


@on_sqlite
def test_many_watchers_hold_no_thread(served, admin, store, run):
    """More than the threads that serve requests; the one that asks is answered all the same."""
    watching, all_there = [], threading.Event()

    def watch():
        with served.stream("GET", f"/v1/runs/{run}/events", headers=admin) as stream:
            for event in events_of(stream.iter_lines()):
                watching.append(event["event"])
                if len(watching) == 60:
                    all_there.set()

    threads = [threading.Thread(target=watch) for _ in range(60)]
    for thread in threads:
        thread.start()
    assert all_there.wait(30)
    assert served.post(f"/v1/runs/{run}/cancel", headers=admin).status_code == 200
    for thread in threads:
        thread.join(30)
    assert sorted(watching) == ["end"] * 60 + ["progress"] * 60
