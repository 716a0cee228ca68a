"""What forms call the fields of a claim, and the values that can be chosen."""

from collections.abc import Mapping
from typing import Final, TypeVar

from transcript2handoff.facts import Kind
from transcript2handoff.render.cells import (
    BASELINE,
    DEADLINE,
    DUE,
    INFLUENCE,
    MEASURE,
    OWNER,
    PRESENT,
    ROLE,
    STATUS,
    STRENGTH,
    TARGET,
    TOPIC,
    VALUE,
    WHEN,
    WHY,
)
from transcript2handoff.render.labels import (
    INFLUENCE_LABELS,
    KIND_LABELS,
    OBJECTION_LABELS,
    OUTCOME_LABELS,
    RIVAL_LABELS,
    STRENGTH_LABELS,
    TERM_LABELS,
    TOPIC_LABELS,
)
from transcript2handoff.words import ENGLISH, Message

_Value = TypeVar("_Value", bound=str)
Of = tuple[Kind | None, str]
"""A field of one kind, or of every kind that has it."""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _said(labels: Mapping[_Value, Message]) -> dict[str, str]:
    return {value: _capital(ENGLISH.say(label)) for value, label in labels.items()}


_PROMISE_TYPES: Final[Mapping[str, str]] = {
    "timeline": "A date or a schedule",
    "feature": "Something the product does or will do",
    "resource": "People, training or time",
    "commercial": "Price or terms",
    "document": "A document",
    "support": "Support",
}
_PROMISE_STATES: Final[Mapping[str, str]] = {
    "open": "Open",
    "withdrawn": "Withdrawn",
    "done": "Done",
}

LABELS: Final[Mapping[Of, str]] = {
    (None, "summary"): "In one sentence",
    (None, "metric"): ENGLISH.say(MEASURE),
    (None, "baseline"): ENGLISH.say(BASELINE),
    (None, "target"): ENGLISH.say(TARGET),
    (None, "deadline"): ENGLISH.say(DEADLINE),
    (None, "strength"): ENGLISH.say(STRENGTH),
    ("promise", "type"): "What it is about",
    ("term", "type"): "Term",
    (None, "owner"): ENGLISH.say(OWNER),
    (None, "due"): ENGLISH.say(DUE),
    ("next_step", "due"): ENGLISH.say(WHEN),
    (None, "status"): ENGLISH.say(STATUS),
    (None, "topic"): ENGLISH.say(TOPIC),
    (None, "name"): "Name",
    (None, "role"): ENGLISH.say(ROLE),
    (None, "influence"): ENGLISH.say(INFLUENCE),
    (None, "present"): ENGLISH.say(PRESENT),
    (None, "reason"): ENGLISH.say(WHY),
    (None, "value"): ENGLISH.say(VALUE),
}
HINTS: Final[Mapping[Of, str]] = {
    (None, "summary"): "As it should stand in the brief.",
    (None, "owner"): "Who does it: the full name. Leave it empty where nobody took it on.",
    (None, "due"): "The day; or the words, where they name no single day.",
    (None, "deadline"): "The day; or the words, where they name no single day.",
    (None, "value"): "For an amount, with its currency: £44,160.",
    ("stakeholder", "name"): "A name or a role is needed.",
}
CHOICES: Final[Mapping[Of, Mapping[str, str]]] = {
    (None, "strength"): _said(STRENGTH_LABELS),
    ("promise", "type"): _PROMISE_TYPES,
    ("promise", "status"): _PROMISE_STATES,
    ("term", "type"): _said(TERM_LABELS),
    (None, "topic"): _said(TOPIC_LABELS),
    ("objection", "status"): _said(OBJECTION_LABELS),
    (None, "influence"): _said(INFLUENCE_LABELS),
    ("competitor", "status"): _said(RIVAL_LABELS),
}
KINDS_SAID: Final[Mapping[Kind, str]] = {
    kind: _capital(ENGLISH.say(label)) for kind, label in KIND_LABELS.items()
}
"""What forms call the kinds of claims."""
OUTCOMES_SAID: Final[Mapping[str, str]] = _said(OUTCOME_LABELS)
