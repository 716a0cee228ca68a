"""Signing in with an e-mail address and a password, and choosing another password."""

from pydantic import SecretStr

from transcript2handoff.access import passwords, sessions
from transcript2handoff.access.sessions import Session
from transcript2handoff.errors import NotAllowedError, NotSignedInError
from transcript2handoff.store import Deed, Store, tokens, users
from transcript2handoff.store.users import UserChanges, UserRecord

_WRONG = "The e-mail address or the password is wrong, or the account is closed."


def sign_in(store: Store, email: str, password: SecretStr) -> Session:
    """Begin a session of somebody who knows a password.

    Whether the address, the password or the account is the fault is neither said, nor to be seen
    by how long it takes.

    Raises:
        NotSignedInError: it is not the password.
    """
    with store.read() as tx:
        user = users.by_email(tx, email)
    right = passwords.holds(user.password_hash if user else None, password)
    if user is None or user.disabled or not right:
        _note_refusal(store, user)
        raise NotSignedInError(_WRONG)
    stronger = _stronger(user, password)
    with store.write() as tx:
        if stronger is not None:
            users.change(tx, user.id, stronger)
        tx.note(Deed(actor=user.id, action="sign_in", matter="session"))
        return sessions.begin(tx, user)


def _stronger(user: UserRecord, password: SecretStr) -> UserChanges | None:
    """The same password kept as passwords are kept now, unless it is."""
    if user.password_hash and passwords.is_outdated(user.password_hash):
        return UserChanges(password_hash=passwords.hashed(password))
    return None


def _note_refusal(store: Store, user: UserRecord | None) -> None:
    with store.write() as tx:
        subject = user.id if user else "-"
        tx.note(Deed(actor="nobody", action="refuse", matter="session", subject=subject))


def sign_out(store: Store, user_id: str, secret: str) -> None:
    """End a session of somebody."""
    with store.write() as tx:
        sessions.end(tx, secret)
        tx.note(Deed(actor=user_id, action="change", matter="session"))


def choose_password(
    store: Store, user_id: str, *, now: SecretStr | None, new: SecretStr
) -> Session:
    """Choose another password; all sessions end, and a new one begins.

    Args:
        store: of the service.
        user_id: whose.
        now: the password until now; None for somebody who has had none.
        new: the password from now on.

    Raises:
        NotAllowedError: it is not the password until now.
        StoreGoneError: the account is there no more.
    """
    with store.read() as tx:
        user = users.get(tx, user_id)
    if user.password_hash is not None and not passwords.holds(
        user.password_hash, now or SecretStr("")
    ):
        _note_refusal(store, user)
        raise NotAllowedError("That is not your password until now.")
    changes = UserChanges(password_hash=passwords.hashed(new))
    with store.write() as tx:
        user = users.change(tx, user_id, changes)
        tokens.remove_of_user(tx, user_id)
        tx.note(Deed(actor=user_id, action="change", matter="password", subject=user_id))
        return sessions.begin(tx, user)
