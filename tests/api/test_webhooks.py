"""Deliveries over the whole application: proven, noted once, answered as their source wants."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from transcript2handoff.api.app import create_app
from transcript2handoff.api.deliveries import Entry, InboxWriter, Refusals
from transcript2handoff.api.services import Services
from transcript2handoff.errors import StoreUnreachableError
from transcript2handoff.service_file import ServiceFile
from transcript2handoff.settings import Settings
from transcript2handoff.store import Window, audit, inbox, keys
from transcript2handoff.testing.senders import ORGANISATION, Senders
from transcript2handoff.webhooks import MOST_BYTES

DATA = Path(__file__).parents[1] / "webhooks" / "data"
EXAMPLES = {
    "hubspot": "hubspot.json",
    "hubspot_workflow": "hubspot_workflow.json",
    "salesforce_flow": "salesforce_flow.json",
    "salesforce_message": "salesforce_message.xml",
    "zoom": "zoom.json",
    "gong": "gong.json",
    "standard": "standard.json",
}
SIGNED = ["hubspot", "zoom", "standard"]
BASE = "https://handoff.example.com"
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
SENDERS = Senders(BASE, clock=lambda: NOW)
EVERYTHING = Window(limit=100)


def example(source):
    return (DATA / EXAMPLES[source]).read_bytes()


class Service:
    """The application, and everybody who sends to it."""

    def __init__(self, store, tmp_path):
        self.store = store
        self.app = create_app(
            Services(
                store=store,
                settings=Settings(data=tmp_path, public_url=BASE),
                service_file=ServiceFile(webhooks=SENDERS.webhooks),
                clock=lambda: NOW,
            )
        )
        with store.write() as tx:
            keys.add(tx, keys.NewKey(name="any", scopes=("admin",), digest="0" * 64))

    def post(self, *deliveries):
        """Send deliveries, all at the same time."""

        async def all_of_them():
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://inside") as client:
                sent = [
                    client.post(one.path, content=one.body, headers=dict(one.headers))
                    for one in deliveries
                ]
                return await asyncio.gather(*sent)

        return asyncio.run(all_of_them())

    def events(self):
        with self.store.read() as tx:
            return inbox.listed(tx, EVERYTHING).items

    def refusals(self):
        with self.store.read() as tx:
            items = audit.listed(tx, EVERYTHING).items
        return [item.details for item in items if item.action == "refuse"]


@pytest.fixture
def service(store, tmp_path):
    return Service(store, tmp_path)


@pytest.fixture
def one_service(sqlite_store, tmp_path):
    return Service(sqlite_store, tmp_path)


@pytest.mark.parametrize("source", EXAMPLES)
def test_a_delivery_is_noted_once_however_often_it_comes(service, source):
    delivery = SENDERS.send(source, example(source))
    answers = service.post(delivery, delivery) + service.post(delivery)
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    events = service.events()
    assert len(events) == {"hubspot": 3, "zoom": 2}.get(source, 1)
    assert {event.endpoint for event in events} == {source}
    assert {event.state for event in events} == {"waiting"}
    assert not service.refusals()


@pytest.mark.parametrize("source", EXAMPLES)
def test_a_broken_proof_is_refused(service, source):
    delivery = SENDERS.send(source, example(source))
    another = Senders(BASE, clock=lambda: NOW).send(source, example(source))
    (answer,) = service.post(
        type(delivery)(path=another.path, body=another.body, headers=another.headers)
    )
    assert answer.status_code == 401
    assert answer.json()["type"] == "/problems/delivery_forged"
    assert not service.events()
    assert service.refusals() == [{"reason": "forged", "before": 0}]
    assert SENDERS.key not in answer.text
    assert another.path.rpartition("/")[2] not in answer.json()["instance"] or source != (
        "salesforce_message"
    )


@pytest.mark.parametrize("source", SIGNED)
@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_signature_of_another_time_is_refused(service, source, minutes):
    at = NOW + timedelta(minutes=minutes)
    (answer,) = service.post(SENDERS.send(source, example(source), at=at))
    assert answer.status_code == 401
    assert answer.json()["type"] == "/problems/delivery_stale"
    assert not service.events()
    assert service.refusals() == [{"reason": "stale", "before": 0}]


def test_a_token_of_gong_that_has_expired_is_refused(one_service):
    at = NOW - timedelta(minutes=10)
    (answer,) = one_service.post(SENDERS.send("gong", example("gong"), at=at))
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/delivery_stale")


@pytest.mark.parametrize("source", EXAMPLES)
def test_a_body_that_was_changed_on_the_way_is_refused(one_service, source):
    delivery = SENDERS.send(source, example(source))
    changed = type(delivery)(
        path=delivery.path, body=delivery.body + b" ", headers=delivery.headers
    )
    (answer,) = one_service.post(changed)
    proves_the_body = source in (*SIGNED, "gong")
    assert answer.status_code == (401 if proves_the_body else 200)


def test_what_its_sender_cannot_have_meant_is_told(one_service):
    (answer,) = one_service.post(SENDERS.send("hubspot", b"not json"))
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/delivery"
    assert "not JSON that we read" in answer.json()["detail"]
    assert one_service.refusals() == [{"reason": "form", "before": 0}]


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_that_is_too_large_is_not_read_to_its_end(one_service, announced):
    read = 0

    async def pieces():
        nonlocal read
        for _ in range(100):
            read += 1
            yield b" " * 100_000

    async def sent():
        transport = httpx.ASGITransport(app=one_service.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://inside") as client:
            content = b" " * (MOST_BYTES + 1) if announced else pieces()
            return await client.post("/v1/webhooks/hubspot", content=content)

    answer = asyncio.run(sent())
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert read < 15
    assert not one_service.events()


def test_a_webhook_that_nobody_has_named(one_service):
    delivery = SENDERS.send("zoom", example("zoom"))
    for path in ("/v1/webhooks/nobody", "/v1/webhooks/nobody/key", "/v1/webhooks/a%2Fb"):
        (answer,) = one_service.post(
            type(delivery)(path=path, body=delivery.body, headers=delivery.headers)
        )
        assert answer.status_code in (401, 404)
    assert not one_service.events()


def test_zoom_asks_whether_the_url_is_ours(one_service):
    question = {
        "event": "endpoint.url_validation",
        "payload": {"plainToken": "qgg8vlvZRS6UYooatFL8Aw"},
    }
    (answer,) = one_service.post(SENDERS.send("zoom", question))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()) == {"plainToken", "encryptedToken"}
    assert not one_service.events()


def test_salesforce_gets_its_acknowledgement(one_service):
    delivery = SENDERS.send("salesforce_message", example("salesforce_message"))
    (answer,) = one_service.post(delivery)
    assert answer.headers["content-type"].startswith("text/xml")
    assert "<Ack>true</Ack>" in answer.text


def test_what_is_of_no_interest_is_accepted(one_service):
    (answer,) = one_service.post(SENDERS.send("standard", {"type": "deal.lost", "data": {}}))
    assert answer.status_code == 200
    assert not one_service.events()


def test_the_token_for_a_recording_is_kept_for_the_download_alone(one_service):
    body = json.loads(example("zoom")) | {"download_token": "token-of-zoom"}
    one_service.post(SENDERS.send("zoom", body))
    events = one_service.events()
    assert {json.loads(event.event)["token"] for event in events} == {"token-of-zoom"}
    assert "token-of-zoom" not in repr(events)


def test_two_programs_may_number_their_events_in_the_same_way(sqlite_store, tmp_path):
    service = Service(sqlite_store, tmp_path)
    first = SENDERS.send("standard", example("standard"))
    service.post(first)
    renamed = [
        one.model_copy(update={"name": "another"})
        for one in SENDERS.webhooks
        if one.name == "standard"
    ]
    services = service.app.state.services
    service.app = create_app(
        Services(
            store=sqlite_store,
            settings=services.settings,
            service_file=ServiceFile(webhooks=renamed),
            clock=lambda: NOW,
        )
    )
    service.post(type(first)(path="/v1/webhooks/another", body=first.body, headers=first.headers))
    assert {event.endpoint for event in service.events()} == {"standard", "another"}


def test_many_at_once_are_few_transactions(one_service, monkeypatch):
    transactions = 0
    write = one_service.store.write

    def counted():
        nonlocal transactions
        transactions += 1
        return write()

    monkeypatch.setattr(one_service.store, "write", counted)
    bodies = [json.loads(example("standard")) | {"number": number} for number in range(100)]
    answers = one_service.post(*(SENDERS.send("standard", body) for body in bodies))
    assert {answer.status_code for answer in answers} == {200}
    assert len(one_service.events()) == 100
    assert transactions <= 60


def test_a_store_that_cannot_be_written_is_told_to_everybody_who_waits(one_service, monkeypatch):
    def broken():
        raise StoreUnreachableError("The disk is full.")

    monkeypatch.setattr(one_service.store, "write", broken)
    deliveries = [SENDERS.send("standard", {"type": "deal.won", "data": {"n": n}}) for n in (1, 2)]
    answers = one_service.post(*deliveries)
    assert [answer.status_code for answer in answers] == [503, 503]
    assert answers[0].headers["retry-after"] == "5"
    monkeypatch.undo()
    assert [answer.status_code for answer in one_service.post(*deliveries)] == [200, 200]
    assert len(one_service.events()) == 2


def test_nobody_waits_for_ever_for_a_writer_that_broke(one_service, monkeypatch):
    """A fault of ours: the sender hears of it, or that the connection is gone, and sends again."""
    monkeypatch.setattr(one_service.store, "write", lambda: 1 / 0)

    async def writes():
        writer = InboxWriter(one_service.store)
        async with asyncio.timeout(10):
            await writer.write(Entry())

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(writes())


def test_a_sender_that_hangs_up_is_nobody_to_answer(one_service):
    delivery = SENDERS.send("zoom", example("zoom"))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": delivery.path,
        "raw_path": delivery.path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in delivery.headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    messages = iter(
        [
            {"type": "http.request", "body": delivery.body[:10], "more_body": True},
            {"type": "http.disconnect"},
        ]
    )
    sent = []

    async def served():
        async def receive():
            return next(messages, {"type": "http.disconnect"})

        async def send(message):
            sent.append(message)

        await one_service.app(scope, receive, send)

    asyncio.run(served())
    assert sent[0]["status"] == 400
    assert not one_service.events()
    assert not one_service.refusals()


def test_whoever_proves_nothing_cannot_fill_the_audit(one_service):
    wrong = [SENDERS.send("zoom", b"{}", at=NOW + timedelta(hours=hour)) for hour in range(1, 40)]
    assert {answer.status_code for answer in one_service.post(*wrong)} == {401}
    assert one_service.refusals() == [{"reason": "stale", "before": 0}]


def test_refusals_are_counted_until_the_next_deed(monkeypatch):
    refusals = Refusals()
    assert refusals.deed("zoom", "forged").details == {"reason": "forged", "before": 0}
    assert refusals.deed("zoom", "forged") is None
    assert refusals.deed("zoom", "stale") is not None
    monkeypatch.setattr("transcript2handoff.api.deliveries.REFUSAL_SECONDS", 0.0)
    assert refusals.deed("zoom", "forged").details == {"reason": "forged", "before": 1}


def test_the_organisation_of_a_flow_is_looked_at(one_service):
    body = json.loads(example("salesforce_flow")) | {"org_id": ORGANISATION[:14] + "X"}
    (answer,) = one_service.post(SENDERS.send("salesforce_flow", body))
    assert answer.status_code == 401


def test_the_log_shows_no_secret(one_service, caplog, capsys):
    body = json.loads(example("zoom")) | {"download_token": "token-of-zoom"}
    one_service.post(
        SENDERS.send("zoom", body),
        SENDERS.send("salesforce_message", example("salesforce_message")),
        SENDERS.send("salesforce_message", b"<no"),
    )
    said = caplog.text + "".join(capsys.readouterr())
    assert SecretStr(SENDERS.key).get_secret_value() not in said
    assert "token-of-zoom" not in said
