"""Ways in and out: the set-up, invitations, signing in, signing out."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from transcript2handoff.access.csrf import check_origin
from transcript2handoff.api.deps import Caller, EntranceDep, StoreDep
from transcript2handoff.api.models.people import (
    InvitationBody,
    SetUpBody,
    SetUpOut,
    SignInBody,
    WaysOut,
)
from transcript2handoff.api.problem_kinds import kind_of
from transcript2handoff.api.routes import setup, sign_in
from transcript2handoff.errors import AccessError, StoreConflictError
from transcript2handoff.pages.answered import answer_as
from transcript2handoff.pages.forms import BLANK, Filled, FormFault, again, form_of, read_form
from transcript2handoff.pages.frame import caller_of, own_path, see_other, show

router = APIRouter()
BackTo = Annotated[str, Query(max_length=4000)]
_UNFIT: Final = 422


@router.get("/sign-in")
def open_sign_in(request: Request, entrance: EntranceDep, back_to: BackTo = "/") -> Response:
    """The form to sign in, for whoever is not."""
    if caller_of(request) is not None:
        return see_other(request, own_path(back_to))
    return _sign_in_page(request, entrance, BLANK, back_to=back_to)


@router.post("/sign-in")
def send_sign_in(request: Request, entrance: EntranceDep, store: StoreDep) -> Response:
    """Sign in, and go to the page that was wanted."""
    check_origin(request.headers, public_url=entrance.services.settings.public_url)
    back_to = str(form_of(request).get("back_to", "/"))
    who = read_form(request, SignInBody)
    if isinstance(who, FormFault):
        return _sign_in_page(request, entrance, who, back_to=back_to, status=_UNFIT)
    answer = see_other(request, own_path(back_to))
    try:
        sign_in.sign_in(request, store, entrance, who, answer)
    except AccessError as error:
        status = kind_of(error).status
        return _sign_in_page(
            request, entrance, again(request, error), back_to=back_to, status=status
        )
    return answer


@router.post("/sign-out")
def send_sign_out(
    request: Request, store: StoreDep, caller: Caller, entrance: EntranceDep
) -> Response:
    """End the session."""
    answer = see_other(request, "/sign-in")
    sign_in.sign_out(request, store, caller, entrance, answer)
    return answer


@router.get("/setup")
def open_setup(request: Request, store: StoreDep) -> Response:
    """The form of the first administrator."""
    return _setup_page(request, store, BLANK)


@router.post("/setup")
def send_setup(request: Request, store: StoreDep, entrance: EntranceDep) -> Response:
    """Become the first administrator."""
    check_origin(request.headers, public_url=entrance.services.settings.public_url)
    first = read_form(request, SetUpBody, **_token(request))
    if isinstance(first, FormFault):
        return _setup_page(request, store, first, status=_UNFIT)
    answer = see_other(request, "/people")
    try:
        setup.set_up(request, store, entrance, first, answer)
    except (AccessError, StoreConflictError) as error:
        return _setup_page(request, store, again(request, error), status=kind_of(error).status)
    return answer


@router.get("/invitation")
def open_invitation(request: Request) -> Response:
    """The form to choose a password."""
    return show(request, "invitation", form=BLANK)


@router.post("/invitation")
def send_invitation(request: Request, store: StoreDep, entrance: EntranceDep) -> Response:
    """Choose a password by an invitation, and be signed in."""
    check_origin(request.headers, public_url=entrance.services.settings.public_url)
    body = read_form(request, InvitationBody, **_token(request))
    if isinstance(body, FormFault):
        return show(request, "invitation", form=body, status=_UNFIT)
    answer = see_other(request, "/deals")
    try:
        sign_in.accept_invitation(request, store, entrance, body, answer)
    except AccessError as error:
        form = again(request, error)
        return show(request, "invitation", form=form, status=kind_of(error).status)
    return answer


def _token(request: Request) -> dict[str, str]:
    """What stands behind ``#``, also where the whole link was pasted."""
    given = form_of(request).get("token", "")
    secret = given.rpartition("#")[2].strip() if isinstance(given, str) else ""
    return {"token": secret} if secret else {}


def _sign_in_page(
    request: Request,
    entrance: EntranceDep,
    form: Filled,
    *,
    back_to: str,
    status: int = 200,
) -> Response:
    ways = answer_as(WaysOut, sign_in.read_ways(entrance))
    back = own_path(back_to)
    return show(request, "sign_in", status=status, form=form, ways=ways, back_to=back)


def _setup_page(request: Request, store: StoreDep, form: Filled, *, status: int = 200) -> Response:
    known = answer_as(SetUpOut, setup.read_setup(store))
    return show(request, "setup", status=status, form=form, is_set_up=known.set_up)
