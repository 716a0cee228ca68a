"""What the frame keeps in this process: who is let in, how often, and whether yet."""

import ipaddress
from dataclasses import dataclass, field
from typing import Final, Self

from starlette.datastructures import Headers
from starlette.types import Scope

from transcript2handoff.access.entering import Proofs
from transcript2handoff.access.keys import BEGINS
from transcript2handoff.access.limiter import Limiter
from transcript2handoff.access.oidc import Oidc
from transcript2handoff.access.provider import Provider
from transcript2handoff.access.settings import AccessSettings
from transcript2handoff.api.services import Services
from transcript2handoff.settings import Settings
from transcript2handoff.store import Window, keys, users

SESSION_COOKIE: Final = "t2h_session"
"""The name of the cookie over http; over https it has a prefix: ``session_cookie``."""
_OF_THIS_HOST: Final = "__Host-"
"""Browsers take a cookie of such a name from this very host alone, and over https."""
PROVIDER_CALLBACK: Final = "/v1/sign-in/provider/return"
"""Where an identity provider sends browsers back; it has to know this address."""
_HANDED_OUT: Final = 64
"""Bits of the network of IPv6 that one household or machine has at the least."""
_MINUTE: Final = 60.0
_WRONG_BY_ADDRESS: Final = 20
"""Sign-ins from one address that fail in five minutes."""
_WRONG_LINKS: Final = 20
"""Links from one address that lead nowhere in five minutes."""
_WRONG_BY_PERSON: Final = 10
"""Sign-ins as one person that fail in five minutes."""


@dataclass(kw_only=True)
class Entrance:
    """Made with the application, and asked at every request."""

    services: Services
    access: AccessSettings
    callers: Limiter
    addresses: Limiter
    people: Limiter
    links: Limiter
    oidc: Oidc | None
    opened: bool = field(default=False, init=False)
    """Whether it is known that anybody could be let in; it stays so."""

    @classmethod
    def of(cls, services: Services) -> Self:
        """The entrance that the settings describe.

        Raises:
            ServiceFileError: the section ``access`` does not fit.
        """
        access = services.service_file.access_as(AccessSettings)
        return cls(
            services=services,
            access=access,
            oidc=_oidc(access, services),
            callers=Limiter(tries=services.settings.rate_limit, seconds=_MINUTE),
            addresses=Limiter(tries=_WRONG_BY_ADDRESS, seconds=5 * _MINUTE),
            people=Limiter(tries=_WRONG_BY_PERSON, seconds=5 * _MINUTE),
            links=Limiter(tries=_WRONG_LINKS, seconds=5 * _MINUTE),
        )

    def is_open(self) -> bool:
        """Whether anybody could be let in: an account or a key has been made.

        Raises:
            StoreUnreachableError: the database cannot be reached.
        """
        if not self.opened:
            with self.services.store.read() as tx:
                self.opened = users.count(tx) > 0 or bool(keys.listed(tx, Window(limit=1)).items)
        return self.opened

    def proofs_in(self, scope: Scope) -> Proofs:
        """What a request brings along to say who asks."""
        headers = Headers(scope=scope)
        way, _, shown = headers.get("authorization", "").partition(" ")
        key = shown.strip() if way.lower() == "bearer" else ""
        return Proofs(
            key=key if key.startswith(BEGINS) else None,
            session=cookie_in(headers, session_cookie(self.services.settings)),
            proxied=self._proxied(scope, headers),
        )

    def _proxied(self, scope: Scope, headers: Headers) -> str | None:
        proxy = self.access.proxy
        if proxy is None or not proxy.trusts(_peer(scope)):
            return None
        named = headers.getlist(proxy.header)
        # Two of them: one may be the sender's own, and which one cannot be told.
        return named[0].strip() or None if len(named) == 1 else None

    def address_of(self, scope: Scope) -> str:
        """Where a request comes from, seen past a trusted proxy: what tries are counted for."""
        return _counted(self._stranger(scope))

    def _stranger(self, scope: Scope) -> str:
        peer = _peer(scope)
        proxy = self.access.proxy
        if proxy is None or not proxy.trusts(peer):
            return peer or "-"
        told = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
        strangers = [each.strip() for each in told if not proxy.trusts(each.strip())]
        return strangers[-1][:64] if strangers and strangers[-1] else peer or "-"


def _oidc(access: AccessSettings, services: Services) -> Oidc | None:
    if access.oidc is None:
        return None
    provider = Provider(access.oidc, clock=services.clock)
    redirect = f"{services.settings.public_url}{PROVIDER_CALLBACK}"
    return Oidc(access.oidc, provider, store=services.store, redirect=redirect)


def session_cookie(settings: Settings) -> str:
    """The name of the cookie of a session.

    A host beside this one (``other.example.com``) can set cookies for all of ``example.com``. Over
    https the name is one that browsers take from nobody else.
    """
    prefix = _OF_THIS_HOST if settings.is_https else ""
    return f"{prefix}{SESSION_COOKIE}"


def entrance_of(scope: Scope) -> Entrance:
    """The entrance of the application that serves a request."""
    entrance = scope["app"].state.entrance
    assert isinstance(entrance, Entrance)
    return entrance


def _counted(address: str) -> str:
    """An address, or the network of IPv6 that is handed out as a whole: it never runs out."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found), _HANDED_OUT), strict=False))


def _peer(scope: Scope) -> str | None:
    return scope["client"][0] if scope.get("client") else None


def cookie_in(headers: Headers, name: str) -> str | None:
    """The value of a cookie that a request has."""
    for pair in headers.get("cookie", "").split(";"):
        key, _, value = pair.strip().partition("=")
        if key == name and value:
            return value
    return None
