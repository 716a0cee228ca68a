"""CRMs with a won deal each, and a service that is connected to them."""

import json
from contextlib import ExitStack

import pytest
from pydantic import SecretStr

from transcript2handoff.connections import Connections
from transcript2handoff.crm import CrmLimits
from transcript2handoff.intake import IntakeServices, work_on
from transcript2handoff.service_file import (
    Crms,
    HubSpotConnection,
    SalesforceConnection,
    ServiceFile,
)
from transcript2handoff.store import Window, calls, deals, inbox, runs, users
from transcript2handoff.testing.hubspot_server import HubSpotServer
from transcript2handoff.testing.salesforce_server import SalesforceServer
from transcript2handoff.testing.senders import Senders
from transcript2handoff.webhooks import UNSEALED
from transcript2handoff.webhooks.events import Event

QUICK = CrmLimits(
    request_seconds=2, deadline_seconds=5, attempts=2, first_wait_seconds=0.001, per_second=10_000
)
OPPORTUNITY = "0065g00000ABCDEAA1"
ALL = Window(limit=100)
SENDERS = Senders("https://handoff.example.com")


def hubspot_server():
    server = HubSpotServer()
    server.owners["11"] = {"firstName": "Ana", "lastName": "Reyes", "email": "ana@seller.example"}
    deal = server.objects.add(
        "deals",
        "42",
        dealname="Harbour Lane, 40 seats",
        closedate="2026-11-20T10:30:00Z",
        dealstage="1177",
        pipeline="default",
        hs_is_closed_won="true",
        hubspot_owner_id="11",
    )
    server.objects.add("companies", "7", name="Harbour Lane Ltd")
    server.objects.add(
        "contacts", "77", firstname="Priya", lastname="Shah", email="priya@hl.example"
    )
    server.objects.add("contacts", "78", firstname="Tom", lastname="Reed", email="tom@hl.example")
    deal.links = {"companies": ["7"], "contacts": ["77", "78"]}
    return server


def salesforce_server():
    server = SalesforceServer()
    add = server.objects.add
    add("Account", "0015g00000ACCNTAA1", Name="Harbour Lane Ltd")
    add("User", "0055g00000USERXAA1", Name="Ana Reyes", Email="ana@seller.example")
    add(
        "Opportunity",
        OPPORTUNITY,
        Name="Harbour Lane, 40 seats",
        CloseDate="2026-11-20",
        StageName="Signed",
        IsWon=True,
        AccountId="0015g00000ACCNTAA1",
        OwnerId="0055g00000USERXAA1",
    )
    return server


class World:
    """A store, CRMs, and a worker that takes events."""

    def __init__(self, store, hubspot=None, salesforce=None, **service):
        self.store = store
        self.hubspot, self.salesforce = hubspot, salesforce
        self.forgotten = []
        self.proven = []
        crms = Crms(
            hubspot=hubspot and HubSpotConnection(token=SecretStr(hubspot.token), url=hubspot.url),
            salesforce=salesforce
            and SalesforceConnection(
                url=salesforce.url,
                client_id=salesforce.client_id,
                client_secret=SecretStr(salesforce.client_secret),
            ),
        )
        told = {"webhooks": SENDERS.webhooks, "crm": crms, **service}
        self.service = ServiceFile(**told)
        self.services = IntakeServices(
            service=self.service,
            connections=Connections(self.service, limits=QUICK),
            worker="worker-1",
            forget=self.forgotten.extend,
            prove=lambda receipt_id, who: self.proven.append((receipt_id, who)),
        )

    def put(self, source, event: Event, endpoint=None):
        with self.store.write() as tx:
            return inbox.add(
                tx,
                inbox.NewItem(
                    source=source,
                    key=event.key,
                    event=event.model_dump_json(context=UNSEALED),
                    endpoint=endpoint or source,
                ),
            )

    def work(self):
        """Work until nothing is due."""
        count = 0
        while work_on(self.store, self.services):
            count += 1
        return count

    def do(self, source, event: Event):
        self.put(source, event)
        self.work()

    def deals(self):
        with self.store.read() as tx:
            return deals.listed(tx, ALL).items

    def deal(self):
        (deal,) = self.deals()
        return deal

    def calls(self, deal_id=None):
        with self.store.read() as tx:
            return calls.of_deal(tx, deal_id or self.deal().id)

    def runs(self):
        with self.store.read() as tx:
            return [
                (run.kind, run.priority, run.state) for run in reversed(runs.listed(tx, ALL).items)
            ]

    def items(self):
        with self.store.read() as tx:
            return inbox.listed(tx, ALL).items

    def states(self):
        return [item.state for item in self.items()]

    def everything(self):
        """All that an event may change, but for the inbox."""
        deals_ = self.deals()
        return json.dumps(
            [deal.model_dump(mode="json") for deal in deals_]
            + [call.model_dump(mode="json") for deal in deals_ for call in self.calls(deal.id)]
            + self.runs()
        )

    def user(self, name="Ana Reyes", email="ana@seller.example", role="ae"):
        with self.store.write() as tx:
            return users.add(tx, users.NewUser(name=name, email=email, role=role))


@pytest.fixture
def hubspot():
    with hubspot_server() as server:
        yield server


@pytest.fixture
def salesforce():
    with salesforce_server() as server:
        yield server


@pytest.fixture
def world():
    """Makes worlds, and takes them down again."""
    with ExitStack() as made:

        def world(*told, **service):
            new = World(*told, **service)
            made.enter_context(new.services.connections)
            return new

        yield world


@pytest.fixture
def connected(store, hubspot, salesforce, world):
    return world(store, hubspot, salesforce)


@pytest.fixture
def alone(store, world):
    """Nothing is connected."""
    return world(store)
