"""The only I/O with an identity provider: its configuration, its keys, and the exchange of a code.

Addresses come from its configuration, are https (or this machine), and redirects are not followed.
Neither a code nor a token stands in an error.
"""

import datetime
import threading
from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import quote_plus

import httpx
from jwt import PyJWK, PyJWKSet, PyJWTError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from transcript2handoff.access.settings import OidcSettings, ProviderAddress
from transcript2handoff.errors import IdentityProviderError, NotSignedInError

_SECONDS: Final = 10.0
_MOST_BYTES: Final = 1 << 20
_REMEMBERED: Final = datetime.timedelta(hours=1)
_KEYS_AT_MOST_EVERY: Final = datetime.timedelta(seconds=30)
_REFUSED: Final = frozenset({400, 401, 403})
_M = TypeVar("_M", bound=BaseModel)
Clock = Callable[[], datetime.datetime]


class Configuration(BaseModel):
    """What a provider says of itself."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    authorization_endpoint: ProviderAddress
    token_endpoint: ProviderAddress
    jwks_uri: ProviderAddress
    authorization_response_iss_parameter_supported: bool = False
    code_challenge_methods_supported: tuple[str, ...] = ("S256",)
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class _Tokens(BaseModel):
    """What a code is exchanged for; of it the proof of who somebody is is used alone."""

    model_config = ConfigDict(frozen=True)

    id_token: Annotated[str, Field(min_length=1, max_length=20_000, repr=False)]


class Provider:
    """A provider, with what it has said of itself for an hour."""

    def __init__(self, settings: OidcSettings, *, clock: Clock) -> None:
        """Ask nothing yet.

        Args:
            settings: of the provider.
            clock: says what time it is, with its time zone.
        """
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._known: tuple[Configuration, datetime.datetime] | None = None
        self._keys: tuple[PyJWKSet, datetime.datetime] | None = None

    def configuration(self) -> Configuration:
        """What it says of itself.

        Raises:
            IdentityProviderError: it cannot be reached, or says what does not fit.
        """
        with self._lock:
            now = self._clock()
            if self._known is None or now - self._known[1] > _REMEMBERED:
                self._known = (self._configuration(), now)
            return self._known[0]

    def _configuration(self) -> Configuration:
        issuer = self._settings.issuer
        url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        found = self._read(Configuration, self._asked("GET", url))
        if found.issuer != issuer:
            raise _does_not_fit(f"it calls itself {found.issuer!r}, the settings {issuer!r}")
        if "S256" not in found.code_challenge_methods_supported:
            raise _does_not_fit("it does not know PKCE with S256")
        return found

    def key(self, key_id: str | None) -> PyJWK:
        """The key with which it has signed.

        Raises:
            NotSignedInError: it has none with this id.
            IdentityProviderError: it cannot be reached, or its keys cannot be read.
        """
        with self._lock:
            found = _of(self._keys, key_id)
            if found is None and self._may_ask_again():
                self._keys = (self._key_set(), self._clock())
                found = _of(self._keys, key_id)
        if found is None:
            raise NotSignedInError(
                "The proof of the identity provider is signed with a key that is none of its own. "
                "Sign in again."
            )
        return found

    def _may_ask_again(self) -> bool:
        """New keys are asked for when one is unknown, though not at the whim of a stranger."""
        return self._keys is None or self._clock() - self._keys[1] > _KEYS_AT_MOST_EVERY

    def _key_set(self) -> PyJWKSet:
        known = self._known or (self._configuration(), self._clock())
        answer = self._asked("GET", known[0].jwks_uri)
        try:
            return PyJWKSet.from_dict(answer.json())
        except (PyJWTError, ValueError, AttributeError) as error:
            raise _does_not_fit("its keys cannot be read") from error

    def exchange(self, code: str, *, verifier: str, redirect: str) -> str:
        """The signed proof of who somebody is, for the code that they brought back.

        Raises:
            NotSignedInError: it does not take the code.
            IdentityProviderError: it cannot be reached, or answers with something else.
        """
        settings = self._settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect,
            "code_verifier": verifier,
            "client_id": settings.client_id,
        }
        secret = settings.client_secret
        known = self.configuration()
        by_form = "client_secret_basic" not in known.token_endpoint_auth_methods_supported
        if secret and by_form:
            form["client_secret"] = secret.get_secret_value()
        basic = None if by_form else _basic(settings)
        return self._read(
            _Tokens, self._asked("POST", known.token_endpoint, data=form, auth=basic)
        ).id_token

    def _asked(self, method: str, url: str, **options: Any) -> httpx.Response:  # noqa: ANN401
        try:
            with (
                httpx.Client(timeout=_SECONDS, follow_redirects=False) as http,
                http.stream(method, url, **options) as answer,
            ):
                body = _body(answer)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise IdentityProviderError(
                f"The identity provider cannot be reached ({type(error).__name__}). Try again in a "
                "moment, or sign in another way."
            ) from error
        if method == "POST" and answer.status_code in _REFUSED:
            raise NotSignedInError(
                "The identity provider does not take the code, or not from this service. Sign in "
                "again; if it stays so, its settings for this service have to be looked at."
            )
        if not answer.is_success:
            raise _does_not_fit(f"it answers {answer.status_code}")
        return httpx.Response(answer.status_code, content=body)

    @staticmethod
    def _read(kind: type[_M], answer: httpx.Response) -> _M:
        try:
            return kind.model_validate_json(answer.content)
        except ValidationError:
            # The error would hold what was read.
            raise _does_not_fit(f"its answer is no {kind.__name__.strip('_').lower()}") from None


def _basic(settings: OidcSettings) -> httpx.BasicAuth | None:
    """How a client proves itself; RFC 6749 wants both parts encoded as in a form."""
    if settings.client_secret is None:
        return None
    secret = quote_plus(settings.client_secret.get_secret_value())
    return httpx.BasicAuth(quote_plus(settings.client_id), secret)


def _body(answer: httpx.Response) -> bytes:
    body = b""
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise _does_not_fit("its answer is too long")
    return body


def _of(keys: tuple[PyJWKSet, datetime.datetime] | None, key_id: str | None) -> PyJWK | None:
    if keys is None:
        return None
    if key_id is None:
        # Without an id it can only be the one that there is.
        return keys[0].keys[0] if len(keys[0].keys) == 1 else None
    return next((key for key in keys[0].keys if key.key_id == key_id), None)


def _does_not_fit(why: str) -> IdentityProviderError:
    return IdentityProviderError(
        f"The identity provider does not do what it should: {why}. Its settings, or those of this "
        "service, have to be looked at."
    )
