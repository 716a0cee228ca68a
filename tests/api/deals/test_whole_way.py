"""From a file that is sent to a brief that is read, with the steps of a worker in between."""

import json
from pathlib import Path

import pytest

from transcript2handoff.jobs.work import Work
from transcript2handoff.store import runs
from transcript2handoff.watch import NOBODY

FIXTURES = Path(__file__).parents[3] / "fixtures" / "harborline"


@pytest.fixture
def store(sqlite_store):
    """One kind of database is enough: steps are tested on both."""
    return sqlite_store


def work(services):
    """Does all runs that wait, as a worker does."""
    store, steps = (
        services.store,
        Work(
            services.store,
            services.settings,
            services.papers,
            deliver=lambda *_: lambda _tx: None,
            fetch=lambda *_: None,
        ),
    )
    with store.read() as tx:
        waiting = [runs.get(tx, run_id) for run_id in runs.waiting(tx, 10)]
    for run in waiting:
        with store.write() as tx:
            runs.begin(tx, run.id, attempt=run.attempt, worker="w")
        for position, name in enumerate(steps.step_names(run)):
            with store.write() as tx:
                runs.step_began(tx, run.id, name, position=position)
            outcome = steps.do(run, name, NOBODY)
            with store.write() as tx:
                runs.step_ended(tx, run.id, name, state=outcome.state, key=outcome.key)
        with store.write() as tx:
            runs.end(tx, run.id, state="done")
    return len(waiting)


@pytest.mark.slow
def test_a_transcript_becomes_a_brief_that_people_change(client, admin, services, seed):
    frame = client.get(f"/v1/deals/{seed().deal}", headers=admin).json()["deal"]
    sent = client.post(
        "/v1/calls",
        files={"file": ("third.vtt", (FIXTURES / "harborline-3" / "1_call.vtt").read_bytes())},
        data={"deal": json.dumps(frame), "call": json.dumps({"date": "2026-05-20"})},
        headers=admin,
    ).json()
    deal, address = sent["deal"]["id"], f"/v1/deals/{sent['deal']['id']}"
    assert work(services) == 1
    run = client.get(f"/v1/runs/{sent['run']['id']}", headers=admin).json()
    assert run["state"] == "done", run
    assert {step["state"] for step in run["steps"]} <= {"done", "reused"}
    told = client.get(address, headers=admin).json()
    assert told["verdict"] in ("ready", "ask_ae", "blocked")
    claims = client.get(f"{address}/claims", headers=admin).json()["items"]
    assert len(claims) > 5
    brief = client.get(f"{address}/documents/internal/kickoff_brief.md", headers=admin)
    assert (brief.status_code, brief.headers["t2h-edition"]) == (200, "1-0")
    promise = next(one for one in claims if one["fact"]["kind"] == "promise")
    change = {"changes": {"summary": "A promise in other words"}, "why": "It was said so."}
    edited = client.patch(
        f"{address}/claims/{promise['id']}", json=change, headers={**admin, "If-Match": '"1-0"'}
    )
    assert edited.status_code == 200, edited.text
    assert work(services) == 1
    again = client.get(f"{address}/documents/internal/kickoff_brief.md", headers=admin)
    assert (again.status_code, again.headers["t2h-edition"]) == (200, "1-1")
    assert "A promise in other words" in again.text
    assert "A promise in other words" not in brief.text
    text = client.get(f"/v1/calls/{sent['call']['id']}/transcript", headers=admin)
    assert text.json()["call_id"] == sent["call"]["ref"]
    gone = client.post(f"{address}/erasure", headers=admin)
    assert gone.status_code == 200, gone.text
    assert deal not in client.get("/v1/deals", headers=admin).text
