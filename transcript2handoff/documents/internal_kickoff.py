"""The agenda of the internal kickoff (IKO), in which sales hands a deal to customer success.

What is known stands with its proof, so that the 45 minutes are spent on what is not known.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from transcript2handoff.assess import CONDITIONS
from transcript2handoff.assess.checklist import TITLES
from transcript2handoff.company import Role
from transcript2handoff.documents.customer_words import ROLE_NAMES
from transcript2handoff.documents.inside import (
    Group,
    Inside,
    Line,
    group,
    line,
    not_discussed,
    surest,
)
from transcript2handoff.documents.landmines import landmines, overpromised
from transcript2handoff.documents.question_sheet import AskedQuestion, asked_questions
from transcript2handoff.documents.seats import Seat, seats, who_is
from transcript2handoff.documents.unwritten import unwritten
from transcript2handoff.facts import CustomerCommitment, Promise
from transcript2handoff.render.summary import VERDICTS
from transcript2handoff.words import Message, Shown, counted, message

TOP: Final = 3
"""Questions that the meeting answers; the others are for the question sheet."""
DECISIONS: Final = 5
MOTIVES: Final = 3

_PARTS: Final[tuple[tuple[int, Message, Role], ...]] = (
    (5, message("Readiness: the verdict, and what is missing"), "customer_success_manager"),
    (8, message("Why they bought"), "account_executive"),
    (10, message("Unwritten expectations"), "account_executive"),
    (10, message("Landmines"), "account_executive"),
    (7, message("Questions to the account executive"), "customer_success_manager"),
    (5, message("Decisions to take"), "customer_success_manager"),
)
"""The parts of the meeting: minutes, what is talked about, who leads. 45 minutes in all."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the meeting: its minutes (``0–5``), what is talked about, and who leads."""

    minutes: str
    about: Message
    lead: Shown


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A condition or a section, and what it still wants; no reasons where it wants nothing."""

    title: Shown
    reasons: tuple[Shown, ...]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Something that the meeting decides, and about what."""

    question: Message
    about: Line


@dataclass(frozen=True, kw_only=True)
class Kickoff:
    """The whole agenda. ``score`` is the readiness from 0 to 100."""

    customer: Shown
    product: str | None
    seats: tuple[Seat, ...]
    parts: tuple[Part, ...]
    verdict: Shown
    score: int
    conditions: tuple[Gap, ...]
    gaps: tuple[Gap, ...]
    motives: tuple[Group, ...]
    unwritten: tuple[Group, ...]
    landmines: tuple[Group, ...]
    questions: tuple[AskedQuestion, ...]
    more_questions: Message | None
    decisions: tuple[Decision, ...]
    more_decisions: Message | None


def internal_kickoff(inside: Inside) -> str:
    """The agenda as Markdown.

    Raises:
        ArtifactError: the transcript of a call is not among those given.
    """
    kickoff = build_kickoff(inside)
    return inside.templates.markdown("internal_kickoff.md.jinja", kickoff=kickoff)


def build_kickoff(inside: Inside) -> Kickoff:
    """Everything that the agenda shows, in its order."""
    asked = asked_questions(inside)
    decisions = tuple(_decisions(inside))
    return Kickoff(
        customer=inside.customer,
        product=inside.handoff.deal.product,
        seats=seats(inside),
        parts=tuple(_parts(inside)),
        verdict=VERDICTS[inside.assessment.verdict],
        score=inside.assessment.score,
        conditions=_conditions(inside),
        gaps=_gaps(inside),
        motives=_motives(inside),
        unwritten=unwritten(inside),
        landmines=landmines(inside),
        questions=asked[:TOP],
        more_questions=_more_questions(len(asked) - TOP),
        decisions=decisions[:DECISIONS],
        more_decisions=_more_decisions(len(decisions) - DECISIONS),
    )


def _parts(inside: Inside) -> Iterator[Part]:
    begin = 0
    for minutes, about, role in _PARTS:
        lead = who_is(inside, role) or ROLE_NAMES[role]
        yield Part(minutes=f"{begin}–{begin + minutes}", about=about, lead=lead)
        begin += minutes


def _conditions(inside: Inside) -> tuple[Gap, ...]:
    return tuple(
        Gap(title=CONDITIONS[condition.name], reasons=condition.reasons)
        for condition in inside.assessment.conditions
    )


def _gaps(inside: Inside) -> tuple[Gap, ...]:
    return tuple(
        Gap(title=TITLES[section.section], reasons=section.reasons)
        for section in inside.assessment.sections
        if section.state != "complete"
    )


def _motives(inside: Inside) -> tuple[Group, ...]:
    kinds = (("goal", message("Goals")), ("pain", message("What hurts today")))
    return tuple(
        group(
            title,
            [line(inside, claim) for claim in surest(inside.handoff.claims) if claim.kind == kind],
            most=MOTIVES,
            nothing=not_discussed(inside),
        )
        for kind, title in kinds
    )


def _decisions(inside: Inside) -> Iterator[Decision]:
    """What cannot hold, then what nobody owns: promises first, then the customer's tasks."""
    for clash in inside.handoff.contradictions:
        sides = [claim for claim in inside.handoff.claims if claim.id in clash.claims]
        proofs = tuple(inside.proofs.telling(side) for side in sides)
        about = Line(text=clash.about, proofs=proofs)
        yield Decision(question=message("What holds, and who tells the customer?"), about=about)
    for promised in overpromised(inside):
        yield Decision(question=message("Who clears this up with the customer?"), about=promised)
    for claim in surest(inside.handoff.of_kind("promise")):
        fact = claim.fact
        if isinstance(fact, Promise) and claim.is_owed and not fact.owner:
            yield Decision(question=message("Who owns this promise?"), about=line(inside, claim))
    for claim in surest(inside.handoff.of_kind("customer_commitment")):
        fact = claim.fact
        if isinstance(fact, CustomerCommitment) and not (fact.owner and fact.due):
            question = message("Who asks the customer for this, and by when?")
            yield Decision(question=question, about=line(inside, claim))


def _more_questions(count: int) -> Message | None:
    if count <= 0:
        return None
    return counted(
        "{count} more stands on the question sheet",
        "{count} more stand on the question sheet",
        count=count,
    )


def _more_decisions(count: int) -> Message | None:
    if count <= 0:
        return None
    return counted(
        "{count} more stands in the promise ledger",
        "{count} more stand in the promise ledger",
        count=count,
    )
