"""How requests are read from a line: with an end to how long a head is, and to how long it takes.

Whoever sends one has proved nothing yet, and nothing of the application has been asked.
"""

import asyncio
from typing import Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_OF_HEAD: Final = 128 * 1024
"""Bytes of a request line with its headers, the longest metadata of an upload among them."""
HEAD_SECONDS: Final = 30.0
"""Until a head has come; how long a body takes is a matter of its length."""


class Listening(HttpToolsProtocol):
    """Reads as uvicorn does, and hangs up where a head does not end."""

    _waits: asyncio.TimerHandle | None = None
    """While a head is coming."""
    _read = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A line has been opened."""
        super().connection_made(cast(asyncio.Transport, transport))
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """The line is gone."""
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """More has come."""
        before = self._waits
        super().data_received(data)
        # What has begun in this piece may have come behind the body of the request before.
        if self._waits is not None and self._waits is before:
            self._read += len(data)
            if self._read > MOST_OF_HEAD:
                self._hang_up("The head of the request is too long.")

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._wait()

    def on_headers_complete(self) -> None:
        """The head has come."""
        self._wait_no_more()
        super().on_headers_complete()

    def _wait(self) -> None:
        self._wait_no_more()
        self._read = 0
        self._waits = self.loop.call_later(HEAD_SECONDS, self._hang_up, "The request did not come.")

    def _wait_no_more(self) -> None:
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None

    def _hang_up(self, why: str) -> None:
        self._wait_no_more()
        if self.scope is None:
            # Nothing has come: browsers open lines ahead of time, and ask nothing on some.
            self.transport.close()
        elif not self.transport.is_closing():
            self.send_400_response(why)
