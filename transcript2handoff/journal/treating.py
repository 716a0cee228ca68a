"""One claim after what people did to it."""

from collections.abc import Iterator
from dataclasses import dataclass

from transcript2handoff.facts import Promise
from transcript2handoff.handoff import (
    Citation,
    Claim,
    DraftClaim,
    Rejection,
    StatementEvidence,
    Turning,
)
from transcript2handoff.journal import notices
from transcript2handoff.journal.deeds import Deeds, Written
from transcript2handoff.journal.events import Rejected
from transcript2handoff.journal.fields import STATUS, value_of, with_values
from transcript2handoff.journal.notices import Notice
from transcript2handoff.journal.proving import spoken_first


@dataclass(frozen=True)
class Treated:
    """What is left of a claim: itself, or nothing if it was rejected; and what to know of it."""

    claim: Claim | None
    notices: tuple[Notice, ...] = ()


def treat(claim: Claim, deeds: Deeds) -> Treated:
    """Apply what people did to a claim: a rejection, or edits, answers and an outcome."""
    if rejection := deeds.rejection:
        return Treated(None, tuple(_said_again(claim, rejection)))
    fields = deeds.written
    told = list(_changed(claim, fields))
    try:
        edited = with_values(claim, {name: one.value for name, one in fields.items()})
    except ValueError as error:
        edited = claim
        last = list(fields.values())[-1].event
        told.append(notices.unfit(last, claim, why=str(error)))
    return Treated(_reviewed(_turned(edited, fields.get(STATUS)), deeds), tuple(told))


def rejection(claim: Claim, event: Rejected) -> Rejection | None:
    """A rejected claim for the appendix; none for one that rests on no call."""
    if not claim.spoken:
        return None
    call_id = claim.spoken[0].call_id
    said = [piece for piece in claim.spoken if piece.call_id == call_id]
    why = f": {event.why}" if event.why else "."
    return Rejection(
        claim=DraftClaim(
            summary=claim.summary,
            fact=claim.fact,
            citations=tuple(Citation(turn=piece.turn, quote=piece.quote) for piece in said),
            confidence=claim.confidence,
        ),
        call_id=call_id,
        reason=f"{_mark(claim.id)} {event.by} on {event.at.date()}{why}",
    )


def is_rejection_of(claim_id: str, rejected: Rejection) -> bool:
    """Whether this is what became of a claim that a person rejected."""
    return rejected.reason.startswith(_mark(claim_id))


def _mark(claim_id: str) -> str:
    return f"{claim_id} was rejected by"


def _said_again(claim: Claim, event: Rejected) -> Iterator[Notice]:
    calls = dict.fromkeys(piece.call_id for piece in claim.spoken)
    further = [call for call in calls if call not in event.calls]
    if event.calls and further:
        yield notices.said_again(event, claim, further)


def _changed(claim: Claim, fields: dict[str, Written]) -> Iterator[Notice]:
    for name, one in fields.items():
        heard = value_of(claim, name)
        if heard not in one.known:
            yield notices.changed(one.event, claim, name, heard=heard)


def _turned(claim: Claim, status: Written | None) -> Claim:
    """The claim with a last step for a status that a person set against its history."""
    if status is None or not claim.history or not isinstance(claim.fact, Promise):
        return claim
    event, state = status.event, claim.fact.status
    words = event.why or f"Says that the promise is {state}."
    stated = (StatementEvidence(person=event.by, at=event.at, words=words),)
    before = tuple(step for step in claim.history if step.evidence != stated)
    if not before:
        return claim
    if (state, before[-1].state) in (("open", "changed"), (state, state)):
        return claim.model_copy(update={"history": before})
    step = Turning(
        call_id=before[-1].call_id,
        date=event.at.date(),
        state=state,
        summary=claim.summary,
        evidence=stated,
    )
    return claim.model_copy(update={"history": (*before, step)})


def _reviewed(claim: Claim, deeds: Deeds) -> Claim:
    stated = [event.evidence for event in deeds.answers]
    evidence = spoken_first([*claim.evidence, *stated]) if stated else claim.evidence
    told = deeds.outcome
    return claim.model_copy(
        update={
            "evidence": evidence,
            "review": deeds.review or claim.review,
            "outcome": told.outcome if told else claim.outcome,
        }
    )
