"""Keys for programs: shown once as ``t2h_ID_SECRET``, kept as a digest, replaced in two steps."""

import datetime
import re
import secrets
from typing import Annotated, Final

from pydantic import Field, StringConstraints, TypeAdapter

from transcript2handoff.access.principal import Principal, Scope, scopes_of
from transcript2handoff.access.secrets import digest_of, new_secret, same
from transcript2handoff.deal import Name, Record
from transcript2handoff.errors import NotSignedInError, StoreConflictError
from transcript2handoff.store import Transaction, keys, users
from transcript2handoff.store.keys import KeyRecord, NewKey

BEGINS: Final = "t2h_"
_FORM: Final = re.compile(r"t2h_(?P<id>[A-Za-z0-9-]{1,48})_(?P<secret>[A-Za-z0-9_-]{20,100})")
_SCOPES: Final = TypeAdapter(frozenset[Scope])
OVERLAP: Final = datetime.timedelta(hours=24)
"""How long a key that is replaced still holds, unless somebody says otherwise."""
_UNKNOWN: Final = (
    "The key is not one that holds: it was mistyped, revoked, replaced, or its time is over. "
    "Make a new one."
)


class KeyWish(Record):
    """A key to be made."""

    name: Name
    user_id: str | None = None
    """Whose it is; a key of nobody sees all deals."""
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1)]
    expires: datetime.datetime | None = None


class MadeKey(Record):
    """A key that was made. ``shown`` is told to whoever asked for it, and never again."""

    record: KeyRecord
    shown: Annotated[str, StringConstraints(pattern=r"^t2h_"), Field(repr=False)]


def make_key() -> tuple[str, str]:
    """A new key: as it is shown, ``t2h_ID_SECRET``, and the digest of its secret."""
    secret = new_secret()
    return f"{BEGINS}key-{secrets.token_hex(10)}_{secret}", digest_of(secret)


def id_in(shown: str) -> str | None:
    """The id in a key; None if it is no key of ours. That the key holds is not said."""
    found = _FORM.fullmatch(shown)
    return found["id"] if found else None


def make(tx: Transaction, wish: KeyWish) -> MadeKey:
    """Make a key.

    Raises:
        StoreGoneError: there is no such user.
    """
    if wish.user_id is not None:
        users.get(tx, wish.user_id)
    shown, new = _new(wish)
    return MadeKey(record=keys.add(tx, new), shown=shown)


def replace(tx: Transaction, key_id: str, *, overlap: datetime.timedelta = OVERLAP) -> MadeKey:
    """Make a key that may do the same; the one before holds until the overlap is over.

    Raises:
        StoreConflictError: the key is not valid any more.
        StoreGoneError: there is no such key.
    """
    old = keys.get(tx, key_id)
    if is_over(old, tx.now):
        raise StoreConflictError(
            "The key does not hold any more, so that nothing can take its place. Make a new one."
        )
    given = {name: getattr(old, name) for name in KeyWish.model_fields}
    shown, new = _new(KeyWish.model_validate(given))
    return MadeKey(record=keys.rotate(tx, key_id, new, overlap=overlap), shown=shown)


def revoke(tx: Transaction, key_id: str, *, by: str | None = None) -> tuple[KeyRecord, ...]:
    """Let a key hold no more, nor any that was made with it; it comes first of them.

    Args:
        tx: the transaction.
        key_id: of the key.
        by: the id of whoever asks for it. If it is a key it stays, with those of its making: a
            program that has replaced its key takes the old one away with the new one.

    Raises:
        StoreGoneError: there is no such key.
    """
    revoked = [keys.revoke(tx, key_id)]
    makers = [key_id]
    while makers:
        # A key that is revoked makes no more: only then is it known what it has made.
        for key in keys.made_with(tx, makers.pop()):
            if key.id == by:
                continue
            makers.append(key.id)
            if not is_over(key, tx.now):
                revoked.append(keys.revoke(tx, key.id))
    return tuple(revoked)


def _new(wish: KeyWish) -> tuple[str, NewKey]:
    shown, digest = make_key()
    return shown, NewKey(id=id_in(shown), digest=digest, **wish.model_dump())


def is_over(key: KeyRecord, now: datetime.datetime) -> bool:
    """Whether a key was revoked or replaced, or its time is over."""
    return key.expires is not None and key.expires <= now


def proven(tx: Transaction, shown: str) -> tuple[KeyRecord, Principal]:
    """The key that somebody shows, and as whom it lets them act.

    Raises:
        NotSignedInError: it is none that holds.
    """
    found = _FORM.fullmatch(shown)
    record = found and keys.by_digest(tx, digest_of(found["secret"]))
    if not found or not record or not same(record.id, found["id"]) or is_over(record, tx.now):
        raise NotSignedInError(_UNKNOWN)
    return record, _principal(tx, record)


def _principal(tx: Transaction, key: KeyRecord) -> Principal:
    scopes = _SCOPES.validate_python(key.scopes)
    if key.user_id is None:
        return Principal(
            id=key.id, name=key.name, kind="key", role="service", user_id=None, scopes=scopes
        )
    user = users.get(tx, key.user_id)
    if user.disabled:
        raise NotSignedInError(_UNKNOWN)
    return Principal(
        id=key.id,
        name=user.name,
        kind="key",
        role=user.role,
        user_id=user.id,
        scopes=scopes & scopes_of(user.role),
    )
