"""Passwords of people who have an account here: Argon2id, and the same time for everybody."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Annotated, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import AfterValidator, Field, SecretStr

from transcript2handoff.errors import TooManyRequestsError

SHORTEST: Final = 12
LONGEST: Final = 256


def _is_text(password: SecretStr) -> SecretStr:
    """Refuse halves of characters, which JSON can name and nothing can hash."""
    try:
        password.get_secret_value().encode()
    except UnicodeEncodeError:
        # The error would hold the password.
        raise ValueError("there are halves of characters in it, which are no text") from None
    return password


Password = Annotated[
    SecretStr, Field(min_length=SHORTEST, max_length=LONGEST), AfterValidator(_is_text)
]
"""A password that is chosen. Length alone makes one good; signs of all kinds are not asked for."""
Attempt = Annotated[SecretStr, Field(min_length=1, max_length=LONGEST), AfterValidator(_is_text)]
"""A password that is tried."""
_hasher: Final = PasswordHasher()
"""As RFC 9106 advises where memory is short: 64 MiB, three passes."""
_at_once: Final = threading.BoundedSemaphore(2)
"""So many are worked on at the same moment: anybody may try one, and each takes its memory."""
_in_line: Final = threading.BoundedSemaphore(16)
"""So many are worked on or wait: each holds a thread that other requests need."""
_PATIENCE: Final = 2.0
"""Seconds for which one waits."""


def hashed(password: SecretStr) -> str:
    """What the store keeps of a password.

    Raises:
        TooManyRequestsError: too many passwords are worked on just now.
    """
    with _turn():
        return _hasher.hash(password.get_secret_value())


def holds(kept: str | None, tried: SecretStr) -> bool:
    """Whether it is the password.

    It takes as long where there is none: how long an answer takes does not tell who has an account.

    Args:
        kept: what the store keeps of the password; None where there is no such person or password.
        tried: what somebody gives as the password.

    Raises:
        TooManyRequestsError: too many passwords are worked on just now.
    """
    try:
        with _turn():
            right = _hasher.verify(kept or _nobodys(), tried.get_secret_value())
    except (VerificationError, InvalidHashError):
        return False
    return right and kept is not None


def is_outdated(kept: str) -> bool:
    """Whether a password was kept in a weaker way than passwords are now."""
    return _hasher.check_needs_rehash(kept)


@contextmanager
def _turn() -> Iterator[None]:
    """One's turn to work on a password, unless it does not come soon."""
    with _held(_in_line, seconds=0), _held(_at_once, seconds=_PATIENCE):
        yield


@contextmanager
def _held(places: threading.Semaphore, *, seconds: float) -> Iterator[None]:
    if not places.acquire(timeout=seconds):
        raise TooManyRequestsError(
            "Too many people are signing in at this moment. Try again in a few seconds.",
            wait=_PATIENCE,
        )
    try:
        yield
    finally:
        places.release()


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher.hash("the password of nobody")
