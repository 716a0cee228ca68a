"""How many bytes of a body are read, counted while they come in, and how long it may take."""

import asyncio
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from transcript2handoff.api.problem_kinds import TOO_LARGE, TOO_SLOW
from transcript2handoff.api.services import Services
from transcript2handoff.webhooks import MOST_BYTES

_MIB: Final = 1 << 20
MOST_OF_JSON: Final = _MIB
"""Of a body that is no upload and no delivery."""
BODY_SECONDS: Final = 60.0
"""Until a body that is no recording has come: a megabyte does so on the slowest of lines."""
_FRAME: Final = _MIB
"""What the fields and borders of a form may take beside the file in it."""
_WHOLE: Final = frozenset({"/v1/calls"})
"""Where a recording is posted as a whole."""
_PIECES: Final = "/v1/uploads/"
"""Below which pieces of one are added."""


def most_bytes(method: str, path: str, services: Services) -> int:
    """How long a body may be at a path."""
    if path.startswith("/v1/webhooks/"):
        # One more, so that the route itself refuses it and says so in its own words.
        return MOST_BYTES + 1
    if has_recording(method, path):
        return services.settings.max_recording_bytes + _FRAME
    return MOST_OF_JSON


def has_recording(method: str, path: str) -> bool:
    """Whether a recording or a piece of one comes in there: it takes as long as it takes."""
    return (method == "POST" and path in _WHOLE) or (method == "PATCH" and path.startswith(_PIECES))


class BodyLimit:
    """Refuses a body that says it is too long, and stops reading one that is, or does not end."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request.

        Raises:
            HTTPException: its body is too long, does not come, or says in two ways how long it is.
        """
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = most_bytes(scope["method"], scope["path"], scope["app"].state.services)
        headers = Headers(scope=scope)
        told = headers.get("content-length", "")
        coding = headers.get("transfer-encoding", "").strip().lower()
        if coding and (told or coding != "chunked"):
            raise _ambiguous()
        if told.isascii() and told.isdigit() and int(told) > most:
            raise _too_large()
        if not has_recording(scope["method"], scope["path"]):
            receive = _in_time(receive)
        await self.app(scope, _counting(receive, most), send)


def _counting(receive: Receive, most: int) -> Receive:
    left = most

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise _too_large()
        return message

    return counted


def _in_time(receive: Receive) -> Receive:
    """What receives a body, from the first time on that somebody wants it, until its time is over.

    What is received behind it is that the line has been cut, which may take any time.
    """
    ends: float | None = None
    more = True

    async def received() -> Message:
        nonlocal ends, more
        if not more:
            return await receive()
        ends = ends or asyncio.get_running_loop().time() + BODY_SECONDS
        try:
            async with asyncio.timeout_at(ends):
                message = await receive()
        except TimeoutError:
            raise _too_slow() from None
        more = message.get("more_body", False)
        return message

    return received


def _too_slow() -> HTTPException:
    """What comes of the body later is no request: the line ends with the answer."""
    return HTTPException(
        HTTPStatus.REQUEST_TIMEOUT, detail=TOO_SLOW.detail, headers={"Connection": "close"}
    )


def _ambiguous() -> HTTPException:
    """A proxy in front may have found the end of the body elsewhere: nothing after it counts."""
    return HTTPException(
        HTTPStatus.BAD_REQUEST,
        detail="Send either Content-Length or `Transfer-Encoding: chunked`: each says how long "
        "the body is, and both together say it twice.",
        headers={"Connection": "close"},
    )


def _too_large() -> HTTPException:
    # An error of the framework's own: its readers of bodies let it through as it is.
    return HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail=TOO_LARGE.detail)
