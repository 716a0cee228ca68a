"""The checklist that a handoff must fill: eight sections, and what belongs where."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from transcript2handoff.facts import Kind
from transcript2handoff.handoff import Claim, Handoff

Section = Literal[
    "goals",
    "stakeholders",
    "pain",
    "terms",
    "environment",
    "competition",
    "commitments",
    "relationship",
]
SECTIONS: Final[tuple[Section, ...]] = get_args(Section)

TITLES: Final[Mapping[Section, str]] = {
    "goals": "Goals and success criteria",
    "stakeholders": "Stakeholders",
    "pain": "Pain and context",
    "terms": "Contract specifics",
    "environment": "Technical environment",
    "competition": "Competitive context",
    "commitments": "Open commitments",
    "relationship": "Relationship, risks and landmines",
}

KINDS_OF: Final[Mapping[Section, tuple[Kind, ...]]] = {
    "goals": ("goal",),
    "stakeholders": ("stakeholder",),
    "pain": ("pain",),
    "terms": ("term",),
    "environment": ("requirement",),
    "competition": ("competitor",),
    "commitments": ("promise", "exclusion", "customer_commitment", "next_step"),
    "relationship": ("risk", "objection", "expansion"),
}
"""Every kind stands in one section; within a section the kinds keep this order."""


def claims_of(handoff: Handoff, section: Section) -> tuple[Claim, ...]:
    """The claims that belong in a section, in the order of the handoff."""
    return handoff.of_kind(*KINDS_OF[section])


def silence(handoff: Handoff) -> str:
    """What is said where nothing was found: it was not discussed, if everything was read."""
    if any(call.unread for call in handoff.calls):
        return "not found in the turns that were read"
    return "not discussed"


def section_of(kind: Kind) -> Section:
    """Where claims of this kind stand."""
    return next(section for section in SECTIONS if kind in KINDS_OF[section])
