"""Questions about what no call says anything about, although nothing can be decided without it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from transcript2handoff.assess.claims import influence, is_feature
from transcript2handoff.assess.question import Known, Question, silent
from transcript2handoff.contract import ContractReview
from transcript2handoff.facts import Term, TermType
from transcript2handoff.handoff import Claim
from transcript2handoff.words import Message, message

NEEDED_TERMS: Final[Mapping[TermType, Message]] = {
    "price": message("price"),
    "length": message("length"),
    "start": message("start"),
}
"""The terms without which a contract is not clear."""


def absent_terms(claims: Sequence[Claim], review: ContractReview | None) -> list[TermType]:
    """The needed terms that neither the calls nor the contract state."""
    stated = {claim.fact.type for claim in claims if isinstance(claim.fact, Term)}
    signed = {each.line.type for each in review.lines} if review else set()
    return [kind for kind in NEEDED_TERMS if kind not in stated and kind not in signed]


def questions_on_silence(known: Known) -> Iterator[Question]:
    """What is missing altogether."""
    handoff = known.handoff
    if not handoff.of_kind("goal"):
        text = message(
            "Which result does the customer expect, measured how, from what to what, by when?"
        )
        yield silent("no_goal", text, "goals")
    if not any(claim.is_owed and is_feature(claim) for claim in handoff.claims):
        text = message("What exactly is to be delivered? No call names a promised feature.")
        yield silent("no_scope", text, "commitments")
    if not any(influence(claim) == "economic_buyer" for claim in handoff.claims):
        text = message("Who decides about the money on the customer's side?")
        yield silent("no_buyer", text, "stakeholders")
    if absent := absent_terms(handoff.claims, known.review):
        text = message("What was agreed about {terms}? The calls do not say.", terms=_list(absent))
        yield silent("no_terms", text, "terms")
    if not handoff.of_kind("next_step"):
        text = message("Which next meeting is agreed with the customer?")
        yield silent("no_next_step", text, "commitments")


def _list(absent: Sequence[TermType]) -> Message:
    match [NEEDED_TERMS[kind] for kind in absent]:
        case [one]:
            return one
        case [one, other]:
            return message("{one} and {other}", one=one, other=other)
        case [first, second, *rest]:
            return message(
                "{first}, {second} and {third}", first=first, second=second, third=rest[0]
            )
    raise ValueError("nothing to list")
