"""Gong: an automation rule that fires a webhook with a signed JWT in its header."""

import binascii
import hashlib
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from transcript2handoff.deal import Record, first_fault
from transcript2handoff.errors import (
    DeliveryForgedError,
    DeliveryFormError,
    DeliveryStaleError,
)
from transcript2handoff.webhooks.arrival import Arrival
from transcript2handoff.webhooks.events import (
    CallReady,
    Delivery,
    Ignored,
    delivery,
    key_of,
    moment,
)
from transcript2handoff.webhooks.proof import is_any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

TOKEN: Final = "Authorization"  # noqa: S105 - the name of a header
CLAIMS: Final = ("webhook_url", "body_sha256", "exp")
LEAST_BITS: Final = 2048
_UNREAD: Final = tuple(f"verify_{name}" for name in ("exp", "nbf", "iat", "aud", "sub", "jti"))
_LONGEST: Final = 8192
"""Characters of a token; a signature by RSA and three claims are far shorter."""


def _public_key(text: str) -> "RSAPublicKey":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    bare = "".join(line for line in text.splitlines() if not line.startswith("-----"))
    try:
        key = load_der_public_key(b64decode("".join(bare.split()), validate=True))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError("it is no public key; copy it from the rule in Gong") from error
    if not isinstance(key, RSAPublicKey) or key.key_size < LEAST_BITS:
        raise ValueError(f"it is no RSA key of at least {LEAST_BITS} bits")
    return key


def _known_key(text: str) -> str:
    _public_key(text)
    return text


PublicKey = Annotated[str, AfterValidator(_known_key)]
"""As Gong shows it: DER in base64, with or without the lines of a PEM around it."""


class Gong(Record):
    """A webhook of an automation rule; each rule has a key of its own."""

    source: Literal["gong"] = "gong"
    public_keys: Annotated[tuple[PublicKey, ...], Field(min_length=1, max_length=20)]

    def read(self, arrival: Arrival) -> Delivery:
        """The call that is ready.

        Raises:
            DeliveryError: it is refused, and why.
        """
        require_token(arrival, self.public_keys)
        body = arrival.json_object()
        call = body.get("callData", body)
        found = _call(call, is_test=body.get("isTest") is True)
        return delivery(self.source, [found], at=arrival.at)


def require_token(arrival: Arrival, public_keys: tuple[str, ...]) -> None:
    """Refuse what no rule of ours signed for this URL and this body.

    Raises:
        DeliveryForgedError: no token, one by another key, or for another URL or body.
        DeliveryStaleError: the token has expired.
    """
    token = arrival.needed(TOKEN)
    if token[:7].lower() == "bearer ":
        token = token[7:]
    claims = _claims(token, public_keys)
    if not is_any(str(claims["webhook_url"]), [arrival.url]):
        raise DeliveryForgedError("The token is for another URL than the public one of this path.")
    if not is_any(str(claims["body_sha256"]).lower(), [hashlib.sha256(arrival.body).hexdigest()]):
        raise DeliveryForgedError("The token is for another body.")
    expires = claims["exp"]
    if isinstance(expires, bool) or not isinstance(expires, int | float):
        raise DeliveryForgedError("The token does not say when it expires.")
    if not expires > arrival.at.timestamp():
        raise DeliveryStaleError("The token has expired; if it was just sent, set the clock here.")


def _claims(token: str, public_keys: tuple[str, ...]) -> Mapping[str, Any]:
    import jwt

    if len(token) > _LONGEST or not all(map(_is_exact, token.split("."))):
        raise DeliveryForgedError(f"The header {TOKEN} holds no token that Gong makes.")
    # Times are compared with the moment of arrival, and not with the clock that the library reads.
    options: Any = {
        "require": list(CLAIMS),
        **dict.fromkeys(_UNREAD, False),
    }
    for text in public_keys:
        try:
            return jwt.decode(token, _public_key(text), algorithms=["RS256"], options=options)
        except jwt.PyJWTError:
            continue
    raise DeliveryForgedError(
        f"The token in the header {TOKEN} fits none of the keys. Each rule in Gong has its own."
    )


def _is_exact(part: str) -> bool:
    """Whether a part of a token is spelt in the one way in which encoders spell it."""
    spelt = part.encode()
    try:
        data = urlsafe_b64decode(spelt + b"=" * (-len(spelt) % 4))
    except binascii.Error:
        return False
    return urlsafe_b64encode(data).rstrip(b"=") == spelt


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True)


class _About(_Sent):
    id: Annotated[str, Field(min_length=1)]
    title: str | None = None
    scheduled: str | None = None
    started: str | None = None
    duration: float | None = None


class _Thing(_Sent):
    kind: str = Field("", validation_alias="objectType")
    id: str | None = Field(None, validation_alias="objectId")


class _Context(_Sent):
    objects: tuple[_Thing, ...] = ()


class _Party(_Sent):
    email: str | None = Field(None, validation_alias="emailAddress")


class _Call(_Sent):
    about: _About = Field(validation_alias="metaData")
    context: tuple[_Context, ...] = ()
    parties: tuple[_Party, ...] = ()

    def deals(self) -> Iterator[str]:
        for context in self.context:
            for thing in context.objects:
                if thing.kind in ("Opportunity", "Deal") and thing.id:
                    yield thing.id


def _call(sent: object, *, is_test: bool) -> CallReady | Ignored:
    if is_test:
        return Ignored(what="a call", why="it is a test")
    try:
        call = _Call.model_validate(sent)
    except ValidationError as error:
        raise DeliveryFormError(f"A call is not described: {first_fault(error)}.") from error
    begin = moment(call.about.started) or moment(call.about.scheduled)
    return CallReady(
        key=key_of(call.about.id),
        at=begin.astimezone(UTC) if begin else None,
        call_id=call.about.id,
        title=call.about.title,
        started=begin,
        seconds=call.about.duration,
        deal_ids=tuple(dict.fromkeys(call.deals())),
        emails=tuple(party.email for party in call.parties if party.email),
        fields=sent if isinstance(sent, Mapping) else {},
    )
