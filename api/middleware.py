"""What stands before every route, from the outside in: ``FRAME`` names the order.

``RequestFrame`` names the request, logs it and answers errors of those below; ``OpenGate`` keeps
everything closed until somebody has an account; ``Identify`` finds out who asks.
"""

import re
import time
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from transcript2handoff import telemetry
from transcript2handoff.access import Principal
from transcript2handoff.access.csrf import check_origin
from transcript2handoff.access.entering import Proofs, identify
from transcript2handoff.access.sessions import csrf_token_of, proves_own_page
from transcript2handoff.api import problems
from transcript2handoff.api.entrance import Entrance, entrance_of
from transcript2handoff.api.headers import NOT_KEPT, ONLY_SECURE, REQUEST_ID, SECURITY, TUS
from transcript2handoff.errors import AccessError, CrossSiteError, HandoffError, NotSetUpError

PREFIX: Final = "/v1"
"""Before the paths of all routes but those that watch the service."""
OPEN_BEFORE_SET_UP: Final = frozenset({"/healthz", "/readyz", "/v1/setup", "/setup"})
STATIC: Final = "/static/"
"""Style and scripts of the pages, which are the same for everybody."""
CSRF_HEADER: Final = "X-CSRF-Token"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_METHODS: Final = SAFE | {"POST", "PUT", "PATCH", "DELETE"}
_SENDERS: Final = "/v1/webhooks/"
"""Whoever sends there proves it in a way of their own."""
_UPLOADS: Final = "/v1/uploads"
_QUIET: Final = frozenset({"/healthz", "/readyz", "/metrics", STATIC})
_REQUEST_ID_FORM: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
_log = telemetry.logger(__name__)


class RequestFrame:
    """Gives a request its id, its headers and a line in the log."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope))
        scope.setdefault("state", {})["request_id"] = request_id
        with telemetry.bound(request_id=request_id):
            await self._serve(scope, receive, _Framed(send, _headers(scope, request_id)))

    async def _serve(self, scope: Scope, receive: Receive, send: "_Framed") -> None:
        began = time.perf_counter()
        try:
            await self.app(scope, receive, send)
        except (HandoffError, HTTPException) as error:
            # From the frame itself: what routes raise is answered before it comes here.
            if send.status is not None:
                raise
            await problems.of_frame(scope, error)(scope, receive, send)
        finally:
            _tell(scope, send.status, seconds=time.perf_counter() - began)


class _Framed:
    """Sends an answer with the headers that every answer has."""

    def __init__(self, send: Send, headers: Mapping[str, str]) -> None:
        self._send = send
        self._headers = headers
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
        await self._send(message)


def _headers(scope: Scope, request_id: str) -> dict[str, str]:
    """Headers of the answer to a request, where its route does not say otherwise."""
    tus = TUS if scope["path"].startswith(_UPLOADS) else {}
    is_secure = scope["app"].state.services.settings.is_https
    secure = ONLY_SECURE if is_secure else {}
    return {REQUEST_ID: request_id, **SECURITY, **NOT_KEPT, **secure, **tus}


def _request_id(headers: Headers) -> str:
    told = headers.get(REQUEST_ID, "")
    return told if _REQUEST_ID_FORM.fullmatch(told) else uuid.uuid4().hex


def _template(scope: Scope) -> str:
    """The path of the route that serves a request, with the names of its parameters."""
    if scope["path"].startswith(STATIC):
        return STATIC
    path: str = getattr(scope.get("route"), "path", "none")
    within = scope["path"].startswith(f"{PREFIX}/") and path.startswith("/")
    return f"{PREFIX}{path}" if within and not path.startswith(f"{PREFIX}/") else path


def _tell(scope: Scope, status: int | None, *, seconds: float) -> None:
    """One line for a request. The path is that of the route: the real one may hold a key."""
    path = _template(scope)
    status = status or int(HTTPStatus.INTERNAL_SERVER_ERROR)
    method = scope["method"] if scope["method"] in _METHODS else "other"
    telemetry.answered(method, path, status, seconds=seconds)
    told: dict[str, Any] = {"milliseconds": round(seconds * 1000, 1)}
    caller = scope["state"].get("caller")
    if isinstance(caller, Principal):
        told["caller"] = caller.id
    tell = _log.debug if path in _QUIET else _log.info
    tell("request", method=method, path=path, status=status, **told)


class OpenGate:
    """Lets nothing through until there is an account or a key, but the set-up itself."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request.

        Raises:
            NotSetUpError: nobody has an account or a key yet.
        """
        if scope["type"] == "http" and not _is_open_to_all(scope["path"]):
            await _check_open(entrance_of(scope))
        await self.app(scope, receive, send)


def _is_open_to_all(path: str) -> bool:
    return path in OPEN_BEFORE_SET_UP or path.startswith(STATIC)


async def _check_open(entrance: Entrance) -> None:
    if not entrance.opened and not await run_in_threadpool(entrance.is_open):
        raise NotSetUpError(
            "The service is not set up yet. Open the link that it printed when it was started, or "
            "make a key with `t2h keys create` on its machine."
        )


class Identify:
    """Finds out who asks, and counts how often; routes say whether it matters."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request.

        Raises:
            TooManyRequestsError: the caller has asked too often.
            StoreUnreachableError: the database cannot be reached.
        """
        if scope["type"] == "http" and not scope["path"].startswith((_SENDERS, STATIC)):
            entrance = entrance_of(scope)
            if proofs := entrance.proofs_in(scope):
                caller = await run_in_threadpool(_identified, entrance, proofs, scope)
                scope["state"]["caller"] = caller
                if isinstance(caller, Principal):
                    entrance.callers.take(caller.id)
        await self.app(scope, receive, send)


def _identified(entrance: Entrance, proofs: Proofs, scope: Scope) -> Principal | AccessError:
    """Who asks, or why that is not known; it is for a route to say that it must be."""
    try:
        caller = identify(entrance.services.store, proofs)
        if not proofs.key and scope["method"] not in SAFE:
            _check_own_page(entrance, proofs, scope)
    except AccessError as error:
        return error
    return caller


def _check_own_page(entrance: Entrance, proofs: Proofs, scope: Scope) -> None:
    """A browser sends cookies along whoever made the page: see that it was one of ours.

    Raises:
        CrossSiteError: it may not have been.
    """
    headers = Headers(scope=scope)
    check_origin(headers, public_url=entrance.services.settings.public_url)
    if proofs.session is None or proves_own_page(proofs.session, headers.get(CSRF_HEADER)):
        return
    form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    if CSRF_HEADER in headers or not form:
        raise CrossSiteError(
            f"What changes something needs the header {CSRF_HEADER}. GET /v1/session tells it."
        )
    scope["state"]["csrf_in_form"] = csrf_token_of(proofs.session)
