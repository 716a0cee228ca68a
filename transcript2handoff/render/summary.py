"""The verdict and the cards of the first pages of a brief, as their templates see them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from transcript2handoff.assess import CONDITIONS, Assessment, Condition, Verdict
from transcript2handoff.assess.checklist import TITLES
from transcript2handoff.assess.voices import executive_of
from transcript2handoff.handoff import Handoff
from transcript2handoff.render.proofs import Proof
from transcript2handoff.words import Message, Shown, counted, message

VERDICTS: Final[Mapping[Verdict, Message]] = {
    "ready": message("Ready to hand over"),
    "ask_ae": message("Ask the account executive first"),
    "blocked": message("Not ready: the calls leave out the essentials"),
}


@dataclass(frozen=True, kw_only=True)
class Check:
    """A condition of a decidable deal as the reader sees it."""

    title: Message
    met: bool
    reasons: tuple[Message, ...]


@dataclass(frozen=True, kw_only=True)
class VerdictView:
    """The verdict, why, and the four conditions that it rests on."""

    tone: Verdict
    title: Message
    score: Message
    reasons: tuple[Message, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True, kw_only=True)
class SummaryLine:
    """One line of a card. It leads to the claim's own line, where all its proofs stand."""

    text: Shown
    mark: Shown | None = None
    anchor: str | None = None
    proof: Proof | None = None
    was: str | None = None
    """What a promise was before it changed."""
    note: Message | None = None


@dataclass(frozen=True, kw_only=True)
class Card:
    """A part of the first pages; ``more`` counts the lines that it has no room for."""

    title: Message
    lines: tuple[SummaryLine, ...]
    more: int
    section: str
    nothing: Message


def verdict_view(assessment: Assessment) -> VerdictView:
    """The verdict in words."""
    blocked = assessment.verdict == "blocked"
    return VerdictView(
        tone=assessment.verdict,
        title=VERDICTS[assessment.verdict],
        score=message("Readiness {score} of 100", score=assessment.score),
        # The reasons for asking are those of the conditions, which stand right below.
        reasons=assessment.reasons if blocked else (),
        checks=tuple(_check(condition) for condition in assessment.conditions),
    )


def _check(condition: Condition) -> Check:
    return Check(title=CONDITIONS[condition.name], met=condition.met, reasons=condition.reasons)


def missing_card(assessment: Assessment) -> Card:
    """What the sections want, and how many questions there are."""
    wanting = [section for section in assessment.sections if section.state != "complete"]
    gaps = [
        SummaryLine(text=reason, mark=TITLES[section.section], anchor=section.section)
        for section in wanting
        for reason in section.reasons
    ]
    return Card(
        title=message("What is missing"),
        section="questions",
        nothing=message("Nothing: all eight sections are filled."),
        lines=(*gaps, *_count(len(assessment.questions))),
        more=0,
    )


def _count(questions: int) -> Iterator[SummaryLine]:
    if questions:
        text = counted(
            "{count} question to the account executive",
            "{count} questions to the account executive",
            count=questions,
        )
        yield SummaryLine(text=text, anchor="questions")


def asked_card(handoff: Handoff, assessment: Assessment, *, most: int) -> Card:
    """The most pressing questions, and to whom they go."""
    asked = assessment.questions
    executive = executive_of(handoff.deal)
    return Card(
        title=message("Ask {name} first", name=executive) if executive else VERDICTS["ask_ae"],
        section="questions",
        lines=tuple(SummaryLine(text=one.text, anchor="questions") for one in asked[:most]),
        more=max(len(asked) - most, 0),
        nothing=message("Nothing that was said leaves a question open."),
    )


def answered_cards(handoff: Handoff) -> tuple[Card, ...]:
    """The card of what was answered after the calls, if anything was."""
    lines = tuple(
        SummaryLine(text=one.evidence.words, mark=one.question, anchor="answers")
        for one in handoff.answers
    )
    title = message("Answered after the calls")
    nothing = message("Nothing.")
    card = Card(title=title, lines=lines, more=0, section="answers", nothing=nothing)
    return (card,) if lines else ()
