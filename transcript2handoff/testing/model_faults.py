"""Everything that can go wrong with a model server, each as a value that plays it.

A fault is whatever has a method ``play(exchange)``: tests may write their own. What each does to
the official SDK is a table in ``tests/testing/test_model_faults.py``.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from transcript2handoff.testing.model_exchange import Exchange
from transcript2handoff.testing.model_replies import (
    INVALID,
    Dialect,
    Reply,
    error_body,
    json_reply,
    too_long,
)
from transcript2handoff.testing.model_requests import (
    CHARACTERS_OF_A_TOKEN,
    count_tokens,
)


class Fault(Protocol):
    """Answers one request in its own way."""

    def play(self, exchange: Exchange) -> None:
        """Answer it, or do not."""
        ...


def _good(exchange: Exchange) -> Reply:
    """What the brain answers, cut off where the request wants no more tokens."""
    content = exchange.content()
    limit = exchange.request.answer_limit
    if limit is None or count_tokens(content) <= limit:
        return json_reply(exchange.completion(content))
    cut = content[: limit * CHARACTERS_OF_A_TOKEN]
    return json_reply(exchange.completion(cut, finish="length"))


@dataclass(frozen=True)
class Good:
    """No fault: the brain answers. It keeps a place in a script."""

    def play(self, exchange: Exchange) -> None:
        """Send the answer."""
        exchange.wire.send(_good(exchange))


@dataclass(frozen=True)
class Status:
    """Any status; the body is an error object where none is given, a text is sent as HTML."""

    code: int
    body: Mapping[str, Any] | str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def play(self, exchange: Exchange) -> None:
        """Send it."""
        if isinstance(self.body, str):
            headers = {"content-type": "text/html", **self.headers}
            reply = Reply(status=self.code, body=self.body.encode(), headers=headers)
        else:
            kind = "server_error" if self.code >= 500 else INVALID
            body = self.body or error_body(f"Played by the test: status {self.code}.", type=kind)
            reply = json_reply(body, status=self.code, headers=self.headers)
        exchange.wire.send(reply)


@dataclass(frozen=True, kw_only=True)
class RateLimited:
    """Too many requests for now.

    Attributes:
        retry_after: seconds, or a date as HTTP writes it.
        retry_after_ms: milliseconds, which the original sends as well.
    """

    retry_after: float | str | None = None
    retry_after_ms: float | None = None

    def play(self, exchange: Exchange) -> None:
        """Send 429."""
        waits = {"retry-after": self.retry_after, "retry-after-ms": self.retry_after_ms}
        headers = {name: str(wait) for name, wait in waits.items() if wait is not None}
        headers["x-ratelimit-remaining-requests"] = "0"
        body = error_body(
            "Rate limit reached for requests. Please try again later.",
            type="requests",
            code="rate_limit_exceeded",
        )
        exchange.wire.send(json_reply(body, status=429, headers=headers))


@dataclass(frozen=True)
class QuotaExhausted:
    """The account has no money left: 429 as well, but waiting does not help."""

    def play(self, exchange: Exchange) -> None:
        """Send 429."""
        words = "You exceeded your current quota, please check your plan and billing details."
        body = error_body(words, type="insufficient_quota", code="insufficient_quota")
        exchange.wire.send(json_reply(body, status=429))


@dataclass(frozen=True)
class Reset:
    """The connection is reset (RST) after the request has come in."""

    def play(self, exchange: Exchange) -> None:
        """Reset it."""
        exchange.wire.reset()


@dataclass(frozen=True)
class Stall:
    """Nothing for so many seconds, then the answer."""

    seconds: float

    def play(self, exchange: Exchange) -> None:
        """Wait, and answer."""
        exchange.wire.pause(self.seconds)
        exchange.wire.send(_good(exchange))


@dataclass(frozen=True)
class SlowDrip:
    """The answer piece by piece over so many seconds, never silent for long."""

    seconds: float

    def play(self, exchange: Exchange) -> None:
        """Send it slowly."""
        exchange.wire.drip(_good(exchange), seconds=self.seconds)


@dataclass(frozen=True)
class Cut:
    """Half of the body, then the connection is closed."""

    def play(self, exchange: Exchange) -> None:
        """Send half."""
        exchange.wire.send_half(_good(exchange))


@dataclass(frozen=True)
class Says:
    """The model says this, whatever was asked."""

    text: str

    def play(self, exchange: Exchange) -> None:
        """Send it."""
        exchange.wire.send(json_reply(exchange.completion(self.text)))


@dataclass(frozen=True)
class Empty:
    """An answer without content."""

    def play(self, exchange: Exchange) -> None:
        """Send null where the text should be."""
        exchange.wire.send(json_reply(exchange.completion(None)))


@dataclass(frozen=True)
class NoChoices:
    """An answer without a choice."""

    def play(self, exchange: Exchange) -> None:
        """Send an empty list of choices."""
        exchange.wire.send(json_reply(exchange.completion(None) | {"choices": []}))


@dataclass(frozen=True)
class NoUsage:
    """A good answer of a server that counts no tokens."""

    def play(self, exchange: Exchange) -> None:
        """Send it without ``usage``."""
        body = exchange.completion(exchange.content())
        del body["usage"]
        exchange.wire.send(json_reply(body))


@dataclass(frozen=True)
class NotJson:
    """A body that says it is JSON and is none."""

    text: str = "<html><body>Bad gateway</body></html>"

    def play(self, exchange: Exchange) -> None:
        """Send it with status 200."""
        headers = {"content-type": "application/json"}
        exchange.wire.send(Reply(body=self.text.encode(), headers=headers))


@dataclass(frozen=True)
class Packed:
    """An answer packed with gzip, whatever was asked for: blanks, and then what the brain says.

    Attributes:
        blanks: how many; a thousand of them are one byte on the wire.
    """

    blanks: int = 0

    def play(self, exchange: Exchange) -> None:
        """Send it with status 200."""
        good = _good(exchange)
        body = gzip.compress(b" " * self.blanks + good.body)
        headers = {**good.headers, "content-encoding": "gzip"}
        exchange.wire.send(Reply(body=body, headers=headers))


@dataclass(frozen=True)
class Refusal:
    """The model refuses, in the field that structured outputs have for it."""

    text: str = "I'm sorry, I can't help with that."

    def play(self, exchange: Exchange) -> None:
        """Send the refusal and no content."""
        exchange.wire.send(json_reply(exchange.completion(None, refusal=self.text)))


@dataclass(frozen=True)
class Filtered:
    """A content filter stops the answer, or, as Azure has it, the question (status 400)."""

    question: bool = False

    def play(self, exchange: Exchange) -> None:
        """Send what a filter leaves."""
        if self.question:
            words = "The response was filtered due to the prompt triggering a management policy."
            body = error_body(words, type=None, param="prompt", code="content_filter")
            exchange.wire.send(json_reply(body, status=400))
        else:
            exchange.wire.send(json_reply(exchange.completion(None, finish="content_filter")))


@dataclass(frozen=True)
class Length:
    """The model may write no more: the answer breaks off in the middle, or after ``begun``."""

    begun: str | None = None

    def play(self, exchange: Exchange) -> None:
        """Send what there is of the content."""
        content = exchange.content()
        begun = content[: len(content) // 2] if self.begun is None else self.begun
        exchange.wire.send(json_reply(exchange.completion(begun, finish="length")))


@dataclass(frozen=True)
class ContextLength:
    """The messages are longer than the model can read, whatever their length is."""

    limit: int = 8192
    dialect: Dialect = "openai"

    def play(self, exchange: Exchange) -> None:
        """Send 400."""
        tokens = max(exchange.request.prompt_tokens, self.limit + 1)
        exchange.wire.send(too_long(tokens, limit=self.limit, dialect=self.dialect))


@dataclass(frozen=True)
class Redirect:
    """The server sends the client, and the transcript with it, somewhere else."""

    to: str
    code: int = 307

    def play(self, exchange: Exchange) -> None:
        """Send the other address."""
        exchange.wire.send(Reply(status=self.code, headers={"location": self.to}))
