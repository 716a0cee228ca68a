"""Stable names of what is notable about a deal; they travel to the CRM.

Filters and workflows hang on them: a name may be added, but none is ever renamed. A claim that is
weakly supported gives no tag.

===============================  ===================================================================
``t2h:readiness:VERDICT``        always one: ``ready``, ``ask_ae`` or ``blocked``
``t2h:incomplete``               turns of a call could not be read
``t2h:promise:hedged``           a promise that is still owed was made with a hedge
``t2h:promise:conditional``      a promise that is still owed hangs on a condition
``t2h:promise:no_owner``         a promise that is still owed has no owner
``t2h:promise:changed``          a promise was changed in a later call and is still owed
``t2h:promise:withdrawn``        a promise was taken back or replaced by another
``t2h:contradiction``            two claims cannot both hold, and nobody has said which one does
``t2h:contract:contradicts``     a promise says otherwise than the contract
``t2h:contract:not_in_contract`` a promise stands in no line of the contract
``t2h:catalog:over_promise``     a promise goes beyond what the catalog says the product can do
``t2h:risk:stated``              a risk was heard
``t2h:risk:blocker``             somebody may block
``t2h:risk:objection``           an objection is unanswered or put off
``t2h:expansion``                a sign of later growth was heard
===============================  ===================================================================

The deal's own tags follow as they are.
"""

from collections.abc import Iterator
from typing import Final

from transcript2handoff.assess import Assessment
from transcript2handoff.assess.questions import is_weak
from transcript2handoff.contract import ContractReview
from transcript2handoff.facts import Objection, Promise, Stakeholder
from transcript2handoff.handoff import Claim, Handoff


def tags(
    handoff: Handoff, assessment: Assessment, review: ContractReview | None = None
) -> tuple[str, ...]:
    """The tags of a deal, each once: ours in the order of the module's table, then its own."""
    found = {
        *_of_deal(handoff),
        *_of_claims(handoff),
        *(_of_review(review) if review else ()),
    }
    ours = (tag for tag in TAGS if tag in found)
    return tuple(dict.fromkeys((f"t2h:readiness:{assessment.verdict}", *ours, *handoff.deal.tags)))


TAGS: Final = (
    "t2h:incomplete",
    "t2h:promise:hedged",
    "t2h:promise:conditional",
    "t2h:promise:no_owner",
    "t2h:promise:changed",
    "t2h:promise:withdrawn",
    "t2h:contradiction",
    "t2h:contract:contradicts",
    "t2h:contract:not_in_contract",
    "t2h:catalog:over_promise",
    "t2h:risk:stated",
    "t2h:risk:blocker",
    "t2h:risk:objection",
    "t2h:expansion",
)
"""All but that of the readiness, in the order in which they are listed."""


def _of_deal(handoff: Handoff) -> Iterator[str]:
    if any(call.unread for call in handoff.calls):
        yield "t2h:incomplete"
    if handoff.contradictions:
        yield "t2h:contradiction"


def _of_claims(handoff: Handoff) -> Iterator[str]:
    for claim in handoff.claims:
        if not is_weak(claim):
            yield from _of_promise(claim)
            yield from _of_relationship(claim)


def _of_promise(claim: Claim) -> Iterator[str]:
    if claim.state in ("withdrawn", "superseded"):
        yield "t2h:promise:withdrawn"
    if not isinstance(claim.fact, Promise) or not claim.is_owed:
        return
    if claim.fact.strength != "firm":
        yield f"t2h:promise:{claim.fact.strength}"
    if not claim.fact.owner:
        yield "t2h:promise:no_owner"
    if claim.state == "changed":
        yield "t2h:promise:changed"


def _of_relationship(claim: Claim) -> Iterator[str]:
    if claim.kind == "risk":
        yield "t2h:risk:stated"
    if isinstance(claim.fact, Stakeholder) and claim.fact.influence == "blocker":
        yield "t2h:risk:blocker"
    if isinstance(claim.fact, Objection) and claim.fact.status != "addressed":
        yield "t2h:risk:objection"
    if claim.kind == "expansion":
        yield "t2h:expansion"


def _of_review(review: ContractReview) -> Iterator[str]:
    for promise in review.promises:
        if promise.verdict != "in_contract":
            yield f"t2h:contract:{promise.verdict}"
    if review.beyond_catalog:
        yield "t2h:catalog:over_promise"
