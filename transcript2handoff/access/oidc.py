"""Signing in by an identity provider: OpenID Connect with a code, PKCE, a state and a nonce.

What a browser takes along to the provider is remembered under the digest of its state, for ten
minutes and for one use, and is bound to that browser by a cookie.
"""

import base64
import datetime
import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Annotated, Final
from urllib.parse import urlencode

import jwt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from transcript2handoff.access.provider import Provider
from transcript2handoff.access.secrets import digest_of, new_secret, same
from transcript2handoff.access.settings import OidcSettings
from transcript2handoff.deal import Record
from transcript2handoff.errors import NotSignedInError
from transcript2handoff.store import Store, Transaction, tokens
from transcript2handoff.store.tokens import NewToken

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
"""Signatures with two keys alone: with a shared secret, whoever checks could sign."""
TIME_FOR_IT: Final = datetime.timedelta(minutes=10)
_SIGNED: Final = jwt.PyJWS(list(ALGORITHMS), options={"enforce_minimum_key_length": True})
_PURPOSE: Final = "provider"
_CLOCKS_DIFFER: Final = 60
_LOCAL: Final = re.compile(r"/(?![/\\])[\x21-\x7e]{0,500}")
_TEXT = Annotated[str, Field(min_length=1, max_length=255)]


class Identity(Record):
    """Who somebody is, as the provider proves it."""

    subject: str
    """Of the provider and of the person in it; opaque, and always the same."""
    email: str | None
    """Only where the provider says that it is theirs."""
    name: str | None


class _Remembered(Record):
    nonce: str
    verifier: str
    browser: str
    """The digest of what the cookie holds."""
    back_to: str


class _Claims(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)

    iss: _TEXT
    sub: _TEXT
    aud: str | list[str]
    exp: int | float
    iat: int | float
    nonce: _TEXT
    azp: str | None = None
    email: str | None = None
    # Some providers say it in words.
    email_verified: Annotated[bool, Field(strict=False)] = False
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """Where a browser is sent.

    Attributes:
        url: at the provider.
        browser: the secret for the cookie.
    """

    url: str = field(repr=False)
    browser: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Return:
    """What a browser brings back from the provider.

    Attributes:
        state: as it was sent along.
        code: to be exchanged; None where the provider has refused.
        issuer: who answers, if the provider says so.
        error: why the provider has refused: a fixed word.
        browser: what the cookie holds.
    """

    state: str = field(repr=False)
    code: str | None = field(default=None, repr=False)
    issuer: str | None = None
    error: str | None = None
    browser: str | None = field(default=None, repr=False)


class Oidc:
    """One provider, for one service."""

    def __init__(
        self, settings: OidcSettings, provider: Provider, *, store: Store, redirect: str
    ) -> None:
        """Ask nothing yet.

        Args:
            settings: of the provider.
            provider: reached by them.
            store: remembers who is under way.
            redirect: the address of this service to which browsers come back.
        """
        self.settings = settings
        self._provider = provider
        self._store = store
        self._redirect = redirect

    def begin(self, back_to: str = "/") -> Beginning:
        """Send a browser to the provider.

        Args:
            back_to: the path of this service that it wants to see afterwards.

        Raises:
            IdentityProviderError: the provider cannot be reached.
        """
        state, nonce, verifier, browser = (new_secret() for _ in range(4))
        remembered = _Remembered(
            nonce=nonce,
            verifier=verifier,
            browser=digest_of(browser),
            back_to=back_to if _LOCAL.fullmatch(back_to) else "/",
        )
        url = f"{self._provider.configuration().authorization_endpoint}?" + urlencode(
            {
                "response_type": "code",
                "client_id": self.settings.client_id,
                "redirect_uri": self._redirect,
                "scope": " ".join(self.settings.scopes),
                "state": state,
                "nonce": nonce,
                "code_challenge": challenge_of(verifier),
                "code_challenge_method": "S256",
            }
        )
        with self._store.write() as tx:
            _remember(tx, state, remembered)
        return Beginning(url=url, browser=browser)

    def finish(self, back: Return) -> tuple[Identity, str]:
        """Who has come back, and the path that they want to see.

        Raises:
            NotSignedInError: it does not prove who they are.
            IdentityProviderError: the provider cannot be reached.
        """
        remembered = self._recall(back)
        if back.error is not None or not back.code:
            raise _again("the provider has not let you in")
        self._check_issuer(back.issuer)
        token = self._provider.exchange(
            back.code, verifier=remembered.verifier, redirect=self._redirect
        )
        claims = self._proven(token, nonce=remembered.nonce)
        return self._identity(claims), remembered.back_to

    def _recall(self, back: Return) -> _Remembered:
        with self._store.write() as tx:
            found = tokens.find(tx, digest_of(back.state), _PURPOSE)
            # Of two who come with the same state, one has removed it.
            if found is None or not tokens.remove(tx, found.digest):
                raise _again("it took too long, or was done already")
        remembered = _Remembered.model_validate_json(found.data or "")
        if back.browser is None or not same(digest_of(back.browser), remembered.browser):
            raise _again("it was begun in another browser")
        return remembered

    def _check_issuer(self, told: str | None) -> None:
        """That the answer comes from the provider that was asked (RFC 9207)."""
        expected = self._provider.configuration().authorization_response_iss_parameter_supported
        if (told is None and expected) or (told is not None and told != self.settings.issuer):
            raise _again("the answer comes from another provider")

    def _proven(self, token: str, *, nonce: str) -> _Claims:
        claims = self._signed(token)
        for fits, why in self._checks(claims, nonce):
            if not fits:
                raise _again(f"the proof of the provider {why}")
        return claims

    def _signed(self, token: str) -> _Claims:
        """What a token says, its signature checked and nothing else."""
        try:
            key = self._provider.key(jwt.get_unverified_header(token).get("kid"))
            return _Claims.model_validate_json(_SIGNED.decode(token, key, list(ALGORITHMS)))
        except (jwt.PyJWTError, ValidationError):
            # The error would hold what was read.
            raise _again("the proof of the provider does not hold") from None

    def _checks(self, claims: _Claims, nonce: str) -> tuple[tuple[bool, str], ...]:
        ours = self.settings.client_id
        audience = [claims.aud] if isinstance(claims.aud, str) else claims.aud
        now = self._store.now().timestamp()
        return (
            (claims.iss == self.settings.issuer, "is of another provider"),
            (ours in audience, "is for another service"),
            (len(audience) == 1 or claims.azp is not None, "is for several services"),
            (claims.azp in (None, ours), "was given to another service"),
            (claims.exp > now - _CLOCKS_DIFFER, "is too old"),
            (claims.iat < now + _CLOCKS_DIFFER, "is of the future"),
            (same(claims.nonce, nonce), "is of another sign-in"),
        )

    def _identity(self, claims: _Claims) -> Identity:
        return Identity(
            subject=digest_of(json.dumps([claims.iss, claims.sub])),
            email=claims.email if claims.email_verified else None,
            name=claims.name,
        )


def challenge_of(verifier: str) -> str:
    """What PKCE sends ahead of a verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _remember(tx: Transaction, state: str, remembered: _Remembered) -> None:
    new = NewToken(
        digest=digest_of(state),
        purpose=_PURPOSE,
        expires=tx.now + TIME_FOR_IT,
        data=remembered.model_dump_json(),
    )
    tokens.add(tx, new)


def _again(why: str) -> NotSignedInError:
    return NotSignedInError(f"The sign-in did not work: {why}. Sign in again.")
