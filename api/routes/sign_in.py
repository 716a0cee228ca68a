"""Signing in and out, and passwords."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from transcript2handoff.access import links, signing_in
from transcript2handoff.access.oidc import Oidc, Return
from transcript2handoff.access.sessions import csrf_token_of
from transcript2handoff.access.welcome import welcome
from transcript2handoff.api import cookies
from transcript2handoff.api.deps import Caller, EntranceDep, StoreDep
from transcript2handoff.api.entrance import Entrance, cookie_in
from transcript2handoff.api.models.answers import problems
from transcript2handoff.api.models.people import (
    CallerOut,
    InvitationBody,
    PasswordBody,
    ProviderReturn,
    SessionOut,
    SignInBody,
    WaysOut,
)
from transcript2handoff.errors import NotAllowedError

router = APIRouter(tags=["sign-in"])


@router.get(
    "/sign-in",
    summary="See how to sign in",
    operation_id="read_ways",
    response_model=WaysOut,
    responses=problems(),
)
def read_ways(entrance: EntranceDep) -> object:
    """In which ways people can sign in here. Anybody may ask."""
    return WaysOut(password=entrance.access.passwords, provider=entrance.access.oidc is not None)


@router.post(
    "/sign-in",
    summary="Sign in with a password",
    operation_id="sign_in",
    response_model=SessionOut,
    responses=problems(),
)
def sign_in(
    request: Request, store: StoreDep, entrance: EntranceDep, who: SignInBody, response: Response
) -> object:
    """Begin a session. Its secret is in a cookie; too many wrong tries have to wait."""
    if not entrance.access.passwords:
        raise NotAllowedError("Nobody signs in with a password here. See GET /v1/sign-in.")
    address = entrance.address_of(request.scope)
    entrance.addresses.take(address)
    entrance.people.take(who.email)
    session = signing_in.sign_in(store, who.email, who.password)
    entrance.people.give_back(who.email)
    entrance.addresses.give_back(address)
    cookies.give(response, session, entrance.services.settings)
    return SessionOut.of(session)


@router.get(
    "/sign-in/provider",
    summary="Sign in by the identity provider",
    operation_id="begin_at_provider",
    status_code=303,
    response_class=Response,
    responses={**problems(502), 303: {"description": "To the identity provider."}},
)
def begin_at_provider(
    request: Request,
    entrance: EntranceDep,
    back_to: Annotated[str, Query(max_length=501, description="The path to see then.")] = "/",
) -> Response:
    """Send the browser to the identity provider, which sends it back signed in."""
    oidc = _oidc(entrance)
    # Each is remembered for a while; the return of one that went well gives its try back.
    entrance.addresses.take(entrance.address_of(request.scope))
    beginning = oidc.begin(back_to)
    response = _to(beginning.url)
    cookies.give_on_the_way(response, beginning.browser, entrance.services.settings)
    return response


@router.get(
    "/sign-in/provider/return",
    summary="Come back from the identity provider",
    operation_id="return_from_provider",
    status_code=303,
    response_class=Response,
    responses={**problems(502), 303: {"description": "To the path that was wanted."}},
)
def return_from_provider(
    request: Request,
    store: StoreDep,
    entrance: EntranceDep,
    brought: Annotated[ProviderReturn, Query()],
) -> Response:
    """Begin a session of somebody whom the identity provider has proved."""
    address = entrance.address_of(request.scope)
    entrance.addresses.take(address)
    back = Return(
        state=brought.state,
        code=brought.code,
        issuer=brought.iss,
        error=brought.error,
        browser=cookie_in(request.headers, cookies.UNDER_WAY),
    )
    identity, back_to = _oidc(entrance).finish(back)
    session = welcome(store, identity, _oidc(entrance).settings)
    for _ in ("the way there", "the way back"):
        entrance.addresses.give_back(address)
    response = _to(back_to)
    cookies.give(response, session, entrance.services.settings)
    return response


def _oidc(entrance: Entrance) -> Oidc:
    if entrance.oidc is None:
        raise NotAllowedError("There is no identity provider here. See GET /v1/sign-in.")
    return entrance.oidc


def _to(address: str) -> Response:
    return Response(status_code=303, headers={"Location": address})


@router.post(
    "/sign-in/invitation",
    summary="Accept an invitation",
    operation_id="accept_invitation",
    response_model=SessionOut,
    responses=problems(404),
)
def accept_invitation(
    request: Request,
    store: StoreDep,
    entrance: EntranceDep,
    body: InvitationBody,
    response: Response,
) -> object:
    """Choose a password by the link of an invitation. All sessions end, and a new one begins."""
    if not entrance.access.passwords:
        raise NotAllowedError("Nobody signs in with a password here. See GET /v1/sign-in.")
    address = entrance.address_of(request.scope)
    entrance.addresses.take(address)
    session = links.accept(store, body.token, body.password)
    entrance.addresses.give_back(address)
    cookies.give(response, session, entrance.services.settings)
    return SessionOut.of(session)


@router.post(
    "/sign-in/password",
    summary="Choose another password",
    operation_id="choose_password",
    response_model=SessionOut,
    responses=problems(404),
)
def choose_password(
    store: StoreDep, caller: Caller, entrance: EntranceDep, body: PasswordBody, response: Response
) -> object:
    """Choose another password. All sessions end, and a new one begins."""
    if caller.kind != "user" or not entrance.access.passwords:
        raise NotAllowedError("A password belongs to somebody who has signed in with one.")
    entrance.people.take(caller.id)
    session = signing_in.choose_password(store, caller.id, now=body.now, new=body.new)
    entrance.people.give_back(caller.id)
    cookies.give(response, session, entrance.services.settings)
    return SessionOut.of(session)


@router.get(
    "/session",
    summary="See who you are",
    operation_id="read_session",
    response_model=CallerOut,
    responses=problems(),
)
def read_session(request: Request, caller: Caller, entrance: EntranceDep) -> object:
    """Who asks and what they may do, with what a page sends along to change something."""
    proofs = entrance.proofs_in(request.scope)
    by_session = proofs.session if not proofs.key else None
    return CallerOut.of(caller, csrf_token_of(by_session) if by_session else None)


@router.delete(
    "/session",
    summary="Sign out",
    operation_id="sign_out",
    status_code=204,
    responses=problems(),
)
def sign_out(
    request: Request, store: StoreDep, caller: Caller, entrance: EntranceDep, response: Response
) -> None:
    """End the session of the cookie."""
    proofs = entrance.proofs_in(request.scope)
    if proofs.session and not proofs.key:
        signing_in.sign_out(store, caller.id, proofs.session)
    cookies.take(response, entrance.services.settings)
