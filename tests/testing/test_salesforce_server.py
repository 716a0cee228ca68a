"""The fake Salesforce refuses what Salesforce refuses, and remembers what came in."""

from urllib.parse import quote

import httpx
import pytest

from transcript2handoff.testing.salesforce_rules import CUSTOM, SalesforceField
from transcript2handoff.testing.salesforce_server import SalesforceServer

WON = "0065g00000ABCDEAA1"
BASE = "/services/data/v67.0"
HANDOFF = f"{BASE}/sobjects/Handoff__c/Handoff_Key__c/k1"


@pytest.fixture
def server():
    with SalesforceServer() as running:
        running.objects.add("Account", "0015g00000ACCNTAA1", Name="Harbour Lane Ltd")
        running.objects.add(
            "Opportunity", WON, Name="Won", IsWon=True, AccountId="0015g00000ACCNTAA1"
        )
        yield running


def token(server, **changes):
    form = {
        "grant_type": "client_credentials",
        "client_id": server.client_id,
        "client_secret": server.client_secret,
    }
    return httpx.post(f"{server.url}/services/oauth2/token", data=form | changes)


def sent(server, method, path, json=None):
    if not server.tokens:
        token(server)
    headers = {"authorization": f"Bearer {server.tokens[-1]}"}
    return httpx.request(method, server.url + path, json=json, headers=headers)


def error(answer):
    (told,) = answer.json()
    return answer.status_code, told["errorCode"]


def query(server, soql):
    return sent(server, "GET", f"{BASE}/query?q={quote(soql)}")


def test_an_upsert_makes_and_then_changes(server):
    made = sent(server, "PATCH", HANDOFF, {"Opportunity__c": WON, "Brief__c": "one"})
    assert (made.status_code, made.json()["created"]) == (201, True)
    changed = sent(server, "PATCH", HANDOFF, {"Brief__c": "two"})
    assert (changed.status_code, changed.json()["id"]) == (200, made.json()["id"])
    assert [each.fields["Brief__c"] for each in server.objects.all("Handoff__c")] == ["two"]
    assert changed.headers["sforce-limit-info"] == "api-usage=2/100000"
    assert len(server.written) == 2
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        (HANDOFF, {"Mood__c": "good"}, (400, "INVALID_FIELD")),
        (HANDOFF, {"Handoff_Key__c": "k1"}, (400, "INVALID_FIELD")),
        (HANDOFF, {"Brief__c": "x" * 32_769}, (400, "STRING_TOO_LONG")),
        (HANDOFF, {"Brief__c": "\n" * 16_385}, (400, "STRING_TOO_LONG")),
        (HANDOFF, {"Brief__c": 7}, (400, "JSON_PARSER_ERROR")),
        (HANDOFF, {"Opportunity__c": "42"}, (400, "MALFORMED_ID")),
        (HANDOFF, {"Opportunity__c": WON[:14] + "X"}, (400, "INVALID_CROSS_REFERENCE_KEY")),
        (HANDOFF, {}, (400, "JSON_PARSER_ERROR")),
        (f"{HANDOFF}?updateOnly=true", {"Brief__c": "x"}, (404, "NOT_FOUND")),
        (HANDOFF.replace("k1", "brief.com"), {"Brief__c": "x"}, (404, "NOT_FOUND")),
        (HANDOFF.replace("Handoff_Key__c", "Brief__c"), {"Brief__c": "x"}, (404, "NOT_FOUND")),
        (HANDOFF.replace("Handoff__c", "Other__c"), {"Brief__c": "x"}, (404, "NOT_FOUND")),
        (HANDOFF.replace("v67.0", "v20.0"), {"Brief__c": "x"}, (404, "NOT_FOUND")),
        (
            f"{BASE}/sobjects/Task/Handoff_Key__c/k1",
            {"Description": "&" * 6401},
            (400, "STRING_TOO_LONG"),
        ),
        (
            f"{BASE}/sobjects/Task/Handoff_Key__c/k1",
            {"ActivityDate": "01/12/2026"},
            (400, "JSON_PARSER_ERROR"),
        ),
        (
            f"{BASE}/sobjects/Opportunity/{WON}",
            {"Handoff_Score__c": "62"},
            (400, "JSON_PARSER_ERROR"),
        ),
        (f"{BASE}/sobjects/Opportunity/{WON[:14]}X", {"Name": "x"}, (404, "NOT_FOUND")),
    ],
)
def test_what_does_not_fit_is_refused(server, path, body, expected):
    assert error(sent(server, "PATCH", path, body)) == expected
    assert server.objects.all("Handoff__c") == server.objects.all("Task") == []


def test_several_of_a_key_are_named_and_none_is_changed(server):
    for n in range(2):
        server.objects.add("Task", f"00T5g0000DOUBL{n}", Handoff_Key__c="k1", Subject="old")
    answer = sent(server, "PATCH", f"{BASE}/sobjects/Task/Handoff_Key__c/k1", {"Subject": "new"})
    assert answer.status_code == 300
    assert len(answer.json()) == 2
    assert {each.fields["Subject"] for each in server.objects.all("Task")} == {"old"}


def test_a_master_does_not_change(server):
    master = SalesforceField(type="id", to="Opportunity", only_once=True)
    server.objects.custom = {"Handoff__c": CUSTOM["Handoff__c"] | {"Opportunity__c": master}}
    body = {"Opportunity__c": WON}
    assert sent(server, "PATCH", HANDOFF, body).status_code == 201
    assert error(sent(server, "PATCH", HANDOFF, body)) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")


def test_fields_of_an_opportunity_are_changed(server):
    path = f"{BASE}/sobjects/Opportunity/{WON[:15]}"
    answer = sent(server, "PATCH", path, {"Handoff_Score__c": 62})
    assert (answer.status_code, answer.content) == (204, b"")
    assert server.objects.find("Opportunity", WON).fields["Handoff_Score__c"] == 62


def test_queries_follow_relations_and_come_in_pages(server):
    (row,) = query(
        server, f"SELECT Id, Account.Name, Owner.Name FROM Opportunity WHERE Id = '{WON}'"
    ).json()["records"]
    assert (row["Id"], row["Account"]["Name"], row["Owner"]) == (WON, "Harbour Lane Ltd", None)
    for n in range(3):
        server.objects.add(
            "OpportunityContactRole", f"00K5g0000ROLE0{n}", OpportunityId=WON, CreatedDate=f"{n}"
        )
    server.page = 2
    soql = f"SELECT CreatedDate FROM OpportunityContactRole WHERE OpportunityId = '{WON}'"
    page = query(server, f"{soql} ORDER BY IsPrimary DESC, CreatedDate DESC").json()
    assert [each["CreatedDate"] for each in page["records"]] == ["2", "1"]
    assert (page["done"], page["totalSize"]) == (False, 3)
    rest = sent(server, "GET", page["nextRecordsUrl"]).json()
    assert ([each["CreatedDate"] for each in rest["records"]], rest["done"]) == (["0"], True)


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT Mood FROM Opportunity WHERE Id = 'x'", "INVALID_FIELD"),
        ("SELECT Mood.Name FROM Opportunity WHERE Id = 'x'", "INVALID_FIELD"),
        ("SELECT Id FROM Opportunity WHERE Id = 'x' OR 1 = 1", "MALFORMED_QUERY"),
        ("DROP", "MALFORMED_QUERY"),
    ],
)
def test_queries_are_checked(server, soql, code):
    found = query(server, soql.replace("'x'", f"'{WON}'"))
    assert error(found) == (400, code)


def test_tokens_are_given_and_end(server):
    refused = token(server, client_secret="x")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_client")
    assert token(server, grant_type="password").status_code == 400
    assert httpx.get(f"{server.url}{BASE}/query").status_code == 401
    server.token_uses = 1
    describe = f"{BASE}/sobjects/Handoff__c/describe"
    assert sent(server, "GET", describe).status_code == 200
    assert error(sent(server, "GET", describe)) == (401, "INVALID_SESSION_ID")
    token(server)
    assert sent(server, "GET", describe).status_code == 200


def test_a_day_has_a_limit_and_no_retry_after(server):
    server.day_limit = 1
    sent(server, "GET", f"{BASE}/sobjects/Task/describe")
    busy = sent(server, "GET", f"{BASE}/sobjects/Task/describe")
    assert error(busy) == (403, "REQUEST_LIMIT_EXCEEDED")
    assert "retry-after" not in busy.headers
