"""The form of a claim, made from the fields of its kind; how a value is shown and read back. Pure.

What is shown and sent back unchanged changes nothing: a browser may write spaces and line breaks
another way, so values that differ in these alone are the same.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, get_args, get_origin

from transcript2handoff.facts import Fact, Kind
from transcript2handoff.journal.fields import SUMMARY, Value, fields_of
from transcript2handoff.pages.field_labels import CHOICES, HINTS, LABELS
from transcript2handoff.render.proofs import due_text

Control = Literal["lines", "line", "choice", "yes_no", "day"]
"""How a value is asked for. A ``day`` is a day, or words where they name no single day."""
WORDS: Final = "_words"
"""What the words of a ``day`` are called in a form, behind the name of the field."""
_DAYS: Final = frozenset({"due", "deadline"})
_YES_NO: Final = {"yes": True, "no": False}
_LONGEST: Final = 2000
_FACTS: Final[Mapping[str, Any]] = {
    fact.model_fields["kind"].default: fact for fact in get_args(get_args(Fact)[0])
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of the values that a field can have."""

    value: str
    label: str


@dataclass(frozen=True, kw_only=True)
class FormField:
    """A field as a form asks for it.

    Attributes:
        name: of the field; ``summary`` or one of the kind.
        label: what people call it.
        control: how it is asked for.
        hint: what goes in, with an example.
        is_required: whether it can be left empty.
        choices: of a ``choice`` or ``yes_no``.
    """

    name: str
    label: str
    control: Control
    hint: str | None
    is_required: bool
    choices: tuple[Choice, ...] = ()

    def shown(self, value: Value) -> dict[str, str]:
        """What stands in the form for a value, by the names of the inputs."""
        if self.control == "yes_no":
            return {self.name: "yes" if value else "no"}
        text = tidy(value) if isinstance(value, str) else ""
        if self.control != "day":
            return {self.name: text}
        is_day = _is_day(text)
        return {self.name: text if is_day else "", self.name + WORDS: "" if is_day else text}

    def says(self, value: Value) -> str:
        """A value for people."""
        if value is None:
            return "nothing"
        if self.control == "yes_no":
            return "yes" if value else "no"
        if self.control == "day":
            return due_text(str(value)) or ""
        labels = {choice.value: choice.label for choice in self.choices}
        return labels.get(str(value), str(value))


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What was sent: the values that fit, and what does not, by the names of the fields."""

    values: Mapping[str, Value]
    errors: Mapping[str, str]


@cache
def form_fields(kind: Kind) -> tuple[FormField, ...]:
    """The fields that a form asks for a claim of this kind, the summary first."""
    return tuple(_field(kind, name) for name in fields_of(kind))


def defaults(kind: Kind) -> dict[str, str]:
    """What stands in a form of a claim that is yet to be made: what is so unless somebody says."""
    given = _FACTS[kind].model_fields.items()
    known = {name: info.default for name, info in given if isinstance(info.default, str)}
    return shown(kind, {name: value for name, value in known.items() if name != "kind"})


def shown(kind: Kind, values: Mapping[str, Value]) -> dict[str, str]:
    """What stands in a form for these values, by the names of its inputs."""
    filled: dict[str, str] = {}
    for field in form_fields(kind):
        if field.name in values:
            filled |= field.shown(values[field.name])
    return filled


def read(kind: Kind, sent: Mapping[str, str]) -> Reading:
    """Read what was sent back; a field that was not in the form has no value here.

    Args:
        kind: of the claim.
        sent: the inputs of the form by their names.
    """
    values: dict[str, Value] = {}
    errors: dict[str, str] = {}
    for field in form_fields(kind):
        if field.name in sent or field.name + WORDS in sent:
            try:
                values[field.name] = _read(field, sent)
            except ValueError as error:
                errors[field.name] = str(error)
    return Reading(values=values, errors=errors)


def changed(was: Mapping[str, Value], now: Mapping[str, Value]) -> dict[str, Value]:
    """What is another value now, of the fields that are given."""
    return {name: value for name, value in now.items() if not same(was.get(name), value)}


def same(one: Value, other: Value) -> bool:
    """Whether two values say the same; spaces and line breaks make no difference."""
    if isinstance(one, str) and isinstance(other, str):
        return tidy(one) == tidy(other)
    return one == other


def tidy(text: str) -> str:
    """Text in one line, with single spaces."""
    return " ".join(text.split())


def field_named(kind: Kind, name: str) -> FormField:
    """One field of a kind.

    Raises:
        StopIteration: the kind has no such field.
    """
    return next(field for field in form_fields(kind) if field.name == name)


def _field(kind: Kind, name: str) -> FormField:
    choices = CHOICES.get((kind, name)) or CHOICES.get((None, name)) or {}
    control = _control(kind, name)
    return FormField(
        name=name,
        label=LABELS.get((kind, name)) or LABELS[None, name],
        control=control,
        hint=HINTS.get((kind, name)) or HINTS.get((None, name)),
        is_required=control in ("choice", "yes_no") or not _may_be_empty(kind, name),
        choices=_choices(("yes", "no"), {"yes": "Yes", "no": "No"})
        if control == "yes_no"
        else _choices(_allowed(kind, name), choices),
    )


def _control(kind: Kind, name: str) -> Control:
    if name == SUMMARY:
        return "lines"
    if name in _DAYS:
        return "day"
    if _annotation(kind, name) is bool:
        return "yes_no"
    return "choice" if _allowed(kind, name) else "line"


def _annotation(kind: Kind, name: str) -> object:
    return str if name == SUMMARY else _FACTS[kind].model_fields[name].annotation


def _allowed(kind: Kind, name: str) -> tuple[str, ...]:
    wanted = _annotation(kind, name)
    return get_args(wanted) if get_origin(wanted) is Literal else ()


def _may_be_empty(kind: Kind, name: str) -> bool:
    return type(None) in get_args(_annotation(kind, name))


def _choices(allowed: Iterable[str], labels: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value=one, label=labels[one]) for one in allowed)


def _read(field: FormField, sent: Mapping[str, str]) -> Value:
    given = tidy(sent.get(field.name, ""))
    if field.control == "yes_no":
        if given not in _YES_NO:
            raise ValueError("Choose yes or no.")
        return _YES_NO[given]
    if field.control == "choice":
        if given not in {choice.value for choice in field.choices}:
            raise ValueError("Choose one of these.")
        return given
    if field.control == "day":
        given = _read_day(given, tidy(sent.get(field.name + WORDS, "")))
    if len(given) > _LONGEST:
        raise ValueError(f"At most {_LONGEST:,} characters; these are {len(given):,}.")
    if field.is_required and not given:
        raise ValueError("Fill this in.")
    return given or None


def _read_day(day: str, words: str) -> str:
    if day and words:
        raise ValueError("Give the day or the words, not both.")
    if day and not _is_day(day):
        raise ValueError("A day, such as 2026-04-29.")
    return day or words


def _is_day(text: str) -> bool:
    """Whether a text is a day as a date input writes it."""
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
