"""The application with its pages: what people open, over what programs call."""

from typing import Final

from fastapi import APIRouter, Depends, FastAPI
from starlette.responses import RedirectResponse

from transcript2handoff.api.app import Services
from transcript2handoff.api.app import create_app as create_api
from transcript2handoff.pages import problems
from transcript2handoff.pages.forms import FilledIn, posted
from transcript2handoff.pages.routes import (
    account,
    audit,
    brief,
    calls,
    claims,
    deals,
    details,
    documents,
    entering,
    history,
    new_claims,
    people,
    promises,
    questions,
    reports,
    search,
    shared,
    speakers,
    transcripts,
    turns,
    upload,
)
from transcript2handoff.pages.static_files import PREFIX, STATIC, Assets

__all__ = ["Services", "create_app"]

_ROUTES: Final = (
    entering,
    account,
    people,
    audit,
    deals,
    search,
    upload,
    calls,
    new_claims,
    claims,
    turns,
    speakers,
    history,
    questions,
    reports,
    documents,
    details,
    promises,
    shared,
    brief,
    transcripts,
)
"""In the order in which they are tried: fixed words of a path before its parameters."""


def create_app(services: Services) -> FastAPI:
    """The application: the API, and the pages on it.

    Args:
        services: what it works with; whoever opened them closes them.

    Raises:
        ServiceFileError: the section ``access`` of the service file does not fit.
    """
    app = create_api(services)
    app.state.shape_problem = problems.shape
    app.add_middleware(FilledIn)
    app.mount(PREFIX, Assets(directory=STATIC))
    pages = APIRouter(dependencies=[Depends(posted)])
    pages.add_api_route("/", _to_deals)
    for module in _ROUTES:
        pages.include_router(module.router)
    app.include_router(pages, include_in_schema=False)
    return app


def _to_deals() -> RedirectResponse:
    return RedirectResponse("/deals", status_code=303)
