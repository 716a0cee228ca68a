"""Connections to addresses of the open net only: to the very address that was looked at.

A name is resolved once. What is connected to is the address that came of it, so that a second
answer of the name server, for a machine in our own net, comes too late. The certificate is still
that of the name.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import httpcore

from transcript2handoff.errors import FetchPassingError, FetchRefusedError

Socket = tuple[str, int]
"""An IP address, and a port."""
_TRANSLATED: Final = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses that a gateway translates to the IPv4 address in their last 32 bits."""
_UNICAST: Final = ipaddress.ip_network("2000::/3")
"""The only IPv6 addresses that are given out for the open net (RFC 4291, section 2.4)."""
_CLOSED: Final = (
    # Given out within it, and for no machine: examples (RFC 9637), relays to IPv6 (RFC 7526).
    ipaddress.ip_network("3fff::/20"),
    ipaddress.ip_network("192.88.99.0/24"),
)


def resolved(host: str, port: int) -> Sequence[Socket]:
    """All addresses of a name.

    Raises:
        FetchPassingError: nobody knows any now.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchPassingError(
            f"The name {host} cannot be resolved. Check the network and its name server."
        ) from error
    return [(str(address[0]), port) for *_, address in found]


def is_open(address: str) -> bool:
    """Whether an IP address is one of the open net: none of this machine or of a net of one's own.

    An IPv4 address inside of an IPv6 address is looked at too.
    """
    given = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(given, ipaddress.IPv6Address):
        inner = given.ipv4_mapped or given.sixtofour
        if given in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(given) & 0xFFFF_FFFF)
        if inner is not None:
            return is_open(str(inner))
        if given not in _UNICAST:
            return False
    is_closed = any(given in each for each in _CLOSED if each.version == given.version)
    return given.is_global and not given.is_multicast and not is_closed


@dataclass(frozen=True, kw_only=True)
class Network:
    """How servers are found and trusted; tests put a server of this machine in their place."""

    resolve: Callable[[str, int], Sequence[Socket]] = resolved
    admits: Callable[[str], bool] = is_open
    trust: ssl.SSLContext | None = None
    """The authorities whose certificates count; those of browsers if there is none."""

    def pool(self, *, until: float) -> httpcore.ConnectionPool:
        """Connections over this network; a context manager.

        Args:
            until: when nothing is read from them any more, on the clock of ``time.monotonic``.
        """
        return httpcore.ConnectionPool(
            ssl_context=self.trust, network_backend=_CheckedBackend(self, until), max_connections=1
        )


class _CheckedBackend(httpcore.NetworkBackend):
    """Resolves, looks at what came of it, and connects to that."""

    def __init__(self, network: Network, until: float) -> None:
        self._network = network
        self._until = until
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers.

        Raises:
            FetchRefusedError: one of the addresses is not of the open net.
        """
        found = self._network.resolve(host, port)
        if not found or not all(self._network.admits(address) for address, _ in found):
            raise FetchRefusedError(
                f"The name {host} stands for an address that is not of the open net. Nothing is "
                "fetched from there."
            )
        fault: httpcore.NetworkError | httpcore.TimeoutException | None = None
        for address, place in found:
            try:
                stream = self._sockets.connect_tcp(
                    address, place, timeout, local_address, socket_options
                )
                return _TimedStream(stream, self._until)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                fault = error
        assert fault is not None
        raise fault


class _TimedStream(httpcore.NetworkStream):
    """A connection that ends at some moment, however slowly and steadily the other side speaks."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._left(timeout))
        return _TimedStream(stream, self._until)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)

    def _left(self, timeout: float | None) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            self.close()
            raise FetchPassingError(
                "The recording takes too long to come. It is tried again later."
            )
        return left if timeout is None else min(left, timeout)
