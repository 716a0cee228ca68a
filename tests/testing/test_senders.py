"""The senders sign as their sources do: what they send is received, and by nobody else's secret."""

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from transcript2handoff.errors import DeliveryForgedError, DeliveryStaleError
from transcript2handoff.testing.senders import Senders
from transcript2handoff.webhooks import Arrival, receive

DATA = Path(__file__).parents[1] / "webhooks" / "data"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
SENDERS = Senders("https://handoff.example.com", clock=lambda: NOW)
EXAMPLES = {
    source: DATA / f"{source}.{'xml' if source == 'salesforce_message' else 'json'}"
    for source in (one.name for one in SENDERS.webhooks)
}


def received(signed, source):
    (webhook,) = [one for one in SENDERS.webhooks if one.name == source]
    headers = [(name.encode(), value.encode()) for name, value in signed.headers.items()]
    arrival = Arrival(
        method="POST", url=SENDERS.base + signed.path, headers=headers, body=signed.body, at=NOW
    )
    return receive(arrival, webhook.endpoint)


@pytest.mark.parametrize("source", EXAMPLES)
def test_what_is_sent_is_received(source):
    sent = SENDERS.send(source, EXAMPLES[source].read_bytes())
    assert received(sent, source).events


@pytest.mark.parametrize("source", EXAMPLES)
def test_what_another_sends_is_not(source):
    another = Senders(SENDERS.base, clock=lambda: NOW)
    with pytest.raises(DeliveryForgedError):
        received(another.send(source, EXAMPLES[source].read_bytes()), source)


@pytest.mark.parametrize("source", ["hubspot", "zoom", "gong", "standard"])
def test_what_was_sent_long_ago_is_not(source):
    late = SENDERS.send(source, EXAMPLES[source].read_bytes(), at=NOW - timedelta(minutes=10))
    with pytest.raises(DeliveryStaleError):
        received(late, source)


def test_a_body_may_be_what_becomes_json():
    sent = SENDERS.send("standard", {"type": "deal.won", "data": {"deal_id": 1}})
    assert received(sent, "standard").events
    changed = dataclasses.replace(sent, body=sent.body + b" ")
    with pytest.raises(DeliveryForgedError):
        received(changed, "standard")
