"""Which accounts are at risk, and the facts that put them there.

A deal is at risk if anything of this list is so. Of each sort one fact is shown, so that many
overdue promises hide nothing else, in this order:

1. a promise turned out impossible
2. claims contradict each other
3. a promise turned out late
4. an owed promise without outcome was due before the end of the period
5. a stakeholder is a blocker
6. an objection is open
7. a risk was spoken of
8. an owed promise without outcome is hedged

or if its readiness score is below ``LOW``. Weakly supported claims count for nothing. What is due
in words that name no day ("before the weekend") is never overdue.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from transcript2handoff.assess.claims import influence, is_before, is_weak
from transcript2handoff.facts import Objection, Promise
from transcript2handoff.handoff import Claim
from transcript2handoff.reports.portfolio import DealRecord, Period, Portfolio
from transcript2handoff.reports.sayings import Saying, saying
from transcript2handoff.words import Message, Words, message

LOW: Final = 40
"""A readiness score below this one puts an account at risk: that of a blocked handoff is."""
FACTS: Final = 3
"""Facts shown for an account; it says how many there are."""
_CLASH: Final = 2
_NONE: Final = 99


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A fact that puts an account at risk, with its proof."""

    rank: int
    why: Message
    said: Saying


@dataclass(frozen=True, kw_only=True)
class AtRisk:
    """An account at risk; ``count`` facts put it there, of which ``reasons`` are shown."""

    deal: str
    score: int
    reasons: tuple[Reason, ...]
    count: int


def at_risk(portfolio: Portfolio, period: Period, words: Words) -> tuple[AtRisk, ...]:
    """The accounts at risk, the worst first."""
    found = (_account(deal, period, words) for deal in portfolio.deals)
    listed = [account for account in found if account.count or account.score < LOW]
    return tuple(sorted(listed, key=lambda account: (_worst(account), account.score, account.deal)))


def _worst(account: AtRisk) -> int:
    return account.reasons[0].rank if account.reasons else _NONE


def _account(deal: DealRecord, period: Period, words: Words) -> AtRisk:
    found = sorted(_reasons(deal, period, words), key=lambda reason: reason.rank)
    one_a_sort = [next(of_rank) for _, of_rank in groupby(found, key=lambda reason: reason.rank)]
    return AtRisk(
        deal=deal.name,
        score=deal.assessment.score,
        reasons=tuple(one_a_sort[:FACTS]),
        count=len(found),
    )


def _reasons(deal: DealRecord, period: Period, words: Words) -> Iterator[Reason]:
    claims = {claim.id: claim for claim in deal.handoff.claims}
    for clash in deal.handoff.contradictions:
        why = message("contradiction: {about}", about=clash.about)
        yield Reason(rank=_CLASH, why=why, said=saying(claims[clash.claims[0]], deal, words))
    for claim in claims.values():
        if is_weak(claim):
            continue
        for rank, why, holds in _RULES:
            if holds(claim, period):
                yield Reason(rank=rank, why=why, said=saying(claim, deal, words))
                break


def _is_awaited(claim: Claim) -> bool:
    return claim.is_owed and claim.outcome is None


def _is_overdue(claim: Claim, period: Period) -> bool:
    fact = claim.fact
    return isinstance(fact, Promise) and _is_awaited(claim) and is_before(fact.due, period.last)


def _is_hedged(claim: Claim, _: Period) -> bool:
    fact = claim.fact
    return isinstance(fact, Promise) and _is_awaited(claim) and fact.strength == "hedged"


def _is_open(claim: Claim, _: Period) -> bool:
    return isinstance(claim.fact, Objection) and claim.fact.status == "open"


_Rule = tuple[int, Message, Callable[[Claim, Period], bool]]
_RULES: Final[tuple[_Rule, ...]] = (
    (1, message("promise that could not be kept"), lambda claim, _: claim.outcome == "impossible"),
    (3, message("promise that came late"), lambda claim, _: claim.outcome == "late"),
    (4, message("promise overdue, outcome not known"), _is_overdue),
    (5, message("blocker"), lambda claim, _: influence(claim) == "blocker"),
    (6, message("open objection"), _is_open),
    (7, message("risk"), lambda claim, _: claim.kind == "risk"),
    (8, message("hedged promise"), _is_hedged),
)
