"""What of a claim counts: whether it is sound, when it is due, what somebody can do to the deal."""

import datetime
from collections.abc import Iterable
from typing import Final, TypeVar

from transcript2handoff import question_ids
from transcript2handoff.extract.dates import due_day
from transcript2handoff.facts import CustomerCommitment, Fact, NextStep, Promise, Stakeholder
from transcript2handoff.handoff import Claim, Contradiction, Handoff

WEAK: Final = 0.5
"""Below this confidence a claim is shown as weakly supported and asked about."""

_F = TypeVar("_F")


def is_weak(claim: Claim) -> bool:
    """Whether the claim stands on too little to be counted on, and nobody has looked at it."""
    return claim.confidence < WEAK and claim.review is None


def sound_claims(handoff: Handoff) -> tuple[Claim, ...]:
    """The claims that can be counted on."""
    return tuple(claim for claim in handoff.claims if not is_weak(claim))


def facts_of(claims: Iterable[Claim], of: type[_F]) -> list[_F]:
    """The facts of one kind among those of some claims."""
    return [claim.fact for claim in claims if isinstance(claim.fact, of)]


def owed_promises(claims: Iterable[Claim]) -> list[Promise]:
    """The promises that still stand."""
    return facts_of((claim for claim in claims if claim.is_owed), Promise)


def is_feature(claim: Claim) -> bool:
    """Whether the claim promises what the product will do."""
    return isinstance(claim.fact, Promise) and claim.fact.type == "feature"


def influence(claim: Claim) -> str | None:
    """What a stakeholder can do to the deal; none for a claim of another kind."""
    return claim.fact.influence if isinstance(claim.fact, Stakeholder) else None


def due_of(fact: Fact) -> str | None:
    """When a promise, a commitment or a step is due; none for other facts."""
    return fact.due if isinstance(fact, Promise | CustomerCommitment | NextStep) else None


def is_before(due: str | None, day: datetime.date | None) -> bool:
    """Whether something was due on a day before this one; words are before nothing."""
    when = due_day(due)
    return bool(when and day and when < day)


def last_call_day(handoff: Handoff) -> datetime.date | None:
    """The day of the deal's last call, if any call has a day."""
    return max((heard.call.date for heard in handoff.calls if heard.call.date), default=None)


def contradiction_id(clash: Contradiction) -> str:
    """The id of the question that a contradiction raises."""
    return question_ids.about("contradiction", clash.claims)


def open_contradictions(handoff: Handoff) -> tuple[Contradiction, ...]:
    """The contradictions that nobody has settled by an answer."""
    answered = {answer.question_id for answer in handoff.answers}
    return tuple(c for c in handoff.contradictions if contradiction_id(c) not in answered)
