"""Links that work once: for the first administrator, and for people who are invited.

The secret stands behind ``#``, which browsers send to nobody.
"""

import datetime
from typing import Annotated, Final, Literal

from pydantic import Field, SecretStr

from transcript2handoff.access import passwords, sessions
from transcript2handoff.access.secrets import digest_of, new_secret
from transcript2handoff.access.sessions import Session
from transcript2handoff.deal import Name, Record
from transcript2handoff.errors import NotAllowedError, NotSignedInError
from transcript2handoff.store import Deed, Store, Transaction, tokens, users
from transcript2handoff.store.tokens import NewToken, TokenRecord
from transcript2handoff.store.users import Email, NewUser, UserChanges, UserRecord

Purpose = Literal["setup", "invitation"]
SETUP_LASTS: Final = datetime.timedelta(hours=24)
INVITATION_LASTS: Final = datetime.timedelta(days=7)
_OVER: Final = (
    "The link does not hold: it was used already, its time is over, or a newer one was made. Ask "
    "for a new one."
)


class FirstAdmin(Record):
    """Whoever sets the service up."""

    token: Annotated[str, Field(min_length=1, max_length=200, repr=False)]
    """What stands behind ``#`` in the link that the service printed."""
    name: Name
    email: Email
    password: passwords.Password


def setup_link(store: Store, public_url: str) -> str | None:
    """A new link for the first administrator; None once anybody has an account.

    Args:
        store: of the service.
        public_url: the address of the service, without a slash at its end.

    Raises:
        StoreUnreachableError: the database cannot be reached.
    """
    with store.write() as tx:
        if users.count(tx):
            return None
        secret = _new(tx, "setup", user_id=None, lasts=SETUP_LASTS)
    return f"{public_url}/setup#{secret}"


def set_up(store: Store, first: FirstAdmin) -> Session:
    """Make the first administrator, and sign them in.

    Raises:
        NotAllowedError: somebody has an account already.
        NotSignedInError: the link does not hold.
    """
    new = NewUser(
        name=first.name,
        email=first.email,
        role="admin",
        # Before the transaction: others would wait for it.
        password_hash=passwords.hashed(first.password),
    )
    with store.write() as tx:
        if users.count(tx):
            raise NotAllowedError("The service is set up already. Sign in, or ask to be invited.")
        _used_up(tx, first.token, "setup")
        user = users.add(tx, new)
        tx.note(Deed(actor=user.id, action="add", matter="user", subject=user.id))
        return sessions.begin(tx, user)


def invitation(tx: Transaction, user: UserRecord, public_url: str) -> str:
    """A new link by which somebody chooses a password; those before do not hold any more."""
    tokens.remove_of_user(tx, user.id, "invitation")
    secret = _new(tx, "invitation", user_id=user.id, lasts=INVITATION_LASTS)
    return f"{public_url}/invitation#{secret}"


def accept(store: Store, token: str, password: SecretStr) -> Session:
    """Choose a password by an invitation; all sessions that were open end, and a new one begins.

    Raises:
        NotSignedInError: the link does not hold.
        StoreGoneError: the account is there no more.
    """
    changes = UserChanges(password_hash=passwords.hashed(password))
    with store.write() as tx:
        user_id = _used_up(tx, token, "invitation").user_id or ""
        if users.get(tx, user_id).disabled:
            raise NotSignedInError(_OVER)
        tokens.remove_of_user(tx, user_id)
        user = users.change(tx, user_id, changes)
        tx.note(Deed(actor=user.id, action="change", matter="password", subject=user.id))
        return sessions.begin(tx, user)


def _new(
    tx: Transaction, purpose: Purpose, *, user_id: str | None, lasts: datetime.timedelta
) -> str:
    secret = new_secret()
    new = NewToken(
        digest=digest_of(secret), purpose=purpose, user_id=user_id, expires=tx.now + lasts
    )
    tokens.add(tx, new)
    return secret


def _used_up(tx: Transaction, secret: str, purpose: Purpose) -> TokenRecord:
    found = tokens.find(tx, digest_of(secret), purpose)
    # Of two who come at the same moment, one has removed it.
    if found is None or not tokens.remove(tx, found.digest):
        raise NotSignedInError(_OVER)
    return found
