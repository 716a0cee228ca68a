"""Questions about what was promised beyond the contract or the catalogue of the product."""

from collections.abc import Iterator, Mapping
from typing import Final

from transcript2handoff import question_ids
from transcript2handoff.assess.about_promises import COUNTED_ON
from transcript2handoff.assess.claims import is_weak
from transcript2handoff.assess.qualifying import hedge_in
from transcript2handoff.assess.question import Known, Question
from transcript2handoff.contract import ContractReview, PromiseReview
from transcript2handoff.facts import Strength
from transcript2handoff.handoff import Claim
from transcript2handoff.words import message

UNSIGNED: Final = 4
"""How many promises outside the contract are asked about; the review lists them all."""

_FIRMNESS: Final[Mapping[Strength, int]] = {"firm": 0, "conditional": 1, "hedged": 2}


def questions_on_contract(known: Known) -> Iterator[Question]:
    """What was said against what was signed; nothing without a review."""
    if known.review is None:
        return
    claims = {claim.id: claim for claim in known.handoff.claims}
    for each in known.review.promises:
        claim = claims.get(each.claim_id)
        if claim is not None and not is_weak(claim):
            yield from _clash(claim, each, known)
    for found in known.review.said("contradicts"):
        claim = claims.get(found.claim_id)
        if claim is not None and not is_weak(claim):
            text = message(
                "It was signed otherwise ({reason}). Does the customer know?", reason=found.reason
            )
            yield known.about(claim, "signed", text)
    yield from _unsigned(known, known.review, claims)


def _clash(claim: Claim, found: PromiseReview, known: Known) -> Iterator[Question]:
    words = hedge_in(known.voices.said(claim).quotes)
    if found.verdict == "contradicts" and found.line:
        text = message(
            "The contract has “{line}” ({reason}). What holds, and does the customer know?",
            line=found.line.text,
            reason=found.reason,
        )
        yield known.about(claim, "contract", text, words=words)
    if found.catalog and found.catalog.beyond:
        text = message(
            "The catalogue says: {reason}. Has product agreed to it, and in writing?",
            reason=found.catalog.reason,
        )
        yield known.about(claim, "catalog", text, words=words)


def _unsigned(
    known: Known, review: ContractReview, claims: Mapping[str, Claim]
) -> Iterator[Question]:
    """The firmest of the promises that stand in no line of the contract."""
    answered = {answer.question_id for answer in known.handoff.answers}
    open_ones = [
        each
        for each in review.promised("not_in_contract")
        if each.type in COUNTED_ON and each.claim_id in claims
        if not is_weak(claims[each.claim_id])
        if question_ids.about("unsigned", [each.claim_id]) not in answered
    ]
    for each in sorted(open_ones, key=lambda each: _FIRMNESS[each.strength])[:UNSIGNED]:
        claim = claims[each.claim_id]
        text = message("It is not in the contract. Does it hold, and who has approved it?")
        words = hedge_in(known.voices.said(claim).quotes) if each.strength == "hedged" else None
        yield known.about(claim, "unsigned", text, words=words)
