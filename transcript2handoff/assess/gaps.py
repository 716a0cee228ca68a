"""What each section of the checklist still wants."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from transcript2handoff.assess.about_silence import absent_terms
from transcript2handoff.assess.checklist import Section
from transcript2handoff.assess.claims import facts_of, owed_promises
from transcript2handoff.contract import ContractReview
from transcript2handoff.facts import Competitor, Goal, Stakeholder, TermType
from transcript2handoff.handoff import Claim
from transcript2handoff.words import Message, counted, message

Claims = Sequence[Claim]

NO_BUYER: Final = message("nobody is known to decide about the money")
NO_NEXT_STEP: Final = message("no next step is agreed")
_UNSTATED: Final[Mapping[TermType, Message]] = {
    "price": message("price is not stated"),
    "length": message("length is not stated"),
    "start": message("start is not stated"),
}


def gaps_of(section: Section, claims: Claims, review: ContractReview | None) -> tuple[Message, ...]:
    """What a section wants, of which only the sound claims are given."""
    if section == "terms":
        return tuple(term_gaps(claims, review))
    return tuple(_GAPS[section](claims))


def goal_gaps(claims: Claims) -> Iterator[Message]:
    """Goals that can be measured and come to an end."""
    goals = facts_of(claims, Goal)
    if not any(goal.target for goal in goals):
        yield message("no goal has a target")
    if not any(goal.deadline for goal in goals):
        yield message("no goal has a deadline")


def term_gaps(claims: Claims, review: ContractReview | None) -> Iterator[Message]:
    """Terms that neither the calls nor the contract state."""
    yield from (_UNSTATED[kind] for kind in absent_terms(claims, review))


def _stakeholder_gaps(claims: Claims) -> Iterator[Message]:
    known = {person.influence for person in facts_of(claims, Stakeholder)}
    if "economic_buyer" not in known:
        yield NO_BUYER
    if "champion" not in known:
        yield message("no champion is known")


def _competition_gaps(claims: Claims) -> Iterator[Message]:
    if not any(rival.reason for rival in facts_of(claims, Competitor)):
        yield message("why not one of the others is not said")


def _commitment_gaps(claims: Claims) -> Iterator[Message]:
    loose = [p for p in owed_promises(claims) if not p.owner or not p.due]
    if loose:
        yield counted(
            "{count} open promise without owner or date",
            "{count} open promises without owner or date",
            count=len(loose),
        )
    if not any(claim.kind == "next_step" for claim in claims):
        yield NO_NEXT_STEP


def _relationship_gaps(claims: Claims) -> Iterator[Message]:
    if not any(claim.kind in ("risk", "objection") for claim in claims):
        yield message("no risk and no objection was heard")


def _no_gaps(_: Claims) -> Iterator[Message]:
    yield from ()


_GAPS: Final[Mapping[Section, Callable[[Claims], Iterator[Message]]]] = {
    "goals": goal_gaps,
    "stakeholders": _stakeholder_gaps,
    "pain": _no_gaps,
    "environment": _no_gaps,
    "competition": _competition_gaps,
    "commitments": _commitment_gaps,
    "relationship": _relationship_gaps,
}
