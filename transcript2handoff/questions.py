"""What customer success must ask the account executive, read off the claims of a handoff.

A question is asked where a claim is not firm enough to build on (a hedged promise, an objection
that nobody answered) or where the calls are silent (no price, nobody who decides). Ranks say what
a mistake would cost: 1 is what the customer counts on and may not get, 5 is good to know. Within
a rank the order of the handoff holds; the list ends after ``LIMIT`` questions.
"""

from collections.abc import Callable, Iterator
from typing import Final

from transcript2handoff.checklist import Section, section_of
from transcript2handoff.deal import Record, Text
from transcript2handoff.handoff import (
    Claim,
    Competitor,
    CustomerCommitment,
    Goal,
    Handoff,
    Objection,
    Promise,
    Stakeholder,
    Term,
    TermType,
)

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
    """The most pressing questions, at most ``LIMIT``, the most pressing first."""
    asked = [question for source in _SOURCES for question in source(handoff)]
    return tuple(sorted(asked, key=lambda question: question.rank)[:LIMIT])


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


def _promises(handoff: Handoff) -> Iterator[Question]:
    for claim in handoff.claims:
        fact = claim.fact
        if isinstance(fact, Promise) and fact.status == "withdrawn":
            yield _about(claim, "Does the customer know that this no longer stands?", 3)
        if not isinstance(fact, Promise) or fact.status != "open":
            continue
        if fact.strength == "hedged":
            yield _about(claim, "Only hedged so far. What may the customer count on, and when?", 1)
        elif fact.strength == "conditional":
            yield _about(claim, "What does this hang on, and is the condition met?", 2)
        elif not (fact.owner or fact.due):
            yield _about(claim, "Who does this, and by when?", 3)
        elif not fact.owner:
            yield _about(claim, "Who on our side does this?", 4)
        elif not fact.due:
            yield _about(claim, "By when does the customer expect this?", 4)


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
    _promises,
    _objections,
    _goals,
    _people_and_rivals,
    _customer_side,
    _weak,
)
