"""What the trained reader tells of a sentence: kinds, values of fields, and names in it."""

from typing import Final, get_args

from transcript2handoff.facts import (
    KINDS,
    CompetitorStatus,
    Influence,
    ObjectionStatus,
    ObjectionTopic,
    PromiseStatus,
    PromiseType,
    Strength,
    TermType,
)

FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "promise.strength": get_args(Strength),
    "promise.type": get_args(PromiseType),
    "promise.status": get_args(PromiseStatus),
    "promise.owner": ("speaker", "other", "nobody"),
    "objection.topic": get_args(ObjectionTopic),
    "objection.status": get_args(ObjectionStatus),
    "term.type": get_args(TermType),
    "stakeholder.influence": get_args(Influence),
    "competitor.status": get_args(CompetitorStatus),
}
"""Fields that are one of a few values, by ``kind.field``."""
NAMES: Final = ("stakeholder", "competitor")
"""Kinds whose name is marked token by token."""


def columns() -> dict[str, slice]:
    """Where the reader's outputs for a sentence stand: ``kinds`` and each of ``FIELDS``."""
    places = {"kinds": slice(0, len(KINDS))}
    begin = len(KINDS)
    for field, values in FIELDS.items():
        places[field] = slice(begin, begin + len(values))
        begin += len(values)
    return places


def width() -> int:
    """How many outputs there are for a sentence."""
    return len(KINDS) + sum(len(values) for values in FIELDS.values())
