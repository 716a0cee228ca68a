"""Signatures that vendors published, and some by their description (``data/vectors.json``)."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from transcript2handoff.errors import DeliveryForgedError
from transcript2handoff.webhooks import Arrival, HubSpotWorkflow, StandardWebhooks, Zoom, receive
from transcript2handoff.webhooks.hubspot import require_v2, require_v3
from transcript2handoff.webhooks.standard import require_signature

VECTORS = json.loads((Path(__file__).parent / "data" / "vectors.json").read_text("utf-8"))


def arrived(vector, headers, seconds=0.0):
    return Arrival(
        method=vector.get("method", "POST"),
        url=vector.get("uri", "https://www.example.com/webhook_uri"),
        headers=[(name.encode(), value.encode()) for name, value in headers.items()],
        body=vector["body"].encode(),
        at=datetime.fromtimestamp(seconds, UTC),
    )


def secrets(vector):
    return (SecretStr(vector["secret"]),)


@pytest.mark.parametrize("vector", VECTORS["hubspot_v3"])
def test_hubspot_v3(vector):
    headers = {
        "x-hubspot-signature-v3": vector["signature"],
        "x-hubspot-request-timestamp": vector["timestamp"],
    }
    seconds = int(vector["timestamp"]) / 1000
    require_v3(arrived(vector, headers, seconds), secrets(vector))
    with pytest.raises(DeliveryForgedError):
        require_v3(arrived({**vector, "method": "PUT"}, headers, seconds), secrets(vector))


@pytest.mark.parametrize("vector", VECTORS["hubspot_v2"])
def test_hubspot_v2(vector):
    headers = {
        "X-HubSpot-Signature": vector["signature"],
        "X-HubSpot-Signature-Version": "v2",
    }
    require_v2(arrived(vector, headers), secrets(vector))
    with pytest.raises(DeliveryForgedError):
        require_v2(arrived({**vector, "body": "{}"}, headers), secrets(vector))


@pytest.mark.parametrize("vector", VECTORS["hubspot_v1"])
def test_hubspot_v1_is_refused_although_it_is_right(vector):
    headers = {
        "X-HubSpot-Signature": vector["signature"],
        "X-HubSpot-Signature-Version": "v1",
    }
    with pytest.raises(DeliveryForgedError, match="v1 does not sign the URL"):
        receive(arrived(vector, headers), HubSpotWorkflow(secrets=secrets(vector)))


@pytest.mark.parametrize("vector", VECTORS["standard_webhooks"])
def test_standard_webhooks(vector):
    headers = {
        "webhook-id": vector["id"],
        "webhook-timestamp": vector["timestamp"],
        "webhook-signature": vector["signature"],
    }
    endpoint = StandardWebhooks(secrets=secrets(vector))
    arrival = arrived(vector, headers, int(vector["timestamp"]))
    require_signature(arrival, endpoint.secrets)
    assert receive(arrival, endpoint).ignored[0].what == "something without a name"
    with pytest.raises(DeliveryForgedError):
        require_signature(arrived({**vector, "body": "{}"}, headers, 1614265330), endpoint.secrets)


@pytest.mark.parametrize("vector", VECTORS["zoom"])
def test_zoom(vector):
    headers = {
        "x-zm-signature": vector["signature"],
        "x-zm-request-timestamp": vector["timestamp"],
    }
    endpoint = Zoom(secrets=secrets(vector))
    got = receive(arrived(vector, headers, int(vector["timestamp"])), endpoint)
    assert got.events == ()
    assert got.answer.media_type == "application/json"
    assert json.loads(got.answer.body) == {
        "plainToken": vector["plainToken"],
        "encryptedToken": vector["encryptedToken"],
    }


def test_every_vector_is_used():
    used = {"hubspot_v3", "hubspot_v2", "hubspot_v1", "standard_webhooks", "zoom"}
    assert {name for name in VECTORS if not name.startswith("_")} == used
