"""The deals that a report is about, whatever they were read from."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from transcript2handoff.assess import Assessment
from transcript2handoff.errors import InputError
from transcript2handoff.handoff import Handoff, SpokenEvidence
from transcript2handoff.transcript import Speaker, Transcript


@dataclass(frozen=True, kw_only=True)
class Period:
    """The days that a report covers, first and last included."""

    first: datetime.date
    last: datetime.date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InputError(f"The period ends on {self.last}, before it begins on {self.first}.")

    @classmethod
    def two_weeks_to(cls, last: datetime.date) -> Self:
        """The fourteen days up to and including ``last``."""
        return cls(first=last - datetime.timedelta(days=13), last=last)

    def __contains__(self, day: datetime.date | None) -> bool:
        return day is not None and self.first <= day <= self.last


@dataclass(frozen=True, kw_only=True)
class DealRecord:
    """A deal as reports see it: without its transcripts, for a report holds all deals at once."""

    handoff: Handoff
    assessment: Assessment
    speakers: Mapping[str, tuple[Speaker, ...]]
    """By the ids of the calls, who speaks there."""

    @classmethod
    def of(
        cls, handoff: Handoff, transcripts: Iterable[Transcript], *, assessment: Assessment
    ) -> Self:
        """A handoff that was judged, and of its transcripts who speaks in them."""
        speakers = {heard.call_id: heard.speakers for heard in transcripts}
        return cls(handoff=handoff, assessment=assessment, speakers=speakers)

    def speaker(self, evidence: SpokenEvidence) -> Speaker | None:
        """Who says these words, if anybody knows."""
        there = self.speakers[evidence.call_id]
        return next((each for each in there if each.id == evidence.speaker), None)

    @property
    def name(self) -> str:
        """The name of the deal."""
        return self.handoff.deal.deal

    @property
    def executive(self) -> str | None:
        """The account executive whom the deal names, if any."""
        return self.handoff.deal.owners.get("account_executive")


@dataclass(frozen=True, kw_only=True)
class UnreadDeal:
    """A deal that could not be read, and why."""

    name: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """All deals of a report, sorted by name, and those that could not be read.

    Raises:
        InputError: two deals have the same name.
    """

    deals: tuple[DealRecord, ...]
    unread: tuple[UnreadDeal, ...] = ()

    def __post_init__(self) -> None:
        names = Counter(deal.name.casefold() for deal in self.deals)
        if twice := sorted(name for name, count in names.items() if count > 1):
            raise InputError(
                f"Two deals are called {', '.join(map(repr, twice))}. Give each its own name "
                "(`deal` in deal.toml)."
            )
        object.__setattr__(self, "deals", tuple(sorted(self.deals, key=lambda d: d.name)))
