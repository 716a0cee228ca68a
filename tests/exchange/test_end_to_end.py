"""From a signed delivery to a note in the CRM, with everything between: real HTTP, real rows."""

import asyncio
import json
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.intake.conftest import OPPORTUNITY, QUICK, hubspot_server, salesforce_server
from tests.jobs.by_hand import BESIDE, FIRST
from transcript2handoff.access.keys import KeyWish, make
from transcript2handoff.api.app import create_app
from transcript2handoff.api.services import Services
from transcript2handoff.connections import Connections
from transcript2handoff.deal import Call
from transcript2handoff.fetching import Fetching
from transcript2handoff.intake import NO_CALL, IntakeServices, work_on
from transcript2handoff.jobs.work import Work
from transcript2handoff.outgoing import Delivery, Sender
from transcript2handoff.service_file import ServiceFile
from transcript2handoff.settings import Settings
from transcript2handoff.store import Window, calls, deals, inbox, keys, runs
from transcript2handoff.testing.recorder_server import RecorderServer
from transcript2handoff.testing.senders import Senders, Signed
from transcript2handoff.watch import NOBODY

BASE = "https://handoff.example.com"
DATA = Path(__file__).parents[1] / "webhooks" / "data"
ALL = Window(limit=100)
SOUND = b"no recording, and the same bytes all the same" * 1000
WON = {
    "hubspot": [
        {
            "eventId": 1,
            "subscriptionType": "deal.propertyChange",
            "portalId": 33,
            "occurredAt": 1795175990000,
            "objectId": 42,
            "propertyName": "dealstage",
            "propertyValue": "1177",
        }
    ],
    "hubspot_workflow": {"id": "42", "properties": {"dealname": "Harbour Lane, 40 seats"}},
    "salesforce_flow": {
        "event": "opportunity.closed_won",
        "org_id": "00D5g000004XyZz",
        "opportunity_id": OPPORTUNITY,
        "last_modified_date": "2026-11-20T11:59:40Z",
    },
    "salesforce_message": (DATA / "salesforce_message.xml").read_bytes(),
}
TIMED = ("hubspot", "zoom", "gong", "standard")
"""Sources whose proof says when it was made."""


class Whole:
    """A service with everything around it."""

    def __init__(self, store, folder, made):
        self.store = store
        self.hubspot = made.enter_context(hubspot_server())
        self.salesforce = made.enter_context(salesforce_server())
        self.recorders = made.enter_context(RecorderServer(recordings={"ed6c2f27": SOUND}))
        self.senders = Senders(BASE)
        self.service = ServiceFile.model_validate(
            {
                "webhooks": self.senders.webhooks,
                "crm": {
                    "hubspot": {
                        "token": self.hubspot.token,
                        "url": self.hubspot.url,
                        "write": True,
                        "sending": "unless_refused",
                    },
                    "salesforce": {
                        "url": self.salesforce.url,
                        "client_id": self.salesforce.client_id,
                        "client_secret": self.salesforce.client_secret,
                        "write": True,
                        "sending": "unless_refused",
                    },
                },
                "gong": {"key": self.recorders.key, "secret": self.recorders.secret},
            }
        )
        settings = Settings(data=folder, public_url=BASE)
        self.app = create_app(Services(store=store, settings=settings, service_file=self.service))
        with store.write() as tx:
            keys.add(tx, keys.NewKey(name="any", scopes=("admin",), digest="0" * 64))
        connections = made.enter_context(Connections(self.service, limits=QUICK))
        self.intake = IntakeServices(service=self.service, connections=connections, worker="w")
        self.sender = Sender.of(store, self.service, connections, worker="w")
        self.work = Work(
            store,
            settings,
            BESIDE,
            deliver=Delivery(service=self.service, settings=settings).queue,
            fetch=Fetching(self.service, network=self.recorders.network).fetch,
        )

    def post(self, delivery):
        async def sent():
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://inside") as client:
                headers = dict(delivery.headers)
                return await client.post(delivery.path, content=delivery.body, headers=headers)

        return asyncio.run(sent()).status_code

    def deliver(self, source, body):
        """A delivery, the same again, one by somebody else, and one of ten minutes ago."""
        delivery = self.senders.send(source, body)
        forged = Senders(BASE).send(source, body)
        late = self.senders.send(source, body, at=datetime.now(UTC) - timedelta(minutes=10))
        assert self.post(delivery) == 200
        assert self.post(delivery) == 200
        assert self.post(forged) == 401
        assert self.post(late) == (401 if source in TIMED else 200)
        while work_on(self.store, self.intake):
            pass
        return delivery

    def deal(self):
        with self.store.read() as tx:
            (deal,) = deals.listed(tx, ALL).items
        return deal

    def calls(self):
        with self.store.read() as tx:
            return calls.of_deal(tx, self.deal().id)

    def runs(self):
        with self.store.read() as tx:
            return runs.listed(tx, ALL, state="waiting").items

    def inbox(self):
        with self.store.read() as tx:
            return [item.state for item in inbox.listed(tx, ALL).items]

    def upload(self):
        """Somebody sends the transcript of a call of the deal."""
        blob = self.store.blobs.put([FIRST.encode()])
        deal = self.deal()
        with self.store.write() as tx:
            call = Call(id="demo", file="demo.vtt")
            new = calls.NewCall(deal_id=deal.id, call=call, transcript=blob.digest)
            added = calls.add(tx, new)
            runs.start(tx, runs.NewRun(deal_id=deal.id, call_id=added.id, kind="call", priority=1))

    def play(self):
        """Do all runs that wait, and send what they lead to."""
        for run in self.runs():
            with self.store.write() as tx:
                runs.begin(tx, run.id, attempt=run.attempt, worker="w")
            for position, name in enumerate(self.work.step_names(run), 1):
                self.do(run, name, position)
            with self.store.write() as tx:
                runs.end(tx, run.id, state="done")
        while self.sender.send():
            pass

    def do(self, run, name, position=1):
        with self.store.write() as tx:
            runs.step_began(tx, run.id, name, position=position)
        outcome = self.work.do(run, name, NOBODY)
        with self.store.write() as tx:
            runs.step_ended(tx, run.id, name, state=outcome.state, key=outcome.key)

    def notes(self):
        return [
            *(each.properties["hs_note_body"] for each in self.hubspot.objects.all("notes")),
            *(each.fields["Brief__c"] for each in self.salesforce.objects.all("Handoff__c")),
        ]


@pytest.fixture
def whole(store, tmp_path):
    with ExitStack() as made:
        yield Whole(store, tmp_path, made)


@pytest.mark.parametrize("source", WON)
def test_a_won_deal_becomes_one_note(whole, source):
    whole.deliver(source, WON[source])
    deal = whole.deal()
    assert deal.won
    assert deal.waits_for == NO_CALL
    assert whole.runs() == ()
    assert whole.inbox() == ["done"]
    whole.upload()
    whole.play()
    (note,) = whole.notes()
    assert "security questionnaire" in note
    assert whole.deal().verdict
    # The same event in another delivery, and the whole deal once more.
    whole.deliver(source, WON[source])
    with whole.store.write() as tx:
        runs.start(tx, runs.NewRun(deal_id=deal.id, kind="deal"))
    whole.play()
    assert len(whole.notes()) == 1


def test_a_deal_that_is_not_won_is_nothing(whole):
    whole.hubspot.objects.find("deals", "42").properties["hs_is_closed_won"] = "false"
    whole.deliver("hubspot", WON["hubspot"])
    with whole.store.read() as tx:
        assert deals.listed(tx, ALL).items == ()


def test_a_recording_of_zoom_is_fetched(whole):
    body = json.loads((DATA / "zoom.json").read_bytes())
    meeting = body["payload"]["object"]
    meeting["recording_files"] = [
        {**meeting["recording_files"][0], "id": "ed6c2f27", "file_type": "M4A"}
    ]
    meeting["recording_files"][0]["download_url"] = whole.recorders.zoom_url("ed6c2f27")
    body["download_token"] = whole.recorders.token
    whole.deliver("zoom", body)
    (run,) = whole.runs()
    assert (run.kind, run.priority) == ("call", 4)
    whole.do(run, "fetch")
    (call,) = whole.calls()
    assert b"".join(whole.store.blobs.read(call.recording)) == SOUND
    assert call.media_type == "audio/mp4"
    assert call.fetch is None, "the token has done its work"


def test_a_call_of_gong_is_fetched(whole):
    body = json.loads((DATA / "gong.json").read_bytes())
    body["callData"]["metaData"]["id"] = "ed6c2f27"
    whole.deliver("gong", body)
    assert (whole.deal().source, whole.deal().external_id) == ("salesforce", OPPORTUNITY)
    (run,) = whole.runs()
    whole.do(run, "fetch")
    (call,) = whole.calls()
    assert b"".join(whole.store.blobs.read(call.recording)) == SOUND
    # The deal is won afterwards: its call is there, and its run comes first.
    whole.deliver("salesforce_flow", WON["salesforce_flow"])
    assert whole.deal().won
    assert {(each.kind, each.priority) for each in whole.runs()} == {("call", 1), ("deal", 1)}


def test_a_program_of_ones_own(whole):
    whole.deliver("standard", json.loads((DATA / "standard.json").read_bytes()))
    assert (whole.deal().source, whole.deal().external_id) == ("standard", "4711")
    whole.upload()
    whole.play()
    assert whole.notes() == []


def test_the_same_body_of_another_source_proves_nothing(whole):
    delivery = whole.senders.send("zoom", b"{}")
    elsewhere = Signed(path="/v1/webhooks/hubspot", body=delivery.body, headers=delivery.headers)
    assert whole.post(elsewhere) == 401


def test_a_transcript_that_is_sent_ends_the_waiting_and_comes_first(whole):
    whole.deliver("hubspot", WON["hubspot"])
    assert whole.deal().waits_for == NO_CALL
    with whole.store.write() as tx:
        wish = KeyWish(name="all", scopes=("deals:read", "deals:write"))
        made = make(tx, wish)

    async def sent():
        transport = httpx.ASGITransport(app=whole.app)
        headers = {"authorization": f"Bearer {made.shown}"}
        async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as client:
            files = {"file": ("demo.vtt", FIRST.encode())}
            return await client.post("/v1/calls", files=files, data={"deal_id": whole.deal().id})

    answer = asyncio.run(sent())
    assert answer.status_code == 201, answer.text
    assert whole.deal().waits_for is None
    assert [(run.kind, run.priority) for run in whole.runs()] == [("call", 1)]
