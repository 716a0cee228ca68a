"""Everything that can go wrong with a CRM, each as a value that plays it.

A fault is whatever has a method ``play(exchange)``: tests may write their own. ``done`` says
whether the CRM has done what it was asked before it fails to say so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from transcript2handoff.testing.model_listener import Wire
from transcript2handoff.testing.model_replies import Reply, json_reply
from transcript2handoff.testing.model_requests import ChatRequest as CrmRequest


@dataclass(frozen=True, kw_only=True)
class CrmExchange:
    """A request and the ways to answer it; ``serve`` does what is asked."""

    request: CrmRequest
    wire: Wire
    serve: Callable[[], Reply]


class CrmFault(Protocol):
    """Answers one request in its own way."""

    def play(self, exchange: CrmExchange) -> None:
        """Answer it, or do not."""
        ...


@dataclass(frozen=True, kw_only=True)
class CrmStatus:
    """Any status with any body."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    done: bool = False

    def play(self, exchange: CrmExchange) -> None:
        """Send it; a text is sent as HTML."""
        if self.done:
            exchange.serve()
        if isinstance(self.body, str):
            headers = {"content-type": "text/html", **self.headers}
            reply = Reply(status=self.status, body=self.body.encode(), headers=headers)
        else:
            reply = json_reply(self.body, status=self.status, headers=self.headers)
        exchange.wire.send(reply)


@dataclass(frozen=True, kw_only=True)
class CrmReset:
    """The connection is reset (RST)."""

    done: bool = False

    def play(self, exchange: CrmExchange) -> None:
        """Reset it."""
        if self.done:
            exchange.serve()
        exchange.wire.reset()


@dataclass(frozen=True, kw_only=True)
class CrmStall:
    """Nothing for so many seconds, then the answer."""

    seconds: float
    done: bool = True

    def play(self, exchange: CrmExchange) -> None:
        """Do it at once or late; answer late."""
        reply = exchange.serve() if self.done else None
        exchange.wire.pause(self.seconds)
        exchange.wire.send(reply or exchange.serve())


@dataclass(frozen=True, kw_only=True)
class CrmDrip:
    """The answer piece by piece over so many seconds, never silent for long."""

    seconds: float

    def play(self, exchange: CrmExchange) -> None:
        """Send it slowly."""
        exchange.wire.drip(exchange.serve(), seconds=self.seconds)


@dataclass(frozen=True)
class CrmCut:
    """It is done; half of the answer, then the connection is closed."""

    def play(self, exchange: CrmExchange) -> None:
        """Send half."""
        exchange.wire.send_half(exchange.serve())


@dataclass(frozen=True, kw_only=True)
class CrmRedirect:
    """The CRM sends the client, and the token with it, somewhere else."""

    to: str

    def play(self, exchange: CrmExchange) -> None:
        """Send the other address."""
        exchange.wire.send(Reply(status=307, headers={"location": self.to}))


@dataclass(frozen=True, kw_only=True)
class HubSpotBusy:
    """HubSpot's 429: which limit is used up, and perhaps when to come again, in seconds."""

    policy: Literal["SECONDLY", "TEN_SECONDLY_ROLLING", "DAILY"] = "TEN_SECONDLY_ROLLING"
    retry_after: float | None = None

    def play(self, exchange: CrmExchange) -> None:
        """Send it."""
        exchange.wire.send(hubspot_busy(self.policy, retry_after=self.retry_after))


def hubspot_busy(policy: str, *, retry_after: float | None = None) -> Reply:
    """The answer to one request too many."""
    body = {
        "status": "error",
        "message": f"You have reached your {policy.lower()} limit.",
        "errorType": "RATE_LIMIT",
        "category": "RATE_LIMITS",
        "policyName": policy,
        "correlationId": "5d0c5e3f-0000-4000-8000-000000000000",
    }
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    return json_reply(body, status=429, headers=headers)


@dataclass(frozen=True, kw_only=True)
class SalesforceFault:
    """An error of Salesforce by its code."""

    code: str
    message: str
    status: int = 400

    def play(self, exchange: CrmExchange) -> None:
        """Send it; never with ``Retry-After``."""
        body = [{"message": self.message, "errorCode": self.code}]
        exchange.wire.send(json_reply(body, status=self.status))


ROW_LOCKED = SalesforceFault(
    code="UNABLE_TO_LOCK_ROW", message="unable to obtain exclusive access to this record"
)
USED_UP = SalesforceFault(
    code="REQUEST_LIMIT_EXCEEDED", message="TotalRequests Limit exceeded.", status=403
)
CROWDED = SalesforceFault(
    code="REQUEST_LIMIT_EXCEEDED",
    message="ConcurrentPerOrgLongTxn Limit exceeded.",
    status=403,
)
SESSION_ENDED = SalesforceFault(
    code="INVALID_SESSION_ID", message="Session expired or invalid", status=401
)
