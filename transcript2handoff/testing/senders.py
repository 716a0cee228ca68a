"""Everybody who may send to a service, signing as each source does.

It is written from the sources' descriptions and not from our code. ``Senders(base)`` plays them
all; ``webhooks`` is what the service file has to say of them.
"""

import hashlib
import hmac
import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final

from transcript2handoff.service_file import Webhook
from transcript2handoff.webhooks import FieldMapping

ORGANISATION: Final = "00D5g000004XyZzEAK"
MAPPING: Final = {
    "standard": {
        "deal_id": "deal_id",
        "deal": "name",
        "customer": "customer.name",
        "signed": "won_on",
        "people": [{"at": "people", "name": "name", "email": "email"}],
    },
    "hubspot_workflow": {
        "deal_id": "id",
        "deal": "properties.dealname",
        "customer": "properties.customer_name",
        "signed": "properties.closedate",
    },
}
"""The field mappings of those who need one."""
Body = bytes | Mapping[str, Any] | list[Any]


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A delivery: to be sent by POST to ``path``."""

    path: str
    body: bytes
    headers: Mapping[str, str]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Senders:
    """Senders to a service at ``base``, its public URL; ``clock`` says what time it is for them."""

    base: str
    clock: Callable[[], datetime] = _now
    secret: str = field(default_factory=lambda: secrets.token_hex(16))
    key: str = field(default_factory=lambda: secrets.token_hex(32))
    """Ours: of flows, outbound messages and workflows."""
    standard_secret: str = field(
        default_factory=lambda: "whsec_" + b64encode(secrets.token_bytes(32)).decode()
    )

    @cached_property
    def webhooks(self) -> tuple[Webhook, ...]:
        """One for each source, by its name."""
        own = {"keys": [self.key]}
        agreed: dict[str, dict[str, Any]] = {
            "hubspot": {"secrets": [self.secret]},
            "hubspot_workflow": own,
            "salesforce_flow": own | {"organisations": [ORGANISATION]},
            "salesforce_message": own | {"organisations": [ORGANISATION]},
            "zoom": {"secrets": [self.secret]},
            "gong": {"public_keys": [self._public_key]},
            "standard": {"secrets": [self.standard_secret]},
        }
        return tuple(
            Webhook.model_validate(
                {
                    "name": source,
                    "endpoint": {"source": source, **told},
                    "mapping": MAPPING.get(source) and FieldMapping.model_validate(MAPPING[source]),
                }
            )
            for source, told in agreed.items()
        )

    def send(self, source: str, body: Body, *, at: datetime | None = None) -> Signed:
        """A delivery of a source, signed at a moment; now if none is given."""
        sign: Callable[[bytes, datetime], Mapping[str, str]] = getattr(self, f"_{source}")
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Signed(
            path=self._path(source), body=content, headers=sign(content, at or self.clock())
        )

    def _path(self, source: str) -> str:
        key = f"/{self.key}" if source == "salesforce_message" else ""
        return f"/v1/webhooks/{source}{key}"

    def _code(self, message: bytes) -> bytes:
        return hmac.new(self.secret.encode(), message, hashlib.sha256).digest()

    def _hubspot(self, body: bytes, at: datetime) -> Mapping[str, str]:
        stamp = str(int(at.timestamp() * 1000))
        url = self.base + self._path("hubspot")
        signature = self._code(b"POST" + url.encode() + body + stamp.encode())
        return {
            "X-HubSpot-Signature-v3": b64encode(signature).decode(),
            "X-HubSpot-Request-Timestamp": stamp,
        }

    def _hubspot_workflow(self, _body: bytes, _at: datetime) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def _salesforce_flow(self, _body: bytes, _at: datetime) -> Mapping[str, str]:
        return {"X-Handoff-Key": self.key}

    def _salesforce_message(self, _body: bytes, _at: datetime) -> Mapping[str, str]:
        return {"Content-Type": "text/xml; charset=UTF-8"}

    def _zoom(self, body: bytes, at: datetime) -> Mapping[str, str]:
        stamp = str(int(at.timestamp()))
        signature = self._code(f"v0:{stamp}:".encode() + body).hex()
        return {"x-zm-signature": f"v0={signature}", "x-zm-request-timestamp": stamp}

    def _gong(self, body: bytes, at: datetime) -> Mapping[str, str]:
        import jwt

        told = {
            "webhook_url": self.base + self._path("gong"),
            "body_sha256": hashlib.sha256(body).hexdigest(),
            "exp": int((at + timedelta(minutes=5)).timestamp()),
        }
        return {"Authorization": jwt.encode(told, self._private_key, algorithm="RS256")}

    def _standard(self, body: bytes, at: datetime) -> Mapping[str, str]:
        stamp = str(int(at.timestamp()))
        name = f"msg_{hashlib.sha256(body).hexdigest()[:20]}"
        key = b64decode(self.standard_secret.removeprefix("whsec_"))
        code = hmac.new(key, f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
        return {
            "webhook-id": name,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{b64encode(code).decode()}",
        }

    @cached_property
    def _private_key(self) -> Any:  # noqa: ANN401 - of a library that is loaded where it is used
        from cryptography.hazmat.primitives.asymmetric import rsa

        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def _public_key(self) -> str:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        public = self._private_key.public_key()
        der: bytes = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return b64encode(der).decode()
