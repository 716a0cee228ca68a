"""A deal that somebody may choose: what a CRM tells of it in a list."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from transcript2handoff.crm.texts import one_line
from transcript2handoff.deal import Amount, Currency, Record
from transcript2handoff.errors import DeliveryFormError
from transcript2handoff.webhooks import DealFacts, FieldMapping, map_fields

MOST_FOUND: Final = 20
"""Deals that are shown to somebody who chooses; more are found by better words."""
LONGEST_WORDS: Final = 200
"""Characters of what is looked for."""


class FoundDeal(Record):
    """A deal as a list shows it.

    Attributes:
        external_id: the id of the deal in the CRM.
        name: of the deal.
        customer: the company that it belongs to.
        stage: as people read it.
        amount: in the currency.
        currency: where the CRM tells it.
        close_date: the day on which it is or was to be signed.
        owner_email: of the person whose deal it is.
        won: whether the CRM counts it as won.
    """

    external_id: str
    name: str | None = None
    customer: str | None = None
    stage: str | None = None
    amount: Amount | None = None
    currency: Currency | None = None
    close_date: datetime.date | None = None
    owner_email: str | None = None
    won: bool = False


@dataclass(frozen=True)
class Looking:
    """What is looked for.

    Attributes:
        words: of the name of the deal or of its customer; all deals if there are none.
        owner_email: of the person whose deals alone are looked at; everybody's without it.
    """

    words: str = ""
    owner_email: str | None = None

    @property
    def line(self) -> str:
        """The words on one line, no longer than a CRM takes."""
        return one_line(self.words)[:LONGEST_WORDS].strip()


def facts_of(record: Mapping[str, JsonValue], fields: FieldMapping) -> DealFacts:
    """What a list shows of a deal; nothing of one that does not fit, for the others still do."""
    try:
        return map_fields(record, fields)
    except DeliveryFormError:
        return DealFacts()
