"""Somebody's own account: who they are, their password, their keys."""

import datetime
from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from transcript2handoff.api.deps import Caller, EntranceDep, StoreDep
from transcript2handoff.api.entrance import Entrance
from transcript2handoff.api.models.people import (
    MadeKeyOut,
    NewKeyBody,
    PasswordBody,
    ReplacementBody,
)
from transcript2handoff.api.paging import Paging
from transcript2handoff.api.problem_kinds import kind_of
from transcript2handoff.api.routes import keys, sign_in
from transcript2handoff.api.routes.keys import KeyId
from transcript2handoff.errors import AccessError
from transcript2handoff.pages.answered import answer_as, listed
from transcript2handoff.pages.forms import BLANK, FormFault, again, form_of, number_in, read_form
from transcript2handoff.pages.frame import see_other, show

router = APIRouter()
_UNFIT: Final = 422
_LASTS: Final = range(1, 3651)
"""Days that a key may hold."""
SCOPES: Final[Mapping[str, str]] = {
    "deals:read": "Read deals",
    "deals:write": "Upload calls, correct and decide",
    "reports:read": "Read reports",
    "admin": "Administer the service",
}
"""What a key may be allowed, in words."""


class _Account:
    """The page of an account, with what every answer of it needs."""

    def __init__(
        self,
        request: Request,
        store: StoreDep,
        caller: Caller,
        entrance: EntranceDep,
        window: Paging,
    ) -> None:
        self.request, self.store, self.caller = request, store, caller
        self.entrance, self._window = entrance, window

    def shown(self, *, status: int = 200, **values: object) -> Response:
        """The page; ``values`` are in place of forms that nobody has filled in."""
        page = listed(keys.list_keys(self.store, self.caller, self._window))
        ways = sign_in.read_ways(self.entrance)
        kept: dict[str, object] = {
            "password_form": BLANK,
            "key_form": BLANK,
            "made": None,
            "keys": page,
            "ways": ways,
            "words_of_scopes": SCOPES,
            "scopes": {name: SCOPES[name] for name in SCOPES if name in self.caller.scopes},
        }
        return show(self.request, "account", status=status, **{**kept, **values})


Account = Annotated[_Account, Depends()]


@router.get("/account")
def open_account(account: Account) -> Response:
    """Who somebody is here, and what they have."""
    return account.shown()


@router.post("/account/password")
def send_password(account: Account) -> Response:
    """Choose another password."""
    request = account.request
    told = read_form(request, PasswordBody)
    if isinstance(told, FormFault):
        return account.shown(status=_UNFIT, password_form=told)
    answer = see_other(request, "/account")
    try:
        sign_in.choose_password(account.store, account.caller, account.entrance, told, answer)
    except AccessError as error:
        form = again(request, error)
        return account.shown(status=kind_of(error).status, password_form=form)
    return answer


@router.post("/account/keys")
def send_key(account: Account) -> Response:
    """Make a key. Its secret stands on the page that answers, and nowhere after it."""
    request = account.request
    told = read_form(request, NewKeyBody, **_expires(request, account.entrance))
    if isinstance(told, FormFault):
        return account.shown(status=_UNFIT, key_form=told)
    try:
        made = keys.make_key(request, account.store, account.caller, told)
    except AccessError as error:
        return account.shown(status=kind_of(error).status, key_form=again(request, error))
    return account.shown(made=answer_as(MadeKeyOut, made))


@router.post("/account/keys/{key_id}/replacement")
def send_replacement(account: Account, key_id: KeyId) -> Response:
    """Replace a key; the one before holds for a day longer."""
    made = keys.replace_key(
        account.request, account.store, account.caller, key_id, ReplacementBody()
    )
    return account.shown(made=answer_as(MadeKeyOut, made))


@router.post("/account/keys/{key_id}/revocation")
def send_revocation(request: Request, store: StoreDep, caller: Caller, key_id: KeyId) -> Response:
    """Revoke a key."""
    keys.revoke_key(store, caller, key_id)
    return see_other(request, "/account#keys", said="The key holds no more.")


def _expires(request: Request, entrance: Entrance) -> dict[str, datetime.datetime]:
    """When a key ends, from the number of days that was chosen."""
    days = number_in(str(form_of(request).get("days", "")))
    if days is None or days not in _LASTS:
        return {}
    return {"expires": entrance.services.clock() + datetime.timedelta(days=days)}
