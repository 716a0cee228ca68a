"""CRMs and recorders in a soak: won deals and recordings, told once, again, forged and garbled."""

import json
import time
from collections.abc import Callable
from typing import Any, Final

from benchmarks.soaking.senders import Sender
from benchmarks.soaking.world import LoadedDeal
from transcript2handoff.testing.senders import ORGANISATION, Body, Senders, Signed

_MESSAGE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>
<notifications xmlns="http://soap.sforce.com/2005/09/outbound">
<OrganizationId>{organisation}</OrganizationId><ActionId>04k5g0000008OIuAAM</ActionId>
<Notification><Id>{id}</Id>
<sObject xsi:type="sf:Opportunity" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
<sf:Id>{opportunity}</sf:Id><sf:IsWon>true</sf:IsWon>
<sf:SystemModstamp>2026-11-20T11:59:40.000Z</sf:SystemModstamp>
</sObject></Notification></notifications></soapenv:Body></soapenv:Envelope>"""


class Crm(Sender):
    """Tells of won deals, and has a call of each sent once the service has it."""

    recordings = 0.1

    def __post_init__(self) -> None:
        """No deal was told of yet."""
        super().__post_init__()
        self._told = 0
        self._open: list[LoadedDeal] = []
        self._has_gong = False

    @property
    def pause(self) -> float:
        """Seconds between two deliveries, in the mean."""
        return 4.0

    def act(self) -> None:
        """Tell of something, or see to a deal that was told of."""
        if self._open and self.dice.random() < 0.6:
            self._see_to(self.dice.choice(self._open))
            return
        ways: tuple[Callable[[], None], ...] = (
            self._hubspot, self._workflow, self._flow, self._message, self._own,
            self._zoom, self._gong,
        )  # fmt: skip
        self.dice.choice(ways)()

    def _won(self, source: str) -> LoadedDeal:
        """A deal that was won just now."""
        self._told += 1
        deal = self.world.new_deal(self.dice)
        deal.source = source
        if source == "hubspot":
            deal.external = str(700_000 + self._told)
            self._add_to_hubspot(deal)
        elif source == "salesforce":
            deal.external = f"0065g000{self._told:07}AA1"[:18]
            add = self.world.soak.salesforce.objects.add
            add(
                "Opportunity", deal.external, Name=deal.name, CloseDate="2026-11-20",
                StageName="Signed", IsWon=True,
            )  # fmt: skip
        else:
            deal.external = f"own-{self._told}"
        self._open.append(deal)
        return deal

    def _add_to_hubspot(self, deal: LoadedDeal) -> None:
        objects = self.world.soak.hubspot.objects
        first, last = deal.customer.split()
        objects.add("contacts", f"8{deal.external}", firstname=first, lastname=last,
                    email=deal.email)  # fmt: skip
        made = objects.add(
            "deals", deal.external, dealname=deal.name, closedate="2026-11-20T10:30:00Z",
            dealstage="1177", pipeline="default", hs_is_closed_won="true", hubspot_owner_id="11",
        )  # fmt: skip
        made.links = {"contacts": [f"8{deal.external}"]}

    def _hubspot(self) -> None:
        deal = self._won("hubspot")
        event = {
            "eventId": 1, "subscriptionType": "deal.propertyChange", "portalId": 33,
            "occurredAt": int(time.time() * 1000), "objectId": int(deal.external),
            "propertyName": "dealstage", "propertyValue": "1177",
        }  # fmt: skip
        self._deliver("hubspot", [event])

    def _workflow(self) -> None:
        deal = self._won("hubspot")
        self._deliver(
            "hubspot_workflow", {"id": deal.external, "properties": {"dealname": deal.name}}
        )

    def _flow(self) -> None:
        deal = self._won("salesforce")
        told = {
            "event": "opportunity.closed_won", "org_id": ORGANISATION,
            "opportunity_id": deal.external, "last_modified_date": "2026-11-20T11:59:40Z",
        }  # fmt: skip
        self._deliver("salesforce_flow", told)

    def _message(self) -> None:
        deal = self._won("salesforce")
        text = _MESSAGE.format(
            organisation=ORGANISATION, opportunity=deal.external, id=f"04l5g{self._told:010}AAJ"
        )
        self._deliver("salesforce_message", text.encode())

    def _own(self) -> None:
        deal = self._won("standard")
        people = [{"name": deal.customer, "email": deal.email}]
        told = {"deal_id": deal.external, "name": deal.name, "people": people}
        self._deliver("standard", {"type": "deal.won", "data": told})

    def _zoom(self) -> None:
        """A recording that is only there as a video of a host that nobody knows, or none."""
        told = {"event": "recording.completed", "event_ts": int(time.time() * 1000),
                "download_token": "none",
                "payload": {"account_id": "A", "object": {
                    "uuid": self.world.mark(), "id": 1, "topic": "Demo",
                    "host_email": "nobody@seller.example", "start_time": "2026-11-20T10:00:00Z",
                    "duration": 1, "recording_files": []}}}  # fmt: skip
        self._deliver("zoom", told)

    def _gong(self) -> None:
        """A recording whose address no name server knows: its run has to fail in words.

        One is enough, for a worker tries for five minutes. All others are told to be tests.
        """
        is_test = self._has_gong or not self.world.is_long
        told = {"callData": {
            "metaData": {"id": str(10**12 + self._told), "title": f"Call {self.world.mark()}",
                         "started": "2026-11-20T10:00:05Z", "duration": 60},
            "context": [], "parties": []}, "isTest": is_test}  # fmt: skip
        self._told += 1
        self._has_gong = True
        self._deliver("gong", told)

    def _deliver(self, source: str, body: Body) -> None:
        """A delivery; some come again, some are forged or garbled as well."""
        senders = self.world.soak.senders
        self._post(f"webhook of {source}", senders.send(source, body))
        if self.dice.random() < 0.4:
            self._post(f"webhook of {source}", senders.send(source, body))
        if self.dice.random() < 0.2:
            self._post("forged webhook", Senders(self.world.soak.at.url).send(source, body))
        if self.dice.random() < 0.2:
            whole = senders.send(source, body).body
            self._post("garbled webhook", senders.send(source, whole[: len(whole) // 2]))

    def _post(self, what: str, delivery: Signed) -> None:
        headers = {"Content-Type": "application/json", "Authorization": "", **delivery.headers}
        self.ask(what, "POST", delivery.path, content=delivery.body, headers=headers)

    def _see_to(self, deal: LoadedDeal) -> None:
        """Send a call of a deal, once the service has taken it in."""
        word = deal.name.split()[0]
        found = self.ask("find a deal", "GET", f"/v1/deals?text={word}")
        items: list[Any] = found.json()["items"] if found is not None and found.is_success else []
        if len(items) == 1:
            self._open.remove(deal)
            with deal.lock:
                deal.id = items[0]["id"]
                self.send_to(deal)
        elif len(items) > 1:
            raise RuntimeError(f"{len(items)} deals are called {word}: {json.dumps(items)[:500]}")
