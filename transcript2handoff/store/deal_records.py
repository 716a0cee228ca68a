"""What is told of deals: new ones, changes, deals as they are stored, and which are wanted."""

import datetime
from typing import Annotated, Literal

from pydantic import Field

from transcript2handoff.deal import Deal, Record
from transcript2handoff.whose_turn import Decided, WhoseTurn

DealOrder = Literal["newest", "kickoff", "readiness", "name"]
"""By kickoff the next one first, by readiness the least ready first; where nothing is known last.
"""

Name = Annotated[str, Field(min_length=1, max_length=255)]
Word = Annotated[str, Field(min_length=1, max_length=32)]


class NewDeal(Record):
    """A deal that is to be added; its calls are added on their own."""

    deal: Deal
    by: str
    source: Word | None = None
    external_id: Name | None = None
    ae_id: str | None = None
    csm_id: str | None = None


class DealChanges(Record):
    """What is to be changed; a field that is not named stays as it is."""

    deal: Deal | None = None
    source: Word | None = None
    external_id: Name | None = None
    ae_id: str | None = None
    csm_id: str | None = None
    waits_for: str | None = None
    won: bool = False
    verdict: Word | None = None
    score: int | None = None
    open_promises: int | None = None
    open_questions: int | None = None


class DealRecord(Record):
    """A deal as it is stored, without its calls."""

    id: str
    deal: Deal
    version: int
    source: str | None
    external_id: str | None
    ae_id: str | None
    csm_id: str | None
    waits_for: str | None
    won: bool
    verdict: str | None
    score: int | None
    open_promises: int | None
    open_questions: int | None
    """None until somebody has counted them."""
    kickoff: datetime.date | None
    decided: Decided | None
    """What customer success said to the newest handoff."""
    waits_on: WhoseTurn
    handoff_version: int
    event_number: int
    paper_number: int
    edition: str
    """What people see of its handoff: calls, events and papers; see ``DealRow.edition``."""
    by: str
    created: datetime.datetime
    updated: datetime.datetime


class DealFilter(Record):
    """Which deals are wanted, and in which order; a field that is not named leaves out none."""

    text: str | None = None
    """Stands in the name of the deal or of the customer, in whatever letters."""
    verdict: tuple[str, ...] = ()
    waits_on: tuple[WhoseTurn, ...] = ()
    won: bool | None = None
    ae_id: str | None = None
    csm_id: str | None = None
    kickoff_until: datetime.date | None = None
    """The last day of the kickoff; deals that have none are left out."""
    order: DealOrder = "newest"
