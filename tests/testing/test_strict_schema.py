"""The rules of strict structured outputs: what passes, and how the rest is refused."""

import copy

import openai.lib._pydantic as sdk
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from transcript2handoff.testing.model_brains import fill
from transcript2handoff.testing.strict_schema import SchemaRefused, check_strict_schema

ADDITIONAL = "In context=(), 'additionalProperties' is required to be supplied and to be false."
REQUIRED = (
    "In context=(), 'required' is required to be supplied and to be an array including every key "
    "in properties."
)
AT_X = "In context=('properties', 'x'), "


def schema_of(**properties):
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def refusal_of(schema):
    with pytest.raises(SchemaRefused) as caught:
        check_strict_schema(schema)
    return str(caught.value)


def nested(levels):
    schema = schema_of(leaf={"type": "string"})
    for _ in range(levels - 1):
        schema = schema_of(inner={"type": "array", "items": schema})
    return schema


@pytest.mark.parametrize(
    "part",
    [
        {"type": "string", "description": "a name", "title": "Name"},
        {"type": ["string", "null"]},
        {"type": "string", "enum": ["a", "b"]},
        {"type": ["string", "null"], "enum": ["a", "b"]},
        {"type": "string", "const": "a"},
        {"type": "string", "format": "date", "pattern": "^2"},
        {"type": "number", "minimum": 0, "maximum": 1, "multipleOf": 0.5},
        {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        {"$ref": "#"},
        schema_of(),
    ],
)
def test_what_passes(part):
    check_strict_schema(schema_of(x=part))


def test_definitions_and_recursion_pass():
    step = schema_of(next={"anyOf": [{"$ref": "#/$defs/step"}, {"type": "null"}]})
    check_strict_schema({**schema_of(x={"$ref": "#/$defs/step"}), "$defs": {"step": step}})


class Claim(BaseModel):
    quote: str
    due: str | None = None


class Answer(BaseModel):
    claims: list[Claim]


def test_what_the_sdk_makes_of_pydantic_passes_and_what_pydantic_makes_does_not():
    check_strict_schema(sdk.to_strict_json_schema(Answer))
    assert "additionalProperties" in refusal_of(Answer.model_json_schema())


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"type": "string", "default": "a"}, AT_X + "'default' is not permitted."),
        ({"type": "string", "minLength": 1}, AT_X + "'minLength' is not permitted."),
        ({"type": "string", "examples": ["a"]}, AT_X + "'examples' is not permitted."),
        ({"oneOf": [{"type": "string"}]}, AT_X + "'oneOf' is not permitted."),
        ({"allOf": [{"type": "string"}]}, AT_X + "'allOf' is not permitted."),
        ({"type": "string", "format": "uri"}, AT_X + "'uri' is not a valid format."),
        ({"type": "string", "format": ["date"]}, AT_X + "'['date']' is not a valid format."),
        ({"type": {"a": 1}}, AT_X + "{'a': 1} is not a valid type."),
        ({"$ref": ["#"]}, AT_X + "reference can only point to definitions"),
        ({"type": "text"}, AT_X + "'text' is not a valid type."),
        ({"type": []}, AT_X + "None is not a valid type."),
        ({}, AT_X + "schema must have a 'type' key."),
        ({"enum": ["a"]}, AT_X + "schema must have a 'type' key."),
        ({"type": "string", "enum": []}, AT_X + "'enum' is not a valid list."),
        ({"anyOf": []}, AT_X + "'anyOf' is not a valid list."),
        ({"type": "array"}, AT_X + "array schema missing items."),
        (True, AT_X + "schema must be an object."),
        ({"type": "array", "items": []}, "In context=('properties', 'x', 'items'), schema must"),
        ({"type": "string", "enum": ["a", 1]}, AT_X + "enum value 1 does not validate against"),
        ({"type": "integer", "const": True}, AT_X + "enum value True does not validate"),
        (
            {"$ref": "#/properties/x"},
            AT_X + "reference can only point to definitions defined at the top level",
        ),
        ({"$ref": "#", "title": "x"}, "context=('properties', 'x'), $ref cannot have keywords"),
        (
            {"type": "object", "additionalProperties": False},
            AT_X + "object schema missing properties.",
        ),
        ({"anyOf": [{"type": "object"}]}, "In context=('properties', 'x', 'anyOf', '0'), 'addi"),
        ({**schema_of(), "$defs": {}}, AT_X + "'$defs' is not permitted."),
    ],
)
def test_what_is_refused_below_the_root(part, said):
    assert refusal_of(schema_of(x=part)).startswith(said)


@pytest.mark.parametrize(
    ("root", "said"),
    [
        ({"type": "array", "items": {"type": "string"}}, "got 'type: \"array\"'."),
        ({"anyOf": [schema_of()]}, "got 'type: \"None\"'."),
        ({**schema_of(), "anyOf": [schema_of()]}, "In context=(), 'anyOf' is not permitted."),
        ([], "got 'type: \"None\"'."),
        ({**schema_of(), "additionalProperties": True}, ADDITIONAL),
        ({"type": "object", "properties": {}, "required": []}, ADDITIONAL),
        ({**schema_of(a={"type": "null"}), "required": []}, f"{REQUIRED} Missing 'a'."),
        ({**schema_of(), "required": ["b"]}, f"{REQUIRED} Extra required key 'b' supplied."),
        ({**schema_of(), "required": None}, REQUIRED),
        ({**schema_of(), "$defs": []}, "In context=(), '$defs' is not a valid dict."),
    ],
)
def test_what_is_refused_at_the_root(root, said):
    assert refusal_of(root).endswith(said)


def test_ten_levels_of_objects_pass_and_eleven_do_not():
    check_strict_schema(nested(10))
    assert refusal_of(nested(11)) == "11 levels of nesting exceeds limit of 10."


def test_five_thousand_properties_pass_and_one_more_does_not():
    names = {f"p{number}": {"type": "null"} for number in range(5000)}
    check_strict_schema(schema_of(**names))
    more = schema_of(**names, last={"type": "null"})
    assert refusal_of(more) == "5001 object properties exceeds limit of 5000."


def test_a_thousand_enum_values_pass_and_one_more_does_not():
    values = [str(number) for number in range(1000)]
    half = {"type": "string", "enum": values[:500]}
    check_strict_schema(schema_of(x=half, y={"type": "string", "enum": values[500:]}))
    more = schema_of(x=half, y={"type": "string", "enum": [*values[500:], "more"]})
    assert refusal_of(more) == "1001 enum values exceeds limit of 1000."


def test_a_large_enum_has_short_values():
    values = [f"{number:060}" for number in range(250)]
    check_strict_schema(schema_of(x={"type": "string", "enum": values}))
    said = refusal_of(schema_of(x={"type": "string", "enum": [*values, "more"]}))
    assert said == "15004 characters of an enum exceeds limit of 15000."


def test_names_and_values_have_a_length_together():
    check_strict_schema(schema_of(**{"n" * 120_000: {"type": "null"}}))
    said = refusal_of(schema_of(**{"n" * 119_999: {"type": "string", "const": "ab"}}))
    assert said == "120001 characters of names and values exceeds limit of 120000."


LEAVES = st.sampled_from(
    [
        {"type": "string"},
        {"type": ["integer", "null"]},
        {"type": "boolean"},
        {"type": "number"},
        {"type": "string", "enum": ["firm", "soft"]},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
    ]
)
NAMES = st.text("abcdef", min_size=1, max_size=4)


def objects(parts):
    return st.dictionaries(NAMES, parts, max_size=4).map(lambda each: schema_of(**each))


SCHEMAS = objects(
    st.recursive(
        LEAVES,
        lambda parts: objects(parts) | parts.map(lambda part: {"type": "array", "items": part}),
        max_leaves=8,
    )
)


def objects_within(schema):
    if schema.get("type") == "object":
        yield schema
    for part in [*schema.get("properties", {}).values(), schema.get("items", {})]:
        if part:
            yield from objects_within(part)


def is_value_of(value, schema):
    if "anyOf" in schema:
        return any(is_value_of(value, part) for part in schema["anyOf"])
    if "enum" in schema and value not in schema["enum"]:
        return False
    kinds = {
        "object": lambda: (
            isinstance(value, dict)
            and list(value) == list(schema["properties"])
            and all(is_value_of(value[name], part) for name, part in schema["properties"].items())
        ),
        "array": lambda: (
            isinstance(value, list) and all(is_value_of(each, schema["items"]) for each in value)
        ),
        "string": lambda: isinstance(value, str),
        "boolean": lambda: isinstance(value, bool),
        "integer": lambda: isinstance(value, int) and not isinstance(value, bool),
        "number": lambda: isinstance(value, int | float) and not isinstance(value, bool),
        "null": lambda: value is None,
    }
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return any(kinds[kind]() for kind in types)


@settings(max_examples=40)
@given(SCHEMAS)
def test_every_object_must_be_closed(schema):
    check_strict_schema(schema)
    for index, _ in enumerate(objects_within(schema)):
        open_one = copy.deepcopy(schema)
        del list(objects_within(open_one))[index]["additionalProperties"]
        assert "'additionalProperties'" in refusal_of(open_one)


@settings(max_examples=60)
@given(SCHEMAS, st.dictionaries(NAMES, st.text() | st.integers() | st.none() | st.just([1])))
def test_a_filled_schema_is_a_value_of_it_whatever_is_known(schema, known):
    assert is_value_of(fill(schema, known), schema)
