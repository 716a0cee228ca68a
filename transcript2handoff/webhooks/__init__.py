"""Deliveries of CRMs and recorders: proven, read, and given a key by which each counts once.

``receive`` takes a request as it arrived and what is agreed with its sender, and gives a
``Delivery`` or raises a ``DeliveryError``. ``map_fields`` says what a payload tells of a deal.
Nothing here reads a clock, a network or a setting.
"""

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import Field

from transcript2handoff.errors import (
    DeliveryError,
    DeliveryForgedError,
    DeliveryFormError,
    DeliveryStaleError,
    DeliveryTooLargeError,
)
from transcript2handoff.webhooks.arrival import (
    MOST_BYTES,
    MOST_EVENTS,
    Arrival,
    check_size,
    public_url,
)
from transcript2handoff.webhooks.events import (
    UNSEALED,
    Answer,
    CallReady,
    DealChanged,
    Delivery,
    Event,
    Ignored,
    PersonErased,
    RecordingFile,
    RecordingReady,
    SourceName,
)
from transcript2handoff.webhooks.gong import Gong
from transcript2handoff.webhooks.hubspot import HubSpotApp, HubSpotWorkflow
from transcript2handoff.webhooks.mapping import DealFacts, FieldMapping, PeopleMapping, map_fields
from transcript2handoff.webhooks.proof import WINDOW
from transcript2handoff.webhooks.salesforce import SalesforceFlow, SalesforceMessage
from transcript2handoff.webhooks.standard import StandardWebhooks
from transcript2handoff.webhooks.zoom import Zoom, is_of_zoom

__all__ = [
    "MOST_BYTES",
    "MOST_EVENTS",
    "SOURCES",
    "STATUS",
    "UNSEALED",
    "WINDOW",
    "Answer",
    "Arrival",
    "CallReady",
    "DealChanged",
    "DealFacts",
    "Delivery",
    "Endpoint",
    "Event",
    "FieldMapping",
    "Gong",
    "HubSpotApp",
    "HubSpotWorkflow",
    "Ignored",
    "PeopleMapping",
    "PersonErased",
    "RecordingFile",
    "RecordingReady",
    "SalesforceFlow",
    "SalesforceMessage",
    "SourceName",
    "StandardWebhooks",
    "Zoom",
    "is_of_zoom",
    "map_fields",
    "public_url",
    "receive",
]

STATUS: Final[Mapping[type[DeliveryError], int]] = {
    DeliveryForgedError: 401,
    DeliveryStaleError: 401,
    DeliveryTooLargeError: 413,
    DeliveryFormError: 422,
}
"""What a refused sender is answered with; to HubSpot's workflows all of these are final."""
SOURCES: Final = (
    HubSpotApp,
    HubSpotWorkflow,
    SalesforceFlow,
    SalesforceMessage,
    Zoom,
    Gong,
    StandardWebhooks,
)
Endpoint = Annotated[
    HubSpotApp
    | HubSpotWorkflow
    | SalesforceFlow
    | SalesforceMessage
    | Zoom
    | Gong
    | StandardWebhooks,
    Field(discriminator="source"),
]
"""What is agreed with one sender: its source, and the secrets or keys."""


def receive(arrival: Arrival, endpoint: Endpoint) -> Delivery:
    """Prove who sent a request, and read it.

    Raises:
        DeliveryTooLargeError: its body is longer than we read.
        DeliveryForgedError: it does not prove who sent it.
        DeliveryStaleError: it was signed too long ago, or in the future.
        DeliveryFormError: its sender is proven, and it cannot be read.
    """
    check_size(arrival)
    if arrival.method != "POST":
        raise DeliveryFormError("A delivery is a POST.")
    return endpoint.read(arrival)
