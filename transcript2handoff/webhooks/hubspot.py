"""HubSpot: events of an app (signature v3), and the "Send a webhook" action of a workflow (v2)."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, JsonValue, ValidationError

from transcript2handoff.deal import Record, first_fault
from transcript2handoff.errors import DeliveryForgedError, DeliveryFormError
from transcript2handoff.webhooks.arrival import MOST_EVENTS, Arrival
from transcript2handoff.webhooks.events import (
    DealChanged,
    Delivery,
    Ignored,
    PersonErased,
    delivery,
    key_of,
    named,
)
from transcript2handoff.webhooks.proof import (
    OwnKey,
    Secret,
    Secrets,
    hmac_sha256,
    require_any,
    require_key,
    require_recent,
)

V3: Final = "X-HubSpot-Signature-v3"
V3_TIME: Final = "X-HubSpot-Request-Timestamp"
V2: Final = "X-HubSpot-Signature"
VERSION: Final = "X-HubSpot-Signature-Version"
_DECODED: Final = {f"%{ord(each):02X}": each for each in ":/?@!$'()*,;"}
"""What HubSpot decodes in a URL before it signs it, and nothing else."""
_ENCODED: Final = re.compile("|".join(_DECODED))
_DEAL_TYPE: Final = "0-3"
_WON: Final = ("dealstage", "hs_is_closed_won")
"""Properties whose change may mean that the deal is won."""
_Milliseconds = Annotated[int, Field(ge=0, lt=4_102_444_800_000)]
_Number = Annotated[int, Field(ge=0, lt=2**63)]


class HubSpotApp(Record):
    """An app that is subscribed to changes of deals; the secrets are its client secrets."""

    source: Literal["hubspot"] = "hubspot"
    secrets: Secrets

    def read(self, arrival: Arrival) -> Delivery:
        """The events of a batch.

        Raises:
            DeliveryError: it is refused, and why.
        """
        require_v3(arrival, self.secrets)
        batch = arrival.json()
        if not isinstance(batch, list) or not 1 <= len(batch) <= MOST_EVENTS:
            raise DeliveryFormError(f"HubSpot sends a list of 1 to {MOST_EVENTS} events.")
        return delivery(self.source, map(_event, batch), at=arrival.at)


class HubSpotWorkflow(Record):
    """A workflow that sends a deal; it is signed by an app, or shows a key of ours."""

    source: Literal["hubspot_workflow"] = "hubspot_workflow"
    secrets: Annotated[tuple[Secret, ...], Field(max_length=4)] = ()
    """Client secrets of the app whose id the action names."""
    keys: Annotated[tuple[OwnKey, ...], Field(max_length=4)] = ()
    """Keys for the header ``Authorization: Bearer KEY``."""

    def read(self, arrival: Arrival) -> Delivery:
        """The deal that was sent; the field mapping says what of it is what.

        Raises:
            DeliveryError: it is refused, and why.
        """
        self._require_proof(arrival)
        fields = arrival.json_object()
        deal = DealChanged(key=hashlib.sha256(arrival.body).hexdigest(), fields=fields)
        return delivery(self.source, [deal], at=arrival.at)

    def _require_proof(self, arrival: Arrival) -> None:
        if self.secrets and arrival.header(V3) is not None:
            require_v3(arrival, self.secrets)
        elif self.secrets and arrival.header(V2) is not None:
            require_v2(arrival, self.secrets)
        else:
            shown = arrival.needed("Authorization")
            scheme, _, key = shown.partition(" ")
            if scheme.lower() != "bearer":
                raise DeliveryForgedError("The header Authorization must be: Bearer KEY.")
            require_key(key, self.keys, what="The key in the header Authorization")


def require_v3(arrival: Arrival, secrets: Secrets) -> None:
    """Refuse what is not signed by HubSpot within the window.

    Raises:
        DeliveryForgedError: no signature of version 3, or another.
        DeliveryStaleError: its time is out of the window.
    """
    given, stamp = arrival.needed(V3), arrival.needed(V3_TIME)
    require_recent(stamp, now=arrival.at, unit=timedelta(milliseconds=1))
    signed = (arrival.method + decoded(arrival.url)).encode() + arrival.body + stamp.encode()
    codes = [hmac_sha256(secret.get_secret_value().encode(), signed) for secret in secrets]
    require_any(given, [b64encode(code).decode() for code in codes], what=f"The header {V3}")


def require_v2(arrival: Arrival, secrets: Secrets) -> None:
    """Refuse what has no signature of version 2, which says nothing of the time.

    Whoever has one such signature can make another for the same body and more behind it, which
    begins with a byte that no UTF-8 continues with; such a body is therefore never JSON.

    Raises:
        DeliveryForgedError: no signature of version 2, or another.
    """
    if arrival.needed(VERSION) != "v2":
        raise DeliveryForgedError(f"The header {VERSION} must be v2; v1 does not sign the URL.")
    signed = (arrival.method + arrival.url).encode() + arrival.body
    digests = [hashlib.sha256(secret.get_secret_value().encode() + signed) for secret in secrets]
    require_any(arrival.needed(V2), [one.hexdigest() for one in digests], what=f"The header {V2}")


def decoded(url: str) -> str:
    """A URL as HubSpot signs it: twelve characters decoded, once."""
    return _ENCODED.sub(lambda found: _DECODED[found[0]], url)


class _Change(BaseModel):
    """An event as HubSpot sends it; its ``eventId`` is not unique and therefore not read."""

    model_config = ConfigDict(frozen=True)

    kind: str = Field(validation_alias=AliasChoices("subscriptionType", "eventType"))
    portal_id: _Number = Field(validation_alias="portalId")
    object_id: _Number = Field(validation_alias="objectId")
    occurred_at: _Milliseconds = Field(validation_alias="occurredAt")
    property_name: str | None = Field(None, validation_alias="propertyName")
    property_value: str | None = Field(None, validation_alias="propertyValue")
    object_type: str | None = Field(
        None, validation_alias=AliasChoices("objectTypeId", "objectType")
    )

    @property
    def key(self) -> str:
        return key_of(*self._parts())

    def _parts(self) -> Iterator[object]:
        yield from (self.portal_id, self.object_id, self.kind)
        yield from (self.property_name, self.property_value, self.occurred_at)

    @property
    def is_of_deal(self) -> bool:
        if self.kind == "object.propertyChange":
            return (self.object_type or "").lower() in (_DEAL_TYPE, "deal")
        return self.kind == "deal.propertyChange"

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.occurred_at / 1000, UTC)


def _event(item: JsonValue) -> DealChanged | PersonErased | Ignored:
    try:
        change = _Change.model_validate(item)
    except ValidationError as error:
        return Ignored(
            what="an event", why=f"it is not as HubSpot sends them: {first_fault(error)}"
        )
    account, about = str(change.portal_id), str(change.object_id)
    if change.kind == "contact.privacyDeletion":
        return PersonErased(key=change.key, account=account, at=change.at, person_id=about)
    if not change.is_of_deal:
        return Ignored(what=named(change.kind), why="it is no change of a deal's property")
    if change.property_name not in _WON:
        what = f"{change.kind} of {named(change.property_name)}"
        return Ignored(what=what, why="it does not tell that a deal is won")
    fields: dict[str, JsonValue] = {change.property_name: change.property_value}
    return DealChanged(key=change.key, account=account, at=change.at, deal_id=about, fields=fields)
