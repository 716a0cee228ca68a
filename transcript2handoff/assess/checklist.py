"""The checklist that a handoff must fill: eight sections, and what belongs where."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from transcript2handoff.facts import Kind
from transcript2handoff.handoff import Claim, Handoff
from transcript2handoff.words import Message, message

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

TITLES: Final[Mapping[Section, Message]] = {
    "goals": message("Goals and success criteria"),
    "stakeholders": message("Stakeholders"),
    "pain": message("Pain and context"),
    "terms": message("Contract specifics"),
    "environment": message("Technical environment"),
    "competition": message("Competitive context"),
    "commitments": message("Open commitments"),
    "relationship": message("Relationship, risks and landmines"),
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


def silence(handoff: Handoff) -> Message:
    """What is said where nothing was found: it was not discussed, if everything was read."""
    if any(call.unread for call in handoff.calls):
        return message("not found in the turns that were read")
    return message("not discussed")


def section_of(kind: Kind) -> Section:
    """Where claims of this kind stand."""
    return next(section for section in SECTIONS if kind in KINDS_OF[section])
