"""The HTTP side of the fake server: connections, and all that can be done to them."""

import json
import os
import socket
import ssl
import struct
import sys
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from transcript2handoff.testing.model_replies import Reply
from transcript2handoff.testing.model_requests import ChatRequest

_PIECES: Final = 20
_NO_LINGER: Final = struct.pack("ii", 1, 0)
"""Closing a socket with this option sends a RST instead of a FIN."""


class _Handler(BaseHTTPRequestHandler):
    """Reads a request, and leaves the rest to the listener."""

    server: "Listener"
    protocol_version = "HTTP/1.1"
    # Head and body are two writes; held back, the second would wait for the client's nod.
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        request = ChatRequest(
            method=self.command,
            path=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=_object_of(raw),
            raw=raw,
            at=time.monotonic(),
        )
        self.server.answer(request, Wire(self))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing: what came in is in ``ModelServer.requests``."""


def _object_of(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


@dataclass(frozen=True)
class Wire:
    """The connection of one request."""

    handler: _Handler

    def send(self, reply: Reply) -> None:
        """Send all of it."""
        self._head(reply)
        self.handler.wfile.write(reply.body)

    def send_half(self, reply: Reply) -> None:
        """Announce all of it, send half of the body, and hang up."""
        self._head(reply)
        self.handler.wfile.write(reply.body[: len(reply.body) // 2])
        self.handler.close_connection = True

    def drip(self, reply: Reply, *, seconds: float) -> None:
        """Send it in small pieces that take so many seconds together."""
        self._head(reply)
        size = len(reply.body) // _PIECES + 1
        for start in range(0, len(reply.body), size):
            self.pause(seconds / _PIECES)
            self.handler.wfile.write(reply.body[start : start + size])

    def pause(self, seconds: float) -> None:
        """Do nothing for so many seconds, or until the server is stopped."""
        self.handler.server.stopping.wait(seconds)

    def reset(self) -> None:
        """Break the connection off with a RST."""
        connection = self.handler.connection
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        # An ordinary close would first say goodbye with a FIN, and the files that the handler has
        # made of the socket would keep it open until then.
        os.close(connection.detach())
        self.handler.close_connection = True

    def _head(self, reply: Reply) -> None:
        self.handler.send_response(reply.status)
        headers = {"x-request-id": f"req_{uuid.uuid4().hex}", **reply.headers}
        headers["content-length"] = str(len(reply.body))
        for name, value in headers.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()


class Listener(ThreadingHTTPServer):
    """Listens on a free port of 127.0.0.1, a thread for every connection."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, answer: Callable[[ChatRequest, Wire], None]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.stopping = threading.Event()
        self.mishaps: list[BaseException] = []
        self._open: set[object] = set()
        self._lock = threading.Lock()

    def stop(self) -> None:
        """Accept no more, break off what is under way, and wait for its threads to end."""
        self.shutdown()
        self.stopping.set()
        with self._lock:
            connections = tuple(self._open)
        for connection in connections:
            assert isinstance(connection, socket.socket)
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection, and remember it."""
        connection, address = super().get_request()
        with self._lock:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - the type of the base class
        """Close a connection, and forget it."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep what a brain has raised; that a client is gone is nothing to speak of."""
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError | ssl.SSLError):
            self.mishaps.append(error)
