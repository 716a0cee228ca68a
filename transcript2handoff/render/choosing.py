"""Which claims the cards of a brief show, and in which order."""

import datetime
import re
from itertools import zip_longest
from typing import Final

from transcript2handoff.assess.claims import is_feature
from transcript2handoff.assess.questions import due_of, is_before, is_weak, last_call_day
from transcript2handoff.extract.dates import due_day
from transcript2handoff.facts import Fact, Goal, Kind, NextStep, Promise, Term
from transcript2handoff.handoff import Claim, Handoff
from transcript2handoff.render.facts import in_order, is_over

BLACKOUT: Final = re.compile(
    r"\b(?:freez\w+|frozen|black-?outs?|maintenance|downtime|outages?|must not change|no changes?"
    r"|nothing\b.{0,60}\bchanges?|audit (?:the|in|on)|(?:year|month)[- ]end"
    r"|full shift|shut-?down|drops at|at midnight|in the morning|peak|bank holidays?)\b",
    re.IGNORECASE,
)
"""Words for times in which nothing may change or be down."""
_LIVE: Final = re.compile(
    r"\b(?:go(?:es|ing)?[- ]live|live (?:on|by|from|monday|tuesday|wednesday|thursday|friday)"
    r"|(?:you(?:'|\u2019)re|we(?:'|\u2019)re|is|are) live)\b",
    re.IGNORECASE,
)
"""Words for the day on which the product goes to work."""


def blackouts(handoff: Handoff) -> list[Claim]:
    """Claims about times in which nothing may change; what the same words prove stands once."""
    kinds: tuple[Kind, ...] = ("risk", "requirement", "objection", "term", "promise")
    found = [claim for claim in handoff.of_kind(*kinds) if BLACKOUT.search(_words(claim))]
    surest = sorted(found, key=lambda claim: -claim.confidence)
    return list({_proof(claim): claim for claim in reversed(surest)}.values())[::-1]


def dated(handoff: Handoff) -> list[Claim]:
    """What has a time: go-live first, then meetings, then the customer's aims and tasks.

    Promises have a card of their own; of them only timelines and go-live stand here. Days before
    the last call are past.
    """
    last_call = last_call_day(handoff)
    timed = [claim for claim in handoff.claims if not is_over(claim) and when(claim)]
    coming = sorted((c for c in timed if not _is_past(c, last_call)), key=_nearness)
    return list({_proof(claim): claim for claim in reversed(coming)}.values())[::-1]


def _proof(claim: Claim) -> str:
    """What the same words prove stands on a card once."""
    return claim.spoken[0].quote if claim.spoken else claim.id


def when(claim: Claim) -> str | None:
    """When a claim comes true, as far as a card of dates is concerned."""
    match claim.fact:
        case Promise(type=type_, due=due):
            return due if type_ == "timeline" or is_live(claim) else None
        case Term(type="start" | "renewal", value=value):
            return value
        case Goal(deadline=deadline):
            return deadline
        case _:
            return due_of(claim.fact)


def is_live(claim: Claim) -> bool:
    """Whether a claim is about the day of going live."""
    return bool(_LIVE.search(_words(claim)))


def to_keep(handoff: Handoff) -> list[Claim]:
    """Open promises: the next one due first, those without a day after those with one.

    Features come before other promises of the same day. What was due before the last call comes
    last.
    """
    last_call = last_call_day(handoff)
    promises = [claim for claim in in_order(handoff.of_kind("promise")) if not is_over(claim)]
    return sorted(promises, key=lambda claim: _urgency(claim, last_call))


def _urgency(claim: Claim, last_call: datetime.date | None) -> tuple[bool, datetime.date, bool]:
    due = due_of(claim.fact)
    return is_before(due, last_call), due_day(due) or datetime.date.max, not is_feature(claim)


def turned(handoff: Handoff) -> list[Claim]:
    """Promises that are no more what they were; what was done by a later call comes last."""
    order = ("changed", "withdrawn", "superseded", "done")
    promises = [claim for claim in handoff.of_kind("promise") if claim.state in order]
    return sorted(promises, key=lambda claim: order.index(claim.state or "done"))


def tasks(handoff: Handoff) -> list[Claim]:
    """What the customer does, the next one due first; what was due before comes last."""
    last_call = last_call_day(handoff)
    owed = in_order(handoff.of_kind("customer_commitment"))
    return sorted(owed, key=lambda claim: is_before(due_of(claim.fact), last_call))


def threats(handoff: Handoff) -> list[Claim]:
    """Risks and unanswered objections by turns, so that neither hides the other."""
    objections = [c for c in in_order(handoff.of_kind("objection")) if not is_over(c)]
    pairs = zip_longest(handoff.of_kind("risk"), objections)
    return [claim for pair in pairs for claim in pair if claim]


def money(handoff: Handoff) -> list[Claim]:
    """The surest term of each type, then commercial promises, then the other terms."""
    terms = in_order(handoff.of_kind("term"))
    first: dict[str, Claim] = {}
    for claim in terms:
        if isinstance(claim.fact, Term) and not is_weak(claim):
            first.setdefault(claim.fact.type, claim)
    promises = in_order(claim for claim in handoff.of_kind("promise") if _is_commercial(claim))
    chosen = [*first.values(), *promises]
    return [*chosen, *(claim for claim in terms if claim not in chosen)]


def _is_commercial(claim: Claim) -> bool:
    """Of those that are owed; go-live stands among the dates."""
    fact = claim.fact
    commercial = isinstance(fact, Promise) and fact.type == "commercial"
    return commercial and claim.is_owed and not is_live(claim)


def _words(claim: Claim) -> str:
    """A summary that was cut short leaves out what the words themselves tell."""
    cut = claim.summary.endswith("…")
    return " ".join(evidence.quote for evidence in claim.spoken) if cut else claim.summary


def _is_past(claim: Claim, last_call: datetime.date | None) -> bool:
    """A meeting on the day of the last call is taken to be that call."""
    fact: Fact = claim.fact
    meeting = isinstance(fact, NextStep) and last_call and due_day(fact.due) == last_call
    return bool(meeting) or is_before(when(claim), last_call)


def _nearness(claim: Claim) -> tuple[int, datetime.date]:
    rank = {"goal": 2, "customer_commitment": 3}.get(claim.kind, 1)
    return 0 if is_live(claim) else rank, due_day(when(claim)) or datetime.date.max
