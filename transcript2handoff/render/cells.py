"""The columns of each kind of claim, and what stands in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from transcript2handoff.facts import (
    Competitor,
    CustomerCommitment,
    Goal,
    Kind,
    NextStep,
    Objection,
    Promise,
    Stakeholder,
    Term,
)
from transcript2handoff.handoff import Claim
from transcript2handoff.render.amounts import in_figures
from transcript2handoff.render.labels import (
    INFLUENCE_LABELS,
    OBJECTION_LABELS,
    OUTCOME_LABELS,
    RIVAL_LABELS,
    STATE_LABELS,
    STRENGTH_LABELS,
    TOPIC_LABELS,
)
from transcript2handoff.render.proofs import due_text
from transcript2handoff.words import Message, Shown, Words, message

UNSAID: Final = message("not said")
UNNAMED: Final = message("nobody named")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One field of a row. ``tone`` names a chip's colour; none is plain text."""

    column: Message
    text: Shown
    tone: str | None = None
    absent: bool = False


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The heading of a kind and, for a table, the headings of its columns, the first its lead."""

    title: Message
    lead: Message | None = None
    columns: tuple[Message, ...] = ()


MEASURE: Final = message("Measured by")
BASELINE: Final = message("From")
TARGET: Final = message("To")
DEADLINE: Final = message("By when")
ROLE: Final = message("Role")
INFLUENCE: Final = message("Influence")
PRESENT: Final = message("On the call")
VALUE: Final = message("As said")
STATUS: Final = message("Status")
WHY: Final = message("Why")
STRENGTH: Final = message("Strength")
OWNER: Final = message("Owner")
DUE: Final = message("Due")
WHEN: Final = message("When")
TOPIC: Final = message("Topic")

SHAPES: Final[Mapping[Kind, Shape]] = {
    "goal": Shape(
        title=message("Goals"),
        lead=message("Result"),
        columns=(MEASURE, BASELINE, TARGET, DEADLINE),
    ),
    "stakeholder": Shape(
        title=message("People"), lead=message("Who"), columns=(ROLE, INFLUENCE, PRESENT)
    ),
    "pain": Shape(title=message("What hurts today")),
    "term": Shape(title=message("Terms"), lead=message("Term"), columns=(VALUE,)),
    "requirement": Shape(title=message("What delivery must respect")),
    "competitor": Shape(
        title=message("Alternatives"), lead=message("Who or what"), columns=(STATUS, WHY)
    ),
    "promise": Shape(
        title=message("Promises"),
        lead=message("What we owe"),
        columns=(STRENGTH, OWNER, DUE, STATUS),
    ),
    "exclusion": Shape(title=message("Exclusions"), lead=message("What we said we will not do")),
    "customer_commitment": Shape(
        title=message("The customer owes us"), lead=message("What they owe"), columns=(OWNER, DUE)
    ),
    "next_step": Shape(
        title=message("Next steps"), lead=message("What was agreed"), columns=(WHEN,)
    ),
    "risk": Shape(title=message("Risks")),
    "objection": Shape(title=message("Objections"), lead=message("Doubt"), columns=(TOPIC, STATUS)),
    "expansion": Shape(title=message("Room to grow")),
}

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
    "kept": "good",
    "late": "warn",
    "impossible": "bad",
}


def cells(claim: Claim, words: Words) -> tuple[Cell, ...]:
    """The fields of a claim in the order of its kind's columns, without the lead."""
    if isinstance(claim.fact, Promise):
        return tuple(_promise(claim, claim.fact, words))
    shown = _CELLS.get(type(claim.fact))
    return tuple(shown(claim.fact, words)) if shown else ()


def _goal(fact: Goal, words: Words) -> list[Cell]:
    return [
        _cell(MEASURE, fact.metric),
        _cell(BASELINE, fact.baseline),
        _cell(TARGET, fact.target),
        _cell(DEADLINE, due_text(fact.deadline, words)),
    ]


def _stakeholder(fact: Stakeholder, _: Words) -> list[Cell]:
    return [
        _cell(ROLE, fact.role),
        _chip(INFLUENCE, fact.influence, INFLUENCE_LABELS[fact.influence]),
        _cell(PRESENT, message("yes") if fact.present else message("no")),
    ]


def _term(fact: Term, words: Words) -> list[Cell]:
    return [_cell(VALUE, in_figures(fact.value, words))]


def _competitor(fact: Competitor, _: Words) -> list[Cell]:
    return [_chip(STATUS, fact.status, RIVAL_LABELS[fact.status]), _cell(WHY, fact.reason)]


def _promise(claim: Claim, fact: Promise, words: Words) -> list[Cell]:
    state = claim.state or "open"
    label = STATE_LABELS[state]
    status = _cell(STATUS, label) if state == "open" else _chip(STATUS, state, label)
    if claim.outcome:
        status = _chip(STATUS, claim.outcome, OUTCOME_LABELS[claim.outcome])
    return [
        _chip(STRENGTH, fact.strength, STRENGTH_LABELS[fact.strength]),
        _cell(OWNER, fact.owner, absent=UNNAMED),
        _cell(DUE, due_text(fact.due, words)),
        status,
    ]


def _commitment(fact: CustomerCommitment, words: Words) -> list[Cell]:
    return [_cell(OWNER, fact.owner, absent=UNNAMED), _cell(DUE, due_text(fact.due, words))]


def _next_step(fact: NextStep, words: Words) -> list[Cell]:
    return [_cell(WHEN, due_text(fact.due, words))]


def _objection(fact: Objection, _: Words) -> list[Cell]:
    tone = "bad" if fact.status == "open" else _TONES[fact.status]
    return [
        _cell(TOPIC, TOPIC_LABELS[fact.topic]),
        Cell(column=STATUS, text=OBJECTION_LABELS[fact.status], tone=tone),
    ]


_CELLS: Final[Mapping[type[Any], Callable[[Any, Words], list[Cell]]]] = {
    Goal: _goal,
    Stakeholder: _stakeholder,
    Term: _term,
    Competitor: _competitor,
    CustomerCommitment: _commitment,
    NextStep: _next_step,
    Objection: _objection,
}


def _cell(column: Message, text: Shown | None, *, absent: Message = UNSAID) -> Cell:
    return Cell(column=column, text=text or absent, absent=not text)


def _chip(column: Message, value: str, label: Message) -> Cell:
    return Cell(column=column, text=label, tone=_TONES.get(value, "plain"))
