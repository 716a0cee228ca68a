"""Senders that sign as each source does, written from its description and not from our code."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from transcript2handoff.webhooks import (
    Arrival,
    Gong,
    HubSpotApp,
    HubSpotWorkflow,
    SalesforceFlow,
    SalesforceMessage,
    StandardWebhooks,
    Zoom,
    receive,
)

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SECRET, OLD_SECRET = "the-new-secret-of-the-source", "the-old-secret-of-the-source"
KEY = "t2h-endpoint-key-0123456789abcdefghijkl"
STANDARD = "whsec_" + base64.b64encode(b"thirty-two bytes of secret here!").decode()
ORGANISATION = "00D5g000004XyZzEAK"
BASE = "https://handoff.example.com"


@cache
def made_key(number, bits):
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def private_key(number=0, bits=2048):
    return made_key(number, bits)


def public_key(number=0, bits=2048):
    der = (
        private_key(number, bits)
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return base64.b64encode(der).decode()


@dataclass(frozen=True)
class Sent:
    """A signed request and the endpoint that takes it; tests change one thing of it."""

    endpoint: object
    body: bytes
    headers: dict
    path: str = "/hooks/here"
    now: datetime = NOW
    method: str = "POST"
    doubled: tuple = field(default=())

    @property
    def arrival(self):
        pairs = [(name.encode(), value.encode()) for name, value in self.headers.items()]
        return Arrival(
            method=self.method,
            url=BASE + self.path,
            headers=(*pairs, *self.doubled),
            body=self.body,
            at=self.now,
        )

    def received(self, **changes):
        return receive(replace(self, **changes).arrival, self.endpoint)

    def with_header(self, name, value):
        return replace(self, headers={**self.headers, name: value})

    def without(self, name):
        return replace(self, headers={key: one for key, one in self.headers.items() if key != name})


def code(secret, message):
    return hmac.new(secret.encode(), message, hashlib.sha256).digest()


def raw(body):
    return body if isinstance(body, bytes) else json.dumps(body).encode()


class Senders:
    """Everybody who may send; a body is bytes, or what becomes JSON."""

    now, secret, old_secret, key, base, data = NOW, SECRET, OLD_SECRET, KEY, BASE, DATA
    standard_secret, organisation = STANDARD, ORGANISATION
    public_key, private_key = staticmethod(public_key), staticmethod(private_key)

    @staticmethod
    def example(name):
        return (DATA / name).read_bytes()

    @staticmethod
    def hubspot(body, *, at=NOW, secret=SECRET, path="/hooks/here", signed_path=None):
        stamp = str(int(at.timestamp() * 1000))
        signed = b"POST" + (BASE + (signed_path or path)).encode() + raw(body) + stamp.encode()
        return Sent(
            HubSpotApp(secrets=(SECRET, OLD_SECRET)),
            raw(body),
            {
                "X-HubSpot-Signature-v3": base64.b64encode(code(secret, signed)).decode(),
                "X-HubSpot-Request-Timestamp": stamp,
            },
            path,
        )

    @staticmethod
    def workflow(body, *, secret=SECRET):
        signed = secret.encode() + b"POST" + (BASE + "/hooks/here").encode() + raw(body)
        return Sent(
            HubSpotWorkflow(secrets=(SECRET, OLD_SECRET)),
            raw(body),
            {
                "X-HubSpot-Signature": hashlib.sha256(signed).hexdigest(),
                "X-HubSpot-Signature-Version": "v2",
            },
        )

    @staticmethod
    def workflow_key(body, *, key=KEY):
        headers = {"Authorization": f"Bearer {key}"}
        return Sent(HubSpotWorkflow(keys=("f" * 40, KEY)), raw(body), headers)

    @staticmethod
    def flow(body, *, key=KEY):
        endpoint = SalesforceFlow(keys=("f" * 40, KEY), organisations=(ORGANISATION[:15],))
        return Sent(endpoint, raw(body), {"X-Handoff-Key": key})

    @staticmethod
    def message(body, *, key=KEY):
        endpoint = SalesforceMessage(keys=("f" * 40, KEY), organisations=(ORGANISATION,))
        return Sent(endpoint, body, {"Content-Type": "text/xml"}, f"/hooks/message/{key}")

    @staticmethod
    def zoom(body, *, at=NOW, secret=SECRET):
        stamp = str(int(at.timestamp()))
        signature = code(secret, f"v0:{stamp}:".encode() + raw(body)).hex()
        headers = {"x-zm-signature": f"v0={signature}", "x-zm-request-timestamp": stamp}
        return Sent(Zoom(secrets=(SECRET, OLD_SECRET)), raw(body), headers)

    @staticmethod
    def gong(body, *, number=0, claims=None, path="/hooks/here", **options):
        told = {
            "webhook_url": BASE + path,
            "body_sha256": hashlib.sha256(raw(body)).hexdigest(),
            "exp": int((NOW + timedelta(minutes=1)).timestamp()),
        }
        told = {name: one for name, one in {**told, **(claims or {})}.items() if one is not None}
        options = {"key": private_key(number), "algorithm": "RS256", **options}
        token = jwt.encode(told, **options)
        endpoint = Gong(public_keys=(public_key(1), public_key(0)))
        return Sent(endpoint, raw(body), {"Authorization": token}, path)

    @staticmethod
    def standard(body, *, at=NOW, secret=STANDARD, name="msg_2mqBhPZ"):
        stamp = str(int(at.timestamp()))
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{name}.{stamp}.".encode() + raw(body)
        signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        headers = {
            "webhook-id": name,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{signature}",
        }
        return Sent(StandardWebhooks(secrets=(STANDARD,)), raw(body), headers)


@pytest.fixture(scope="session")
def senders():
    return Senders


@pytest.fixture(scope="session")
def good(senders):
    """One delivery of each source that is received."""
    return {
        "hubspot": senders.hubspot(senders.example("hubspot.json")),
        "hubspot_workflow": senders.workflow(senders.example("hubspot_workflow.json")),
        "hubspot_workflow key": senders.workflow_key(senders.example("hubspot_workflow.json")),
        "salesforce_flow": senders.flow(senders.example("salesforce_flow.json")),
        "salesforce_message": senders.message(senders.example("salesforce_message.xml")),
        "zoom": senders.zoom(senders.example("zoom.json")),
        "gong": senders.gong(senders.example("gong.json")),
        "standard": senders.standard(senders.example("standard.json")),
    }
