"""Which claims a customer may read of, and in which words: those that it heard itself."""

import datetime
import re
from collections.abc import Iterator
from typing import Final

from transcript2handoff.assess.about_promises import COUNTED_ON
from transcript2handoff.assess.claims import due_of, facts_of, is_weak, last_call_day
from transcript2handoff.assess.qualifying import condition_in, hedge_in
from transcript2handoff.contract import ContractReview
from transcript2handoff.extract.dates import due_day
from transcript2handoff.facts import Competitor, CustomerCommitment, Kind, Promise
from transcript2handoff.handoff import Claim, Handoff, SpokenEvidence

FEWEST_WORDS: Final = 4
"""Shorter quotes mean nothing to a reader who has forgotten the call."""
_HANGING: Final = re.compile(
    r"^(?:and|but|so|because|then)\b"
    r"|^(?:it|they|he|she|this|that|these|those|there)\b"
    r"|\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty) and\b"
    r"|\b(?:do|get|make|send|have|give|bring|put|forward|take) (?:it|them|this|that)\b",
    re.IGNORECASE,
)
"""Words that only those understand who remember the sentence before."""


def sayable(handoff: Handoff, review: ContractReview | None) -> Iterator[tuple[Claim, str]]:
    """The claims that may go out, with the words that the customer heard, none of them twice."""
    disputed = {claim_id for clash in handoff.contradictions for claim_id in clash.claims}
    disputed |= _unborne(review)
    start = max((d for d in (handoff.deal.signed, last_call_day(handoff)) if d), default=None)
    rivals = tuple(each.name.casefold() for each in facts_of(handoff.claims, Competitor))
    seen: set[tuple[Kind, str]] = set()
    for claim in handoff.claims:
        words = _words(claim, handoff)
        if words is None or claim.id in disputed or is_weak(claim) or (claim.kind, words) in seen:
            continue
        if any(rival in words.casefold() for rival in rivals):
            continue
        if _stands(claim, words) and not _is_over(claim, start):
            seen.add((claim.kind, words))
            yield claim, words


def _unborne(review: ContractReview | None) -> set[str]:
    """What was signed otherwise, or not at all, or is more than the product can do.

    What the customer buys goes out only if it is in the contract: else it is asked about inside.
    """
    if review is None:
        return set()
    return {
        each.claim_id
        for each in review.promises
        if each.verdict == "contradicts"
        or (each.verdict != "in_contract" and each.type in COUNTED_ON)
        or (each.catalog and each.catalog.beyond)
    }


def _stands(claim: Claim, words: str) -> bool:
    """Whether a promise is firm and owed; prices and concessions belong to the contract."""
    if not isinstance(claim.fact, Promise):
        return not (isinstance(claim.fact, CustomerCommitment) and condition_in((words,)))
    loose = hedge_in((words,)) or condition_in((words,))
    return (
        claim.is_owed
        and claim.outcome is None
        and claim.fact.strength == "firm"
        and claim.fact.type != "commercial"
        and not loose
    )


def _is_over(claim: Claim, start: datetime.date | None) -> bool:
    """Whether it fell due before the plan begins: whether it was kept is asked inside."""
    day = due_day(due_of(claim.fact))
    return bool(day and start and day <= start)


def _words(claim: Claim, handoff: Handoff) -> str | None:
    """The words in which a claim stands at last, if the customer heard them as a sentence."""
    evidence = claim.history[-1].evidence if claim.history else claim.evidence
    heard = [
        each.quote.strip()
        for each in evidence
        if isinstance(each, SpokenEvidence) and _heard(each, handoff)
    ]
    return heard[0] if heard and _is_sentence(heard[0]) else None


def _heard(evidence: SpokenEvidence, handoff: Handoff) -> bool:
    """Whether the customer was on the call, as far as it is known who was."""
    invited = handoff.deal.call(evidence.call_id).attendees
    sides = {each.name: each.side for each in handoff.deal.participants}
    return not invited or any(sides.get(name) == "customer" for name in invited)


def _is_sentence(words: str) -> bool:
    whole = words[0].isupper() or words[0].isdigit()
    whole = whole and not _HANGING.search(words)
    return whole and words.endswith((".", "!")) and len(words.split()) >= FEWEST_WORDS
