"""Standard Webhooks (standardwebhooks.com): for programs of one's own, n8n, Zapier, Make."""

import binascii
import re
from base64 import b64decode, b64encode
from datetime import timedelta
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, SecretStr

from transcript2handoff.deal import Record, Text
from transcript2handoff.errors import DeliveryForgedError, DeliveryFormError
from transcript2handoff.webhooks.arrival import Arrival
from transcript2handoff.webhooks.events import (
    DealChanged,
    Delivery,
    Ignored,
    delivery,
    moment,
    named,
)
from transcript2handoff.webhooks.proof import hmac_sha256, is_any, require_any, require_recent

ID: Final = "webhook-id"
TIME: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"
PREFIX: Final = "whsec_"
WON: Final = "deal.won"
_MOST_SIGNATURES: Final = 20
_IDENTIFIER: Final = re.compile(r"[!-\-/-~]{1,256}")
"""Printable ASCII without a dot, which separates the id from the time in what is signed."""


def _key(secret: SecretStr) -> bytes:
    text = secret.get_secret_value().removeprefix(PREFIX)
    try:
        key = b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"a secret is base64 after {PREFIX}") from error
    if not 24 <= len(key) <= 64:
        raise ValueError("a secret has 24 to 64 bytes")
    return key


def _known_secret(secret: SecretStr) -> SecretStr:
    _key(secret)
    return secret


StandardSecret = Annotated[SecretStr, AfterValidator(_known_secret)]


class StandardWebhooks(Record):
    """A program that signs by Standard Webhooks; the secrets begin with ``whsec_``."""

    source: Literal["standard"] = "standard"
    secrets: Annotated[tuple[StandardSecret, ...], Field(min_length=1, max_length=4)]
    account: Text | None = None
    """What the events say of their origin."""

    def read(self, arrival: Arrival) -> Delivery:
        """The deal that was sent; the field mapping says what of its ``data`` is what.

        Raises:
            DeliveryError: it is refused, and why.
        """
        require_signature(arrival, self.secrets)
        body = arrival.json_object()
        data, stamp = body.get("data"), body.get("timestamp")
        if (kind := body.get("type")) != WON:
            ignored = Ignored(what=named(kind), why=f"only {WON} is done something about")
            return delivery(self.source, [ignored], at=arrival.at)
        if not isinstance(data, dict):
            raise DeliveryFormError("The field data is no object; send the deal's fields in it.")
        deal = DealChanged(
            key=arrival.needed(ID),
            account=self.account,
            at=moment(stamp) if isinstance(stamp, str) else None,
            won=True,
            fields=data,
        )
        return delivery(self.source, [deal], at=arrival.at)


def require_signature(arrival: Arrival, secrets: tuple[SecretStr, ...]) -> None:
    """Refuse what is not signed within the window.

    Raises:
        DeliveryForgedError: no signature of version 1, or another.
        DeliveryStaleError: its time is out of the window.
    """
    given, name, stamp = arrival.needed(SIGNATURE), arrival.needed(ID), arrival.needed(TIME)
    if not _IDENTIFIER.fullmatch(name):
        raise DeliveryForgedError(f"The header {ID} must be one word of ASCII without a dot.")
    require_recent(stamp, now=arrival.at, unit=timedelta(seconds=1))
    signed = f"{name}.{stamp}.".encode() + arrival.body
    expected = [f"v1,{b64encode(hmac_sha256(_key(one), signed)).decode()}" for one in secrets]
    fitting = [one for one in given.split(" ")[:_MOST_SIGNATURES] if is_any(one, expected)]
    require_any(fitting[0] if fitting else "", expected, what=f"The header {SIGNATURE}")
