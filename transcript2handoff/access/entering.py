"""Whom the proofs of a request prove: a key, a session, or the word of a trusted proxy."""

from dataclasses import dataclass, field

from transcript2handoff.access import keys, sessions
from transcript2handoff.access.principal import Principal, scopes_of
from transcript2handoff.errors import NotSignedInError
from transcript2handoff.store import Store, Transaction, users
from transcript2handoff.store import keys as kept_keys
from transcript2handoff.store.users import UserRecord


@dataclass(frozen=True, kw_only=True)
class Proofs:
    """What a request brings along; the first one counts, and the others are not looked at.

    Attributes:
        key: as it was shown when it was made.
        session: the secret in the cookie.
        proxied: the e-mail address that a trusted proxy names.
    """

    key: str | None = field(default=None, repr=False)
    session: str | None = field(default=None, repr=False)
    proxied: str | None = None

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.key or self.session or self.proxied)


def identify(store: Store, proofs: Proofs) -> Principal:
    """Who asks.

    Raises:
        NotSignedInError: the proof does not hold.
        StoreUnreachableError: the database cannot be reached.
    """
    if proofs.key:
        return _by_key(store, proofs.key)
    with store.read() as tx:
        if proofs.session:
            return _by_session(tx, proofs.session)
        return _by_proxy(tx, proofs.proxied or "")


def _by_key(store: Store, shown: str) -> Principal:
    with store.read() as tx:
        record, principal = keys.proven(tx, shown)
        noted = kept_keys.is_noted(record, tx.now)
    if not noted:
        with store.write() as tx:
            kept_keys.used(tx, record.id)
    return principal


def _by_session(tx: Transaction, secret: str) -> Principal:
    user_id = sessions.user_of(tx, secret)
    if user_id is None:
        raise NotSignedInError("The session is over. Sign in again at /v1/sign-in.")
    return principal_of(users.get(tx, user_id))


def _by_proxy(tx: Transaction, email: str) -> Principal:
    user = users.by_email(tx, email)
    if user is None:
        raise NotSignedInError(
            "There is no account with the e-mail address that the proxy names. Ask an "
            "administrator of the service for one."
        )
    return principal_of(user)


def principal_of(user: UserRecord) -> Principal:
    """What somebody with an account may do.

    Raises:
        NotSignedInError: the account is closed.
    """
    if user.disabled:
        raise NotSignedInError("This account is closed. Ask an administrator of the service.")
    return Principal(
        id=user.id,
        name=user.name,
        kind="user",
        role=user.role,
        user_id=user.id,
        scopes=scopes_of(user.role),
    )
