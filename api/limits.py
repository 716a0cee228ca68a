"""How many bytes of a body are read, counted while they come in."""

from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from transcript2handoff.api.problem_kinds import TOO_LARGE
from transcript2handoff.api.services import Services
from transcript2handoff.webhooks import MOST_BYTES

_MIB: Final = 1 << 20
MOST_OF_JSON: Final = _MIB
"""Of a body that is no upload and no delivery."""
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
    if (method == "POST" and path in _WHOLE) or (method == "PATCH" and path.startswith(_PIECES)):
        return services.settings.max_recording_bytes + _FRAME
    return MOST_OF_JSON


class BodyLimit:
    """Refuses a body that says it is too long, and stops reading one that turns out to be."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request.

        Raises:
            HTTPException: its body is too long, or says in two ways how long it is.
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
