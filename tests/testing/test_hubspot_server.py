"""The fake HubSpot refuses what HubSpot refuses, and remembers what came in."""

import httpx
import pytest

from transcript2handoff.testing.crm_faults import CrmStatus
from transcript2handoff.testing.hubspot_server import HubSpotLimits, HubSpotServer

NOTE = {"hs_timestamp": "2026-11-27T10:00:00Z", "hs_note_body": "<p>Owed</p>"}
NOTES = "/crm/v3/objects/notes"


@pytest.fixture
def server():
    with HubSpotServer() as running:
        running.objects.add("deals", "42", dealname="Harbour Lane")
        yield running


def sent(server, method, path, json=None, *, token=None):
    headers = {"authorization": f"Bearer {token or server.token}"}
    return httpx.request(method, server.url + path, json=json, headers=headers)


def note(type_id=214, to="42", category="HUBSPOT_DEFINED", **properties):
    kind = {"associationCategory": category, "associationTypeId": type_id}
    return {
        "properties": NOTE | properties,
        "associations": [{"to": {"id": to}, "types": [kind]}],
    }


def refused(server, body, path=NOTES, method="POST"):
    answer = sent(server, method, path, body)
    told = answer.json()
    assert told["status"] == "error"
    assert {"message", "correlationId", "category"} <= set(told)
    assert server.objects.all("notes") == []
    return answer.status_code, told


def test_a_note_is_made_changed_and_found(server):
    made = sent(server, "POST", NOTES, note(handoff_key="k1"))
    assert made.status_code == 201
    id_ = made.json()["id"]
    by_key = f"{NOTES}/k1?idProperty=handoff_key"
    changed = sent(server, "PATCH", by_key, {"properties": {"hs_note_body": "new"}})
    assert (changed.status_code, changed.json()["id"]) == (200, id_)
    got = sent(server, "GET", f"{NOTES}/{id_}?properties=hs_note_body")
    assert got.json()["properties"] == {"hs_note_body": "new", "hs_object_id": id_}
    assert [each.method for each in server.requests] == ["POST", "PATCH", "GET"]
    assert [each.method for each in server.written] == ["POST", "PATCH"]


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"handoff_mood": "good"}, "PROPERTY_DOESNT_EXIST"),
        ({"hs_note_body": "x" * 65_537}, "PROPERTY_VALUE_TOO_LONG"),
        ({"hs_note_body": "😀" * 32_769}, "PROPERTY_VALUE_TOO_LONG"),
        ({"hs_timestamp": None}, "REQUIRED_FIELD"),
        ({"hs_timestamp": "tomorrow"}, "INVALID_DATE"),
        ({"hs_timestamp": "2026-11-27T10:00:00"}, "INVALID_DATE"),
        ({"hubspot_owner_id": "99"}, "INVALID_OWNER_ID"),
        ({"hs_note_body": "<script>x</script>"}, "INVALID_HTML"),
        ({"hs_note_body": "<p>open"}, "INVALID_HTML"),
        ({"hs_note_body": "<p onclick='x'>a</p>"}, "INVALID_HTML"),
        ({"hs_note_body": '<a href="javascript:x">a</a>'}, "INVALID_HTML"),
        ({"hs_note_body": "</p>"}, "INVALID_HTML"),
        ({"hs_note_body": "a < b"}, "INVALID_HTML"),
        ({"hs_note_body": "a & b"}, "INVALID_HTML"),
    ],
)
def test_values_that_do_not_fit_are_refused(server, properties, code):
    status, told = refused(server, note(**properties))
    assert (status, told["category"]) == (400, "VALIDATION_ERROR")
    assert told["errors"][0]["code"] == code
    assert f'"error": "{code}"' in told["message"]


@pytest.mark.parametrize(
    "body", [{}, [], {"properties": []}, {"properties": {"hs_note_body": ["x"]}}]
)
def test_bodies_that_are_no_records_are_refused(server, body):
    assert refused(server, body)[0] == 400


def test_each_choice_is_one_that_there_is(server):
    task = {"hs_timestamp": "2026-11-27T10:00:00Z", "hs_task_status": "DONE"}
    answer = sent(server, "POST", "/crm/v3/objects/tasks", {"properties": task})
    assert answer.json()["errors"][0]["code"] == "INVALID_OPTION"


def test_a_number_is_a_number(server):
    deal = {"properties": {"handoff_score": "high"}}
    answer = sent(server, "PATCH", "/crm/v3/objects/deals/42", deal)
    assert answer.json()["errors"][0]["code"] == "INVALID_DOUBLE"
    deal = {"properties": {"handoff_score": "62"}, "associations": []}
    assert sent(server, "PATCH", "/crm/v3/objects/deals/42", deal).status_code == 400


def test_a_unique_value_is_held_once(server):
    sent(server, "POST", NOTES, note(handoff_key="k1"))
    again = sent(server, "POST", NOTES, note(handoff_key="k1"))
    assert again.status_code == 400
    assert again.json()["errors"][0]["code"] == "CONFLICTING_UNIQUE_VALUE"
    assert len(server.objects.all("notes")) == 1
    by_other = f"{NOTES}/x?idProperty=hs_note_body"
    assert sent(server, "PATCH", by_other, {"properties": {}}).status_code == 400


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"type_id": 216}, 400),
        ({"type_id": 190}, 404),
        ({"category": "USER_DEFINED"}, 400),
        ({"to": "43"}, 404),
    ],
)
def test_associations_lead_where_they_may(server, wrong, status):
    assert refused(server, note(**wrong))[0] == status


def test_scopes_tokens_and_paths_are_checked(server):
    server.scopes = {"crm.objects.deals.read"}
    status, told = refused(server, note())
    assert (status, told["category"]) == (403, "MISSING_SCOPES")
    assert told["errors"][0]["context"] == {
        "requiredGranularScopes": ["crm.objects.contacts.write"]
    }
    assert sent(server, "GET", "/crm/v3/objects/deals/42").status_code == 200
    assert sent(server, "GET", "/crm/v3/objects/deals/42", token="x").status_code == 401
    assert sent(server, "GET", "/crm/v3/objects/deals/43").status_code == 404
    assert sent(server, "GET", "/crm/objects/2026-03/deals/42").status_code == 200
    assert sent(server, "GET", "/crm/objects/2031-03/deals/42").status_code == 404
    assert sent(server, "GET", "/crm/v9/objects/deals/42").status_code == 404
    assert sent(server, "DELETE", "/crm/v3/objects/deals/42").status_code == 405


def test_a_batch_says_what_it_did_not_find(server):
    server.objects.add("contacts", "1", firstname="Priya")
    path = "/crm/v3/objects/contacts/batch/read"
    body = {"properties": ["firstname"], "inputs": [{"id": "1"}, {"id": "2"}]}
    answer = sent(server, "POST", path, body)
    assert answer.status_code == 207
    assert [each["id"] for each in answer.json()["results"]] == ["1"]
    assert answer.json()["errors"][0]["context"] == {"ids": ["2"]}
    body["inputs"] = [{"id": str(n)} for n in range(101)]
    assert sent(server, "POST", path, body).status_code == 400
    assert server.written == ()


def test_limits_are_those_of_the_account():
    with HubSpotServer(limits=HubSpotLimits(ten_seconds=1)) as server:
        server.objects.add("deals", "42")
        assert sent(server, "GET", "/crm/v3/objects/deals/42").status_code == 200
        busy = sent(server, "GET", "/crm/v3/objects/deals/42")
        assert (busy.status_code, busy.json()["policyName"]) == (429, "TEN_SECONDLY_ROLLING")
        server.limits = HubSpotLimits(day=1)
        busy = sent(server, "GET", "/crm/v3/objects/deals/42")
        assert busy.json()["policyName"] == "DAILY"


def test_what_the_fake_itself_breaks_is_raised_at_the_end():
    class Broken:
        def play(self, exchange):
            raise LookupError("mine")

    def provoked():
        with HubSpotServer(script=[CrmStatus(status=500), Broken()]) as server:
            assert sent(server, "GET", "/crm/v3/objects/deals/42").status_code == 500
            with pytest.raises(httpx.RemoteProtocolError):
                sent(server, "GET", "/crm/v3/objects/deals/42")

    with pytest.raises(LookupError, match="mine"):
        provoked()
