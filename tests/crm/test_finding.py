"""Deals are found in a CRM by words, over real HTTP: all of them, or those of one owner."""

import datetime
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.crm import OPPORTUNITY_FIELDS, CrmLimits, Looking
from transcript2handoff.crm.found import LONGEST_WORDS, MOST_FOUND
from transcript2handoff.crm.salesforce_finding import finding_query
from transcript2handoff.errors import CrmAccessError, CrmSetupError, CrmUnreachableError
from transcript2handoff.testing.crm_faults import CrmStall
from transcript2handoff.testing.hubspot_server import SCOPES
from transcript2handoff.testing.salesforce_objects import conditions_of

SECOND = "0065g00000ABCDFAA2"


@pytest.fixture
def hubspot_server(crms):
    with crms.hubspot_server() as server:
        server.stages["default", "1177"] = {"isClosed": "true", "label": "Closed won"}
        server.owners["12"] = {"firstName": "Sam", "lastName": "Orr", "email": "sam@seller.example"}
        server.objects.find("deals", "42").properties["hs_lastmodifieddate"] = (
            "2026-11-20T10:00:00Z"
        )
        server.objects.add(
            "deals",
            "43",
            dealname="Pilot for the north",
            dealstage="open",
            pipeline="default",
            hubspot_owner_id="12",
            hs_lastmodifieddate="2026-11-21T10:00:00Z",
        ).links = {"companies": ["7"]}
        yield server


@pytest.fixture
def salesforce_server(crms):
    with crms.salesforce_server() as server:
        server.objects.add(
            "User", "0055g00000USERYAA2", Name="Sam Orr", Email="sam.o'neil@seller.example"
        )
        server.objects.find("Opportunity", crms.opportunity).fields["LastModifiedDate"] = (
            "2026-11-20"
        )
        server.objects.add(
            "Opportunity",
            SECOND,
            Name="Pilot 50% off_season",
            StageName="Open",
            AccountId="0015g00000ACCNTAA1",
            OwnerId="0055g00000USERYAA2",
            LastModifiedDate="2026-11-21",
        )
        yield server


@pytest.fixture
def hubspot(crms, hubspot_server):
    with crms.hubspot(hubspot_server) as client:
        yield client


@pytest.fixture
def salesforce(crms, salesforce_server):
    with crms.salesforce(salesforce_server) as client:
        yield client


def ids(client, words="", email=None):
    return [deal.external_id for deal in client.find_deals(Looking(words, email))]


def test_hubspot_tells_what_people_choose_by(hubspot):
    (deal,) = hubspot.find_deals(Looking("40 seats"))
    assert deal.external_id == "42"
    assert (deal.name, deal.customer) == ("Harbour Lane, 40 seats", "Harbour Lane Ltd")
    assert (deal.stage, deal.won) == ("Closed won", True)
    assert (deal.amount, deal.currency) == (Decimal("48000.50"), "EUR")
    assert deal.close_date == datetime.date(2026, 11, 20)
    assert deal.owner_email == "ana@seller.example"


def test_hubspot_finds_by_deal_and_by_company_and_the_latest_change_is_first(hubspot):
    assert ids(hubspot, "pilot nor") == ["43"]
    assert ids(hubspot, "harbour") == ["42", "43"]
    assert ids(hubspot, "ltd") == ["43", "42"]
    assert ids(hubspot) == ["43", "42"]
    assert ids(hubspot, "nobody") == []


def test_hubspot_shows_somebody_their_own_deals_alone(hubspot):
    assert ids(hubspot, "", "SAM@seller.example") == ["43"]
    assert ids(hubspot, "ltd", "ana@seller.example") == ["42"]
    assert ids(hubspot, "pilot", "ana@seller.example") == []
    assert ids(hubspot, "", "who@seller.example") == []


def test_a_deal_in_hubspot_without_company_owner_or_known_stage(hubspot, hubspot_server):
    hubspot_server.objects.add("deals", "44", dealname="Bare", dealstage="x", pipeline="y")
    (deal,) = hubspot.find_deals(Looking("bare"))
    assert (deal.name, deal.customer, deal.owner_email, deal.stage) == ("Bare", None, None, "x")


def test_a_deal_in_hubspot_that_does_not_fit_is_still_named(hubspot, hubspot_server):
    hubspot_server.objects.find("deals", "42").properties["amount"] = "many"
    (deal,) = hubspot.find_deals(Looking("40 seats"))
    assert (deal.name, deal.amount) == ("Harbour Lane, 40 seats", None)


def test_hubspot_gives_no_more_than_a_list_shows(hubspot, hubspot_server):
    for number in range(30):
        hubspot_server.objects.add("deals", str(500 + number), dealname=f"Harbour {number}")
    assert len(ids(hubspot, "harbour")) == MOST_FOUND
    assert len(hubspot_server.requests) < 8


def test_hubspot_by_a_dated_version(crms, hubspot_server):
    with crms.hubspot(hubspot_server, version="2026-03") as client:
        assert ids(client, "pilot") == ["43"]


def test_a_token_of_hubspot_that_may_not_search(crms):
    scopes = SCOPES - {"crm.objects.companies.read"}
    with (
        crms.hubspot_server(scopes=scopes) as server,
        crms.hubspot(server) as client,
        pytest.raises(CrmAccessError, match=r"companies\.read"),
    ):
        client.find_deals(Looking("harbour"))


def test_salesforce_tells_what_people_choose_by(salesforce, crms):
    (deal,) = salesforce.find_deals(Looking("40 SEATS"))
    assert deal.external_id == crms.opportunity
    assert (deal.name, deal.customer) == ("Harbour Lane, 40 seats", "Harbour Lane Ltd")
    assert (deal.stage, deal.won) == ("Signed", True)
    assert (deal.amount, deal.currency) == (Decimal("48000.5"), None)
    assert deal.close_date == datetime.date(2026, 11, 20)
    assert deal.owner_email == "ana@seller.example"


def test_salesforce_finds_by_opportunity_and_by_account(salesforce, crms):
    assert ids(salesforce, "harbour pilot") == [SECOND]
    assert ids(salesforce, "harbour") == [SECOND, crms.opportunity]
    assert ids(salesforce) == [SECOND, crms.opportunity]
    assert ids(salesforce, "nobody") == []


def test_salesforce_shows_somebody_their_own_deals_alone(salesforce, crms):
    assert ids(salesforce, "harbour", "sam.o'neil@seller.example") == [SECOND]
    assert ids(salesforce, "", "ana@seller.example") == [crms.opportunity]


@pytest.mark.parametrize(
    ("words", "found"), [("50%", True), ("40%", False), ("f_s", True), ("4_ seats", False)]
)
def test_wildcards_are_looked_for_as_they_are(salesforce, words, found):
    assert bool(ids(salesforce, words)) is found


def test_salesforce_gives_no_more_than_a_list_shows(salesforce, salesforce_server):
    for number in range(30):
        id_ = f"0065g00000X{number:04d}AA1"
        salesforce_server.objects.add("Opportunity", id_, Name=f"Harbour {number}")
    assert len(ids(salesforce, "harbour")) == MOST_FOUND


@given(words=st.text(max_size=300), email=st.one_of(st.none(), st.text(min_size=1, max_size=60)))
def test_whatever_is_looked_for_stays_a_text_of_the_query(words, email):
    query = finding_query(Looking(words, email), OPPORTUNITY_FIELDS)
    where = query.partition(" FROM Opportunity ")[2].rpartition("ORDER BY")[0]
    conditions = conditions_of(where.removeprefix("WHERE ").rstrip(" "))
    assert len(conditions) <= 9
    assert len(query) < 6 * LONGEST_WORDS + 3000


def test_a_mapping_of_salesforce_that_names_no_field_is_told():
    fields = OPPORTUNITY_FIELDS.model_copy(update={"deal": ("Name FROM User--",)})
    with pytest.raises(CrmSetupError, match="is no field of Salesforce"):
        finding_query(Looking("x"), fields)


def test_nobody_waits_long_for_a_crm_that_does_not_answer(crms, hubspot_server):
    short = CrmLimits(
        request_seconds=0.3, deadline_seconds=0.5, attempts=2, first_wait_seconds=0.01
    )
    hubspot_server.script = lambda request: CrmStall(seconds=5)
    began = time.monotonic()
    with (
        crms.hubspot(hubspot_server, limits=short) as client,
        pytest.raises(CrmUnreachableError, match="did not answer in time"),
    ):
        client.find_deals(Looking("harbour"))
    assert time.monotonic() - began < 2
