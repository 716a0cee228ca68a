"""What routes ask for: the store, who asks, and the deal that they may see.

``middleware.Identify`` has found out who asks before a route is reached; here it is demanded.
"""

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPBearer

from transcript2handoff.access import Principal, Scope
from transcript2handoff.access.secrets import same
from transcript2handoff.api.entrance import SESSION_COOKIE, Entrance, entrance_of
from transcript2handoff.api.services import Services
from transcript2handoff.errors import (
    CrossSiteError,
    NotAllowedError,
    NotSignedInError,
    StoreGoneError,
)
from transcript2handoff.store import Deed, Store, Transaction, deals
from transcript2handoff.store.deals import DealRecord
from transcript2handoff.store.deed import Action

_CSRF_FIELD: Final = "csrf_token"
_key = HTTPBearer(
    scheme_name="key", description="A key of `t2h keys create` or POST /v1/keys.", auto_error=False
)
_session = APIKeyCookie(
    name=SESSION_COOKIE,
    scheme_name="session",
    description="The cookie of POST /v1/sign-in; over https its name is "
    f"`__Host-{SESSION_COOKIE}`. What changes something also needs the header `X-CSRF-Token`, with "
    "the value of GET /v1/session.",
    auto_error=False,
)


def services_of(request: Request) -> Services:
    """What this application works with."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services


ServicesDep = Annotated[Services, Depends(services_of)]


def _store(services: ServicesDep) -> Store:
    return services.store


StoreDep = Annotated[Store, Depends(_store)]


def _entrance(request: Request) -> Entrance:
    return entrance_of(request.scope)


EntranceDep = Annotated[Entrance, Depends(_entrance)]


async def _caller(
    request: Request,
    _by_key: Annotated[object, Depends(_key)],
    _by_session: Annotated[object, Depends(_session)],
) -> Principal:
    """Whoever asks.

    Raises:
        NotSignedInError: nothing proves who it is.
        CrossSiteError: a page of somebody else may have made the request.
    """
    found = request.scope["state"].get("caller")
    if isinstance(found, Principal):
        await _check_form(request)
        return found
    if found is not None:
        raise found
    raise NotSignedInError(
        "Nothing says who asks. Send `Authorization: Bearer KEY`, or sign in at /v1/sign-in."
    )


async def _check_form(request: Request) -> None:
    """A form of a page has no headers: what proves the page is one of its fields."""
    expected = request.scope["state"].get("csrf_in_form")
    if expected is None:
        return
    given = (await request.form()).get(_CSRF_FIELD)
    if not isinstance(given, str) or not same(given, expected):
        raise CrossSiteError(f"The form has no field {_CSRF_FIELD}. Open its page again.")


Caller = Annotated[Principal, Depends(_caller)]


def needs(scope: Scope) -> Callable[[Principal], Principal]:
    """A dependency on a caller who may do something: ``Annotated[Principal, Depends(needs(...))]``.

    Raises:
        NotAllowedError: from the dependency, if they may not.
    """

    def allowed(caller: Caller) -> Principal:
        if not caller.may(scope):
            raise NotAllowedError(
                f"This needs the scope {scope}, which {_whose(caller)} does not have. Ask an "
                "administrator of the service for it."
            )
        return caller

    return allowed


def _whose(caller: Principal) -> str:
    return "your key" if caller.kind == "key" else f"your role ({caller.role})"


Reader = Annotated[Principal, Depends(needs("deals:read"))]
Writer = Annotated[Principal, Depends(needs("deals:write"))]
Reporter = Annotated[Principal, Depends(needs("reports:read"))]
Admin = Annotated[Principal, Depends(needs("admin"))]


def visible_deal(
    tx: Transaction, caller: Principal, deal_id: str, *, lock: bool = False
) -> DealRecord:
    """A deal that the caller may see.

    Args:
        tx: the transaction.
        caller: who asks.
        deal_id: of the deal.
        lock: keep others from changing it until the transaction ends.

    Raises:
        StoreGoneError: there is none, or it is not theirs: both look the same from outside.
    """
    deal = deals.get(tx, deal_id, lock=lock)
    if caller.seen_by not in (None, deal.ae_id, deal.csm_id):
        raise StoreGoneError(
            f"There is no deal {deal_id}, or not any more. List what is there, and take its id "
            "from the list."
        )
    return deal


def note(
    tx: Transaction,
    caller: Principal,
    action: Action,
    matter: str,
    subject: str = "-",
    **details: int | bool | str,
) -> None:
    """Have it written to the audit that the caller did something.

    Args:
        tx: the transaction in which it is done.
        caller: who does it.
        action: what is done.
        matter: to which kind of thing: ``deal``, ``handoff``.
        subject: the id of the thing.
        details: numbers and fixed words, never words of anybody.
    """
    deed = Deed(actor=caller.id, action=action, matter=matter, subject=subject, details=details)
    tx.note(deed)
