"""A request as it arrived: nothing of it is parsed, decoded or written anew before it is proven."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite
from typing import Final

from pydantic import JsonValue
from pydantic_core import from_json

from transcript2handoff.errors import (
    DeliveryForgedError,
    DeliveryFormError,
    DeliveryTooLargeError,
)

MOST_BYTES: Final = 1024 * 1024
"""Bytes of a body; whoever reads it off the network stops there."""
MOST_EVENTS: Final = 1000
"""Events in one delivery; the sources promise at most a hundred."""
_TARGET: Final = re.compile(rb"/[\x21-\x7e]*")


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What an endpoint got, in the bytes that were sent. Its text shows no secret."""

    method: str
    url: str = field(repr=False)
    """As the sender called it; see ``public_url``."""
    headers: Sequence[tuple[bytes, bytes]] = field(repr=False)
    body: bytes = field(repr=False)
    at: datetime
    """When it arrived, with a time zone."""

    def header(self, name: str) -> str | None:
        """The value of a header, whatever the case of its name.

        Raises:
            DeliveryForgedError: it stands there twice, or is no ASCII: a proxy and we could read
                two different things.
        """
        wanted = name.lower().encode()
        values = [value for key, value in self.headers if key.lower() == wanted]
        if len(values) > 1:
            raise DeliveryForgedError(f"The header {name} was sent {len(values)} times; send one.")
        if values and not values[0].isascii():
            raise DeliveryForgedError(f"The header {name} holds characters that are no ASCII.")
        return values[0].decode("ascii") if values else None

    def needed(self, name: str) -> str:
        """The value of a header without which nothing is proven.

        Raises:
            DeliveryForgedError: it is missing, empty or doubled.
        """
        value = self.header(name)
        if not value:
            raise DeliveryForgedError(f"The header {name} is missing; the sender must send it.")
        return value

    def text(self) -> str:
        """The body as text.

        Raises:
            DeliveryFormError: it is not in UTF-8, or compressed.
        """
        packed = self.header("Content-Encoding")
        if packed and packed.lower() != "identity":
            raise DeliveryFormError("The body is compressed; send it as it is.")
        try:
            return self.body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise DeliveryFormError("The body is not in UTF-8.") from error

    def json(self) -> JsonValue:
        """The body as JSON.

        Raises:
            DeliveryFormError: it is no JSON in UTF-8, nested too deeply, or holds numbers or
                characters that JSON does not have.
        """
        try:
            value: JsonValue = from_json(self.text())
        except ValueError as error:
            raise DeliveryFormError(f"The body is not JSON that we read: {error}.") from error
        if not _can_be_stored(value):
            raise DeliveryFormError("The body holds NaN, Infinity or the character U+0000.")
        return value

    def json_object(self) -> Mapping[str, JsonValue]:
        """The body as a JSON object.

        Raises:
            DeliveryFormError: it is no JSON object.
        """
        value = self.json()
        if not isinstance(value, dict):
            raise DeliveryFormError("The body is JSON, but no object; send fields in braces.")
        return value


def _can_be_stored(value: JsonValue) -> bool:
    """Whether JSON has a way to write this, and databases keep it."""
    if isinstance(value, dict):
        return all("\0" not in name and _can_be_stored(one) for name, one in value.items())
    if isinstance(value, list):
        return all(map(_can_be_stored, value))
    if isinstance(value, str):
        return "\0" not in value
    return not isinstance(value, float) or isfinite(value)


def public_url(base: str, target: bytes) -> str:
    """The URL that a sender called, whatever proxies stand between.

    Args:
        base: how the service is reached from outside, with its path if it has one:
            ``https://handoff.example.com``. It is never read off a request.
        target: path and query of the request, still percent-encoded.

    Raises:
        DeliveryFormError: the target is no path.
    """
    if not _TARGET.fullmatch(target):
        raise DeliveryFormError("The target of the request is no path of a URL.")
    return base.rstrip("/") + target.decode("ascii")


def check_size(arrival: Arrival) -> None:
    """Refuse what is longer than we read.

    Raises:
        DeliveryTooLargeError: the body is longer than ``MOST_BYTES``.
    """
    if len(arrival.body) > MOST_BYTES:
        raise DeliveryTooLargeError(
            f"The body has {len(arrival.body)} bytes; at most {MOST_BYTES} are read."
        )
