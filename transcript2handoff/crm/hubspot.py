"""HubSpot: reads deals, and executes writes."""

from datetime import datetime
from types import TracebackType
from typing import Self

from pydantic import SecretStr

from transcript2handoff.crm.client import CrmClient, CrmLimits, FixedToken
from transcript2handoff.crm.found import FoundDeal, Looking
from transcript2handoff.crm.hubspot_errors import hubspot_error
from transcript2handoff.crm.hubspot_finding import DealFinder
from transcript2handoff.crm.hubspot_plan import HubSpotAssociations, HubSpotId, HubSpotVersion
from transcript2handoff.crm.hubspot_reading import DEAL_FIELDS, DealReader, default_kind
from transcript2handoff.crm.records import CrmDeal, Write, Written
from transcript2handoff.crm.won import WonDeal, won_in_hubspot
from transcript2handoff.errors import CrmConflictError
from transcript2handoff.webhooks import FieldMapping

HUBSPOT_URL = "https://api.hubapi.com"


class HubSpot:
    """A HubSpot account; a context manager.

    Args:
        token: of a private app, or another that does not end while it is used.
        url: of the API.
        version: of the API's paths for objects.
        limits: how far the client may go.
    """

    def __init__(
        self,
        token: SecretStr,
        *,
        url: str = HUBSPOT_URL,
        version: HubSpotVersion = "v3",
        limits: CrmLimits | None = None,
    ) -> None:
        self._client = CrmClient(
            url=url,
            access=FixedToken(token),
            named=hubspot_error,
            limits=limits or CrmLimits(),
        )
        self._version = version

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.__exit__(kind, error, trace)

    def read_deal(self, deal_id: HubSpotId, *, fields: FieldMapping = DEAL_FIELDS) -> CrmDeal:
        """A deal with its people; ``fields`` says which properties are what.

        Raises:
            CrmGoneError: there is no such deal.
            CrmError: it cannot be read; the kind of error says what helps.
        """
        return DealReader(self._client.errand(), version=self._version, fields=fields).read(deal_id)

    def find_deals(
        self, looking: Looking, *, fields: FieldMapping = DEAL_FIELDS
    ) -> tuple[FoundDeal, ...]:
        """Deals to choose from, those that were changed last first; 20 at most.

        Raises:
            CrmError: they cannot be searched; the kind of error says what helps.
        """
        finder = DealFinder(self._client.errand(), version=self._version, fields=fields)
        return finder.find(looking)

    def won_since(self, moment: datetime) -> tuple[WonDeal, ...]:
        """The deals that are won and were changed since a moment, oldest first; 10,000 at most.

        Raises:
            CrmError: they cannot be read.
        """
        return won_in_hubspot(self._client.errand(), moment, version=self._version)

    def associations(self) -> HubSpotAssociations:
        """Ids of the kinds of associations as this account has them.

        Raises:
            CrmError: they cannot be read.
        """
        errand = self._client.errand()
        return HubSpotAssociations(
            note_to_deal=default_kind(errand, "notes", "deals"),
            note_to_company=default_kind(errand, "notes", "companies"),
            task_to_deal=default_kind(errand, "tasks", "deals"),
            task_to_company=default_kind(errand, "tasks", "companies"),
        )

    def execute(self, write: Write) -> Written:
        """Bring about the effect of a write; the second time it changes nothing.

        Raises:
            CrmPassingError: try again later.
            CrmGoneError: the deal, or the note or task to be changed, is not there any more.
            CrmPersonError: it needs a person.
        """
        errand = self._client.errand()
        try:
            body = errand.record(write.request)
            created = write.request.method == "POST"
        except CrmConflictError:
            if write.again is None:
                raise
            body, created = errand.record(write.again), False
        return Written(remote_id=str(body["id"]) if "id" in body else None, created=created)
