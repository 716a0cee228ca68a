"""How a brief shows each kind of claim: as rows of a table or as a list, in which order."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from transcript2handoff.assess.checklist import silence
from transcript2handoff.assess.questions import due_day, is_weak
from transcript2handoff.facts import (
    Competitor,
    CustomerCommitment,
    Goal,
    Influence,
    Kind,
    NextStep,
    Objection,
    Promise,
    Stakeholder,
    Term,
    TermType,
)
from transcript2handoff.handoff import Claim, Handoff, PromiseState
from transcript2handoff.render.proofs import Proof, Proofs, claim_anchor, due_text, spoken_day

WEAKLY: Final = "weakly supported"
_UNSAID: Final = "not said"
_UNNAMED: Final = "nobody named"
_LAST: Final = datetime.date.max


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One field of a row. ``tone`` names a chip's colour; none is plain text."""

    column: str
    text: str
    tone: str | None = None
    absent: bool = False


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step in the history of a promise: when, what became of it, and the words that show it."""

    when: str
    state: str
    text: str
    proof: Proof


@dataclass(frozen=True, kw_only=True)
class Row:
    """A claim as a line of the document, with its proofs."""

    anchor: str
    lead: str
    detail: str | None
    cells: tuple[Cell, ...]
    notes: tuple[str, ...]
    proofs: tuple[Proof, ...]
    struck: bool
    """Taken back or replaced: still shown, but crossed out."""
    steps: tuple[Step, ...] = ()
    """What became of a promise from call to call; none where it was never taken up again."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """All claims of one kind. A table has ``columns``, the first for the lead; a list has none."""

    kind: Kind
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    nothing: str
    """What stands there if there are no rows."""


@dataclass(frozen=True, kw_only=True)
class _Shape:
    """The heading of a kind and, for a table, the heading of its first column."""

    title: str
    lead: str | None = None
    columns: tuple[str, ...] = ()


_SHAPES: Final[Mapping[Kind, _Shape]] = {
    "goal": _Shape(title="Goals", lead="Result", columns=("Measured by", "From", "To", "By when")),
    "stakeholder": _Shape(title="People", lead="Who", columns=("Role", "Influence", "On the call")),
    "pain": _Shape(title="What hurts today"),
    "term": _Shape(title="Terms", lead="Term", columns=("As said",)),
    "requirement": _Shape(title="What delivery must respect"),
    "competitor": _Shape(title="Alternatives", lead="Who or what", columns=("Status", "Why")),
    "promise": _Shape(
        title="Promises",
        lead="What we owe",
        columns=("Strength", "Owner", "Due", "Status"),
    ),
    "exclusion": _Shape(title="Exclusions", lead="What we said we will not do"),
    "customer_commitment": _Shape(
        title="The customer owes us", lead="What they owe", columns=("Owner", "Due")
    ),
    "next_step": _Shape(title="Next steps", lead="What was agreed", columns=("When",)),
    "risk": _Shape(title="Risks"),
    "objection": _Shape(title="Objections", lead="Doubt", columns=("Topic", "Status")),
    "expansion": _Shape(title="Room to grow"),
}

INFLUENCE_LABELS: Final[Mapping[Influence, str]] = {
    "economic_buyer": "decides about money",
    "champion": "champion",
    "blocker": "may block",
    "technical": "technical",
    "influencer": "influences",
    "user": "user",
    "unknown": "unknown",
}
"""In the order in which people are listed."""

TERM_LABELS: Final[Mapping[TermType, str]] = {
    "price": "Price",
    "discount": "Discount",
    "seats": "Seats",
    "length": "Length",
    "start": "Start",
    "renewal": "Renewal",
    "payment": "Payment",
    "sla": "Service level",
    "budget": "Budget",
    "procurement": "Procurement",
}
"""In the order in which terms are listed."""

_STATES: Final[tuple[PromiseState, ...]] = ("open", "changed", "done", "superseded", "withdrawn")
"""In the order in which promises are listed; the first two are still owed, and equally so."""
_TONES: Final[Mapping[str, str]] = {
    "firm": "good",
    "conditional": "warn",
    "hedged": "bad",
    "done": "good",
    "changed": "warn",
    "superseded": "mute",
    "withdrawn": "mute",
    "addressed": "good",
    "deferred": "warn",
    "champion": "good",
    "blocker": "bad",
    "economic_buyer": "key",
    "rejected": "mute",
    "evaluating": "warn",
    "incumbent": "key",
}


def block(handoff: Handoff, kind: Kind, proofs: Proofs) -> Block:
    """The claims of one kind as a table or a list, the most important first."""
    shape = _SHAPES[kind]
    ordered = in_order(handoff.of_kind(kind))
    positions = {claim.id: n for n, claim in enumerate(handoff.claims, start=1)}
    return Block(
        kind=kind,
        title=shape.title,
        columns=(shape.lead, *shape.columns, "Said") if shape.lead else (),
        rows=tuple(row(claim, positions[claim.id], proofs) for claim in ordered),
        nothing=f"{silence(handoff).capitalize()}.",
    )


def row(claim: Claim, position: int, proofs: Proofs) -> Row:
    """One claim as a line; ``position`` counts from 1 in the handoff."""
    lead, detail = _lead(claim)
    return Row(
        anchor=claim_anchor(claim, position),
        lead=lead,
        detail=detail,
        cells=_cells(claim),
        notes=(WEAKLY,) if is_weak(claim) else (),
        proofs=proofs.of(claim),
        struck=claim.state in ("withdrawn", "superseded"),
        steps=_steps(claim, proofs) if len(claim.history) > 1 else (),
    )


def _steps(claim: Claim, proofs: Proofs) -> tuple[Step, ...]:
    return tuple(
        Step(
            when=spoken_day(step.date) if step.date else step.call_id,
            state=step.state,
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
        return not claim.is_owed
    return isinstance(claim.fact, Objection) and claim.fact.status == "addressed"


def _importance(claim: Claim) -> tuple[int, datetime.date]:
    match claim.fact:
        case Promise(due=due):
            return 0 if claim.is_owed else _STATES.index(claim.state or "open"), due_day(
                due
            ) or _LAST
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


def _lead(claim: Claim) -> tuple[str, str | None]:
    match claim.fact:
        case Stakeholder(name=name, role=role):
            return name or role or claim.summary, claim.summary
        case Competitor(name=name):
            return name, claim.summary
        case Term(type=type_):
            return TERM_LABELS[type_], claim.summary
        case _:
            return claim.summary, None


def _goal(fact: Goal) -> list[Cell]:
    return [
        _cell("Measured by", fact.metric),
        _cell("From", fact.baseline),
        _cell("To", fact.target),
        _cell("By when", due_text(fact.deadline)),
    ]


def _stakeholder(fact: Stakeholder) -> list[Cell]:
    return [
        _cell("Role", fact.role),
        _chip("Influence", fact.influence, INFLUENCE_LABELS[fact.influence]),
        _cell("On the call", "yes" if fact.present else "no"),
    ]


def _term(fact: Term) -> list[Cell]:
    return [_cell("As said", fact.value)]


def _competitor(fact: Competitor) -> list[Cell]:
    return [_chip("Status", fact.status), _cell("Why", fact.reason)]


def _promise(fact: Promise, state: PromiseState) -> list[Cell]:
    return [
        _chip("Strength", fact.strength),
        _cell("Owner", fact.owner, absent=_UNNAMED),
        _cell("Due", due_text(fact.due)),
        _cell("Status", "open") if state == "open" else _chip("Status", state),
    ]


def _commitment(fact: CustomerCommitment) -> list[Cell]:
    return [_cell("Owner", fact.owner, absent=_UNNAMED), _cell("Due", due_text(fact.due))]


def _next_step(fact: NextStep) -> list[Cell]:
    return [_cell("When", due_text(fact.due))]


def _objection(fact: Objection) -> list[Cell]:
    tone = "bad" if fact.status == "open" else _TONES[fact.status]
    return [
        _cell("Topic", fact.topic.replace("_", " ")),
        Cell(column="Status", text=fact.status, tone=tone),
    ]


_CELLS: Final[Mapping[type[Any], Callable[[Any], list[Cell]]]] = {
    Goal: _goal,
    Stakeholder: _stakeholder,
    Term: _term,
    Competitor: _competitor,
    CustomerCommitment: _commitment,
    NextStep: _next_step,
    Objection: _objection,
}


def _cells(claim: Claim) -> tuple[Cell, ...]:
    fact = claim.fact
    if isinstance(fact, Promise):
        return tuple(_promise(fact, claim.state or "open"))
    shown = _CELLS.get(type(fact))
    return tuple(shown(fact)) if shown else ()


def _cell(column: str, text: str | None, *, absent: str = _UNSAID) -> Cell:
    return Cell(column=column, text=text or absent, absent=not text)


def _chip(column: str, value: str, label: str | None = None) -> Cell:
    return Cell(column=column, text=label or value, tone=_TONES.get(value, "plain"))
