"""Problem details (RFC 9457): what every answer says that is no success.

A kind of problem belongs to a class of error; a class that has none of its own has that of the
class above it. What an error of ours tells about this machine stays in the log.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from traceback import extract_tb
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError, ResponseValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from pydantic import Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Scope

from transcript2handoff.api.headers import NOT_KEPT, REQUEST_ID, SECURITY
from transcript2handoff.api.problem_kinds import (
    FRAMEWORK,
    INTERNAL,
    INVALID,
    Kind,
    kind_of,
)
from transcript2handoff.deal import Record
from transcript2handoff.errors import HandoffError, StoreUnreachableError
from transcript2handoff.telemetry import logger

MEDIA_TYPE: Final = "application/problem+json"
_SECRET_PARAMETERS: Final = ("key", "token")
"""Parts of a path that prove something: they are repeated nowhere."""
_log = logger(__name__)


class Fault(Record):
    """One thing that does not fit in a request."""

    detail: str
    pointer: str
    """Where: a JSON pointer into the body (``#/email``), or ``query:limit``, ``path:deal_id``."""


class Problem(Record):
    """What went wrong, in the form of RFC 9457."""

    type: str
    """``/problems/NAME``; the name is fixed, and programs may rely on it."""
    title: str
    status: int
    detail: str
    instance: str
    """The path that was asked for."""
    request_id: str
    """Say it when you ask for help; it stands in the log of the service."""
    errors: tuple[Fault, ...] = Field(default=())
    """What does not fit, one by one, where the request is not valid."""


Shape = Callable[[Scope, Problem], Response | None]
"""Shows a problem in another form than that of RFC 9457, or leaves it as it is."""


def request_id_of(scope: Scope) -> str:
    """The id of a request, or a dash outside of one."""
    return str(scope.get("state", {}).get("request_id", "-"))


def path_shown(scope: Scope) -> str:
    """The path that was asked for, without what proves something."""
    path = str(scope["path"])
    parameters = scope.get("path_params", {})
    for name in _SECRET_PARAMETERS:
        if name in parameters:
            path = path.replace(f"/{parameters[name]}", "/…")
    return path


def answer(
    scope: Scope,
    kind: Kind,
    *,
    detail: str | None = None,
    errors: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem as an answer; ``state.shape_problem`` of the application may give it a form.

    Args:
        scope: the request.
        kind: of the problem.
        detail: what happened and what to do; what is always true of the kind if none is given.
        errors: what does not fit, one by one.
        headers: more than those of the kind.
    """
    problem = Problem(
        type=f"/problems/{kind.name}",
        title=kind.title,
        status=kind.status,
        detail=detail or kind.detail,
        instance=path_shown(scope),
        request_id=request_id_of(scope),
        errors=tuple(errors),
    )
    told = _in_form(scope, problem)
    for name, value in _headers(problem, {**kind.headers, **(headers or {})}).items():
        told.headers.setdefault(name, value)
    return told


def _in_form(scope: Scope, problem: Problem) -> Response:
    shape: Shape | None = getattr(scope["app"].state, "shape_problem", None)
    shaped = shape(scope, problem) if shape is not None else None
    if shaped is not None:
        return shaped
    left_out = set() if problem.errors else {"errors"}
    told = problem.model_dump(exclude=left_out)
    return JSONResponse(told, status_code=problem.status, media_type=MEDIA_TYPE)


def _headers(problem: Problem, more: Mapping[str, str]) -> dict[str, str]:
    return {**SECURITY, **NOT_KEPT, REQUEST_ID: problem.request_id, **more}


def of_error(scope: Scope, error: HandoffError) -> Response:
    """The problem that an error of ours is to whoever asked."""
    kind = kind_of(error)
    if not kind.told:
        _log.error("request_failed", problem=kind.name, error=str(error))
    wait = getattr(error, "wait", None)
    headers = {"Retry-After": str(math.ceil(wait))} if wait is not None else {}
    return answer(scope, kind, detail=str(error) if kind.told else None, headers=headers)


def of_frame(scope: Scope, error: HandoffError | HTTPException) -> Response:
    """The problem that an error is which no route has raised."""
    return of_error(scope, error) if isinstance(error, HandoffError) else _of_status(scope, error)


async def _on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HandoffError)
    return of_error(request.scope, error)


async def _on_status(request: Request, error: Exception) -> Response:
    """What the framework refuses by itself: no such path, no such method, no JSON."""
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        error.headers = {"Allow": ", ".join(sorted(_methods_at(request.scope)))}
    return _of_status(request.scope, error)


def _methods_at(scope: Scope) -> set[str]:
    """What a path knows; the framework names the methods of one of its routes alone."""
    return {
        method
        for route in iter_route_contexts(scope["app"].routes)
        if re.fullmatch(route.path_regex, scope["path"])
        for method in route.methods or ()
    }


def _of_status(scope: Scope, error: HTTPException) -> Response:
    kind = FRAMEWORK.get(error.status_code) or Kind(
        name="refused", title=HTTPStatus(error.status_code).phrase, status=error.status_code
    )
    phrase = HTTPStatus(error.status_code).phrase
    detail = error.detail if error.detail and error.detail != phrase else None
    return answer(scope, kind, detail=detail, headers=error.headers)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return answer(request.scope, INVALID, errors=list(_faults(error)))


def _faults(error: RequestValidationError) -> Iterator[Fault]:
    """What does not fit; values are not repeated, for a secret may be among them."""
    for each in error.errors():
        yield Fault(detail=_without_value(each), pointer=_place(each))


def _without_value(fault: Mapping[str, Any]) -> str:
    told = str(fault["msg"]).removeprefix("Value error, ")
    for value in (fault.get("input"), fault.get("ctx", {}).get("tag")):
        if isinstance(value, str):
            told = told.replace(repr(value), "…").replace(f"'{value}'", "…")
    return told


def _place(fault: Mapping[str, Any]) -> str:
    where, *steps = fault["loc"] or ("body",)
    if where != "body" or fault["type"] == "json_invalid":
        return ":".join(map(str, (where, *steps)))
    return "#" + "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


async def _on_unfit(request: Request, error: Exception) -> Response:
    """A value of ours does not fit: the log has where, and nothing of what people have said.

    Even the place in the value may be a word of theirs: a key that is one too many.
    """
    assert isinstance(error, ValidationError | ResponseValidationError)
    faults = [each["type"] for each in error.errors()]
    frames = [f"{each.filename}:{each.lineno}" for each in extract_tb(error.__traceback__)]
    _log.error("request_broke", error=type(error).__name__, faults=faults, frames=frames)
    return answer(request.scope, INTERNAL)


async def _on_gone(request: Request, _error: Exception) -> Response:
    """The line has broken while a body came: no fault of ours, and nobody hears the answer."""
    return answer(request.scope, FRAMEWORK[HTTPStatus.BAD_REQUEST])


async def _on_system(request: Request, error: Exception) -> Response:
    """The disk is full, or files of ours cannot be reached: an upload waits in one, for example."""
    assert isinstance(error, OSError)
    _log.error("request_failed", problem="files", error=error.strerror, exc_info=error)
    return answer(request.scope, kind_of(StoreUnreachableError()))


async def _on_anything_else(request: Request, error: Exception) -> Response:
    """A fault of ours: nothing of it is told, and the log has what it is and where."""
    # The frame around the request is gone by now, and its id with it.
    _log.error("request_broke", request_id=request_id_of(request.scope), exc_info=error)
    return answer(request.scope, INTERNAL)


def install(app: FastAPI) -> None:
    """Have an application answer with problems, whatever goes wrong."""
    app.add_exception_handler(HandoffError, _on_error)
    app.add_exception_handler(HTTPException, _on_status)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    for unfit in (ValidationError, ResponseValidationError):
        app.add_exception_handler(unfit, _on_unfit)
    app.add_exception_handler(ClientDisconnect, _on_gone)
    app.add_exception_handler(OSError, _on_system)
    app.add_exception_handler(Exception, _on_anything_else)
