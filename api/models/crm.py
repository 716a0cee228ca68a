"""Deals of a CRM, as somebody chooses among them."""

import datetime
from typing import Self

from transcript2handoff.api.models import examples
from transcript2handoff.connections import CrmName
from transcript2handoff.crm import FoundDeal
from transcript2handoff.deal import Amount, Currency, Record


class CrmsOut(Record):
    """Which CRMs can be searched."""

    model_config = examples.shown({"connected": ["hubspot"]})

    connected: tuple[CrmName, ...]


class CrmDealOut(Record):
    """A deal of a CRM."""

    model_config = examples.shown(examples.CRM_DEAL)

    source: CrmName
    external_id: str
    name: str | None
    customer: str | None
    stage: str | None
    """As people read it there."""
    amount: Amount | None
    currency: Currency | None
    close_date: datetime.date | None
    owner_email: str | None
    won: bool
    deal_id: str | None
    """Of the same deal here, if it is here and you may see it."""

    @classmethod
    def of(cls, source: CrmName, found: FoundDeal, deal_id: str | None) -> Self:
        """What is shown of a deal that was found."""
        return cls(source=source, deal_id=deal_id, **dict(found))


class CrmDealsOut(Record):
    """Deals of a CRM, those that were changed last first."""

    items: tuple[CrmDealOut, ...]
