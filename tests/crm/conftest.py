"""Deals in both fakes, and clients that do not wait long."""

import datetime

import pytest
from pydantic import SecretStr

from transcript2handoff.crm import (
    ClientCredentials,
    CrmLimits,
    HubSpot,
    HubSpotTarget,
    Salesforce,
    SalesforceTarget,
    Task,
    WriteBack,
)
from transcript2handoff.testing.hubspot_server import HubSpotServer
from transcript2handoff.testing.salesforce_server import SalesforceServer

AT = datetime.datetime(2026, 11, 27, 9, 30, tzinfo=datetime.UTC)
OPPORTUNITY = "0065g00000ABCDEAA1"
QUICK = CrmLimits(
    request_seconds=2, deadline_seconds=5, attempts=4, first_wait_seconds=0.001, per_second=10_000
)
NOTE = """Handoff: Harbour Lane <Ltd>

Ask first (readiness 62 of 100)

What we owe
- SSO & SCIM by 1 May [Ana Reyes, demo, 03:12]
- A named contact in support [Ana Reyes, closing, 21:40]

People
- Priya Shah (economic buyer)"""


class Crms:
    """What a test needs of both CRMs."""

    at, opportunity, quick, note = AT, OPPORTUNITY, QUICK, NOTE

    def facts(self, **changes):
        told = {
            "note": NOTE,
            "tasks": (
                Task(key="p1", subject="Send the SOC 2 report", due=datetime.date(2026, 12, 1)),
                Task(key="q1", subject="Who signs off the migration?", body="Asked on the demo."),
            ),
            "properties": {"readiness": "ask_ae", "score": 62, "tags": "t2h:risk:stated"},
            "link": "https://handoffs.example/d/42",
        }
        return WriteBack(**(told | changes))

    def hubspot_server(self, **options):
        server = HubSpotServer(**options)
        add = server.objects.add
        server.owners["11"] = {
            "firstName": "Ana",
            "lastName": "Reyes",
            "email": "ana@seller.example",
        }
        deal = add(
            "deals",
            "42",
            dealname="Harbour Lane, 40 seats",
            amount="48000.50",
            deal_currency_code="EUR",
            closedate="2026-11-20T23:30:00Z",
            dealstage="1177",
            pipeline="default",
            hs_is_closed_won="true",
            hubspot_owner_id="11",
        )
        add("companies", "7", name="Harbour Lane Ltd")
        add("companies", "8", name="A broker")
        add(
            "contacts",
            "1",
            firstname="Priya",
            lastname="Shah",
            email="p@hl.example",
            jobtitle="CFO",
        )
        add("contacts", "2", firstname="Tom", lastname=None, email="t@hl.example", jobtitle=None)
        deal.links = {"companies": ["7", "8"], "contacts": ["2", "1"]}
        return server

    def salesforce_server(self, **options):
        server = SalesforceServer(**options)
        add = server.objects.add
        add("Account", "0015g00000ACCNTAA1", Name="Harbour Lane Ltd")
        add("User", "0055g00000USERXAA1", Name="Ana Reyes", Email="ana@seller.example")
        add(
            "Opportunity",
            OPPORTUNITY,
            Name="Harbour Lane, 40 seats",
            Amount=48000.5,
            CloseDate="2026-11-20",
            StageName="Signed",
            IsWon=True,
            AccountId="0015g00000ACCNTAA1",
            OwnerId="0055g00000USERXAA1",
        )
        for number, (name, title) in enumerate([("Tom Reed", None), ("Priya Shah", "CFO")]):
            contact = f"0035g0000CONT{number:02d}AA1"
            add("Contact", contact, Name=name, Title=title, Email=f"{name[0].lower()}@hl.example")
            add(
                "OpportunityContactRole",
                f"00K5g0000ROLE{number:02d}AA1",
                OpportunityId=OPPORTUNITY,
                ContactId=contact,
                IsPrimary=number == 1,
                CreatedDate=f"2026-11-0{number + 1}",
            )
        return server

    def hubspot(self, server, *, limits=QUICK, **options):
        return HubSpot(SecretStr(server.token), url=server.url, limits=limits, **options)

    def salesforce(self, server, *, limits=QUICK, secret=None, **options):
        access = ClientCredentials(server.client_id, SecretStr(secret or server.client_secret))
        return Salesforce(access, url=server.url, limits=limits, **options)

    def hubspot_target(self, **changes):
        return HubSpotTarget(**({"deal_id": "42", "company_id": "7", "at": AT} | changes))

    def salesforce_target(self, **changes):
        return SalesforceTarget(**({"opportunity_id": OPPORTUNITY} | changes))


@pytest.fixture(scope="session")
def crms():
    return Crms()
