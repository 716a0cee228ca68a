"""People with an account: an administrator invites them, says what they are, closes accounts."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from transcript2handoff.api.deps import Admin, ServicesDep, StoreDep
from transcript2handoff.api.models.people import (
    InvitedOut,
    NewUserBody,
    UserChangeBody,
    UserOut,
)
from transcript2handoff.api.paging import Paging
from transcript2handoff.api.problem_kinds import kind_of
from transcript2handoff.api.routes import people
from transcript2handoff.api.routes.people import UserId
from transcript2handoff.errors import StoreConflictError
from transcript2handoff.pages.answered import answer_as, listed
from transcript2handoff.pages.forms import BLANK, FormFault, again, read_form
from transcript2handoff.pages.frame import see_other, show

router = APIRouter()
_UNFIT: Final = 422


class _People:
    """The page of people, with what every answer of it needs."""

    def __init__(
        self,
        request: Request,
        services: ServicesDep,
        caller: Admin,
        window: Paging,
    ) -> None:
        self.request, self.services, self.caller = request, services, caller
        self.store, self._window = services.store, window

    def shown(self, *, status: int = 200, **values: object) -> Response:
        """The page; ``values`` are in place of a form that nobody has filled in."""
        page = listed(people.list_users(self.store, self.caller, self._window))
        kept: dict[str, object] = {"form": BLANK, "invited": None, "people": page}
        return show(self.request, "people", status=status, **{**kept, **values})


People = Annotated[_People, Depends()]


@router.get("/people")
def open_people(page: People) -> Response:
    """Everybody with an account."""
    return page.shown()


@router.post("/people")
def send_invitation(page: People) -> Response:
    """Invite somebody. Their link stands on the page that answers, and nowhere after it."""
    new = read_form(page.request, NewUserBody)
    if isinstance(new, FormFault):
        return page.shown(status=_UNFIT, form=new)
    try:
        invited = people.invite_user(page.request, page.store, page.services, page.caller, new)
    except StoreConflictError as error:
        return page.shown(status=kind_of(error).status, form=again(page.request, error))
    return page.shown(invited=answer_as(InvitedOut, invited))


@router.post("/people/{user_id}/invitation")
def send_again(page: People, user_id: UserId) -> Response:
    """A new link for somebody who has lost it, or the password."""
    invited = people.invite_again(page.request, page.store, page.services, page.caller, user_id)
    return page.shown(invited=answer_as(InvitedOut, invited))


@router.post("/people/{user_id}")
def send_change(request: Request, store: StoreDep, caller: Admin, user_id: UserId) -> Response:
    """Say what somebody is, or whether they are let in."""
    change = read_form(request, UserChangeBody)
    if isinstance(change, FormFault):
        return see_other(request, "/people", said="That could not be read; nothing was changed.")
    user = answer_as(UserOut, people.change_user(store, caller, user_id, change))
    return see_other(request, "/people", said=_told(user, change))


def _told(user: UserOut, change: UserChangeBody) -> str:
    if change.disabled is None:
        return f"{user.name} was changed."
    return f"{user.name} is let in {'no more' if change.disabled else 'again'}."
