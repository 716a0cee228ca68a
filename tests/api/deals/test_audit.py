"""The audit over HTTP: what is noted of reading, filters, the check against an anchor, the file."""

import datetime
import json

import pytest
from sqlalchemy import text

from transcript2handoff.store import audit_file
from transcript2handoff.store.chain import Anchor

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""One kind of database is enough where the answer does not come out of it."""


@pytest.fixture
def read(client, callers):
    """Gives the deeds of the audit, as another administrator is told them."""
    other = callers.user("admin", "Ada Auditor")

    def deeds(**query):
        answer = client.get("/v1/audit", params={"limit": 200, **query}, headers=other)
        assert answer.status_code == 200, answer.text
        return [deed for deed in answer.json()["items"] if deed["matter"] != "audit"]

    return deeds


@on_sqlite
def test_what_is_read_again_within_a_quarter_of_an_hour_is_one_deed(
    client, admin, store, harborline, read
):
    now = store.now()
    path = f"/v1/deals/{harborline.deal}"
    for minutes in (0, 5, 14.9, 15, 20):
        store.now = lambda minutes=minutes: now + datetime.timedelta(minutes=minutes)
        assert client.get(path, headers=admin).status_code == 200
    assert len(read(subject=harborline.deal, action="read")) == 2


@on_sqlite
def test_reading_of_others_and_of_other_things_is_noted_at_once(
    client, admin, callers, harborline, read
):
    for headers in (admin, callers.user("admin", "Otto")):
        for call in harborline.calls.values():
            for _ in range(2):
                client.get(f"/v1/calls/{call}/transcript", headers=headers)
    deeds = read(deal_id=harborline.deal, action="read")
    assert len(deeds) == 2 * len(harborline.calls)
    assert {deed["subject"] for deed in deeds} == set(harborline.calls.values())


@on_sqlite
def test_changes_are_never_one_deed(client, admin, harborline, read):
    for _ in range(2):
        body = {"deal": {"tags": ["new"]}}
        client.patch(f"/v1/deals/{harborline.deal}", json=body, headers=admin)
    assert len(read(subject=harborline.deal, action="change")) == 2


def test_whose_words_a_search_has_shown_is_noted_by_call(client, admin, store, harborline, read):
    found = client.get("/v1/search", params={"q": "invoice"}, headers=admin).json()["items"]
    seen = {deed["subject"] for deed in read(action="read") if deed["matter"] == "transcript"}
    assert seen == {"-", *(hit["call_id"] for hit in found)}


@on_sqlite
def test_whose_promises_were_shown_is_noted_by_deal(client, admin, harborline, read, store):
    client.get("/v1/promises", headers=admin)
    told = client.get("/v1/promises", headers=admin).json()["items"]
    seen = {deed["subject"] for deed in read() if deed["matter"] == "promise"}
    assert seen == {"-", *(line["deal_id"] for line in told)}


@on_sqlite
def test_deeds_are_found_by_deal_and_by_time(client, admin, store, harborline, read):
    call = harborline.calls["harborline-1"]
    client.get(f"/v1/calls/{call}", headers=admin)
    (deed,) = read(deal_id=harborline.deal, subject=call)
    assert read(deal_id="deal-other") == []
    assert read(subject=call, since=deed["at"]) == [deed]
    assert read(subject=call, until=deed["at"]) == []


def test_the_check_tells_the_head_and_holds_against_it(client, admin, store, harborline):
    client.get(f"/v1/deals/{harborline.deal}", headers=admin)
    told = client.get("/v1/audit/check", headers=admin).json()
    assert told["whole"]
    head = Anchor.read(told["head"])
    assert head.number == told["deeds"]
    again = client.get("/v1/audit/check", params={"anchor": told["head"]}, headers=admin).json()
    assert again["whole"]
    other = f"{head.number}:{'0' * 64}"
    refused = client.get("/v1/audit/check", params={"anchor": other}, headers=admin).json()
    assert not refused["whole"]
    assert f"deed {head.number} is another one by now" in refused["fault"]
    assert client.get("/v1/audit/check?anchor=1", headers=admin).status_code == 422


def test_the_file_proves_itself(client, admin, store, harborline):
    client.get(f"/v1/deals/{harborline.deal}", headers=admin)
    answer = client.get("/v1/audit/export", headers=admin)
    assert answer.headers["content-type"] == "application/x-ndjson"
    lines = answer.content.splitlines(keepends=True)
    last = audit_file.verified(lines)
    assert (last.number, json.loads(lines[-1])["matter"]) == (len(lines), "audit")
    with store.read() as tx:
        assert tx.session.scalar(text("SELECT digest FROM audit_head")) == last.digest
