"""Deals are chosen in the CRM and brought here: over real HTTP to fakes, by everybody there is."""

import pytest
from pydantic import SecretStr

from transcript2handoff.api.routes import crm as routes
from transcript2handoff.crm import CrmLimits
from transcript2handoff.intake.deals import same_id
from transcript2handoff.service_file import (
    Crms,
    HubSpotConnection,
    SalesforceConnection,
    ServiceFile,
)
from transcript2handoff.store import Window, audit, contacts, deals, runs
from transcript2handoff.testing.crm_faults import CrmStall, CrmStatus, HubSpotBusy
from transcript2handoff.testing.hubspot_server import HubSpotServer
from transcript2handoff.testing.salesforce_server import SalesforceServer

OPPORTUNITY = same_id("salesforce", "0065g00000ABCDE")


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(
        routes,
        "SHORT",
        CrmLimits(
            request_seconds=0.5,
            deadline_seconds=1,
            attempts=2,
            first_wait_seconds=0.001,
            per_second=10_000,
        ),
    )


@pytest.fixture
def hubspot():
    with HubSpotServer() as server:
        server.owners["11"] = {"firstName": "Ana", "lastName": "R", "email": "Ana@seller.example"}
        server.owners["12"] = {"firstName": "Sam", "lastName": "O", "email": "sam@seller.example"}
        server.objects.add("companies", "7", name="Harborline Freight")
        server.objects.add(
            "contacts", "1", firstname="Gareth", lastname="Pugh", email="g@h.example"
        )
        for id_, owner in (("42", "11"), ("43", "12")):
            server.objects.add(
                "deals",
                id_,
                dealname=f"Harborline {id_}",
                amount="48000.50",
                deal_currency_code="EUR",
                closedate="2026-05-22",
                dealstage="sent",
                pipeline="default",
                hs_is_closed_won="false",
                hubspot_owner_id=owner,
            ).links = {"companies": ["7"], "contacts": ["1"]}
        yield server


@pytest.fixture
def salesforce():
    with SalesforceServer() as server:
        server.objects.add("User", "0055g00000USERXAA1", Name="Ana R", Email="ana@seller.example")
        server.objects.add(
            "Opportunity", OPPORTUNITY, Name="Northgate", IsWon=True, OwnerId="0055g00000USERXAA1"
        )
        yield server


def connected(service, *, hubspot=None, salesforce=None):
    """The service with these CRMs connected."""
    one = hubspot and HubSpotConnection(token=SecretStr(hubspot.token), url=hubspot.url)
    other = salesforce and SalesforceConnection(
        url=salesforce.url,
        client_id=salesforce.client_id,
        client_secret=SecretStr(salesforce.client_secret),
    )
    before = service.app.state.services
    crms = ServiceFile(crm=Crms(hubspot=one, salesforce=other))
    service.app.state.services = type(before)(
        store=before.store, settings=before.settings, service_file=crms, clock=before.clock
    )
    return service


@pytest.fixture
def at_hubspot(service, hubspot):
    return connected(service, hubspot=hubspot)


def found(client, words=""):
    answer = client.get("/v1/crm/deals", params={"q": words})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def stored(service):
    with service.store.read() as tx:
        return deals.listed(tx, Window(limit=50)).items


def test_without_a_crm_it_is_said_what_to_do(service, problem):
    client = service.by_key("deals:read", "deals:write")
    assert client.get("/v1/crm").json() == {"connected": []}
    told = problem(client.get("/v1/crm/deals"), 409, "crm_not_connected")
    assert "typed in by hand" in told["detail"]
    problem(client.post("/v1/crm/deals/42"), 409, "crm_not_connected")


def test_deals_are_found_with_what_people_choose_by(at_hubspot):
    client = at_hubspot.by_key("deals:read")
    assert client.get("/v1/crm").json() == {"connected": ["hubspot"]}
    (deal,) = found(client, "harborline 42")
    assert deal == {
        "source": "hubspot",
        "external_id": "42",
        "name": "Harborline 42",
        "customer": "Harborline Freight",
        "stage": "sent",
        "amount": "48000.50",
        "currency": "EUR",
        "close_date": "2026-05-22",
        "owner_email": "Ana@seller.example",
        "won": False,
        "deal_id": None,
    }
    assert len(found(client)) == 2


def test_a_deal_is_brought_with_its_people(at_hubspot):
    ana = at_hubspot.user("ana")
    client = at_hubspot.signed_in(ana)
    answer = client.post("/v1/crm/deals/42")
    assert answer.status_code == 200, answer.text
    deal = answer.json()
    assert answer.headers["etag"] == f'"{deal["version"]}"'
    assert (deal["source"], deal["external_id"]) == ("hubspot", "42")
    assert (deal["ae_id"], deal["won"]) == (ana.id, False)
    told = deal["deal"]
    assert (told["customer"], told["signed"]) == ("Harborline Freight", "2026-05-22")
    assert {(one["name"], one["side"]) for one in told["participants"]} == {
        ("Gareth Pugh", "customer"),
        ("Ana R", "seller"),
    }
    with at_hubspot.store.read() as tx:
        assert contacts.find(tx, "hubspot", "1")
        assert runs.waiting(tx, 10) == ()
        deeds = audit.listed(tx, Window(limit=50)).items
    assert {(deed.actor, deed.action) for deed in deeds if deed.subject == deal["id"]} >= {
        (ana.id, "add"),
        (ana.id, "read"),
    }


def test_a_deal_that_is_known_is_given_as_it_is(at_hubspot, hubspot):
    client = at_hubspot.signed_in(at_hubspot.user("ana"))
    first = client.post("/v1/crm/deals/42").json()
    hubspot.objects.find("deals", "42").properties["dealname"] = "Renamed"
    assert client.post("/v1/crm/deals/42").json() == first
    assert [deal.id for deal in stored(at_hubspot)] == [first["id"]]
    (item,) = found(client)
    assert (item["name"], item["deal_id"]) == ("Renamed", first["id"])


def test_account_executives_see_and_bring_their_own_alone(at_hubspot, problem):
    client = at_hubspot.signed_in(at_hubspot.user("sam"))
    assert [deal["external_id"] for deal in found(client, "harborline")] == ["43"]
    not_theirs = problem(client.post("/v1/crm/deals/42"), 404, "not_found")
    not_there = problem(client.post("/v1/crm/deals/4242424242"), 404, "not_found")
    assert "is not yours" in not_theirs["detail"]
    assert "4242424242" in not_there["detail"]
    assert stored(at_hubspot) == ()
    who = at_hubspot.signed_in(at_hubspot.user("who", role="csm"))
    assert found(who) == []


def test_a_deal_that_was_given_to_somebody_else_is_not_shown(at_hubspot, problem):
    admin = at_hubspot.by_key("admin")
    brought = admin.post("/v1/crm/deals/42").json()
    assert brought["ae_id"] is None
    ana, other = at_hubspot.user("ana"), at_hubspot.user("other")
    admin.put(f"/v1/deals/{brought['id']}/assignment", json={"ae_id": other.id})
    client = at_hubspot.signed_in(ana)
    problem(client.post("/v1/crm/deals/42"), 404, "not_found")
    (item,) = found(client)
    assert item["deal_id"] is None
    assert found(admin, "harborline 42")[0]["deal_id"] == brought["id"]


def test_who_may_only_read_brings_nothing(at_hubspot, problem):
    problem(at_hubspot.by_key("deals:read").post("/v1/crm/deals/42"), 403, "not_allowed")
    problem(at_hubspot.client().get("/v1/crm/deals"), 401, "not_signed_in")


def test_salesforce_and_both_at_once(service, hubspot, salesforce):
    connected(service, hubspot=hubspot, salesforce=salesforce)
    client = service.by_key("deals:read", "deals:write")
    assert {deal["source"] for deal in found(client)} == {"hubspot", "salesforce"}
    short = client.post(f"/v1/crm/deals/{OPPORTUNITY[:15]}").json()
    assert (short["source"], short["external_id"][:15]) == ("salesforce", OPPORTUNITY[:15])
    assert short["won"] is True
    assert short["waits_for"]
    assert client.post(f"/v1/crm/deals/{short['external_id']}").json()["id"] == short["id"]
    assert client.post("/v1/crm/deals/42").json()["source"] == "hubspot"
    (item,) = found(client, "northgate")
    assert item["deal_id"] == short["id"]


@pytest.mark.parametrize(
    "id_", ["abc", "1.2", "1" * 40, "1" * 21, "%27%20OR%20Name%20LIKE", "..%2f", "42%0a"]
)
def test_what_is_no_id_is_not_asked_for(at_hubspot, hubspot, id_):
    answer = at_hubspot.by_key("deals:write").post(f"/v1/crm/deals/{id_}")
    assert answer.status_code in (404, 422)
    assert hubspot.requests == ()


@pytest.mark.parametrize(
    ("fault", "status", "name"),
    [
        (CrmStall(seconds=5), 503, "crm_away"),
        (HubSpotBusy(policy="DAILY"), 503, "crm_away"),
        (CrmStatus(status=502, body={}), 503, "crm_away"),
        (CrmStatus(status=401, body={"category": "INVALID_AUTHENTICATION"}), 502, "crm_refused"),
    ],
)
def test_a_crm_that_does_not_answer_is_told(at_hubspot, hubspot, problem, fault, status, name):
    hubspot.script = lambda request: fault
    client = at_hubspot.by_key("deals:read", "deals:write")
    for answer in (client.get("/v1/crm/deals"), client.post("/v1/crm/deals/42")):
        told = problem(answer, status, name)
        assert hubspot.token not in answer.text
        assert "127.0.0.1" not in told["detail"]
    assert stored(at_hubspot) == ()


def test_words_that_are_too_long_are_refused(at_hubspot, problem):
    client = at_hubspot.by_key("deals:read")
    problem(client.get("/v1/crm/deals", params={"q": "x" * 201}), 422, "invalid_request")
