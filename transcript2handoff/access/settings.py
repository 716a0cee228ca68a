"""How people sign in: the section ``access`` of the service file."""

import ipaddress
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, StringConstraints, model_validator

from transcript2handoff.access.principal import UserRole
from transcript2handoff.deal import Record, Text

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def _safe_address(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise ValueError("write an address with https://; http:// is for this machine alone")
    if not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("write an address without a name, a query or a fragment")
    return address


def _network(text: str) -> str:
    try:
        ipaddress.ip_network(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no network such as 10.0.0.0/8: {error}") from error
    return text


ProviderAddress = Annotated[str, AfterValidator(_safe_address)]
Network = Annotated[str, AfterValidator(_network)]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}\z")]


class OidcSettings(Record):
    """An identity provider that speaks OpenID Connect."""

    issuer: ProviderAddress
    """As the provider writes it, to the letter; its configuration is found below it."""
    client_id: Text
    client_secret: SecretStr | None = None
    """None for a public client: PKCE alone proves that it is the same one."""
    scopes: tuple[Text, ...] = ("openid", "email", "profile")
    new_people: UserRole | None = None
    """The role that people get who sign in for the first time; none lets known people in alone."""
    hosts: tuple[Text, ...] = ()
    """New people come from these e-mail hosts alone, where any are named."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if "openid" not in self.scopes:
            raise ValueError("scopes: openid is missing")
        if self.new_people and not self.hosts:
            raise ValueError("new_people needs hosts: the e-mail hosts that they come from")
        return self


class ProxySettings(Record):
    """A proxy in front that has signed people in already."""

    header: HeaderName
    """It holds the e-mail address of whoever asks."""
    cidrs: Annotated[tuple[Network, ...], Field(min_length=1)]
    """The header is believed from these addresses alone."""

    def trusts(self, peer: str | None) -> bool:
        """Whether the other end of the connection is the proxy."""
        try:
            address = ipaddress.ip_address(peer or "")
        except ValueError:
            return False
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address in ipaddress.ip_network(each) for each in self.cidrs)


class AccessSettings(Record):
    """All of it; people have a password here where nothing else is said."""

    passwords: bool = True
    oidc: OidcSettings | None = None
    proxy: ProxySettings | None = None
