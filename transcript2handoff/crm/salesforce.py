"""Salesforce: reads opportunities, and executes writes."""

from datetime import datetime
from types import TracebackType
from typing import Self

from transcript2handoff.crm.client import Access, CrmClient, CrmLimits
from transcript2handoff.crm.found import FoundDeal, Looking
from transcript2handoff.crm.records import CrmDeal, Request, Write, Written
from transcript2handoff.crm.salesforce_errors import salesforce_error
from transcript2handoff.crm.salesforce_finding import find_opportunities
from transcript2handoff.crm.salesforce_plan import (
    BRIEF_FIELD,
    HANDOFF,
    SalesforceId,
    SalesforceVersion,
)
from transcript2handoff.crm.salesforce_reading import (
    OPPORTUNITY_FIELDS,
    OpportunityReader,
    queried,
)
from transcript2handoff.crm.won import WonDeal, won_in_salesforce, won_query
from transcript2handoff.errors import CrmSetupError
from transcript2handoff.webhooks import FieldMapping


class Salesforce:
    """A Salesforce organisation; a context manager.

    Args:
        access: ``ClientCredentials`` of an external client app.
        url: the organisation's own address, ``https://acme.my.salesforce.com``.
        version: of the API.
        limits: how far the client may go.
    """

    def __init__(
        self,
        access: Access,
        *,
        url: str,
        version: SalesforceVersion = "v67.0",
        limits: CrmLimits | None = None,
    ) -> None:
        self._client = CrmClient(
            url=url, access=access, named=salesforce_error, limits=limits or CrmLimits()
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

    def read_deal(
        self, opportunity_id: SalesforceId, *, fields: FieldMapping = OPPORTUNITY_FIELDS
    ) -> CrmDeal:
        """An opportunity with its people; ``fields`` says which fields are what.

        Raises:
            CrmGoneError: there is no such opportunity, or the user may not see it.
            CrmError: it cannot be read; the kind of error says what helps.
        """
        reader = OpportunityReader(self._client.errand(), version=self._version, fields=fields)
        return reader.read(opportunity_id)

    def find_deals(
        self, looking: Looking, *, fields: FieldMapping = OPPORTUNITY_FIELDS
    ) -> tuple[FoundDeal, ...]:
        """Opportunities to choose from, those that were changed last first; 20 at most.

        Raises:
            CrmError: they cannot be searched; the kind of error says what helps.
        """
        errand = self._client.errand()
        return find_opportunities(errand, looking, version=self._version, fields=fields)

    def won_since(self, moment: datetime) -> tuple[WonDeal, ...]:
        """The opportunities that are won and were changed since a moment; the oldest 10,000.

        Raises:
            CrmError: they cannot be read.
        """
        found = queried(self._client.errand(), won_query(moment), version=self._version)
        return won_in_salesforce(found)

    def brief_length(self) -> int:
        """How long the field for the brief is.

        Raises:
            CrmSetupError: there is no such field.
            CrmError: it cannot be asked.
        """
        path = f"/services/data/{self._version}/sobjects/{HANDOFF}/describe"
        described = self._client.errand().record(Request(method="GET", path=path))
        for field in described.get("fields", ()):
            if field.get("name") == BRIEF_FIELD:
                return int(field["length"])
        raise CrmSetupError(
            f"{HANDOFF} has no field {BRIEF_FIELD}. docs/crm.md says how to add it."
        )

    def execute(self, write: Write) -> Written:
        """Bring about the effect of a write; the second time it changes nothing.

        Raises:
            CrmPassingError: try again later.
            CrmGoneError: the opportunity, or the record to be changed, is not there any more.
            CrmPersonError: it needs a person.
        """
        answer = self._client.errand().send(write.request)
        body = answer.body if isinstance(answer.body, dict) else {}
        return Written(remote_id=body.get("id"), created=answer.status == 201)
