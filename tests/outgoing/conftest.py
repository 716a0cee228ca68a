"""A deal of three calls in the store, and CRMs that it is written to."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from pydantic import SecretStr

from transcript2handoff.connections import Connections
from transcript2handoff.crm import CrmLimits
from transcript2handoff.deal import Call
from transcript2handoff.deal_folder import open_deal
from transcript2handoff.outgoing import Delivery, Sender
from transcript2handoff.service_file import (
    Crms,
    HubSpotConnection,
    SalesforceConnection,
    ServiceFile,
)
from transcript2handoff.settings import Settings
from transcript2handoff.store import Window, calls, deals, outbox
from transcript2handoff.testing.hubspot_server import HubSpotServer
from transcript2handoff.testing.salesforce_server import SalesforceServer

HARBORLINE = Path(__file__).parents[2] / "fixtures" / "harborline"
QUICK = CrmLimits(
    request_seconds=2, deadline_seconds=5, attempts=2, first_wait_seconds=0.001, per_second=10_000
)
OPPORTUNITY = "0065g00000ABCDEAA1"
ALL = Window(limit=200)


@pytest.fixture(scope="session")
def dossier():
    """What is known of the deal."""
    return open_deal(HARBORLINE).dossier


def hubspot_server():
    server = HubSpotServer()
    deal = server.objects.add("deals", "42", dealname="Harborline", hs_is_closed_won="true")
    server.objects.add("companies", "7", name="Harborline Freight")
    deal.links = {"companies": ["7"]}
    return server


def salesforce_server():
    server = SalesforceServer()
    server.objects.add("Opportunity", OPPORTUNITY, Name="Harborline", IsWon=True)
    return server


class Office:
    """A deal, and everything that sends what is known of it."""

    def __init__(self, store, dossier, folder, *, source, server, **connection):
        self.store, self.dossier, self.server = store, dossier, server
        told = {"write": True, "sending": "unless_refused", **connection}
        if source == "hubspot":
            crms = Crms(
                hubspot=HubSpotConnection(token=SecretStr(server.token), url=server.url, **told)
            )
        else:
            crms = Crms(
                salesforce=SalesforceConnection(
                    url=server.url,
                    client_id=server.client_id,
                    client_secret=SecretStr(server.client_secret),
                    **told,
                )
            )
        self.service = ServiceFile(crm=crms)
        settings = Settings(data=folder, public_url="https://handoffs.example")
        self.delivery = Delivery(service=self.service, settings=settings)
        self.connections = Connections(self.service, limits=QUICK)
        self.sender = Sender.of(store, self.service, self.connections, worker="worker-1")
        external = {"hubspot": "42", "salesforce": OPPORTUNITY}[source]
        with store.write() as tx:
            new = deals.NewDeal(
                deal=dossier.handoff.deal, by="test", source=source, external_id=external
            )
            self.deal = deals.add(tx, new)
            for transcript in dossier.transcripts:
                call = Call(id=transcript.call_id)
                calls.add(tx, calls.NewCall(deal_id=self.deal.id, call=call))

    def consent(self, consent, *, of=None):
        """Note whether those on the calls agree."""
        with self.store.write() as tx:
            for record in calls.of_deal(tx, self.deal.id):
                if of in (None, record.ref):
                    told = record.call.model_copy(update={"consent": consent})
                    calls.change(tx, record.id, calls.CallChanges(call=told))

    def queue(self, dossier=None):
        put = self.delivery.queue(self.store, self.deal, dossier or self.dossier)
        with self.store.write() as tx:
            return put(tx)

    def send(self):
        count = 0
        while self.sender.send():
            count += 1
        return count

    def items(self):
        with self.store.read() as tx:
            return outbox.listed(tx, ALL).items

    def states(self):
        return {item.state for item in self.items()}


@pytest.fixture
def office(store, dossier, tmp_path):
    """Makes an office for one of the CRMs."""
    with ExitStack() as made:

        def office(source="hubspot", server=None, **connection):
            kinds = {"hubspot": hubspot_server, "salesforce": salesforce_server}
            there = made.enter_context(server or kinds[source]())
            new = Office(store, dossier, tmp_path, source=source, server=there, **connection)
            made.enter_context(new.connections)
            return new

        yield office
