"""Salesforce: the HTTP callout of a flow (JSON, with a key), and outbound messages (SOAP)."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final, Literal
from xml.etree.ElementTree import ParseError

from pydantic import AfterValidator, Field, JsonValue

from transcript2handoff.deal import Record
from transcript2handoff.errors import DeliveryForgedError, DeliveryFormError
from transcript2handoff.webhooks.arrival import MOST_EVENTS, Arrival
from transcript2handoff.webhooks.events import (
    Answer,
    DealChanged,
    Delivery,
    Ignored,
    delivery,
    key_of,
    moment,
    named,
)
from transcript2handoff.webhooks.proof import OwnKeys, is_any, require_key

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

KEY: Final = "X-Handoff-Key"
WON: Final = "opportunity.closed_won"
ACK: Final = Answer(
    media_type="text/xml",
    body='<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
    "<soapenv:Body>\n"
    '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack>'
    "</notificationsResponse>\n</soapenv:Body></soapenv:Envelope>\n",
)
"""Without it Salesforce sends the message again for a day."""
_ID: Final = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
_SOAP: Final = "{http://schemas.xmlsoap.org/soap/envelope/}"
_OUTBOUND: Final = "{http://soap.sforce.com/2005/09/outbound}"
_INSTANCE: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_MODIFIED: Final = ("LastModifiedDate", "SystemModstamp", "last_modified_date", "system_modstamp")


def _known_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(f"{text!r} is no Salesforce id of 15 or 18 characters")
    return text


Organisations = Annotated[
    tuple[Annotated[str, AfterValidator(_known_id)], ...], Field(min_length=1, max_length=20)
]
"""Ids of the organisations that may send; 15 characters of each are compared."""


class SalesforceFlow(Record):
    """A record-triggered flow with an HTTP callout. Salesforce does not sign it."""

    source: Literal["salesforce_flow"] = "salesforce_flow"
    keys: OwnKeys
    organisations: Organisations

    def read(self, arrival: Arrival) -> Delivery:
        """The opportunity that was sent.

        Raises:
            DeliveryError: it is refused, and why.
        """
        require_key(arrival.needed(KEY), self.keys, what=f"The header {KEY}")
        fields = arrival.json_object()
        _require_organisation(_id(fields, "org_id"), self.organisations)
        return delivery(self.source, [_opportunity(fields, arrival.at)], at=arrival.at)


class SalesforceMessage(Record):
    """An outbound message of a flow; the last part of the URL's path is one of the keys."""

    source: Literal["salesforce_message"] = "salesforce_message"
    keys: OwnKeys
    organisations: Organisations

    def read(self, arrival: Arrival) -> Delivery:
        """The opportunities of a message. Its session id is not read.

        Raises:
            DeliveryError: it is refused, and why.
        """
        path, _, _ = arrival.url.partition("?")
        require_key(path.rpartition("/")[2], self.keys, what="The key in the URL")
        message = _message(arrival.text())
        organisation = _text(message, "OrganizationId")
        _require_organisation(organisation, self.organisations)
        notes = message.findall(f"{_OUTBOUND}Notification")
        if not 1 <= len(notes) <= MOST_EVENTS:
            raise DeliveryFormError(f"A message holds 1 to {MOST_EVENTS} notifications.")
        found = [_notification(note, organisation[:15]) for note in notes]
        return delivery(self.source, found, at=arrival.at, answer=ACK)


def _require_organisation(given: str, known: Organisations) -> None:
    if not is_any(given[:15], [one[:15] for one in known]):
        raise DeliveryForgedError("The organisation is none of those that may send here.")


def _opportunity(fields: Mapping[str, JsonValue], arrived: datetime) -> DealChanged | Ignored:
    if (event := fields.get("event")) != WON:
        return Ignored(what=named(event), why=f"only {WON} is done something about")
    deal, account = _id(fields, "opportunity_id"), _id(fields, "org_id")
    stamps = (fields.get(name) for name in _MODIFIED)
    stamp = next((one for one in stamps if isinstance(one, str) and one), None)
    return DealChanged(
        key=key_of(account[:15], deal[:15], stamp or arrived.astimezone(UTC).date()),
        account=account,
        at=moment(stamp),
        deal_id=deal,
        won=True,
        fields=fields,
    )


def _id(fields: Mapping[str, JsonValue], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise DeliveryFormError(f"The field {name} is no Salesforce id of 15 or 18 characters.")
    return value


def _message(xml: str) -> "Element":
    """The notifications of an envelope, from which nothing else was loaded or expanded."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        envelope = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise DeliveryFormError("The body is no XML without a document type.") from error
    message = envelope.find(f"{_SOAP}Body/{_OUTBOUND}notifications")
    if envelope.tag != f"{_SOAP}Envelope" or message is None:
        raise DeliveryFormError("The body is no outbound message of Salesforce.")
    return message


def _text(element: "Element", name: str) -> str:
    text = (element.findtext(f"{_OUTBOUND}{name}") or "").strip()
    if not _ID.fullmatch(text):
        raise DeliveryFormError(f"The element {name} is no Salesforce id of 15 or 18 characters.")
    return text


def _notification(note: "Element", organisation: str) -> DealChanged | Ignored:
    thing = note.find(f"{_OUTBOUND}sObject")
    if thing is None:
        raise DeliveryFormError("A notification holds no sObject.")
    kind = thing.get(f"{_INSTANCE}type", "").rpartition(":")[2]
    if kind != "Opportunity":
        return Ignored(what=named(kind), why="it is no opportunity")
    fields: dict[str, JsonValue] = dict(_fields(thing))
    won = fields.get("IsWon")
    if won == "false":
        return Ignored(what="an opportunity", why="it is not won")
    return DealChanged(
        key=key_of(organisation, _text(note, "Id")[:15]),
        account=organisation,
        at=moment(_stamp(fields)),
        deal_id=_id(fields, "Id"),
        won=True if won == "true" else None,
        fields=fields,
    )


def _stamp(fields: Mapping[str, JsonValue]) -> str | None:
    stamp = fields.get("SystemModstamp") or fields.get("LastModifiedDate")
    return stamp if isinstance(stamp, str) else None


def _fields(thing: "Element") -> Iterator[tuple[str, str | None]]:
    for child in thing:
        is_nothing = child.get(f"{_INSTANCE}nil") in ("true", "1")
        yield child.tag.rpartition("}")[2], None if is_nothing else child.text or ""
