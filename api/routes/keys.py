"""Keys for programs: made, shown once, replaced, revoked."""

import datetime
from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Path, Request

from transcript2handoff.access import Principal
from transcript2handoff.access import keys as making
from transcript2handoff.api.deps import Caller, StoreDep, note
from transcript2handoff.api.idempotency import keep_instead
from transcript2handoff.api.models.answers import problems
from transcript2handoff.api.models.people import KeyOut, MadeKeyOut, NewKeyBody, ReplacementBody
from transcript2handoff.api.paging import Paging, shaped
from transcript2handoff.errors import NotAllowedError, StoreGoneError
from transcript2handoff.store import Page, Transaction, keys
from transcript2handoff.store.keys import KeyRecord

router = APIRouter(tags=["keys"])
KeyId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,48}$", description="The id of a key.")]


@router.get(
    "/keys",
    summary="List keys",
    operation_id="list_keys",
    response_model=Page[KeyOut],
    responses=problems(),
)
def list_keys(store: StoreDep, caller: Caller, window: Paging) -> object:
    """Your own keys, newest first; an administrator sees all."""
    with store.read() as tx:
        note(tx, caller, "read", "key")
        owner = None if caller.may("admin") else _owner(caller)
        return shaped(keys.listed(tx, window, user_id=owner), KeyOut.of)


@router.post(
    "/keys",
    summary="Make a key",
    operation_id="make_key",
    status_code=201,
    response_model=MadeKeyOut,
    responses=problems(),
)
def make_key(request: Request, store: StoreDep, caller: Caller, new: NewKeyBody) -> object:
    """A key that may do at most what you may. Its secret is told once, and not kept.

    A key that is made with a key ends with that one at the latest: where `expires` is null it ends
    at the same moment, and a later one is refused. It goes when the one that made it is revoked.
    """
    _check_scopes(caller, new.scopes)
    if not new.mine and not caller.may("admin"):
        raise NotAllowedError("A key of nobody sees all deals; an administrator may make one.")
    owner = _owner(caller) if new.mine else None
    with store.write() as tx:
        ends = _end_of(tx, caller, new)
        wish = making.KeyWish(name=new.name, user_id=owner, scopes=new.scopes, expires=ends)
        made = making.make(tx, wish)
        note(tx, caller, "add", "key", made.record.id)
    return _told_once(request, MadeKeyOut.of(made))


@router.post(
    "/keys/{key_id}/replacement",
    summary="Replace a key",
    operation_id="replace_key",
    status_code=201,
    response_model=MadeKeyOut,
    responses=problems(404, 409),
)
def replace_key(
    request: Request, store: StoreDep, caller: Caller, key_id: KeyId, how: ReplacementBody
) -> object:
    """A key that may do the same as one before, which holds for a while longer.

    It ends when the one before would have; a key replaces none that holds longer than itself.
    """
    with store.write() as tx:
        old = _visible(tx, caller, key_id)
        _check_reach(caller, old)
        _check_end(tx, caller, old.expires)
        overlap = datetime.timedelta(hours=how.overlap_hours)
        made = making.replace(tx, key_id, overlap=overlap)
        note(tx, caller, "add", "key", made.record.id)
    return _told_once(request, MadeKeyOut.of(made))


@router.delete(
    "/keys/{key_id}",
    summary="Revoke a key",
    operation_id="revoke_key",
    response_model=KeyOut,
    responses=problems(404),
)
def revoke_key(store: StoreDep, caller: Caller, key_id: KeyId) -> object:
    """A key that holds no more, from now on.

    Those that were made with it hold no more either, a replacement that it made of itself among
    them; but a key with which you ask for this stays.
    """
    with store.write() as tx:
        _check_reach(caller, _visible(tx, caller, key_id))
        revoked = making.revoke(tx, key_id, by=caller.id)
        for each in revoked:
            note(tx, caller, "change", "key", each.id)
    return KeyOut.of(revoked[0])


def _owner(caller: Principal) -> str:
    """Whose keys somebody sees and makes.

    Raises:
        NotAllowedError: nobody's: the caller is a key of nobody.
    """
    if caller.user_id is None:
        raise NotAllowedError(
            "A key that belongs to nobody has no keys of its own. With the scope admin it can make "
            'keys of nobody: {"mine": false}.'
        )
    return caller.user_id


def _check_scopes(caller: Principal, scopes: Iterable[str]) -> None:
    """Nobody gives more than they have.

    Raises:
        NotAllowedError: the caller has not all of these scopes.
    """
    missing = [scope for scope in scopes if not caller.scopes & {scope, "admin"}]
    if missing:
        raise NotAllowedError(f"You may not give what you do not have: {', '.join(missing)}.")


def _end_of(tx: Transaction, caller: Principal, new: NewKeyBody) -> datetime.datetime | None:
    """When a key ends that somebody makes: with a key, when that one does, or before."""
    if new.expires is None:
        return _own_end(tx, caller)
    _check_end(tx, caller, new.expires)
    return new.expires


def _check_end(tx: Transaction, caller: Principal, ends: datetime.datetime | None) -> None:
    """Nobody gives more time than they have.

    Raises:
        NotAllowedError: the caller is a key that ends before.
    """
    own = _own_end(tx, caller)
    if own is not None and (ends is None or ends > own):
        raise NotAllowedError(
            f"Your key ends at {own.isoformat(timespec='seconds')}, and gives nothing that holds "
            "longer. Name an earlier end, or sign in and do it yourself."
        )


def _own_end(tx: Transaction, caller: Principal) -> datetime.datetime | None:
    """When the key of a caller ends; nobody revokes it until what it makes is noted."""
    return keys.get(tx, caller.id, lock=True).expires if caller.kind == "key" else None


def _check_reach(caller: Principal, key: KeyRecord) -> None:
    """A key replaces and revokes those alone that can do no more than itself.

    Whoever replaces a key is shown the new one, and could do with it what they may not.
    """
    if caller.kind == "key":
        _check_scopes(caller, key.scopes)


def _visible(tx: Transaction, caller: Principal, key_id: str) -> KeyRecord:
    key = keys.get(tx, key_id)
    if not caller.may("admin") and key.user_id != _owner(caller):
        raise StoreGoneError(f"There is no key {key_id}, or not any more.")
    return key


def _told_once(request: Request, made: MadeKeyOut) -> MadeKeyOut:
    keep_instead(request, made.without_secret())
    return made
