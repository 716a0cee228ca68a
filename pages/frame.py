"""How a page is shown: its template, who sees it, and what its headers let it do."""

import re
import secrets
from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from transcript2handoff.access import Principal
from transcript2handoff.access.sessions import csrf_token_of
from transcript2handoff.api.entrance import entrance_of
from transcript2handoff.api.models.people import CallerOut
from transcript2handoff.pages import notes, shapes
from transcript2handoff.pages.static_files import asset

_LOCAL: Final = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
"""A path of this service: browsers take two slashes, or a backslash, for another host."""
_SEE_OTHER: Final = 303
_NO_CONTENT: Final = 204


def show(request: Request, name: str, /, *, status: int = 200, **values: object) -> HTMLResponse:
    """A page, or a part of one.

    Every template is also given ``me`` (who sees it, or None), ``csrf_token``, ``nonce``,
    ``path``, ``note`` (what was said before a redirect), ``asset(...)`` and ``is_fragment``.

    Args:
        request: what is answered.
        name: of the template, without ``.html.jinja``.
        status: of the answer.
        values: what the template shows.
    """
    nonce = secrets.token_urlsafe(16)
    around = _around(request)
    text = (
        environment()
        .get_template(f"{name}.html.jinja")
        .render(**{**around, "nonce": nonce, **values})
    )
    response = HTMLResponse(text, status, headers={"Content-Security-Policy": _policy(nonce)})
    # The same address answers a page, or a part of it.
    response.headers["Vary"] = "HX-Request"
    if around["note"] is not None:
        notes.forget(response)
    return response


def see_other(request: Request, path: str, *, said: str | None = None) -> Response:
    """Have the browser open another page, after something was done.

    Args:
        request: what is answered.
        path: of the page, on this service.
        said: what was done, in a sentence; it stands on the next page, once.
    """
    if is_fragment(request):
        response = Response(status_code=_NO_CONTENT, headers={"HX-Redirect": path})
    else:
        response = Response(status_code=_SEE_OTHER, headers={"Location": path})
    if said is not None:
        notes.leave(response, said, csrf_token=csrf_token(request))
    return response


def is_fragment(request: Request) -> bool:
    """Whether a part of a page is wanted, to be put into one that is open."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in headers


def caller_of(request: Request) -> Principal | None:
    """Who asks; None where nobody is signed in."""
    found = request.scope.get("state", {}).get("caller")
    return found if isinstance(found, Principal) else None


def csrf_token(request: Request) -> str:
    """What a form of ours sends along; empty where no session is open."""
    proofs = entrance_of(request.scope).proofs_in(request.scope)
    return csrf_token_of(proofs.session) if proofs.session and not proofs.key else ""


def path_of(request: Request) -> str:
    """The path and query that were asked for, as a link back to them."""
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def own_path(path: str) -> str:
    """A path to go to, if it is one on this service; else the first page."""
    return path if _LOCAL.fullmatch(path) else "/"


def sign_in_path(back_to: str) -> str:
    """The address where somebody signs in, who then sees what they wanted to."""
    return "/sign-in" if back_to in ("", "/") else f"/sign-in?back_to={quote(back_to, safe='/')}"


def _around(request: Request) -> Mapping[str, Any]:
    caller = caller_of(request)
    token = csrf_token(request) if caller else ""
    fragment = is_fragment(request)
    return {
        "me": CallerOut.of(caller, token or None) if caller else None,
        "csrf_token": token,
        "path": request.url.path,
        "here": path_of(request),
        "is_fragment": fragment,
        "note": None if fragment else notes.left(request, csrf_token=token),
        "asset": asset,
    }


def _policy(nonce: str) -> str:
    """Everything comes from here; the nonce is for the one library that makes a style sheet."""
    return (
        f"default-src 'self'; style-src 'self' 'nonce-{nonce}'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    )


@cache
def environment() -> Environment:
    """The templates of the pages."""
    made = Environment(
        loader=PackageLoader("transcript2handoff.pages", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(shapes.FILTERS)
    return made
