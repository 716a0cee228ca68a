"""What customer success must ask the account executive, read off the claims of a handoff.

A question is asked where a claim is not firm enough to build on (a hedged promise, an objection
that nobody answered) or where the calls are silent (no price, nobody who decides). Ranks say what
a mistake would cost: 1 is what the customer counts on and may not get, 5 is good to know. Within
a rank the order of the handoff holds; the list ends after ``LIMIT`` questions.
"""

import datetime
from collections.abc import Callable, Iterator
from typing import Final

from transcript2handoff.assess.checklist import Section, section_of
from transcript2handoff.deal import Record, Text
from transcript2handoff.facts import (
    Competitor,
    CustomerCommitment,
    Fact,
    Goal,
    NextStep,
    Objection,
    Promise,
    Stakeholder,
    Term,
    TermType,
)
from transcript2handoff.handoff import Claim, Handoff

LIMIT: Final = 12
"""More questions than these nobody answers."""

WEAK: Final = 0.5
"""Below this confidence a claim is shown as weakly supported and asked about."""

NEEDED_TERMS: Final[tuple[TermType, ...]] = ("price", "length", "start")
"""The terms without which a contract is not clear."""


class Question(Record):
    """One thing to ask the account executive. ``rank`` 1 is the most pressing."""

    text: Text
    section: Section
    rank: int
    about: Text | None = None
    """What the question is about, in the words of the claim; none where the calls are silent."""
    claim_ids: tuple[Text, ...] = ()


def is_weak(claim: Claim) -> bool:
    """Whether the claim stands on too little to be counted on."""
    return claim.confidence < WEAK


def questions_for(handoff: Handoff) -> tuple[Question, ...]:
    """The most pressing questions, at most ``LIMIT``, the most pressing first; one a claim."""
    asked = [question for source in _SOURCES for question in source(handoff)]
    pressing: dict[tuple[str, ...], Question] = {}
    for question in sorted(asked, key=lambda question: question.rank):
        pressing.setdefault(question.claim_ids or (question.text,), question)
    return tuple(pressing.values())[:LIMIT]


def due_of(fact: Fact) -> str | None:
    """When a promise, a commitment or a step is due; none for other facts."""
    return fact.due if isinstance(fact, Promise | CustomerCommitment | NextStep) else None


def due_day(due: str | None) -> datetime.date | None:
    """The day that a due date names, if it names one."""
    try:
        return datetime.date.fromisoformat(due) if due else None
    except ValueError:
        return None


def is_before(due: str | None, day: datetime.date | None) -> bool:
    """Whether something was due on a day before this one; words are before nothing."""
    when = due_day(due)
    return bool(when and day and when < day)


def last_call_day(handoff: Handoff) -> datetime.date | None:
    """The day of the deal's last call, if any call has a day."""
    return max((heard.call.date for heard in handoff.calls if heard.call.date), default=None)


def _about(claim: Claim, text: str, rank: int) -> Question:
    return Question(
        text=text,
        section=section_of(claim.kind),
        rank=rank,
        about=claim.summary,
        claim_ids=(claim.id,),
    )


def _silence(handoff: Handoff) -> Iterator[Question]:
    """What no call says anything about, although nothing can be decided without it."""
    if not handoff.of_kind("goal"):
        text = "Which result does the customer expect, measured how, from what to what, by when?"
        yield Question(text=text, section="goals", rank=1)
    if not any(influence(claim) == "economic_buyer" for claim in handoff.claims):
        text = "Who decides about the money on the customer's side?"
        yield Question(text=text, section="stakeholders", rank=2)
    stated = {claim.fact.type for claim in handoff.claims if isinstance(claim.fact, Term)}
    absent = [kind for kind in NEEDED_TERMS if kind not in stated]
    if absent:
        text = f"What was agreed about {_listed(absent)}? The calls do not say."
        yield Question(text=text, section="terms", rank=2)
    if not handoff.of_kind("next_step"):
        text = "Which next meeting is agreed with the customer?"
        yield Question(text=text, section="commitments", rank=4)


def _contradictions(handoff: Handoff) -> Iterator[Question]:
    claims = {claim.id: claim for claim in handoff.claims}
    for clash in handoff.contradictions:
        both = [claims[claim_id] for claim_id in clash.claims]
        yield Question(
            text=f"Both were said, and no call settles it ({clash.about}). What holds?",
            section=section_of(both[0].kind),
            rank=1,
            about=" / ".join(claim.summary for claim in both),
            claim_ids=clash.claims,
        )


def _promises(handoff: Handoff) -> Iterator[Question]:
    last_call = last_call_day(handoff)
    for claim in handoff.claims:
        fact = claim.fact
        if claim.state in ("withdrawn", "superseded"):
            yield _about(claim, "Does the customer know that this no longer stands?", 3)
        if not isinstance(fact, Promise) or not claim.is_owed:
            continue
        if is_before(fact.due, last_call):
            weighty = fact.type in ("feature", "commercial", "timeline")
            yield _about(
                claim, "This was due before the last call. Was it kept?", 2 if weighty else 4
            )
        elif doubt := _doubt(fact):
            yield _about(claim, *doubt)


def _doubt(promise: Promise) -> tuple[str, int] | None:
    """What is not settled about an open promise, and its rank."""
    if promise.strength == "hedged":
        return "Only hedged so far. What may the customer count on, and when?", 1
    if promise.strength == "conditional":
        return "What does this hang on, and is the condition met?", 2
    if not (promise.owner or promise.due):
        return "Who does this, and by when?", 3
    if not promise.owner:
        return "Who on our side does this?", 4
    return None if promise.due else ("By when does the customer expect this?", 4)


def _objections(handoff: Handoff) -> Iterator[Question]:
    for claim in handoff.claims:
        if isinstance(claim.fact, Objection) and claim.fact.status == "open":
            yield _about(claim, "Still unanswered on the calls. What is our answer?", 2)
        if isinstance(claim.fact, Objection) and claim.fact.status == "deferred":
            yield _about(claim, "Put off on the call. What became of it?", 3)


def _goals(handoff: Handoff) -> Iterator[Question]:
    for claim in handoff.claims:
        fact = claim.fact
        if not isinstance(fact, Goal) or (fact.target and fact.deadline):
            continue
        if fact.target:
            yield _about(claim, "By when does the customer want to be there?", 3)
        elif fact.deadline:
            yield _about(claim, "Which figure counts as success?", 2)
        else:
            yield _about(claim, "Which figure counts as success, and by when?", 2)


def _people_and_rivals(handoff: Handoff) -> Iterator[Question]:
    for claim in handoff.claims:
        if influence(claim) == "blocker":
            yield _about(claim, "How is this person to be won over, and by whom?", 2)
        if isinstance(claim.fact, Competitor) and claim.fact.status == "evaluating":
            yield _about(claim, "Is this vendor still in the race?", 5)


def _customer_side(handoff: Handoff) -> Iterator[Question]:
    for claim in handoff.claims:
        fact = claim.fact
        if isinstance(fact, CustomerCommitment) and not (fact.owner and fact.due):
            yield _about(claim, "Who at the customer does this, and by when?", 4)


def _weak(handoff: Handoff) -> Iterator[Question]:
    for claim in handoff.claims:
        if is_weak(claim):
            yield _about(claim, "Weakly supported by what was said. Is it right?", 5)


def influence(claim: Claim) -> str | None:
    """What a stakeholder can do to the deal; none for a claim of another kind."""
    return claim.fact.influence if isinstance(claim.fact, Stakeholder) else None


def _listed(words: list[TermType]) -> str:
    *front, last = words
    return f"{', '.join(front)} and {last}" if front else last


_SOURCES: Final[tuple[Callable[[Handoff], Iterator[Question]], ...]] = (
    _silence,
    _contradictions,
    _promises,
    _objections,
    _goals,
    _people_and_rivals,
    _customer_side,
    _weak,
)
