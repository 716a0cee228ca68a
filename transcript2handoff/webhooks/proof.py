"""What all proofs share: secrets that can be changed, a comparison in constant time, a window."""

import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import AfterValidator, Field, SecretStr

from transcript2handoff.errors import DeliveryForgedError, DeliveryStaleError

WINDOW: Final = timedelta(minutes=5)
"""How far the time of a signature may be from ours, either way."""
_STAMP: Final = re.compile(r"[0-9]{1,15}")


def _one_word(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise ValueError("a secret is one word of ASCII characters")
    return secret


Secret = Annotated[SecretStr, Field(min_length=16, max_length=500), AfterValidator(_one_word)]
"""A secret that a source gave out."""
OwnKey = Annotated[SecretStr, Field(min_length=32, max_length=500), AfterValidator(_one_word)]
"""A key that we gave out: it is all that a sender shows."""
Secrets = Annotated[tuple[Secret, ...], Field(min_length=1, max_length=4)]
"""The new one first; the old one stays until the source has changed over."""
OwnKeys = Annotated[tuple[OwnKey, ...], Field(min_length=1, max_length=4)]


def hmac_sha256(secret: bytes, message: bytes) -> bytes:
    """The code of a message by a secret."""
    return hmac.new(secret, message, hashlib.sha256).digest()


def is_any(given: str, expected: Iterable[str]) -> bool:
    """Whether a text is one of those expected, in a time that does not tell which or how nearly.

    Texts are compared as they stand: an encoding that allows the same bytes to be spelt in two
    ways proves nothing in the second one.
    """
    spelt = given.encode(errors="surrogatepass")
    fits = [hmac.compare_digest(spelt, one.encode()) for one in expected]
    return any(fits)


def require_any(given: str, expected: Iterable[str], *, what: str) -> None:
    """Refuse what is none of those expected.

    Raises:
        DeliveryForgedError: it is another; the message names neither.
    """
    if not is_any(given, expected):
        raise DeliveryForgedError(
            f"{what} does not fit. Compare the secret and the URL on both sides."
        )


def require_key(given: str, keys: OwnKeys, *, what: str) -> None:
    """Refuse whoever does not show one of our keys.

    Raises:
        DeliveryForgedError: it is no key of ours.
    """
    require_any(given, [key.get_secret_value() for key in keys], what=what)


def require_recent(stamp: str, *, now: datetime, unit: timedelta) -> None:
    """Refuse a signature that is out of the window around now.

    Args:
        stamp: digits, since 1970 in UTC.
        now: with a time zone.
        unit: what the digits count.

    Raises:
        DeliveryForgedError: it is no number.
        DeliveryStaleError: it is more than ``WINDOW`` away.
    """
    if not _STAMP.fullmatch(stamp):
        raise DeliveryForgedError("The time of the signature is no number.")
    distance = abs(timedelta(seconds=now.timestamp()) / unit - int(stamp))
    if distance > WINDOW / unit:
        raise DeliveryStaleError(
            "The signature was made more than 5 minutes before or after now. "
            "If it was not sent late, set the clock of this machine."
        )
