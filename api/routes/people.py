"""People with an account: invited, changed, let in no more."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Path, Request

from transcript2handoff.access import links
from transcript2handoff.api.deps import Admin, Reader, ServicesDep, StoreDep, note
from transcript2handoff.api.idempotency import keep_instead
from transcript2handoff.api.models.answers import problems
from transcript2handoff.api.models.people import (
    ColleagueList,
    ColleagueOut,
    InvitedOut,
    NewUserBody,
    UserChangeBody,
    UserOut,
)
from transcript2handoff.api.paging import Paging, shaped
from transcript2handoff.errors import StoreConflictError
from transcript2handoff.store import Page, Transaction, every, users
from transcript2handoff.store.users import NewUser, UserChanges, UserRecord

router = APIRouter(tags=["people"])
UserId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,48}$", description="The id of an account.")]


@router.get(
    "/users",
    summary="List people",
    operation_id="list_users",
    response_model=Page[UserOut],
    responses=problems(),
)
def list_users(store: StoreDep, caller: Admin, window: Paging) -> object:
    """Everybody with an account, newest first, the closed ones too."""
    with store.read() as tx:
        note(tx, caller, "read", "user")
        return shaped(users.listed(tx, window), UserOut.of)


@router.get(
    "/colleagues",
    summary="List colleagues",
    operation_id="list_colleagues",
    response_model=ColleagueList,
    responses=problems(),
)
def list_colleagues(store: StoreDep, caller: Reader) -> object:
    """Everybody who is let in, by name: those to whom a deal can be handed."""
    with store.read() as tx:
        note(tx, caller, "read", "user")
        let_in = [ColleagueOut.of(user) for user in _everybody(tx) if user.disabled is None]
    return ColleagueList(items=tuple(sorted(let_in, key=lambda one: one.name.casefold())))


@router.post(
    "/users",
    summary="Invite somebody",
    operation_id="invite_user",
    status_code=201,
    response_model=InvitedOut,
    responses=problems(409),
)
def invite_user(
    request: Request, store: StoreDep, services: ServicesDep, caller: Admin, new: NewUserBody
) -> object:
    """Make an account. The link by which its owner chooses a password is told once."""
    with store.write() as tx:
        user = users.add(tx, NewUser(name=new.name, email=new.email, role=new.role))
        link = links.invitation(tx, user, services.settings.public_url)
        note(tx, caller, "add", "user", user.id)
    return _told_once(request, user, link)


@router.post(
    "/users/{user_id}/invitation",
    summary="Invite somebody again",
    operation_id="invite_again",
    status_code=201,
    response_model=InvitedOut,
    responses=problems(404, 409),
)
def invite_again(
    request: Request, store: StoreDep, services: ServicesDep, caller: Admin, user_id: UserId
) -> object:
    """A new link to choose a password, for somebody who has lost it or the link."""
    with store.write() as tx:
        user = users.get(tx, user_id)
        if user.disabled:
            raise StoreConflictError("The account is closed. Open it first, then try again.")
        link = links.invitation(tx, user, services.settings.public_url)
        note(tx, caller, "send", "invitation", user.id)
    return _told_once(request, user, link)


@router.get(
    "/users/{user_id}",
    summary="Read an account",
    operation_id="read_user",
    response_model=UserOut,
    responses=problems(404),
)
def read_user(store: StoreDep, caller: Admin, user_id: UserId) -> object:
    """Somebody with an account."""
    with store.read() as tx:
        user = users.get(tx, user_id)
        note(tx, caller, "read", "user", user_id)
    return UserOut.of(user)


@router.patch(
    "/users/{user_id}",
    summary="Change an account",
    operation_id="change_user",
    response_model=UserOut,
    responses=problems(404, 409),
)
def change_user(store: StoreDep, caller: Admin, user_id: UserId, change: UserChangeBody) -> object:
    """Change what is given. Somebody must stay who administers the service."""
    with store.write() as tx:
        user = _changed(tx, user_id, change)
        note(tx, caller, "change", "user", user_id)
    return UserOut.of(user)


def _everybody(tx: Transaction) -> Iterator[UserRecord]:
    return every(lambda window: users.listed(tx, window))


def _changed(tx: Transaction, user_id: str, change: UserChangeBody) -> UserRecord:
    told = change.model_dump(exclude_none=True, exclude={"disabled"})
    user = users.change(tx, user_id, UserChanges(**told))
    if change.disabled is None:
        return user
    return users.disable(tx, user_id) if change.disabled else users.enable(tx, user_id)


def _told_once(request: Request, user: UserRecord, link: str) -> InvitedOut:
    keep_instead(request, InvitedOut(user=UserOut.of(user)))
    return InvitedOut(user=UserOut.of(user), link=link)
