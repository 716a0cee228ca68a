"""Readiness: what of the checklist is filled, whether sales is done, and what to ask.

The formula, in three steps:

1. A *section* of the checklist is ``missing`` without claims, ``thin`` while it has gaps (one rule
   a section, ``_GAPS``), else ``complete``. Weakly supported claims fill no gap.
2. Sales is done when the deal is *decidable*. Four *conditions*, each with the reasons why not:

   ============  ================================================================================
   scope         something is said about what is to be delivered; no open promise of a feature
                 is hedged or conditional; no objection to product or integration is unanswered
   success       a goal with a target and a goal with a deadline
   commercial    price, length and start are stated; somebody decides about the money; no
                 objection to price or contract is unanswered
   expectations  every other open promise is firm and has an owner or a date; a next step is agreed
   ============  ================================================================================

3. The *verdict* is ``blocked`` if goals, contract specifics or commitments are missing altogether,
   for no answer can be built on silence; ``ask_ae`` if a condition is not met; else ``ready``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, Literal, TypeVar

from transcript2handoff.assess.checklist import SECTIONS, TITLES, Section, claims_of, silence
from transcript2handoff.assess.questions import (
    NEEDED_TERMS,
    Question,
    influence,
    is_weak,
    questions_for,
)
from transcript2handoff.deal import Record, Text
from transcript2handoff.facts import (
    Competitor,
    Goal,
    Objection,
    ObjectionTopic,
    Promise,
    Stakeholder,
    Term,
)
from transcript2handoff.handoff import Claim, Handoff

State = Literal["complete", "thin", "missing"]
Verdict = Literal["ready", "ask_ae", "blocked"]
ConditionName = Literal["scope", "success", "commercial", "expectations"]

DECISIVE: Final[tuple[Section, ...]] = ("goals", "terms", "commitments")
"""Silence about one of these blocks the handoff."""

_F = TypeVar("_F")


class SectionState(Record):
    """How well one section of the checklist is filled. ``reasons`` say what is wanting."""

    section: Section
    state: State
    reasons: tuple[Text, ...] = ()
    claim_ids: tuple[Text, ...] = ()


class Condition(Record):
    """One of the four conditions of a decidable deal; met if there is no reason against it."""

    name: ConditionName
    reasons: tuple[Text, ...] = ()

    @property
    def met(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons


class Assessment(Record):
    """Whether a handoff can be taken over, why, and what to ask first."""

    sections: tuple[SectionState, ...]
    """All eight, in the order of the checklist."""
    conditions: tuple[Condition, ...]
    """All four."""
    verdict: Verdict
    reasons: tuple[Text, ...]
    questions: tuple[Question, ...]

    def section(self, name: Section) -> SectionState:
        """The state of one section."""
        return self.sections[SECTIONS.index(name)]


def assess(handoff: Handoff) -> Assessment:
    """Judge a handoff by the formula of this module."""
    sections = tuple(_section(handoff, name) for name in SECTIONS)
    conditions = tuple(
        Condition(name=name, reasons=tuple(doubts(handoff))) for name, doubts in _DOUBTS.items()
    )
    verdict, reasons = _verdict(handoff, sections, conditions)
    return Assessment(
        sections=sections,
        conditions=conditions,
        verdict=verdict,
        reasons=reasons,
        questions=questions_for(handoff),
    )


def _section(handoff: Handoff, name: Section) -> SectionState:
    claims = claims_of(handoff, name)
    if not claims:
        return SectionState(section=name, state="missing", reasons=(silence(handoff),))
    sound = [claim for claim in claims if not is_weak(claim)]
    gaps = tuple(_GAPS[name](sound)) if sound else ("only weakly supported",)
    return SectionState(
        section=name,
        state="thin" if gaps else "complete",
        reasons=gaps,
        claim_ids=tuple(claim.id for claim in claims),
    )


def _verdict(
    handoff: Handoff, sections: tuple[SectionState, ...], conditions: tuple[Condition, ...]
) -> tuple[Verdict, tuple[str, ...]]:
    unread = tuple(_unread(handoff))
    silent = [s.section for s in sections if s.section in DECISIVE and s.state == "missing"]
    if silent or unread:
        nothing = silence(handoff)
        return "blocked", (*unread, *(f"{TITLES[section]}: {nothing}" for section in silent))
    unmet = tuple(reason for condition in conditions for reason in condition.reasons)
    if unmet:
        return "ask_ae", unmet
    return "ready", ("All four conditions are met",)


def _unread(handoff: Handoff) -> Iterator[str]:
    """What nobody has read can hold anything."""
    for record in handoff.calls:
        for gap in record.unread:
            yield f"Incomplete: {gap.turns} of {record.call.id} could not be read"


def _facts(claims: Iterable[Claim], of: type[_F]) -> list[_F]:
    return [claim.fact for claim in claims if isinstance(claim.fact, of)]


def _sound(handoff: Handoff) -> list[Claim]:
    return [claim for claim in handoff.claims if not is_weak(claim)]


# What each section still wants.


def _goal_gaps(claims: list[Claim]) -> Iterator[str]:
    goals = _facts(claims, Goal)
    if not any(goal.target for goal in goals):
        yield "no goal has a target"
    if not any(goal.deadline for goal in goals):
        yield "no goal has a deadline"


def _stakeholder_gaps(claims: list[Claim]) -> Iterator[str]:
    known = {person.influence for person in _facts(claims, Stakeholder)}
    if "economic_buyer" not in known:
        yield "nobody is known to decide about the money"
    if "champion" not in known:
        yield "no champion is known"


def _term_gaps(claims: list[Claim]) -> Iterator[str]:
    stated = {term.type for term in _facts(claims, Term)}
    yield from (f"{name} is not stated" for name in NEEDED_TERMS if name not in stated)


def _competition_gaps(claims: list[Claim]) -> Iterator[str]:
    if not any(rival.reason for rival in _facts(claims, Competitor)):
        yield "why not one of the others is not said"


def _commitment_gaps(claims: list[Claim]) -> Iterator[str]:
    loose = [p for p in _open_promises(claims) if not p.owner or not p.due]
    if loose:
        yield f"{_count(len(loose), 'open promise')} without owner or date"
    if not any(claim.kind == "next_step" for claim in claims):
        yield "no next step is agreed"


def _relationship_gaps(claims: list[Claim]) -> Iterator[str]:
    if not any(claim.kind in ("risk", "objection") for claim in claims):
        yield "no risk and no objection was heard"


def _no_gaps(_: list[Claim]) -> Iterator[str]:
    yield from ()


_GAPS: Final[Mapping[Section, Callable[[list[Claim]], Iterator[str]]]] = {
    "goals": _goal_gaps,
    "stakeholders": _stakeholder_gaps,
    "pain": _no_gaps,
    "terms": _term_gaps,
    "environment": _no_gaps,
    "competition": _competition_gaps,
    "commitments": _commitment_gaps,
    "relationship": _relationship_gaps,
}


# What speaks against each condition.


def _scope_doubts(handoff: Handoff) -> Iterator[str]:
    sound = _sound(handoff)
    features = [p for p in _open_promises(sound) if p.type == "feature"]
    soft = [p for p in features if p.strength != "firm"]
    if not features and not any(claim.kind == "requirement" for claim in sound):
        yield "nothing is said about what is to be delivered"
    if soft:
        yield f"{_count(len(soft), 'promised feature')} not firm"
    yield from _unanswered(sound, ("product_gap", "integration"), "product or integration")


def _success_doubts(handoff: Handoff) -> Iterator[str]:
    sound = _sound(handoff)
    if not _facts(sound, Goal):
        yield "no success criterion is named"
    else:
        yield from _goal_gaps(sound)


def _commercial_doubts(handoff: Handoff) -> Iterator[str]:
    sound = _sound(handoff)
    yield from _term_gaps(sound)
    if not any(influence(claim) == "economic_buyer" for claim in sound):
        yield "nobody is known to decide about the money"
    yield from _unanswered(sound, ("price", "legal"), "price or contract")


def _expectation_doubts(handoff: Handoff) -> Iterator[str]:
    sound = _sound(handoff)
    others = [p for p in _open_promises(sound) if p.type != "feature"]
    soft = [p for p in others if p.strength != "firm"]
    loose = [p for p in others if p.strength == "firm" and not (p.owner or p.due)]
    if soft:
        yield f"{_count(len(soft), 'other promise')} not firm"
    if loose:
        yield f"{_count(len(loose), 'firm promise')} with neither owner nor date"
    if not any(claim.kind == "next_step" for claim in sound):
        yield "no next step is agreed"


_DOUBTS: Final[Mapping[ConditionName, Callable[[Handoff], Iterator[str]]]] = {
    "scope": _scope_doubts,
    "success": _success_doubts,
    "commercial": _commercial_doubts,
    "expectations": _expectation_doubts,
}


def _open_promises(claims: Iterable[Claim]) -> list[Promise]:
    return _facts((claim for claim in claims if claim.is_owed), Promise)


def _unanswered(
    claims: Iterable[Claim], topics: tuple[ObjectionTopic, ...], label: str
) -> Iterator[str]:
    found = [o for o in _facts(claims, Objection) if o.status == "open" and o.topic in topics]
    if found:
        yield f"{_count(len(found), 'objection')} to {label} unanswered"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
