"""The form of an answer: one array for each kind, as pydantic models and as strict JSON schemas.

Both follow from the types in ``facts``, so that a new field or literal appears by itself. Of JSON
schema only what most servers understand is used: OpenAI's strict mode, where all properties are
required and nothing else is allowed, and the grammars of llama.cpp, which follow the order of the
properties. Evidence comes first, so that a model looks for the words before it judges them. Bounds
on numbers and arrays keep a small model from running on without end; servers that do not take them
(``without_bounds``) are asked without.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache, partial
from types import GenericAlias
from typing import Annotated, Any, Final, Literal, cast, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    create_model,
)
from pydantic.fields import FieldInfo

from transcript2handoff.deal import Record, Text
from transcript2handoff.facts import (
    Fact,
    Kind,
    ObjectionStatus,
    PromiseStatus,
    Strength,
)


class Group(StrEnum):
    """Kinds that are asked for together: one request for each window and group."""

    COMMITMENTS = "commitments"
    NEEDS = "needs"
    PEOPLE = "people"


KINDS_OF: Final[Mapping[Group, tuple[Kind, ...]]] = {
    Group.COMMITMENTS: ("promise", "exclusion", "customer_commitment", "next_step"),
    Group.NEEDS: ("goal", "pain", "requirement", "risk", "expansion", "objection"),
    Group.PEOPLE: ("stakeholder", "competitor", "term"),
}


class Sure(StrEnum):
    """How sure a model says it is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Answer(BaseModel):
    """Part of an answer: nothing is guessed or converted, a field too many is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class CitationAnswer(Answer):
    """Where a fact is stated."""

    turn: Annotated[int, Field(ge=1)]
    quote: Annotated[str, Field(pattern=r"\S")]


class VerdictAnswer(Answer):
    """What the second pass says of one claim; a trait is null where it does not apply."""

    claim: Annotated[int, Field(ge=1)]
    holds: bool
    strength: Strength | None
    promise_status: PromiseStatus | None
    objection_status: ObjectionStatus | None


class VerdictsAnswer(Answer):
    """The answer of the second pass."""

    verdicts: list[VerdictAnswer]


FACTS: Final[Mapping[Kind, type[Record]]] = {
    fact.model_fields["kind"].default: fact for fact in get_args(get_args(Fact)[0])
}
"""The type of each kind of fact."""

MOST_ITEMS: Final = 60
"""Facts of one kind in an answer; the fullest call of the benchmark states 21 of one."""
_FORM: Final = ("type", "enum", "const")
_BOUNDS: Final = ("minItems", "maxItems", "minimum")
_UNSAID: Final = frozenset({"", "null", "none"})
"""Words that stand for null with models that are not held to the schema."""


def array_of(kind: Kind) -> str:
    """The key of a kind's array in an answer."""
    return f"{kind}s"


@cache
def answer_model(group: Group) -> type[Answer]:
    """The type of an answer: a list for each kind of the group, all of them required."""
    arrays: dict[str, Any] = {
        array_of(kind): (GenericAlias(list, (_item(kind),)), ...) for kind in KINDS_OF[group]
    }
    return create_model(f"{group}_answer", __base__=Answer, **arrays)


@cache
def item_model(kind: Kind) -> TypeAdapter[Answer]:
    """The type of one stated fact."""
    return TypeAdapter(cast("type[Answer]", _item(kind)))


def answer_schema(group: Group, *, most: int = MOST_ITEMS) -> dict[str, Any]:
    """The strict JSON schema of an answer: a new one at each call, for a client to keep.

    Args:
        group: what is asked about.
        most: facts of one kind that may be stated.
    """
    schema = _plain(answer_model(group).model_json_schema())
    for array in schema["properties"].values():
        array["maxItems"] = most
    return schema


def check_schema(*, claims: int) -> dict[str, Any]:
    """The strict JSON schema of the second pass over so many claims."""
    schema = _plain(VerdictsAnswer.model_json_schema())
    schema["properties"]["verdicts"]["maxItems"] = claims
    return schema


def without_bounds(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema for servers that know no bounds: what is out of bounds is for us to find."""
    return _part(schema, {}, _FORM)


def _item(kind: Kind) -> object:
    """The type of one stated fact; a field of the fact that has a default is required here."""
    stated: dict[str, Any] = {
        "citations": (Annotated[list[CitationAnswer], Field(min_length=1)], ...),
        **{
            name: (_told(field), ...)
            for name, field in FACTS[kind].model_fields.items()
            if name != "kind"
        },
        "summary": (Text, ...),
        "sure": (Literal[tuple(str(sure) for sure in Sure)], ...),
    }
    model = create_model(kind, __base__=Answer, **stated)
    return Annotated[model, AfterValidator(partial(_holds_together, FACTS[kind]))]


def _told(field: FieldInfo) -> object:
    annotation = field.rebuild_annotation()
    nullable = type(None) in get_args(field.annotation)
    return Annotated[annotation, BeforeValidator(_null_if_unsaid)] if nullable else annotation


def _null_if_unsaid(value: object) -> object:
    return None if isinstance(value, str) and value.strip().casefold() in _UNSAID else value


def _holds_together(fact: type[Record], item: Answer) -> Answer:
    """Let the type of the fact look at its fields together."""
    try:
        fact.model_validate(item.model_dump(include=set(fact.model_fields)))
    except ValidationError as error:
        raise ValueError(error.errors()[0]["msg"].removeprefix("Value error, ")) from error
    return item


def _plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema of pydantic with its references put in place and without its annotations."""
    return _part(schema, schema.get("$defs", {}), (*_FORM, *_BOUNDS))


def _part(
    schema: Mapping[str, Any], named: Mapping[str, Any], kept: Sequence[str]
) -> dict[str, Any]:
    """The part with the keywords that servers know; what others say is for us to check."""
    if "$ref" in schema:
        return _part(named[schema["$ref"].removeprefix("#/$defs/")], named, kept)
    part: dict[str, Any] = {key: schema[key] for key in kept if key in schema}
    if "properties" in schema:
        fields = schema["properties"].items()
        part["properties"] = {name: _part(field, named, kept) for name, field in fields}
        part["required"] = list(part["properties"])
        part["additionalProperties"] = False
    if "items" in schema:
        part["items"] = _part(schema["items"], named, kept)
    if "anyOf" in schema:
        part["anyOf"] = [_part(choice, named, kept) for choice in schema["anyOf"]]
    return part
