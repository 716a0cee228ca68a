"""The four conditions of a deal that can be decided, and what speaks against each.

============  ====================================================================================
scope         at least one feature is promised; each promised feature is firm, is not overdue, and
              did not change between calls unless a person has said what holds; the contract and
              the catalogue bear them out; nothing that contradicts itself is about what is to be
              delivered; no objection to product or integration is unanswered or put off
success       a goal with a target and a goal with a deadline; no goals that contradict each other
commercial    price, length and start are stated; somebody decides about the money; the contract
              bears out commercial promises and terms; no terms that contradict each other; no
              objection to price or contract is unanswered
expectations  every other open promise is firm; every firm one has an owner or a date; none that
              the contract contradicts; no other contradiction; a next step is agreed
============  ====================================================================================

Contract and catalogue count where a review is given. Weakly supported claims meet no condition.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from transcript2handoff import question_ids
from transcript2handoff.assess.claims import (
    facts_of,
    influence,
    is_before,
    last_call_day,
    owed_promises,
)
from transcript2handoff.assess.gaps import NO_BUYER, NO_NEXT_STEP, goal_gaps, term_gaps
from transcript2handoff.assess.standing import ConditionName, Standing
from transcript2handoff.contract import ContractReview
from transcript2handoff.deal import Record
from transcript2handoff.facts import Goal, Promise
from transcript2handoff.handoff import Claim, Handoff
from transcript2handoff.words import Message, counted, message

CONDITIONS: Final[Mapping[ConditionName, Message]] = {
    "scope": message("Scope is final"),
    "success": message("Success criteria are named"),
    "commercial": message("Commercial terms are clear"),
    "expectations": message("Expectations are documented"),
}


class Condition(Record):
    """One of the four conditions of a decidable deal; met if there is no reason against it."""

    name: ConditionName
    reasons: tuple[Message, ...] = ()

    @property
    def met(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons


def conditions_of(handoff: Handoff, review: ContractReview | None) -> tuple[Condition, ...]:
    """All four conditions of a handoff."""
    evidence = Standing(handoff, review)
    return tuple(
        Condition(name=name, reasons=tuple(doubts(evidence))) for name, doubts in _DOUBTS.items()
    )


def _scope_doubts(found: Standing) -> Iterator[Message]:
    if not found.features and "no_scope" not in found.answered:
        required = any(claim.kind == "requirement" for claim in found.sound)
        yield (
            message("what the customer requires is known, but no feature is promised")
            if required
            else message("nothing is said about what is to be delivered")
        )
    soft = [claim for claim in found.features if _strength(claim) != "firm"]
    if soft:
        yield counted(
            "{count} promised feature not firm",
            "{count} promised features not firm",
            count=len(soft),
        )
    yield from _scope_moves(found)
    if unsigned := found.unsigned("feature", verdicts=("contradicts", "not_in_contract")):
        yield counted(
            "{count} promised feature is not borne out by the contract or the catalogue",
            "{count} promised features are not borne out by the contract or the catalogue",
            count=unsigned,
        )
    if objections := found.objections(("product_gap", "integration"), ("open", "deferred")):
        yield counted(
            "{count} objection to product or integration unanswered",
            "{count} objections to product or integration unanswered",
            count=objections,
        )


def _scope_moves(found: Standing) -> Iterator[Message]:
    """Features that moved or should be there, and what contradicts itself."""
    changed = [
        claim
        for claim in found.features
        if claim.state == "changed" and claim.review is None
        if question_ids.about("changed", [claim.id]) not in found.answered
    ]
    if changed:
        yield counted(
            "{count} promised feature changed between calls, and nobody has confirmed what holds",
            "{count} promised features changed between calls, and nobody has confirmed what holds",
            count=len(changed),
        )
    last = last_call_day(found.handoff)
    late = sum(is_before(p.due, last) for p in facts_of(found.features, Promise))
    if late:
        yield counted(
            "{count} promised feature was due before the last call, and nobody says it is there",
            "{count} promised features were due before the last call, and nobody says they are"
            " there",
            count=late,
        )
    if clashes := found.contradictions("scope"):
        yield counted(
            "{count} contradiction about what is to be delivered",
            "{count} contradictions about what is to be delivered",
            count=clashes,
        )


def _success_doubts(found: Standing) -> Iterator[Message]:
    if not facts_of(found.sound, Goal):
        yield message("no success criterion is named")
    else:
        yield from goal_gaps(found.sound)
    if clashes := found.contradictions("success"):
        yield counted(
            "{count} contradiction between goals",
            "{count} contradictions between goals",
            count=clashes,
        )


def _commercial_doubts(found: Standing) -> Iterator[Message]:
    yield from term_gaps(found.sound, found.review)
    if not any(influence(claim) == "economic_buyer" for claim in found.sound):
        yield NO_BUYER
    if clashes := found.contradictions("commercial"):
        yield counted(
            "{count} contradiction between terms",
            "{count} contradictions between terms",
            count=clashes,
        )
    if unsigned := found.unsigned("commercial", verdicts=("contradicts", "not_in_contract")):
        yield counted(
            "{count} commercial promise is not borne out by the contract",
            "{count} commercial promises are not borne out by the contract",
            count=unsigned,
        )
    if objections := found.objections(("price", "legal"), ("open",)):
        yield counted(
            "{count} objection to price or contract unanswered",
            "{count} objections to price or contract unanswered",
            count=objections,
        )


def _expectation_doubts(found: Standing) -> Iterator[Message]:
    soft = sum(p.strength != "firm" for p in found.others)
    if soft:
        yield counted(
            "{count} other promise not firm", "{count} other promises not firm", count=soft
        )
    firm = [p for p in owed_promises(found.sound) if p.strength == "firm"]
    loose = sum(not (p.owner or p.due) for p in firm)
    if loose:
        yield counted(
            "{count} firm promise with neither owner nor date",
            "{count} firm promises with neither owner nor date",
            count=loose,
        )
    unsigned = found.unsigned(
        "timeline", "resource", "document", "support", verdicts=("contradicts",)
    )
    if unsigned:
        yield counted(
            "{count} other promise is not borne out by the contract or the catalogue",
            "{count} other promises are not borne out by the contract or the catalogue",
            count=unsigned,
        )
    if clashes := found.contradictions("expectations"):
        yield counted("{count} other contradiction", "{count} other contradictions", count=clashes)
    if not any(claim.kind == "next_step" for claim in found.sound):
        yield NO_NEXT_STEP


def _strength(claim: Claim) -> str | None:
    return claim.fact.strength if isinstance(claim.fact, Promise) else None


_DOUBTS: Final[Mapping[ConditionName, Callable[[Standing], Iterator[Message]]]] = {
    "scope": _scope_doubts,
    "success": _success_doubts,
    "commercial": _commercial_doubts,
    "expectations": _expectation_doubts,
}
