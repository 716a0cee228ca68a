"""Handoffs: editions, versions, questions, readiness, and what customer success says."""

import pytest

from transcript2handoff.jobs.desk import on_desk
from transcript2handoff.jobs.telling import to_text
from transcript2handoff.store import handoffs

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""One kind of database is enough where the answer does not come out of it."""


@pytest.fixture
def address(harborline):
    return f"/v1/deals/{harborline.deal}/handoff"


def test_a_handoff_with_all_its_proofs(client, admin, address, harborline, store):
    answer = client.get(address, headers=admin)
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"1-0"'
    told = answer.json()
    assert (told["edition"], told["decision"]) == ("1-0", None)
    handoff = on_desk(store, harborline.deal).handoff
    assert told["handoff"] == handoff.model_dump(mode="json")
    again = client.get(address, headers={**admin, "If-None-Match": '"1-0"'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == '"1-0"'
    other = client.get(address, headers={**admin, "If-None-Match": '"1-9"'})
    assert other.status_code == 200


def test_there_is_none_before_a_call_was_read(client, admin):
    deal = client.post("/v1/deals", json={"deal": {"deal": "new"}}, headers=admin).json()["id"]
    for path in ("handoff", "claims", "questions", "readiness", "documents"):
        answer = client.get(f"/v1/deals/{deal}/{path}", headers=admin)
        assert answer.status_code == 404
        assert "no handoff" in answer.json()["detail"]
    assert client.get(f"/v1/deals/{deal}/handoff/versions", headers=admin).json()["items"] == []


def test_a_decision_stands_at_its_version(client, callers, admin, address, store, harborline):
    returned = {
        "what": "returned",
        "reasons": ["promise_not_deliverable", "other"],
        "words": "The connector is not there before autumn.",
    }
    answer = client.post(f"{address}/decision", json=returned, headers=admin)
    assert answer.status_code == 200, answer.text
    decision = client.get(address, headers=admin).json()["decision"]
    assert decision["reasons"] == returned["reasons"]
    assert (decision["by"], decision["edition"]) == ("a program", "1-0")
    here = on_desk(store, harborline.deal)
    changed = here.told.handoff.model_copy(update={"claims": here.told.handoff.claims[1:]})
    told = type(here.told)(handoff=changed.model_copy(update={"contradictions": ()}))
    with store.write() as tx:
        handoffs.add(tx, harborline.deal, to_text(told, {}), run_id=None)
    versions = client.get(f"{address}/versions", headers=admin).json()["items"]
    assert [(one["version"], one["decision"] is not None) for one in versions] == [
        (2, False),
        (1, True),
    ]


def test_a_decision_on_an_older_edition_is_refused(client, admin, address):
    headers = {**admin, "If-Match": '"1-5"'}
    answer = client.post(f"{address}/decision", json={"what": "accepted"}, headers=headers)
    assert answer.status_code == 412


@on_sqlite
@pytest.mark.parametrize(
    "body",
    [
        {"what": "returned"},
        {"what": "returned", "reasons": ["mood"]},
        {"what": "returned", "reasons": ["other"]},
        {"what": "accepted", "reasons": ["other"], "words": "x"},
        {"what": "burnt"},
    ],
)
def test_a_decision_says_why(client, admin, address, body):
    assert client.post(f"{address}/decision", json=body, headers=admin).status_code == 422


def test_customer_success_decides_and_sales_does_not(client, callers, seed):
    tamsin, maeve = callers.user("ae", "Tamsin Okoro"), callers.user("csm", "Maeve Lindqvist")
    ids = callers.ids
    deal = seed(ae_id=ids["Tamsin Okoro"], csm_id=ids["Maeve Lindqvist"]).deal
    address, body = f"/v1/deals/{deal}/handoff/decision", {"what": "accepted"}
    assert client.post(address, json=body, headers=tamsin).status_code == 403
    assert client.post(address, json=body, headers=maeve).status_code == 200


@on_sqlite
def test_questions_and_readiness_in_both_languages(client, admin, harborline, store):
    address = f"/v1/deals/{harborline.deal}"
    english = client.get(f"{address}/questions", headers=admin).json()["items"]
    german = client.get(f"{address}/questions", params={"language": "de"}, headers=admin).json()
    assert [one["id"] for one in english] == [one["id"] for one in german["items"]]
    assert all(a["text"] != b["text"] for a, b in zip(english, german["items"], strict=True))
    ranks = [one["rank"] for one in english]
    assert ranks == sorted(ranks)
    told = client.get(f"{address}/readiness", headers=admin).json()
    assert told["verdict"] in ("ready", "ask_ae", "blocked")
    assert 0 <= told["score"] <= 100
    assert len(told["sections"]) == 8
    assert len(told["conditions"]) == 4
    assert all(one["is_met"] == (not one["reasons"]) for one in told["conditions"])


def test_reading_is_written_to_the_audit(client, admin, address, harborline, callers):
    client.get(address, headers=admin)
    rows = client.get("/v1/audit", headers=admin).json()["items"]
    reads = [row for row in rows if (row["action"], row["matter"]) == ("read", "handoff")]
    assert [row["subject"] for row in reads] == [harborline.deal]
