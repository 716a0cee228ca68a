"""The CRMs of the service file, each connected once for a worker: so their limits hold for all."""

from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Final, Literal, Self

from transcript2handoff.crm import (
    ClientCredentials,
    CrmDeal,
    CrmLimits,
    FoundDeal,
    HubSpot,
    Looking,
    Salesforce,
)
from transcript2handoff.service_file import HubSpotConnection, SalesforceConnection, ServiceFile

CrmName = Literal["hubspot", "salesforce"]
CRM_OF: Final[Mapping[str, CrmName]] = {
    "hubspot": "hubspot",
    "hubspot_workflow": "hubspot",
    "salesforce_flow": "salesforce",
    "salesforce_message": "salesforce",
    "salesforce": "salesforce",
}
"""Of the sources of events, and of the pollers, those that tell of a deal in a CRM."""


class Connections:
    """The CRMs that are connected; a context manager. May be used by several threads."""

    def __init__(self, service: ServiceFile, *, limits: CrmLimits | None = None) -> None:
        """Connect what the service file names; nothing is sent yet.

        Args:
            service: the service file.
            limits: how far a client may go.

        Raises:
            CrmSetupError: an address is not https.
        """
        self._open = ExitStack()
        self.hubspot: HubSpot | None = None
        self.salesforce: Salesforce | None = None
        self._crm = service.crm
        if found := service.crm.hubspot:
            self.hubspot = self._open.enter_context(_hubspot(found, limits))
        if connection := service.crm.salesforce:
            self.salesforce = self._open.enter_context(_salesforce(connection, limits))

    def __enter__(self) -> Self:
        """Use them."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close them."""
        self._open.close()

    def read_deal(self, crm: CrmName, deal_id: str) -> CrmDeal | None:
        """A deal as it is in its CRM; None if that is not connected.

        Raises:
            CrmGoneError: there is no such deal.
            CrmError: it cannot be read; the kind of error says what helps.
        """
        if crm == "hubspot" and self.hubspot and self._crm.hubspot:
            return self.hubspot.read_deal(deal_id, fields=self._crm.hubspot.mapping)
        if crm == "salesforce" and self.salesforce and self._crm.salesforce:
            return self.salesforce.read_deal(deal_id, fields=self._crm.salesforce.mapping)
        return None

    @property
    def names(self) -> tuple[CrmName, ...]:
        """The CRMs that are connected."""
        there: tuple[tuple[CrmName, object], ...] = (
            ("hubspot", self.hubspot),
            ("salesforce", self.salesforce),
        )
        return tuple(name for name, crm in there if crm is not None)

    def find_deals(self, crm: CrmName, looking: Looking) -> tuple[FoundDeal, ...]:
        """Deals of a CRM to choose from; none if that is not connected.

        Raises:
            CrmError: they cannot be searched; the kind of error says what helps.
        """
        if crm == "hubspot" and self.hubspot and self._crm.hubspot:
            return self.hubspot.find_deals(looking, fields=self._crm.hubspot.mapping)
        if crm == "salesforce" and self.salesforce and self._crm.salesforce:
            return self.salesforce.find_deals(looking, fields=self._crm.salesforce.mapping)
        return ()


def _hubspot(found: HubSpotConnection, limits: CrmLimits | None) -> HubSpot:
    return HubSpot(found.token, url=found.url, version=found.version, limits=limits)


def _salesforce(found: SalesforceConnection, limits: CrmLimits | None) -> Salesforce:
    access = ClientCredentials(found.client_id, found.client_secret)
    return Salesforce(access, url=found.url, version=found.version, limits=limits)
