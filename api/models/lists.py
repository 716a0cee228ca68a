"""What is found over all deals: words that were said, promises, and lists that people keep."""

import datetime
from typing import Annotated, Self

from pydantic import ConfigDict, StringConstraints

from transcript2handoff.api.models import examples
from transcript2handoff.deal import Name, Record
from transcript2handoff.store import Page
from transcript2handoff.store.ledger import LedgerLine, LedgerTotals
from transcript2handoff.store.said import Hit
from transcript2handoff.store.views import SavedView

QueryText = Annotated[
    str, StringConstraints(pattern=r"^([\x21-\x3e\x40-\x7e][\x21-\x7e]*)?$", max_length=2000)
]
"""As it stands behind the question mark of an address."""


class HitOut(Hit):
    """A turn of a call in which everything stands that was looked for."""

    model_config = examples.shown(examples.HIT)


class PromiseLineOut(LedgerLine):
    """A promise of a deal, with the words that prove it best."""

    model_config = examples.shown(examples.PROMISE)

    days_left: int | None
    """From today to its day, by the clock of the service in UTC; less than 0 once that is over."""

    @classmethod
    def of(cls, line: LedgerLine, *, today: datetime.date) -> Self:
        """The promise of a row.

        Args:
            line: the row, with its deal.
            today: the day from which the days are counted.
        """
        days_left = (line.due_day - today).days if line.due_day else None
        return cls(**dict(line), days_left=days_left)


class PromisePage(Page[PromiseLineOut]):
    """Promises, and how many there are of those that were wanted."""

    totals: LedgerTotals


class OwnerList(Record):
    """Everybody who owns a promise, by name."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": ["Tamsin Okoro"]}]})

    items: tuple[str, ...]


class ViewBody(Record):
    """A list of deals that somebody wants to see again."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Mine", "query": "ae_id=me&verdict=ask_ae"}]}
    )

    name: Name
    """A list that has this name already is replaced."""
    query: QueryText
    """The parameters of GET /v1/deals, as they stand behind the question mark."""


class ViewOut(Record):
    """A list of deals that somebody has saved."""

    model_config = examples.shown(examples.VIEW)

    id: str
    name: str
    query: str
    created: datetime.datetime

    @classmethod
    def of(cls, view: SavedView) -> Self:
        """The list of a row."""
        return cls(**view.model_dump(include=set(cls.model_fields)))


class ViewList(Record):
    """The lists that somebody has saved, by name."""

    items: tuple[ViewOut, ...]
