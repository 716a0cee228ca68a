"""A download: https only, from known hosts only, so many bytes, so many seconds."""

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

import httpcore
from pydantic import SecretStr

from transcript2handoff.errors import FetchGoneError, FetchPassingError, FetchRefusedError
from transcript2handoff.fetching.network import Network

_NAME: Final = re.compile(r"[a-z0-9.-]{1,253}")
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_ENDED: Final = (401, 403)
_GONE: Final = (404, 410)
_PASSING: Final = (408, 425, 429)


@dataclass(frozen=True, kw_only=True)
class FetchLimits:
    """How far a download may go.

    Attributes:
        most_bytes: that a recording may have.
        redirects: that are followed.
        connect_seconds: that a connection may take.
        silent_seconds: without a byte after which it has broken off.
        whole_seconds: that one attempt may take.
        attempts: of a download that fails in a way that may pass.
        first_wait_seconds: the longest wait before the second attempt; it doubles.
    """

    most_bytes: int = 2 * 1024**3
    redirects: int = 5
    connect_seconds: float = 10.0
    silent_seconds: float = 60.0
    whole_seconds: float = 3600.0
    attempts: int = 4
    first_wait_seconds: float = 2.0


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A request for something.

    Attributes:
        url: where it is; an address may be a secret.
        hosts: from which it may come, and what is below them.
        authorization: the header, sent to the host of ``url`` and to no other.
        body: JSON; the request is a POST then.
        most_bytes: that it may have.
    """

    url: str = field(repr=False)
    hosts: tuple[str, ...]
    authorization: SecretStr | None = None
    body: bytes | None = None
    most_bytes: int

    @property
    def host(self) -> str:
        """The host that is asked first."""
        return (urlsplit(self.url).hostname or "").lower()


@dataclass(frozen=True, kw_only=True)
class Body:
    """What came: its type and length as the server tells them, and the bytes."""

    media_type: str
    length: int | None
    chunks: Iterator[bytes]


@contextmanager
def downloaded(ask: Ask, network: Network, limits: FetchLimits) -> Iterator[Body]:
    """What is at an address, after redirects. Errors name the host and nothing else of it.

    Raises:
        FetchPassingError: it may work later.
        FetchGoneError: it is not there any more, or the token has ended.
        FetchRefusedError: it is not where we fetch from, or is too large.
    """
    until = time.monotonic() + limits.whole_seconds
    with network.pool(until=until) as pool:
        place = _checked(ask.url, ask.hosts)
        for _ in range(limits.redirects + 1):
            with _exchange(pool, ask, place, limits) as response:
                if response.status not in _REDIRECTS or ask.body is not None:
                    _require_success(response, place)
                    yield _body(response, ask, until=until)
                    return
                place = _checked(_header(response, "location"), ask.hosts, base=place.geturl())
    raise FetchRefusedError(
        f"The host {ask.host} sends from one address to the next, more than {limits.redirects} "
        "times."
    )


@contextmanager
def _exchange(
    pool: httpcore.ConnectionPool, ask: Ask, place: SplitResult, limits: FetchLimits
) -> Iterator[httpcore.Response]:
    silent = limits.silent_seconds
    seconds = {"connect": limits.connect_seconds, "read": silent, "write": silent, "pool": silent}
    try:
        with pool.stream(
            "GET" if ask.body is None else "POST",
            place.geturl(),
            headers=_headers(ask, place),
            content=ask.body,
            extensions={"timeout": seconds},
        ) as response:
            yield response
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise FetchPassingError(
            f"The host {place.hostname} cannot be reached, breaks off, or does not answer in time. "
            "Check the network if it stays so."
        ) from error


def _headers(ask: Ask, place: SplitResult) -> dict[bytes | str, bytes | str]:
    # Bytes are counted as they come; packed ones could be far more once they are unpacked.
    headers: dict[bytes | str, bytes | str] = {"Accept-Encoding": "identity", "Accept": "*/*"}
    if ask.body is not None:
        headers["Content-Type"] = "application/json"
    if ask.authorization and place.hostname == ask.host:
        headers["Authorization"] = ask.authorization.get_secret_value()
    return headers


def _checked(given: str, hosts: Iterable[str], *, base: str = "") -> SplitResult:
    """The parts of an address that may be asked; it may be told beside another one."""
    try:
        url = urljoin(base, given)
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise FetchRefusedError("The address of the recording is none.") from None
    host = (parts.hostname or "").lower()
    is_plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if parts.scheme != "https" or port not in (None, 443) or "@" in parts.netloc or not is_plain:
        raise FetchRefusedError("A recording is fetched by https, from the usual port, only.")
    is_name = _NAME.fullmatch(host) is not None
    if not is_name or not any(host == one or host.endswith(f".{one}") for one in hosts):
        raise FetchRefusedError(
            f"A recording is said to lie with {host[:80]!r}. It is fetched from "
            f"{', '.join(hosts)} and from what is below, only."
        )
    return parts._replace(netloc=host, fragment="")


def _require_success(response: httpcore.Response, place: SplitResult) -> None:
    status, host = response.status, place.hostname
    if status == 200:
        return
    if status in _ENDED:
        raise FetchGoneError(
            f"The host {host} does not give the recording any more (status {status}): the token or "
            "the address for it has ended. Upload the recording by hand."
        )
    if status in _GONE:
        raise FetchGoneError(f"The host {host} does not have the recording (status {status}).")
    if status in _PASSING or status >= 500:
        raise FetchPassingError(
            f"The host {host} does not give the recording now (status {status}).",
            wait=_seconds(_header(response, "retry-after")),
        )
    raise FetchRefusedError(f"The host {host} answers with status {status}, and no recording.")


def _body(response: httpcore.Response, ask: Ask, *, until: float) -> Body:
    length = _header(response, "content-length")
    size = int(length) if length.isdecimal() else None
    if size is not None and size > ask.most_bytes:
        raise _too_large(ask)
    return Body(
        media_type=_header(response, "content-type").partition(";")[0].strip().lower(),
        length=size,
        chunks=_counted(response, ask, until),
    )


def _counted(response: httpcore.Response, ask: Ask, until: float) -> Iterator[bytes]:
    count = 0
    for chunk in response.iter_stream():
        count += len(chunk)
        if count > ask.most_bytes:
            raise _too_large(ask)
        if time.monotonic() > until:
            raise FetchPassingError(f"The host {ask.host} takes too long to send the recording.")
        yield chunk


def _too_large(ask: Ask) -> FetchRefusedError:
    return FetchRefusedError(
        f"The host {ask.host} sends more than {ask.most_bytes:,} bytes. "
        "T2H_MAX_RECORDING_BYTES says how large a recording may be."
    )


def _header(response: httpcore.Response, name: str) -> str:
    wanted = name.encode()
    found = (value for key, value in response.headers if key.lower() == wanted)
    return next(found, b"").decode("latin-1")


def _seconds(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None
