"""Events out of what a person wants to do, checked against the deal as it stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from transcript2handoff.corrections.signing import Signature
from transcript2handoff.deal import first_fault
from transcript2handoff.errors import JournalError
from transcript2handoff.facts import Fact
from transcript2handoff.ground.places import Unproved
from transcript2handoff.handoff import Claim, Outcome, SpokenEvidence, StatementEvidence
from transcript2handoff.journal.desk import Desk, pick
from transcript2handoff.journal.events import (
    Added,
    Answered,
    Change,
    Confirmed,
    Edited,
    NewClaim,
    OutcomeTold,
    Place,
    Quoted,
    Rejected,
    Undone,
    claims_of,
)
from transcript2handoff.journal.fields import Value, checked, value_of, with_values
from transcript2handoff.journal.proving import id_of
from transcript2handoff.journal.standing import taken_back
from transcript2handoff.journal.stating import check_stated, shown_by


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question that can be answered, and the claims that it is about."""

    id: str
    text: str
    claim_ids: tuple[str, ...] = ()


def confirmed(desk: Desk, claim_id: str, signature: Signature) -> Confirmed:
    """Somebody says that a claim is right.

    Raises:
        JournalError: there is no such claim.
    """
    claim = desk.claim(claim_id)
    return Confirmed.model_validate(
        {"claim_id": claim.id, "kind": claim.kind, **signature.fields()}
    )


def rejected(desk: Desk, claim_id: str, signature: Signature) -> Rejected:
    """Somebody says that a claim is wrong.

    Raises:
        JournalError: there is no such claim, or it is rejected already.
    """
    claim = _shown(desk, claim_id)
    calls = tuple(dict.fromkeys(piece.call_id for piece in claim.spoken))
    return Rejected.model_validate(
        {"claim_id": claim.id, "kind": claim.kind, "calls": calls, **signature.fields()}
    )


def edited(desk: Desk, claim_id: str, values: Mapping[str, Value], signature: Signature) -> Edited:
    """Somebody sets fields of a claim.

    Args:
        desk: the deal.
        claim_id: or how it begins.
        values: by the names of the fields; ``summary`` is one of them, and none empties a field.
        signature: who does it.

    Raises:
        JournalError: there is no such claim or field, or a value does not fit it.
    """
    claim = _shown(desk, claim_id)
    try:
        fit = {name: checked(claim.kind, name, value) for name, value in values.items()}
        new = {name: value for name, value in fit.items() if value != value_of(claim, name)}
        with_values(claim, new)
    except ValueError as error:
        raise JournalError(f"{claim.id} cannot be changed so: {error}.") from error
    if not new:
        raise JournalError(f"{claim.id} says that already; confirm it instead.")
    changes = {name: Change(was=value_of(claim, name), now=now) for name, now in new.items()}
    told = {"changes": changes, "places": _places([claim])}
    return Edited.model_validate(
        {"claim_id": claim.id, "kind": claim.kind, **told, **signature.fields()}
    )


def _places(claims: Iterable[Claim]) -> tuple[Place, ...]:
    """Where claims had been said by now, each place once."""
    pieces = (
        piece
        for claim in claims
        for shown in (claim.evidence, *(step.evidence for step in claim.history))
        for piece in shown
    )
    spoken = (piece for piece in pieces if isinstance(piece, SpokenEvidence))
    return tuple(dict.fromkeys(Place(call_id=piece.call_id, turn=piece.turn) for piece in spoken))


def added(
    desk: Desk,
    summary: str,
    fact: Fact,
    evidence: Sequence[Quoted | StatementEvidence],
    signature: Signature,
) -> Added:
    """Somebody adds a claim, with the words that prove it; the best ones first.

    Raises:
        JournalError: the words are not in the transcripts, or the claim is there already.
    """
    try:
        new = NewClaim(
            id=_new_id(desk, fact, evidence), summary=summary, fact=fact, evidence=tuple(evidence)
        )
    except ValidationError as error:
        raise JournalError(f"The claim cannot be added: {first_fault(error)}.") from error
    except Unproved as error:
        raise JournalError(f"The claim cannot be added: {error}.") from error
    if desk.knows(new.id):
        raise JournalError(f"The claim is there already, as {new.id}. Edit or confirm it instead.")
    return Added.model_validate({"claim": new, **signature.fields()})


def _new_id(desk: Desk, fact: Fact, evidence: Sequence[Quoted | StatementEvidence]) -> str:
    pieces = [desk.heard.find(e) if isinstance(e, Quoted) else e for e in evidence]
    if not pieces:
        raise Unproved("it needs words that prove it")
    spoken = [piece for piece in pieces if isinstance(piece, SpokenEvidence)]
    return id_of(fact.kind, [*spoken, *pieces][0])


def answered(
    desk: Desk, question_id: str, words: str, signature: Signature, *, asked: Iterable[Asked]
) -> Answered:
    """Somebody answers a question, one of those ``asked`` or one that was answered before.

    Where the calls are silent, the answer states what its words show; ``stating`` puts other facts
    in their place.

    Raises:
        JournalError: there is no such question, or the answer is empty.
    """
    before = [
        Asked(id=one.question_id, text=one.question, claim_ids=one.claim_ids)
        for one in desk.standing
        if isinstance(one, Answered)
    ]
    questions = {one.id: one for one in (*before, *asked)}
    question = questions[pick(question_id, {name: name for name in questions}, what="question")]
    if not words.strip():
        raise JournalError(f"The answer to {question.id} is empty. Give it in words.")
    told = {"question_id": question.id, "question": question.text, "words": words}
    about = {
        "claim_ids": question.claim_ids,
        "places": _places(desk.claim(one) for one in question.claim_ids if desk.knows(one)),
    }
    event = Answered.model_validate({**told, **about, **signature.fields()})
    return event.model_copy(update={"facts": shown_by(event, desk)})


def stating(answer: Answered, facts: Sequence[Fact]) -> Answered:
    """An answer that states these facts, whatever its words show; none for nothing.

    Raises:
        JournalError: an answer to this question cannot state them.
    """
    check_stated(answer.question_id, facts)
    return answer.model_copy(update={"facts": tuple(facts)})


def outcome(desk: Desk, claim_id: str, what: Outcome, signature: Signature) -> OutcomeTold:
    """Somebody says what came of a promise.

    Raises:
        JournalError: there is no such claim, or it is no promise.
    """
    claim = _shown(desk, claim_id)
    if claim.kind != "promise":
        raise JournalError(
            f"{claim.id} is a {claim.kind.replace('_', ' ')}. Only promises have an outcome."
        )
    return OutcomeTold.model_validate({"claim_id": claim.id, "outcome": what, **signature.fields()})


def undone(desk: Desk, number: int, signature: Signature) -> Undone:
    """Somebody takes back an event, or the taking back of one.

    Raises:
        JournalError: there is no event of this number, or it is taken back already.
    """
    if not 1 <= number <= len(desk.events):
        raise JournalError(f"There is no event {number}; the journal has {len(desk.events)}.")
    if by := taken_back(desk.events).get(number):
        raise JournalError(
            f"Event {number} is taken back already, by number {by}. Take that one back to have it "
            "again."
        )
    told = {"number": number, "claim_ids": claims_of(desk.events[number - 1])}
    return Undone.model_validate({**told, **signature.fields()})


def _shown(desk: Desk, claim_id: str) -> Claim:
    claim = desk.claim(claim_id)
    if not desk.is_shown(claim):
        raise JournalError(f"{claim.id} was rejected. Confirm it first, to take that back.")
    return claim


def parse_change(text: str) -> tuple[str, Value]:
    """The name and the value of ``field=value``; ``field=`` empties the field.

    Raises:
        JournalError: there is no ``=``.
    """
    name, sign, value = text.partition("=")
    if not (sign and name.strip()):
        raise JournalError(f"{text!r} does not say what to set. Write it as field=value.")
    return name.strip(), value.strip() or None
