"""How a brief shows the claims of one kind: as rows of a table or as a list, in which order."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from transcript2handoff.assess.questions import is_weak
from transcript2handoff.extract.dates import due_day
from transcript2handoff.facts import (
    Competitor,
    CustomerCommitment,
    Kind,
    NextStep,
    Objection,
    Promise,
    Stakeholder,
    Term,
)
from transcript2handoff.handoff import Claim, Handoff, Review
from transcript2handoff.render.cells import SHAPES, Cell, cells
from transcript2handoff.render.labels import INFLUENCE_LABELS, STATE_LABELS, TERM_LABELS
from transcript2handoff.render.proofs import Proof, Proofs, claim_anchor
from transcript2handoff.words import Message, Shown, message

SAID: Final = message("Said")
_LAST: Final = datetime.date.max


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step in the history of a promise: when, what became of it, and the words that show it."""

    when: str
    state: Message
    text: str
    proof: Proof


@dataclass(frozen=True, kw_only=True)
class Row:
    """A claim as a line of the document, with its proofs."""

    claim_id: str
    anchor: str
    lead: Shown
    detail: str | None
    cells: tuple[Cell, ...]
    notes: tuple[Message, ...]
    proofs: tuple[Proof, ...]
    struck: bool
    """Taken back or replaced: still shown, but crossed out."""
    steps: tuple[Step, ...] = ()
    """What became of a promise from call to call; none where it was never taken up again."""
    reviewed: Message | None = None
    """Who has looked at it, if anybody has."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """All claims of one kind. A table has ``columns``, the first for the lead; a list has none."""

    kind: Kind
    title: Message
    columns: tuple[Message, ...]
    rows: tuple[Row, ...]
    nothing: Message
    """What stands there if there are no rows."""


Notes = Mapping[str, tuple[Message, ...]]
"""What is to be noted of claims, by their ids."""
_NO_NOTES: Final[Notes] = {}


def block(handoff: Handoff, kind: Kind, proofs: Proofs, notes: Notes = _NO_NOTES) -> Block:
    """The claims of one kind as a table or a list, the most important first."""
    shape = SHAPES[kind]
    ordered = in_order(handoff.of_kind(kind))
    positions = {claim.id: n for n, claim in enumerate(handoff.claims, start=1)}
    return Block(
        kind=kind,
        title=shape.title,
        columns=(shape.lead, *shape.columns, SAID) if shape.lead else (),
        rows=tuple(row(claim, positions[claim.id], proofs, notes) for claim in ordered),
        nothing=nothing_said(handoff),
    )


def nothing_said(handoff: Handoff) -> Message:
    """What stands where nothing was found: it was not discussed, if everything was read."""
    if any(call.unread for call in handoff.calls):
        return message("Not found in the turns that were read.")
    return message("Not discussed.")


def row(claim: Claim, position: int, proofs: Proofs, notes: Notes = _NO_NOTES) -> Row:
    """One claim as a line; ``position`` counts from 1 in the handoff."""
    lead, detail = _lead(claim)
    weak = (message("weakly supported"),) if is_weak(claim) else ()
    return Row(
        claim_id=claim.id,
        anchor=claim_anchor(claim, position),
        lead=lead,
        detail=detail,
        cells=cells(claim, proofs.words),
        notes=(*weak, *notes.get(claim.id, ())),
        proofs=proofs.of(claim),
        struck=claim.state in ("withdrawn", "superseded"),
        steps=_steps(claim, proofs) if len(claim.history) > 1 else (),
        reviewed=_reviewed(claim.review, proofs) if claim.review else None,
    )


def _reviewed(review: Review, proofs: Proofs) -> Message:
    who = {"by": review.by, "day": proofs.words.day(review.at.date())}
    match review.action:
        case "confirmed":
            return message("confirmed by {by}, {day}", **who)
        case "edited":
            return message("changed by {by}, {day}", **who)
        case "added":
            return message("added by {by}, {day}", **who)


def _steps(claim: Claim, proofs: Proofs) -> tuple[Step, ...]:
    return tuple(
        Step(
            when=proofs.words.day(step.date) if step.date else step.call_id,
            state=STATE_LABELS[step.state],
            text=step.summary,
            proof=proofs.shown(step.evidence[0]),
        )
        for step in claim.history
    )


def in_order(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Claims of one kind, the most important first; of equally important ones the surest."""
    return tuple(sorted(claims, key=lambda claim: (_importance(claim), -claim.confidence)))


def is_over(claim: Claim) -> bool:
    """Whether nobody has to act on it any more."""
    if isinstance(claim.fact, Promise):
        return not claim.is_owed or claim.outcome is not None
    return isinstance(claim.fact, Objection) and claim.fact.status == "addressed"


def _importance(claim: Claim) -> tuple[int, datetime.date]:
    match claim.fact:
        case Promise(due=due):
            rank = 0 if claim.is_owed else list(STATE_LABELS).index(claim.state or "open")
            return rank, due_day(due) or _LAST
        case CustomerCommitment(due=due) | NextStep(due=due):
            return 0, due_day(due) or _LAST
        case Stakeholder(influence=influence):
            return list(INFLUENCE_LABELS).index(influence), _LAST
        case Term(type=type_):
            return list(TERM_LABELS).index(type_), _LAST
        case Objection(status=status):
            return ("open", "deferred", "addressed").index(status), _LAST
        case _:
            return 0, _LAST


def _lead(claim: Claim) -> tuple[Shown, str | None]:
    match claim.fact:
        case Stakeholder(name=name, role=role):
            who = name or role or claim.summary
            return who, _beside(who, claim.summary)
        case Competitor(name=name):
            return name, _beside(name, claim.summary)
        case Term(type=type_):
            return TERM_LABELS[type_], _beside(TERM_LABELS[type_].text, claim.summary)
        case _:
            return claim.summary, None


def _beside(lead: str, summary: str) -> str:
    """A summary without the lead that it begins with."""
    rest = summary.removeprefix(f"{lead}: ")
    return rest[:1].upper() + rest[1:]
