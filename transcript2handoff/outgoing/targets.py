"""Where things go in a CRM, with what only the CRM knows of it: each of it is asked once."""

from typing import Final

from transcript2handoff.connections import Connections
from transcript2handoff.crm import (
    HubSpot,
    HubSpotAssociations,
    HubSpotTarget,
    Salesforce,
    SalesforceTarget,
    Write,
)
from transcript2handoff.errors import CrmSetupError
from transcript2handoff.outgoing.pieces import Piece, Target
from transcript2handoff.service_file import ServiceFile

_MOST_DEALS: Final = 1000
"""Deals whose company is remembered."""


class Targets:
    """Asks the CRMs of a service; may be kept as long as they are connected."""

    def __init__(self, service: ServiceFile, connections: Connections) -> None:
        """Nothing is asked yet."""
        self._crms = service.crm
        self._connections = connections
        self._associations: HubSpotAssociations | None = None
        self._companies: dict[str, str | None] = {}
        self._brief_length: int | None = None

    def write(self, piece: Piece, key: str, *, is_there: bool) -> Write:
        """The requests for a piece, as they are sent.

        Args:
            piece: what is to be there.
            key: of it.
            is_there: whether it was sent before, so that it is to be changed.

        Raises:
            CrmRefusedError: a text does not fit, not even in part.
            CrmError: the CRM cannot be asked, or the deal is not there any more.
        """
        return piece.write(key, self._of(piece.target(), is_there), is_there=is_there)

    def _of(self, target: Target, is_there: bool) -> Target:
        if isinstance(target, HubSpotTarget):
            return self._in_hubspot(target, is_there=is_there)
        return self._in_salesforce(target)

    def _in_hubspot(self, target: HubSpotTarget, *, is_there: bool) -> HubSpotTarget:
        hubspot, settings = self._connections.hubspot, self._crms.hubspot
        if hubspot is None or settings is None:
            raise _not_connected("hubspot")
        told: dict[str, object] = {"version": settings.version}
        if not is_there:
            # What a thing hangs at is said when it is made, and never again.
            self._associations = self._associations or hubspot.associations()
            told |= {
                "associations": self._associations,
                "company_id": self._company(hubspot, target.deal_id),
            }
        return target.model_copy(update=told)

    def _company(self, hubspot: HubSpot, deal_id: str) -> str | None:
        if len(self._companies) > _MOST_DEALS:
            self._companies.clear()
        if deal_id not in self._companies:
            self._companies[deal_id] = hubspot.read_deal(deal_id).customer_id
        return self._companies[deal_id]

    def _in_salesforce(self, target: SalesforceTarget) -> SalesforceTarget:
        salesforce, settings = self._connections.salesforce, self._crms.salesforce
        if salesforce is None or settings is None:
            raise _not_connected("salesforce")
        self._brief_length = self._brief_length or _length(salesforce)
        told = {"version": settings.version, "brief_length": self._brief_length}
        return target.model_copy(update=told)


def _length(salesforce: Salesforce) -> int:
    """Of the field for the brief; no longer than we use."""
    return min(salesforce.brief_length(), 131_072)


def _not_connected(crm: str) -> CrmSetupError:
    return CrmSetupError(
        f"This is for {crm}, which the service file does not name any more. Write crm.{crm} into "
        "it again."
    )
