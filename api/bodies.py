"""Bodies on their way: read whole, digested while they stream, answers held until they are kept."""

import hashlib
from collections.abc import Awaitable, Callable
from email.message import Message as Head
from http import HTTPStatus
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Send

_MOST_HELD: Final = 1 << 20


async def read_all(receive: Receive, digest: "StreamDigest | None" = None) -> bytes:
    """The whole body, or nothing of it where a digest takes it instead.

    Raises:
        HTTPException: whoever sends it has gone away in its midst.
    """
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HTTPException(HTTPStatus.BAD_REQUEST, detail="The body ended in its midst.")
        chunk = message.get("body", b"")
        if digest is None:
            parts.append(chunk)
        else:
            digest.feed(chunk)
        if not message.get("more_body", False):
            return b"".join(parts)


def again(body: bytes, receive: Receive) -> Receive:
    """What receives a body that was read already, and after it what comes in then."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return pending.pop() if pending else await receive()

    return received


class StreamDigest:
    """The digest of a body, whatever border a form has drawn between its fields this time."""

    def __init__(self, content_type: str) -> None:
        """Digest a body of this type."""
        head = Head()
        head["content-type"] = content_type
        self._border = (head.get_boundary() or "").encode()
        self._digest = hashlib.sha256()
        self._rest = b""
        self.complete = False

    def feed(self, chunk: bytes) -> None:
        """Take the next piece."""
        if not self._border:
            self._digest.update(chunk)
            return
        data = (self._rest + chunk).replace(self._border, b"")
        # A border may have begun at the end: so much is held back.
        held = len(self._border) - 1
        self._digest.update(data[:-held] if held else data)
        self._rest = data[-held:] if held else b""

    def hexdigest(self) -> str:
        """The digest of all that was taken, in hexadecimal."""
        whole = self._digest.copy()
        whole.update(self._rest)
        return whole.hexdigest()

    def watching(self, receive: Receive) -> Receive:
        """What receives a body and digests it on the way."""

        async def received() -> Message:
            message = await receive()
            if message["type"] == "http.request":
                self.feed(message.get("body", b""))
                self.complete = not message.get("more_body", False)
            return message

        return received


class Recorder:
    """Holds an answer back until it is kept; one that is long passes, and is not kept."""

    def __init__(self, send: Send, keep: Callable[["Recorder"], Awaitable[None]]) -> None:
        """Send on to ``send``, once ``keep`` has seen all of it."""
        self._send = send
        self._keep = keep
        self._held: list[Message] = []
        self._passes = False
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""
        self.finished = False

    async def __call__(self, message: Message) -> None:
        """Take a message of an answer."""
        if self._passes:
            await self._send(message)
            return
        self._held.append(message)
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = dict(MutableHeaders(scope=message))
            return
        self.body += message.get("body", b"")
        if not message.get("more_body", False):
            self.finished = True
            await self._keep(self)
            await self._let_go()
        elif len(self.body) > _MOST_HELD or self._is_stream():
            self._passes = True
            await self._let_go()

    def _is_stream(self) -> bool:
        return self.headers.get("content-type", "").startswith("text/event-stream")

    async def _let_go(self) -> None:
        held, self._held = self._held, []
        for message in held:
            await self._send(message)
