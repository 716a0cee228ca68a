"""The fields of a claim that a person can set: its summary, and those of its kind of fact."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from transcript2handoff.deal import Record, Text
from transcript2handoff.facts import Fact, Kind
from transcript2handoff.handoff import Claim

Value = bool | str | None
"""What a field of a fact can hold."""

SUMMARY: Final = "summary"
STATUS: Final = "status"

_FACTS: Final[Mapping[str, type[Record]]] = {
    fact.model_fields["kind"].default: fact for fact in get_args(get_args(Fact)[0])
}


def fields_of(kind: Kind) -> tuple[str, ...]:
    """The names of the fields that can be set on a claim of this kind."""
    return (SUMMARY, *(name for name in _FACTS[kind].model_fields if name != "kind"))


def checked(kind: Kind, name: str, value: Value) -> Value:
    """The value as the field of this kind holds it.

    Raises:
        ValueError: the kind has no such field, or the value does not fit it.
    """
    if name not in fields_of(kind):
        raise ValueError(
            f"a {kind.replace('_', ' ')} has no field {name!r}; it has {', '.join(fields_of(kind))}"
        )
    try:
        fit: Value = _type(kind, name).validate_python(value)
    except ValidationError as error:
        raise ValueError(f"{name}: {error.errors()[0]['msg']}") from error
    return fit


def _type(kind: Kind, name: str) -> TypeAdapter[Any]:
    if name == SUMMARY:
        return TypeAdapter(Text)
    field: FieldInfo = _FACTS[kind].model_fields[name]
    wanted: Any = field.annotation
    for constraint in field.metadata:
        wanted = Annotated[wanted, constraint]
    return TypeAdapter(wanted)


def value_of(claim: Claim, name: str) -> Value:
    """What a claim holds in a field."""
    value: Value = claim.summary if name == SUMMARY else getattr(claim.fact, name)
    return value


def values_of(summary: str, fact: Fact) -> dict[str, Value]:
    """All fields that can be set, with what they hold."""
    return {SUMMARY: summary, **fact.model_dump(exclude={"kind"})}


def with_values(claim: Claim, values: Mapping[str, Value]) -> Claim:
    """The claim with other values in some fields.

    Raises:
        ValueError: together they are no fact of this kind.
    """
    facts = {name: value for name, value in values.items() if name != SUMMARY}
    try:
        fact = _FACTS[claim.kind].model_validate({**claim.fact.model_dump(), **facts})
    except ValidationError as error:
        raise ValueError(error.errors()[0]["msg"]) from error
    summary = values.get(SUMMARY, claim.summary)
    return claim.model_copy(update={"summary": summary, "fact": fact})
