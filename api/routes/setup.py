"""The set-up: the first administrator, by the link that the service printed."""

from fastapi import APIRouter, Request, Response

from transcript2handoff.access import links
from transcript2handoff.api import cookies
from transcript2handoff.api.deps import EntranceDep, StoreDep
from transcript2handoff.api.models.answers import problems
from transcript2handoff.api.models.people import SessionOut, SetUpBody, SetUpOut
from transcript2handoff.store import users

router = APIRouter(tags=["set-up"])


@router.get(
    "/setup",
    summary="See whether the service is set up",
    operation_id="read_setup",
    response_model=SetUpOut,
    responses=problems(),
)
def read_setup(store: StoreDep) -> object:
    """Whether there is an administrator yet. Anybody may ask."""
    with store.read() as tx:
        return SetUpOut(set_up=users.count(tx) > 0)


@router.post(
    "/setup",
    summary="Set the service up",
    operation_id="set_up",
    status_code=201,
    response_model=SessionOut,
    responses=problems(),
)
def set_up(
    request: Request, store: StoreDep, entrance: EntranceDep, first: SetUpBody, response: Response
) -> object:
    """Become the first administrator, by the link that the service printed when it started."""
    address = entrance.address_of(request.scope)
    entrance.addresses.take(address)
    session = links.set_up(store, links.FirstAdmin(**dict(first)))
    entrance.addresses.give_back(address)
    cookies.give(response, session, entrance.services.settings)
    return SessionOut.of(session)
