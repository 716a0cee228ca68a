"""The bi-weekly meeting of sales and success: 45 minutes in four parts."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from transcript2handoff.assess.checklist import SECTIONS, TITLES
from transcript2handoff.company import Company
from transcript2handoff.deal import Deal, Role
from transcript2handoff.facts import Promise
from transcript2handoff.handoff import Claim
from transcript2handoff.render.summary import VERDICTS
from transcript2handoff.render.templates import Templates
from transcript2handoff.reports.at_risk import LOW, at_risk
from transcript2handoff.reports.portfolio import DealRecord, Period, Portfolio
from transcript2handoff.reports.sayings import Saying, saying
from transcript2handoff.words import Message, Words, message

OwnerOf = Callable[[DealRecord, Claim], tuple[Role, str | None]]
"""Who follows up a signal of expansion: the role, and the name if anybody is named."""


@dataclass(frozen=True, kw_only=True)
class Signal:
    """A sign of later growth and who follows it up; without a name nobody is named."""

    deal: str
    said: Saying
    owner: str | None


@dataclass(frozen=True, kw_only=True)
class Upcoming:
    """A handoff of the period, and what is missing."""

    deal: str
    signed: datetime.date | None
    last_call: datetime.date | None
    kickoff: datetime.date | None
    latest: datetime.date | None
    """The last day on which the kickoff is in time."""
    verdict: Message
    score: int
    missing: tuple[Message, ...]


@dataclass(frozen=True, kw_only=True)
class Issue:
    """What is wanting, in how many of ``of`` cases."""

    what: Message
    count: int
    of: int


def meeting_markdown(
    portfolio: Portfolio,
    period: Period,
    templates: Templates,
    *,
    company: Company,
    owner_of: OwnerOf,
) -> str:
    """The agenda with everything to talk about, as Markdown.

    Args:
        portfolio: the deals.
        period: the days since the last meeting.
        templates: in the reader's language.
        company: its holidays decide until when a kickoff is in time.
        owner_of: who follows up a signal of expansion.
    """
    words = templates.words
    return templates.markdown(
        "sales_success_meeting.md.jinja",
        period=period,
        accounts=at_risk(portfolio, period, words),
        low=LOW,
        signals=tuple(_signals(portfolio, words, owner_of)),
        handoffs=tuple(
            _upcoming(deal, company) for deal in portfolio.deals if _is_upcoming(deal, period)
        ),
        issues=issues(portfolio),
        questions=questions_by_executive(portfolio),
        unread=portfolio.unread,
        found=len(portfolio.deals) + len(portfolio.unread),
    )


def _signals(portfolio: Portfolio, words: Words, owner_of: OwnerOf) -> Iterator[Signal]:
    for deal in portfolio.deals:
        for claim in deal.handoff.of_kind("expansion"):
            _, name = owner_of(deal, claim)
            yield Signal(deal=deal.name, said=saying(claim, deal, words), owner=name)


def _last_call(deal: DealRecord) -> datetime.date | None:
    days = [record.call.date for record in deal.handoff.calls if record.call.date]
    return max(days, default=None)


def _is_upcoming(deal: DealRecord, period: Period) -> bool:
    """Spoken of in the period, or its kickoff is to come, or it is signed and has none yet."""
    facts = deal.handoff.deal
    if _last_call(deal) in period:
        return True
    if facts.kickoff is not None:
        return facts.kickoff >= period.first
    return facts.signed is not None and facts.signed <= period.last


def _upcoming(deal: DealRecord, company: Company) -> Upcoming:
    judged = deal.assessment
    return Upcoming(
        deal=deal.name,
        signed=deal.handoff.deal.signed,
        last_call=_last_call(deal),
        kickoff=deal.handoff.deal.kickoff,
        latest=_latest_kickoff(deal.handoff.deal, company),
        verdict=VERDICTS[judged.verdict],
        score=judged.score,
        missing=judged.reasons if judged.verdict != "ready" else (),
    )


def _latest_kickoff(deal: Deal, company: Company) -> datetime.date | None:
    return company.workdays(deal).latest_kickoff(deal.signed) if deal.signed else None


def issues(portfolio: Portfolio) -> tuple[Issue, ...]:
    """What is missing again and again, the most frequent first."""
    deals = len(portfolio.deals)
    states = [each for deal in portfolio.deals for each in deal.assessment.sections]
    wanting = [
        Issue(
            what=message("{section}: missing or thin", section=TITLES[name]),
            count=sum(each.section == name and each.state != "complete" for each in states),
            of=deals,
        )
        for name in SECTIONS
    ]
    owed = [
        claim.fact
        for deal in portfolio.deals
        for claim in deal.handoff.claims
        if claim.is_owed and isinstance(claim.fact, Promise)
    ]
    unowned = Issue(
        what=message("promises without owner"),
        count=sum(not promise.owner for promise in owed),
        of=len(owed),
    )
    undated = Issue(
        what=message("promises without date"),
        count=sum(not promise.due for promise in owed),
        of=len(owed),
    )
    found = [issue for issue in (*wanting, unowned, undated) if issue.count]
    return tuple(sorted(found, key=lambda issue: -issue.count / issue.of))


def questions_by_executive(portfolio: Portfolio) -> dict[str | None, int]:
    """How many questions to each account executive are open; those of nobody named last."""
    counts: dict[str | None, int] = {}
    for deal in portfolio.deals:
        answered = {each.question_id for each in deal.handoff.answers}
        still = sum(each.id not in answered for each in deal.assessment.questions)
        counts[deal.executive] = counts.get(deal.executive, 0) + still
    return {name: counts[name] for name in sorted(counts, key=lambda n: (n is None, n or ""))}
