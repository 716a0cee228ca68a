"""What goes wrong, as a page or as a part of one."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from transcript2handoff.api.problems import Problem
from transcript2handoff.pages.frame import (
    is_fragment,
    own_path,
    path_of,
    see_other,
    show,
    sign_in_path,
)

PROBLEM_HEADER: Final = "X-Problem"
"""On a part of a page: it tells of a problem, and is not what was asked for."""
_OF_PROGRAMS: Final = ("/v1/", "/healthz", "/readyz", "/metrics", "/static/")
_OF_BROWSERS: Final = ("/v1/sign-in/provider",)
"""Where a person is led by an identity provider, and not a program."""
_SHARED: Final = "/shared/"
"""Where readers without an account are told what the API says: there is nobody else to ask."""
_TITLES: Final[Mapping[str, str]] = {
    "no_such_path": "There is no page here",
    "not_found": "It is not there",
    "internal": "Something went wrong on our side",
    "invalid_request": "This cannot be read",
    "no_such_method": "There is no page here",
}
_WORDS: Final[Mapping[str, str]] = {
    "no_such_path": "The address may be mistyped, or what was there has moved.",
    "no_such_method": "Open the page again and use its buttons.",
    "not_found": (
        "It was removed, the address is mistyped, or it belongs to somebody else. You see the "
        "deals that are yours; an administrator can assign others to you."
    ),
    "internal": (
        "Nothing of what you did is lost that was shown as saved. Try again; if it happens once "
        "more, give the number below to whoever runs the service."
    ),
    "invalid_request": "The address or the form does not fit. Open the page again and retry.",
    "store_unreachable": (
        "The service does not reach its database or its files just now. This passes: try again in "
        "a minute."
    ),
    "body_too_large": (
        "The form holds more than is read here, and nothing of it is saved. Shorten it. Recordings "
        "and transcripts are sent from the upload page."
    ),
    "cross_site": "The form is from an earlier session. Open the page again, then send it again.",
}
"""What people are told in place of what programs are told."""


def shape(scope: Scope, problem: Problem) -> Response | None:
    """A problem for people; None where a program asks."""
    path = scope["path"]
    if path.startswith(_OF_PROGRAMS) and not path.startswith(_OF_BROWSERS):
        return None
    request = Request(scope)
    name = problem.type.rpartition("/")[2]
    if name == "not_signed_in" and not path.startswith(_OF_BROWSERS):
        return see_other(request, sign_in_path(_wanted(request)))
    template = "problem_part" if is_fragment(request) else "problem"
    response = show(
        request,
        template,
        status=problem.status,
        problem=problem,
        name=name,
        title=_TITLES.get(name, problem.title),
        detail=problem.detail if _is_for_readers(path, name) else _WORDS.get(name, problem.detail),
    )
    response.headers[PROBLEM_HEADER] = name
    return response


def _is_for_readers(path: str, name: str) -> bool:
    return path.startswith(_SHARED) and name == "not_found"


def _wanted(request: Request) -> str:
    """The page to see after signing in: this one, or the one whose form was sent."""
    if request.method == "GET" and not is_fragment(request):
        return path_of(request)
    headers = request.headers
    from_page = urlsplit(headers.get("HX-Current-URL") or headers.get("Referer", ""))
    return own_path(from_page.path + (f"?{from_page.query}" if from_page.query else ""))
