"""Unwritten expectations: what the customer believes to have been told and no paper holds.

* A promise that is still owed and was made with a hedge or on a condition: it is remembered
  without the hedge. One that the contract holds is written, and stands elsewhere.
* A firm promise that the contract does not hold, if a contract is given. Documents to be sent and
  answers to be found are tasks and no expectations; they stand in the ledger alone.
* A goal to which no promise that still stands leads: they share no ``SHARED`` telling words.
* An objection that was followed by a promise within ``NEAR`` turns of the same call: the customer
  counts on the promise as the answer.
"""

from collections.abc import Iterator
from typing import Final

from transcript2handoff.assess.questions import is_weak
from transcript2handoff.contract import Verdict
from transcript2handoff.contract.matching import names_of, stems, wordings
from transcript2handoff.documents.inside import (
    Group,
    Inside,
    Line,
    due_note,
    group,
    line,
    not_discussed,
    surest,
)
from transcript2handoff.documents.inside_words import AVAILABILITIES, VERDICTS
from transcript2handoff.facts import Promise
from transcript2handoff.handoff import Claim
from transcript2handoff.render.labels import STRENGTH_LABELS
from transcript2handoff.words import Message, Shown, message

MOST: Final = 3
"""Lines of a group; a meeting does not get through more."""
SHARED: Final = 2
NEAR: Final = 3

_TASKS: Final = ("document", "support")


def unwritten(inside: Inside) -> tuple[Group, ...]:
    """The groups of unwritten expectations, in the order in which they are talked about."""
    return (
        group(
            message("Promised with a hedge or on a condition"),
            [_promise(inside, claim) for claim in surest(_soft(inside))],
            most=MOST,
            nothing=message("None: every promise that is owed was made firmly."),
        ),
        group(
            message("Promised firmly, and not in the contract"),
            [_promise(inside, claim) for claim in surest(_unsold(inside))],
            most=MOST,
            nothing=_nothing_unsold(inside),
        ),
        group(
            message("Goals to which no promise leads"),
            [line(inside, claim) for claim in surest(_alone(inside))],
            most=MOST,
            nothing=_nothing_alone(inside),
        ),
        group(
            message("Objections that were answered with a promise"),
            list(_answers(inside)),
            most=MOST - 1,
            nothing=message("None."),
        ),
    )


def _owed(inside: Inside) -> list[tuple[Claim, Promise]]:
    return [
        (claim, claim.fact)
        for claim in inside.handoff.claims
        if isinstance(claim.fact, Promise) and claim.is_owed
    ]


def _soft(inside: Inside) -> list[Claim]:
    """Hedged promises, then conditional ones; what the contract holds is written."""
    soft = [
        (claim, fact)
        for claim, fact in _owed(inside)
        if fact.strength != "firm" and not _is_in(inside, claim, "in_contract")
    ]
    return [claim for claim, _ in sorted(soft, key=lambda pair: pair[1].strength != "hedged")]


def _unsold(inside: Inside) -> Iterator[Claim]:
    for claim, fact in _owed(inside):
        is_expected = fact.strength == "firm" and fact.type not in _TASKS
        if is_expected and _is_in(inside, claim, "not_in_contract"):
            yield claim


def _is_in(inside: Inside, claim: Claim, verdict: Verdict) -> bool:
    found = inside.reviewed.get(claim.id)
    return found is not None and found.verdict == verdict


def _alone(inside: Inside) -> Iterator[Claim]:
    names = names_of(inside.handoff.deal)
    promised = [_stems(claim) for claim, _ in _owed(inside)]
    for goal in inside.handoff.of_kind("goal"):
        wanted = _stems(goal) - names
        if not any(len(wanted & words) >= SHARED for words in promised):
            yield goal


def _stems(claim: Claim) -> frozenset[str]:
    return frozenset(stems(" ".join(wordings(claim))))


def _answers(inside: Inside) -> Iterator[Line]:
    for objection in inside.handoff.of_kind("objection"):
        promise = None if is_weak(objection) else _following(inside, objection)
        if promise:
            yield Line(
                text=objection.summary,
                notes=(message("answered with “{promise}”", promise=promise.summary),),
                proofs=(inside.proofs.telling(objection), inside.proofs.telling(promise)),
            )


def _following(inside: Inside, objection: Claim) -> Claim | None:
    """The first promise that was made in the turns after an objection."""
    raised = next(iter(objection.spoken), None)
    if raised is None:
        return None
    made = [
        (evidence.turn, claim)
        for claim, _ in _owed(inside)
        if not is_weak(claim)
        for evidence in claim.spoken[:1]
        if evidence.call_id == raised.call_id and 0 < evidence.turn - raised.turn <= NEAR
    ]
    return min(made, key=lambda pair: pair[0])[1] if made else None


def _promise(inside: Inside, claim: Claim) -> Line:
    return line(inside, claim, _notes(inside, claim))


def _notes(inside: Inside, claim: Claim) -> Iterator[Shown]:
    fact = claim.fact
    if isinstance(fact, Promise):
        if fact.strength != "firm":
            yield STRENGTH_LABELS[fact.strength]
        if due := due_note(fact.due, inside.words):
            yield due
    if found := inside.reviewed.get(claim.id):
        if found.verdict == "contradicts":
            yield VERDICTS[found.verdict]
        if found.catalog and found.catalog.availability != "unknown":
            yield AVAILABILITIES[found.catalog.availability]


def _nothing_unsold(inside: Inside) -> Message:
    if inside.review is None:
        return message("No contract was given. Lay the promise ledger beside what was signed.")
    return message("None: every firm promise stands in the contract.")


def _nothing_alone(inside: Inside) -> Message:
    if not inside.handoff.of_kind("goal"):
        return not_discussed(inside)
    return message("None: something was promised towards every goal.")
