"""The first screen of a brief: verdict, and what a reader must know if she reads no further."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from transcript2handoff.assess import Assessment, Condition, ConditionName, Verdict
from transcript2handoff.assess.checklist import TITLES, silence
from transcript2handoff.assess.questions import due_day, due_of, is_before, is_weak, last_call_day
from transcript2handoff.facts import (
    Competitor,
    Fact,
    Goal,
    NextStep,
    Objection,
    Promise,
    Stakeholder,
    Term,
)
from transcript2handoff.handoff import Claim, Handoff
from transcript2handoff.render.facts import INFLUENCE_LABELS, TERM_LABELS, in_order, is_over
from transcript2handoff.render.proofs import Proof, Proofs, claim_anchor, due_text

LINES: Final = 3
"""More lines than these a card does not show; it says how many there are."""

_VERDICTS: Final[Mapping[Verdict, str]] = {
    "ready": "Ready to hand over",
    "ask_ae": "Ask the account executive first",
    "blocked": "Not ready: the calls leave out the essentials",
}

_CONDITIONS: Final[Mapping[ConditionName, str]] = {
    "scope": "Scope is final",
    "success": "Success criteria are named",
    "commercial": "Commercial terms are clear",
    "expectations": "Expectations are documented",
}


@dataclass(frozen=True, kw_only=True)
class Check:
    """A condition of a decidable deal as the reader sees it."""

    title: str
    met: bool
    reasons: str


@dataclass(frozen=True, kw_only=True)
class VerdictView:
    """The verdict, why, and the four conditions that it rests on."""

    tone: Verdict
    title: str
    reasons: tuple[str, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True, kw_only=True)
class SummaryLine:
    """One line of a card. It leads to the claim's own line, where all its proofs stand."""

    text: str
    mark: str | None = None
    anchor: str | None = None
    proof: Proof | None = None


@dataclass(frozen=True, kw_only=True)
class Card:
    """A part of the first screen; ``more`` counts the lines that it has no room for."""

    title: str
    lines: tuple[SummaryLine, ...]
    more: int
    section: str
    nothing: str


def verdict_view(assessment: Assessment) -> VerdictView:
    """The verdict in words."""
    blocked = assessment.verdict == "blocked"
    return VerdictView(
        tone=assessment.verdict,
        title=_VERDICTS[assessment.verdict],
        # The reasons for asking are those of the conditions, which stand right below.
        reasons=assessment.reasons if blocked else (),
        checks=tuple(_check(condition) for condition in assessment.conditions),
    )


def _check(condition: Condition) -> Check:
    return Check(
        title=_CONDITIONS[condition.name], met=condition.met, reasons="; ".join(condition.reasons)
    )


def summary_cards(handoff: Handoff, assessment: Assessment, proofs: Proofs) -> tuple[Card, ...]:
    """The cards of the first screen, in the order of reading."""
    lines = _Lines(handoff=handoff, proofs=proofs)
    return (
        lines.card("What they want", "goals", handoff.of_kind("goal")),
        lines.card("Who matters", "stakeholders", in_order(handoff.of_kind("stakeholder"))),
        lines.card("Money and terms", "terms", in_order(handoff.of_kind("term"))),
        lines.card("Dates", "commitments", _dated(handoff), mark=_day_mark),
        lines.card("Promises to keep first", "commitments", _to_keep(handoff)),
        lines.card("Biggest risks", "relationship", _threats(handoff)),
        lines.card("What else they looked at", "competition", handoff.of_kind("competitor")),
        _missing(assessment),
    )


_Mark = Callable[[Fact], str | None]
"""The word or two in front of a line."""


@dataclass(frozen=True, kw_only=True)
class _Lines:
    handoff: Handoff
    proofs: Proofs

    def card(
        self, title: str, section: str, claims: Iterable[Claim], *, mark: _Mark | None = None
    ) -> Card:
        sound = [claim for claim in claims if not is_weak(claim)]
        return Card(
            title=title,
            section=section,
            lines=tuple(self._line(claim, mark or _mark) for claim in sound[:LINES]),
            more=max(len(sound) - LINES, 0),
            nothing=f"{silence(self.handoff).capitalize()}.",
        )

    def _line(self, claim: Claim, mark: _Mark) -> SummaryLine:
        return SummaryLine(
            text=_short(claim),
            mark=mark(claim.fact),
            anchor=claim_anchor(claim, self.handoff.claims.index(claim) + 1),
            proof=self.proofs.of(claim)[0],
        )


def _short(claim: Claim) -> str:
    match claim.fact:
        case Stakeholder(name=name, role=role):
            return ", ".join(part for part in (name, role) if part)
        case Term(value=value):
            return value
        case Competitor(name=name, reason=reason):
            return f"{name}: {reason}" if reason else name
        case _:
            return claim.summary


def _mark(fact: Fact) -> str | None:
    match fact:
        case Stakeholder(influence=influence):
            return INFLUENCE_LABELS[influence].capitalize()
        case Competitor(status=status):
            return status.capitalize()
        case Term(type=type_):
            return TERM_LABELS[type_]
        case Promise(strength=strength, due=due):
            return ", ".join(part for part in (due_text(due), strength) if part)
        case Objection(topic=topic):
            return f"Unanswered, {topic.replace('_', ' ')}"
        case _:
            return None


def _day_mark(fact: Fact) -> str | None:
    return due_text(_when(fact))


def _dated(handoff: Handoff) -> list[Claim]:
    """What has a time: first meetings and go-live, then the customer's aims, then its tasks.

    Promises have a card of their own; of them only timelines stand here. Days before the last
    call are past.
    """
    last_call = last_call_day(handoff)
    dated = [claim for claim in handoff.claims if not is_over(claim) and _when(claim.fact)]
    return sorted((c for c in dated if not _is_past(c.fact, last_call)), key=_nearness)


def _is_past(fact: Fact, last_call: datetime.date | None) -> bool:
    """A meeting on the day of the last call is taken to be that call."""
    meeting = isinstance(fact, NextStep) and last_call and due_day(fact.due) == last_call
    return bool(meeting) or is_before(_when(fact), last_call)


def _nearness(claim: Claim) -> tuple[int, datetime.date]:
    rank = {"goal": 1, "customer_commitment": 2}.get(claim.kind, 0)
    return rank, due_day(_when(claim.fact)) or datetime.date.max


def _when(fact: Fact) -> str | None:
    match fact:
        case Promise(type=type_, due=due):
            return due if type_ == "timeline" else None
        case Term(type="start" | "renewal", value=value):
            return value
        case Goal(deadline=deadline):
            return deadline
        case _:
            return due_of(fact)


def _to_keep(handoff: Handoff) -> list[Claim]:
    """Open promises, the next one due first; what was due before the last call comes last."""
    last_call = last_call_day(handoff)
    promises = [claim for claim in in_order(handoff.of_kind("promise")) if not is_over(claim)]
    return sorted(promises, key=lambda claim: is_before(due_of(claim.fact), last_call))


def _threats(handoff: Handoff) -> list[Claim]:
    """Risks and unanswered objections by turns, so that neither hides the other."""
    objections = [c for c in in_order(handoff.of_kind("objection")) if not is_over(c)]
    pairs = zip_longest(handoff.of_kind("risk"), objections)
    return [claim for pair in pairs for claim in pair if claim]


def _missing(assessment: Assessment) -> Card:
    wanting = [section for section in assessment.sections if section.state != "complete"]
    gaps = [
        SummaryLine(
            text="; ".join(section.reasons), mark=TITLES[section.section], anchor=section.section
        )
        for section in wanting
    ]
    return Card(
        title="What is missing",
        section="questions",
        nothing="Nothing: all eight sections are filled.",
        lines=(*gaps, *_asked(len(assessment.questions))),
        more=0,
    )


def _asked(count: int) -> Iterator[SummaryLine]:
    if count:
        noun = "question" if count == 1 else "questions"
        text = f"{count} {noun} to the account executive"
        yield SummaryLine(text=text, anchor="questions")
