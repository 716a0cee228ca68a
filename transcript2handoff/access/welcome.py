"""Whose account it is when an identity provider has proved who somebody is."""

from transcript2handoff.access import sessions
from transcript2handoff.access.entering import principal_of
from transcript2handoff.access.oidc import Identity
from transcript2handoff.access.sessions import Session
from transcript2handoff.access.settings import OidcSettings
from transcript2handoff.errors import NotAllowedError
from transcript2handoff.store import Deed, Store, Transaction, users
from transcript2handoff.store.users import NewUser, UserChanges, UserRecord

_STRANGER = (
    "There is no account for {}. Ask an administrator of the service to invite you, by the e-mail "
    "address that the identity provider knows."
)


def welcome(store: Store, identity: Identity, settings: OidcSettings) -> Session:
    """Begin a session of somebody whom the provider has proved.

    They are known by what the provider calls them. The first time it is their e-mail address that
    says whose account it is, if the provider says that the address is theirs.

    Raises:
        NotAllowedError: nobody has an account for them, and they may not make one.
        NotSignedInError: the account is closed.
    """
    with store.write() as tx:
        user = users.by_subject(tx, identity.subject) or _first_time(tx, identity, settings)
        principal_of(user)
        way = {"way": "provider"}
        tx.note(Deed(actor=user.id, action="sign_in", matter="session", details=way))
        return sessions.begin(tx, user)


def _first_time(tx: Transaction, identity: Identity, settings: OidcSettings) -> UserRecord:
    if identity.email is None:
        raise NotAllowedError(_STRANGER.format("somebody without a confirmed e-mail address"))
    known = users.by_email(tx, identity.email)
    if known is None:
        return _new(tx, identity, identity.email, settings)
    if known.subject is not None:
        raise NotAllowedError(
            "The account with this e-mail address belongs to another identity of the provider. Ask "
            "an administrator of the service."
        )
    tx.note(Deed(actor=known.id, action="change", matter="user", subject=known.id))
    return users.change(tx, known.id, UserChanges(subject=identity.subject))


def _new(tx: Transaction, identity: Identity, email: str, settings: OidcSettings) -> UserRecord:
    host = email.rpartition("@")[2].lower()
    if settings.new_people is None or host not in {each.lower() for each in settings.hosts}:
        raise NotAllowedError(_STRANGER.format(email))
    name = " ".join((identity.name or email).split())[:100]
    user = users.add(
        tx,
        NewUser(name=name, email=email, role=settings.new_people, subject=identity.subject),
    )
    tx.note(Deed(actor=user.id, action="add", matter="user", subject=user.id))
    return user
