"""The only I/O with a CRM: requests, sent again as long as that may help.

A request goes to the configured address or nowhere: redirects are not followed. What is wrong
leaves here as a ``CrmError``; the token is in none of them.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Protocol, Self
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, stop_before_delay

from transcript2handoff.crm.answers import Answer
from transcript2handoff.crm.records import Request
from transcript2handoff.crm.waiting import Pace, Pause
from transcript2handoff.errors import (
    CrmError,
    CrmPassingError,
    CrmSetupError,
    CrmUnreachableError,
)

_MOST_BYTES: Final = 20_000_000
_UNAUTHORIZED: Final = 401
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, kw_only=True)
class CrmLimits:
    """How far a client may go.

    Attributes:
        request_seconds: that one request may take.
        deadline_seconds: that one read or one write may take, with all requests and waits in it.
        attempts: of a request that fails in a way that may pass.
        first_wait_seconds: the longest wait before the second attempt, which doubles with each
            further one, unless the CRM asks for another.
        per_second: requests that are sent in a second at most.
    """

    request_seconds: float = 30.0
    deadline_seconds: float = 120.0
    attempts: int = 6
    first_wait_seconds: float = 0.5
    per_second: float = 8.0


Named = Callable[[Request, Answer], CrmError | None]
"""What is wrong with an answer, in our words; None if nothing is."""


class Access(Protocol):
    """How a client proves who it is."""

    def token(self, errand: "Errand") -> SecretStr:
        """The token for the next request."""
        ...

    def renew(self) -> bool:
        """Forget a token that was not accepted; False if there will be no other one."""
        ...


@dataclass(frozen=True)
class FixedToken:
    """A token that somebody made in the CRM."""

    value: SecretStr

    def token(self, errand: "Errand") -> SecretStr:
        """That token."""
        return self.value

    def renew(self) -> bool:
        """There is no other one."""
        return False


@dataclass(eq=False)
class CrmClient:
    """A CRM at an address; a context manager. May be used by several threads."""

    url: str
    access: Access = field(repr=False)
    named: Named = field(repr=False)
    limits: CrmLimits = CrmLimits()

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        is_safe = parts.scheme == "https" or parts.hostname in _LOOPBACK
        if not (parts.hostname and is_safe):
            raise CrmSetupError("The address of the CRM has to begin with https://.")
        self._http = httpx.Client(base_url=self.url, follow_redirects=False)
        self._pace = Pace(self.limits.per_second)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def errand(self) -> "Errand":
        """One read or write, whose time begins now."""
        return Errand(self, until=time.monotonic() + self.limits.deadline_seconds)

    def exchange(self, request: Request, *, headers: httpx.Headers, until: float) -> Answer:
        """Send a request once.

        Raises:
            CrmUnreachableError: there is no whole answer, or not in time.
        """
        self._pace.wait()
        seconds = max(min(self.limits.request_seconds, until - time.monotonic()), 0.01)
        ends = time.monotonic() + seconds
        try:
            with self._http.stream(
                request.method,
                request.path,
                content=request.body or None,
                headers=headers,
                timeout=seconds,
            ) as response:
                return _answer(response, self._read(response, ends))
        except httpx.TimeoutException:
            raise self.broken("did not answer in time") from None
        except httpx.HTTPError:
            raise self.broken("cannot be reached, or broke off") from None

    def _read(self, response: httpx.Response, ends: float) -> bytes:
        """The body; a server may be slow in small pieces, or never end."""
        content = bytearray()
        for piece in response.iter_bytes():
            content += piece
            if time.monotonic() > ends:
                raise self.broken("did not answer in time")
            if len(content) > _MOST_BYTES:
                raise self.broken("sent more than can be an answer")
        return bytes(content)

    def broken(self, what: str, *, wait: float | None = None) -> CrmUnreachableError:
        """The CRM did not do its part."""
        host = urlsplit(self.url).hostname
        return CrmUnreachableError(
            f"The CRM at {host} {what}. It will be tried again; check the address and the network "
            "if it stays so.",
            wait=wait,
        )


@dataclass(frozen=True)
class Errand:
    """Requests that have one deadline together, on the clock of ``time.monotonic``."""

    client: CrmClient
    until: float

    def send(self, request: Request) -> Answer:
        """The answer to a request, after as many attempts as it takes and is allowed.

        Raises:
            CrmPassingError: it did not succeed in the time; ``wait`` says when it may.
            CrmPersonError: it will not succeed before somebody does something.
            CrmGoneError: what it is about is not there.
        """
        return self.persist(lambda: self._once(request))

    def persist(self, attempt: Callable[[], Answer]) -> Answer:
        """What an attempt comes to, made again as long as that may help."""
        limits = self.client.limits
        retrying = Retrying(
            stop=stop_after_attempt(limits.attempts)
            | stop_before_delay(max(self.until - time.monotonic(), 0)),
            wait=Pause(limits.first_wait_seconds),
            retry=retry_if_exception_type(CrmPassingError),
            reraise=True,
        )
        return retrying(attempt)

    def record(self, request: Request) -> dict[str, Any]:
        """The JSON object that answers a request; see ``send``."""
        answer = self.send(request)
        if not isinstance(answer.body, dict):
            raise self.client.broken("sent something that is no answer")
        return answer.body

    def _once(self, request: Request) -> Answer:
        answer, token = self._attempt(request)
        if answer.status == _UNAUTHORIZED and self.client.access.renew():
            answer, token = self._attempt(request)
        if error := self.client.named(request, answer):
            raise _without(error, token)
        if not answer.is_json:
            raise self.client.broken("sent something that is no answer")
        return answer

    def _attempt(self, request: Request) -> tuple[Answer, SecretStr]:
        token = self.client.access.token(self)
        # These headers do not show the token where a trace shows what stands in variables.
        headers = httpx.Headers({"authorization": f"Bearer {token.get_secret_value()}"})
        if request.body:
            headers["content-type"] = "application/json"
        return self.client.exchange(request, headers=headers, until=self.until), token


def _without(error: CrmError, token: SecretStr) -> CrmError:
    """The error without the token, should the CRM have said it back."""
    error.args = tuple(
        part.replace(token.get_secret_value(), "***") if isinstance(part, str) else part
        for part in error.args
    )
    return error


def _answer(response: httpx.Response, content: bytes) -> Answer:
    body, is_json = None, True
    if content:
        try:
            body = json.loads(content)
        except ValueError:
            is_json = False
    return Answer(status=response.status_code, headers=response.headers, body=body, is_json=is_json)
