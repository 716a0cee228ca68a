"""Questions about contradictions, objections, goals, people, vendors and the customer's tasks."""

from collections.abc import Iterator

from transcript2handoff.assess.about_promises import later, what_holds
from transcript2handoff.assess.checklist import section_of
from transcript2handoff.assess.claims import contradiction_id, influence, is_weak
from transcript2handoff.assess.question import RANKS, Known, Question
from transcript2handoff.facts import Competitor, CustomerCommitment, Goal, Objection, Term
from transcript2handoff.handoff import Claim
from transcript2handoff.words import Message, message


def questions_on_contradictions(known: Known) -> Iterator[Question]:
    """What cannot both hold."""
    claims = {claim.id: claim for claim in known.handoff.claims}
    for clash in known.handoff.contradictions:
        both = [claims[claim_id] for claim_id in clash.claims]
        yield Question(
            id=contradiction_id(clash),
            sort="contradiction",
            text=message(
                "{said} Both were said, and no call settles it. What holds?",
                said=_all_told(both, known),
            ),
            section=section_of(both[0].kind),
            rank=RANKS["contradiction"],
            about=" / ".join(claim.summary for claim in both),
            claim_ids=clash.claims,
        )


def _all_told(claims: list[Claim], known: Known) -> Message:
    *front, last = claims
    told = known.told(last)
    return message("{first} {then}", first=_all_told(front, known), then=told) if front else told


def questions_on_objections(known: Known) -> Iterator[Question]:
    """Doubts of the customer's that nobody has answered."""
    for claim in known.handoff.claims:
        if isinstance(claim.fact, Objection) and claim.fact.status == "open":
            text = message("Still unanswered on the calls. What is our answer?")
            yield known.about(claim, "objection", text)
        if isinstance(claim.fact, Objection) and claim.fact.status == "deferred":
            text = message("Put off on the call. What became of it?")
            yield known.about(claim, "deferred", text)


def questions_on_goals(known: Known) -> Iterator[Question]:
    """Goals of which nobody can tell whether they are reached."""
    for claim in known.handoff.claims:
        fact = claim.fact
        if not isinstance(fact, Goal) or (fact.target and fact.deadline):
            continue
        if fact.target:
            text = message("By when does the customer want to be there?")
            yield known.about(claim, "deadline", text)
        elif fact.deadline:
            yield known.about(claim, "figure", message("Which figure counts as success?"))
        else:
            text = message("Which figure counts as success, and by when?")
            yield known.about(claim, "figure", text)


def questions_on_moves(known: Known) -> Iterator[Question]:
    """Terms and goals that moved between calls; a contract settles the terms."""
    for claim in known.handoff.claims:
        settled = isinstance(claim.fact, Term) and known.review is not None
        tracked = isinstance(claim.fact, Term | Goal) and not settled and claim.review is None
        if tracked and claim.history and claim.history[-1].state == "changed":
            yield later(known.about(claim, "changed", what_holds(claim)))


def questions_on_people(known: Known) -> Iterator[Question]:
    """Who is against it, which vendor is still in the race, and what the customer does."""
    for claim in known.handoff.claims:
        fact = claim.fact
        if influence(claim) == "blocker":
            text = message("How is this person to be won over, and by whom?")
            yield known.about(claim, "blocker", text)
        if isinstance(fact, Competitor) and fact.status == "evaluating":
            yield known.about(claim, "rival", message("Is this vendor still in the race?"))
        if isinstance(fact, CustomerCommitment) and not (fact.owner and fact.due):
            text = message("Who at the customer does this, and by when?")
            yield known.about(claim, "customer", text)


def questions_on_weak(known: Known) -> Iterator[Question]:
    """What was hardly said; not what a person has confirmed."""
    for claim in known.handoff.claims:
        if is_weak(claim):
            text = message("Weakly supported by what was said. Is it right?")
            yield known.about(claim, "weak", text)
