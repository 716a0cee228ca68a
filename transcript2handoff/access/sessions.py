"""Sessions of people in a browser: a secret in a cookie, known to the store by its digest."""

import base64
import datetime
import hashlib
import hmac
from typing import Annotated, Final

from pydantic import Field

from transcript2handoff.access.secrets import digest_of, new_secret, same
from transcript2handoff.deal import Record
from transcript2handoff.store import Transaction, tokens
from transcript2handoff.store.tokens import NewToken
from transcript2handoff.store.users import UserRecord

LASTS: Final = datetime.timedelta(hours=12)
"""From the sign-in on, whatever is done meanwhile: a working day."""
_PURPOSE: Final = "session"


class Session(Record):
    """A session that has begun. The secret goes into the cookie and nowhere else."""

    user: UserRecord
    secret: Annotated[str, Field(repr=False)]
    csrf_token: Annotated[str, Field(repr=False)]
    expires: datetime.datetime


def begin(tx: Transaction, user: UserRecord) -> Session:
    """Begin a session of somebody who has proved who they are."""
    secret = new_secret()
    expires = tx.now + LASTS
    tokens.add(
        tx,
        NewToken(digest=digest_of(secret), purpose=_PURPOSE, user_id=user.id, expires=expires),
    )
    return Session(user=user, secret=secret, csrf_token=csrf_token_of(secret), expires=expires)


def user_of(tx: Transaction, secret: str) -> str | None:
    """The id of the user whose session it is; None if it is none, or is over."""
    found = tokens.find(tx, digest_of(secret), _PURPOSE)
    return found.user_id if found else None


def end(tx: Transaction, secret: str) -> None:
    """End a session; nothing happens if it is none."""
    tokens.remove(tx, digest_of(secret))


def end_all_of(tx: Transaction, user_id: str) -> None:
    """End all sessions of somebody, and all links that were made for them."""
    tokens.remove_of_user(tx, user_id)


def csrf_token_of(secret: str) -> str:
    """What a page of ours sends along, and a page of somebody else cannot know."""
    made = hmac.digest(secret.encode(), b"csrf", hashlib.sha256)
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def proves_own_page(secret: str, csrf_token: str | None) -> bool:
    """Whether a request with this session was made by a page of ours."""
    return csrf_token is not None and same(csrf_token_of(secret), csrf_token)
