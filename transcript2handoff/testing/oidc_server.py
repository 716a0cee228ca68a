"""An identity provider over real HTTP on this machine, as strict as the standard lets it be.

Whoever opens its page is signed in as ``person`` and sent back. It takes a code once, for the
address, the client and the verifier that it was made for, and signs with RS256. ``change`` may
alter what it is about to sign, for tests of what must be refused.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from transcript2handoff.testing.crm_server import CrmServer
from transcript2handoff.testing.model_replies import Reply, json_reply
from transcript2handoff.testing.model_requests import ChatRequest as Request

_FORM: Final = "application/x-www-form-urlencoded"
_KEY_BITS: Final = 2048
_TOKEN_SECONDS: Final = 300
Claims = dict[str, Any]


class _RefusedError(Exception):
    """What the request does wrong, as an error code of RFC 6749."""


def _require(fits: bool, code: str) -> None:
    if not fits:
        raise _RefusedError(code)


@dataclass(kw_only=True, eq=False)
class OidcServer(CrmServer):
    """A provider with one client; a context manager."""

    redirect: str
    """Where browsers are sent back to, to the letter."""
    client_id: str = "t2h"
    client_secret: str = "a secret+with/signs%"  # noqa: S105 - of a server that tests alone know
    person: Claims = field(
        default_factory=lambda: {
            "sub": "248289761001",
            "email": "ana@seller.example",
            "email_verified": True,
            "name": "Ana Reyes",
        }
    )
    change: Callable[[Claims], Claims] = dict
    sign: Callable[["OidcServer", Claims], str] | None = None
    """Signs in place of the server."""
    says_issuer: bool = True
    """Whether it names itself to browsers that it sends back (RFC 9207)."""
    keys: dict[str, RSAPrivateKey] = field(default_factory=dict, init=False)
    _codes: dict[str, Mapping[str, str]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        """Make a first key."""
        self.new_key()

    def new_key(self) -> None:
        """Sign with another key from now on; the one before is no more."""
        self.keys = {
            secrets.token_hex(4): generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
        }

    def serve(self, request: Request) -> Reply:
        """Do what a request asks."""
        path = urlsplit(request.path).path
        routes: dict[tuple[str, str], Callable[[Request], Reply]] = {
            ("GET", "/.well-known/openid-configuration"): self._configuration,
            ("GET", "/keys"): self._public_keys,
            ("GET", "/authorize"): self._authorize,
            ("POST", "/token"): self._token,
        }
        route = routes.get((request.method, path))
        if route is None:
            return json_reply({"error": "not_found"}, status=404)
        try:
            return route(request)
        except _RefusedError as error:
            status = 401 if str(error) == "invalid_client" else 400
            return json_reply({"error": str(error)}, status=status)

    def _configuration(self, _request: Request) -> Reply:
        return json_reply(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "authorization_response_iss_parameter_supported": self.says_issuer,
            }
        )

    def _public_keys(self, _request: Request) -> Reply:
        shown = [
            jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
            | {"kid": name, "use": "sig", "alg": "RS256"}
            for name, key in self.keys.items()
        ]
        return json_reply({"keys": shown})

    def _authorize(self, request: Request) -> Reply:
        asked = _fields(urlsplit(request.path).query)
        _require(asked.get("client_id") == self.client_id, "unauthorized_client")
        _require(asked.get("redirect_uri") == self.redirect, "invalid_request")
        _require(asked.get("response_type") == "code", "unsupported_response_type")
        _require("openid" in asked.get("scope", "").split(), "invalid_scope")
        _require(asked.get("code_challenge_method") == "S256", "invalid_request")
        for name in ("state", "nonce", "code_challenge"):
            _require(len(asked.get(name, "")) >= 43, "invalid_request")
        code = secrets.token_urlsafe(24)
        self._codes[code] = asked
        answer = {"code": code, "state": asked["state"]}
        if self.says_issuer:
            answer["iss"] = self.url
        return Reply(status=302, headers={"location": f"{self.redirect}?{urlencode(answer)}"})

    def _token(self, request: Request) -> Reply:
        _require(request.headers.get("content-type", "") == _FORM, "invalid_request")
        self._check_client(request.headers.get("authorization", ""))
        given = _fields(request.raw.decode())
        _require(given.get("grant_type") == "authorization_code", "unsupported_grant_type")
        asked = self._codes.pop(given.get("code", ""), None)
        _require(asked is not None, "invalid_grant")
        assert asked is not None
        _require(given.get("redirect_uri") == asked["redirect_uri"], "invalid_grant")
        challenge = _challenge(given.get("code_verifier", ""))
        _require(challenge == asked["code_challenge"], "invalid_grant")
        now = int(time.time())
        claims = self.change(
            {
                "iss": self.url,
                "aud": self.client_id,
                "iat": now,
                "exp": now + _TOKEN_SECONDS,
                "nonce": asked["nonce"],
                **self.person,
            }
        )
        signed = self.sign(self, claims) if self.sign else self.signed(claims)
        token = {"access_token": secrets.token_urlsafe(24), "token_type": "Bearer"}
        return json_reply({**token, "expires_in": _TOKEN_SECONDS, "id_token": signed})

    def signed(self, claims: Claims) -> str:
        """A proof as it is to be."""
        ((name, key),) = self.keys.items()
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": name})

    def _check_client(self, authorization: str) -> None:
        way, _, proof = authorization.partition(" ")
        _require(way == "Basic", "invalid_client")
        name, _, secret = base64.b64decode(proof).decode().partition(":")
        known = (unquote_plus(name), unquote_plus(secret)) == (self.client_id, self.client_secret)
        _require(known, "invalid_client")


def _fields(text: str) -> dict[str, str]:
    """The fields of a query or a form, each given once."""
    pairs = parse_qsl(text, strict_parsing=True)
    _require(len({name for name, _ in pairs}) == len(pairs), "invalid_request")
    return dict(pairs)


def _challenge(verifier: str) -> str:
    _require(43 <= len(verifier) <= 128, "invalid_grant")
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
