"""Secrets that we make: 256 bits that nobody can guess, kept as their digest alone."""

import hashlib
import hmac
import secrets
from typing import Final

BYTES: Final = 32


def new_secret() -> str:
    """A secret, in letters, digits, ``-`` and ``_``."""
    return secrets.token_urlsafe(BYTES)


def digest_of(secret: str) -> str:
    """What the store keeps; a secret of 256 bits needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether both are equal, in a time that does not tell how far they are."""
    return hmac.compare_digest(one.encode(), other.encode())
