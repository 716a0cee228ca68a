"""Deals: who sees them, what changing them starts, and ETags."""

import pytest

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""One kind of database is enough where the answer does not come out of it."""

FRAME = {"deal": "Quayside", "customer": "Quayside Cranes", "seller": "Foldwell"}


def make(client, headers, **more):
    return client.post("/v1/deals", json={"deal": FRAME, **more}, headers=headers)


def test_a_deal_is_made_read_and_listed(client, admin):
    made = make(client, admin, source="hubspot", external_id="4711")
    assert made.status_code == 201, made.text
    told = made.json()
    assert told["deal"]["customer"] == "Quayside Cranes"
    assert made.headers["etag"] == '"1"'
    read = client.get(f"/v1/deals/{told['id']}", headers=admin)
    assert read.json() == told
    assert [one["id"] for one in client.get("/v1/deals", headers=admin).json()["items"]] == [
        told["id"]
    ]
    again = make(client, admin, source="hubspot", external_id="4711")
    assert again.status_code == 409


def test_everybody_sees_their_own_deals(client, callers, admin):
    tamsin, omar = callers.user("ae", "Tamsin Okoro"), callers.user("ae", "Omar Example")
    maeve = callers.user("csm", "Maeve Lindqvist")
    deal = make(client, tamsin).json()["id"]
    assert client.get(f"/v1/deals/{deal}", headers=tamsin).status_code == 200
    assert client.get(f"/v1/deals/{deal}", headers=omar).status_code == 404
    assert client.get(f"/v1/deals/{deal}", headers=maeve).status_code == 404
    assert client.get("/v1/deals", headers=omar).json()["items"] == []
    handed = client.put(
        f"/v1/deals/{deal}/assignment",
        json={"csm_id": callers.ids["Maeve Lindqvist"]},
        headers=tamsin,
    )
    assert handed.status_code == 200, handed.text
    assert client.get(f"/v1/deals/{deal}", headers=maeve).status_code == 200
    taken = {"ae_id": callers.ids["Omar Example"]}
    address = f"/v1/deals/{deal}/assignment"
    assert client.put(address, json=taken, headers=omar).status_code in (403, 404)
    assert client.put(address, json=taken, headers=maeve).status_code == 403
    assert client.put(address, json=taken, headers=admin).status_code == 200
    assert client.get(f"/v1/deals/{deal}", headers=tamsin).status_code == 404


@on_sqlite
@pytest.mark.parametrize("scope", ["deals:read", "reports:read"])
def test_a_key_does_what_its_scope_says(client, callers, scope):
    headers = callers.service(scope)
    assert make(client, headers).status_code == 403
    may_read = scope == "deals:read"
    assert client.get("/v1/deals", headers=headers).status_code == (200 if may_read else 403)


def test_a_change_needs_the_version_that_was_seen(client, admin):
    deal = make(client, admin).json()["id"]
    address, change = f"/v1/deals/{deal}", {"deal": {"kickoff": "2026-06-01"}, "won": True}
    stale = client.patch(address, json=change, headers={**admin, "If-Match": '"7"'})
    assert stale.status_code == 412
    assert stale.json()["type"] == "/problems/edition"
    done = client.patch(address, json=change, headers={**admin, "If-Match": '"1"'})
    assert done.status_code == 200
    assert done.headers["etag"] == '"2"'
    told = done.json()
    assert (told["won"], told["deal"]["kickoff"]) == (True, "2026-06-01")
    assert told["deal"]["customer"] == "Quayside Cranes"


def test_a_change_beside_the_calls_makes_documents_anew(client, admin, waiting, harborline):
    change = {"deal": {"kickoff": "2026-06-01"}}
    client.patch(f"/v1/deals/{harborline.deal}", json=change, headers=admin)
    assert waiting() == [(harborline.deal, "deal", None)]


def test_a_change_that_calls_depend_on_reads_them_anew(client, admin, waiting, harborline):
    change = {"deal": {"product": "freight paperwork"}}
    client.patch(f"/v1/deals/{harborline.deal}", json=change, headers=admin)
    expected = [(harborline.deal, "call", each) for each in sorted(harborline.calls.values())]
    assert waiting() == expected


def test_participants_who_were_on_a_call_stay(client, admin, waiting, harborline):
    change = {"deal": {"participants": []}}
    answer = client.patch(f"/v1/deals/{harborline.deal}", json=change, headers=admin)
    assert answer.status_code == 422
    assert "attendees" in answer.json()["detail"]
    assert waiting() == []


def test_a_run_of_a_deal_is_joined_while_it_waits(client, admin, harborline):
    first = client.post(f"/v1/deals/{harborline.deal}/runs", headers=admin)
    second = client.post(f"/v1/deals/{harborline.deal}/runs", headers=admin)
    assert (first.status_code, first.json()["id"]) == (202, second.json()["id"])


def test_a_deal_without_calls_is_not_worked_on(client, admin):
    deal = make(client, admin).json()["id"]
    assert client.post(f"/v1/deals/{deal}/runs", headers=admin).status_code == 409


@on_sqlite
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"deal": {"calls": [{"id": "x"}]}}, "#/deal"),
        ({"deal": {"customr": "x"}}, "#/deal/customr"),
        ({"deal": {"country": "XX"}}, "#/deal/country"),
        ({"deal": {}, "source": "hubspot"}, "#"),
    ],
)
def test_what_does_not_fit_is_named(client, admin, body, pointer):
    answer = client.post("/v1/deals", json=body, headers=admin)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
