"""What a chat request may be, and how each mistake is refused."""

import pytest

from transcript2handoff.testing.chat_contract import check_chat
from transcript2handoff.testing.refusals import RequestRefused

SCHEMA = {
    "type": "object",
    "properties": {"names": {"type": "array", "items": {"type": "string"}}},
    "required": ["names"],
    "additionalProperties": False,
}


def chat(**parameters):
    return {"model": "fake-model", "messages": [{"role": "user", "content": "Hi"}], **parameters}


def strict(**changes):
    return {
        "type": "json_schema",
        "json_schema": {"name": "x", "strict": True, "schema": SCHEMA} | changes,
    }


def refusal_of(**parameters):
    with pytest.raises(RequestRefused) as caught:
        check_chat(chat(**parameters))
    return caught.value


GOOD = [
    {},
    {"temperature": 0, "top_p": 1, "seed": 7, "n": 2, "max_completion_tokens": 50},
    {"max_tokens": 50, "stream": False, "reasoning_effort": "low", "verbosity": "low"},
    {"user": "u", "safety_identifier": "s", "prompt_cache_key": "k", "service_tier": "auto"},
    {"store": True, "metadata": {"call": "1"}},
    {"temperature": None, "response_format": None, "tools": None, "stream": None},
    {"messages": [{"role": "developer", "content": [{"type": "text", "text": "Hi"}]}]},
    {"response_format": {"type": "text"}},
    {"response_format": strict()},
    {
        "response_format": {"type": "json_object"},
        "messages": [{"role": "user", "content": "Answer in JSON."}],
    },
]


@pytest.mark.parametrize("parameters", GOOD, ids=str)
def test_what_the_original_takes_is_taken(parameters):
    check_chat(chat(**parameters))


BAD = [
    ({"top_k": 3}, None, None, "Unrecognized request argument supplied: top_k"),
    ({"model": None}, None, None, "you must provide a model parameter"),
    ({"model": 3}, "model", "invalid_type", "Invalid type for 'model': expected a string"),
    ({"messages": None}, "messages", "missing_required_parameter", "Missing required parameter"),
    ({"messages": []}, "messages", "empty_array", "Invalid 'messages': empty array."),
    ({"messages": "Hi"}, "messages", "invalid_type", "Invalid type for 'messages'"),
    ({"messages": ["Hi"]}, "messages[0]", "invalid_type", "Invalid type for 'messages[0]'"),
    (
        {"messages": [{"content": "Hi"}]},
        "messages[0].role",
        "missing_required_parameter",
        "Missing required parameter: 'messages[0].role'.",
    ),
    (
        {"messages": [{"role": "seller", "content": "Hi"}]},
        "messages[0].role",
        "invalid_value",
        "Invalid value: 'seller'. Supported values are: 'system', 'assistant', 'user', 'function', "
        "'tool', and 'developer'.",
    ),
    (
        {"messages": [{"role": "user", "content": None}]},
        "messages[0].content",
        "invalid_type",
        "Invalid type for 'messages[0].content': expected one of a string or array of objects, "
        "but got null instead.",
    ),
    (
        {"messages": [{"role": "user", "content": "Hi", "turn": 3}]},
        "messages[0].turn",
        "unknown_parameter",
        "Unknown parameter: 'messages[0].turn'.",
    ),
    (
        {"temperature": 2.5},
        "temperature",
        "decimal_above_max_value",
        "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 2.5 "
        "instead.",
    ),
    ({"temperature": "0"}, "temperature", "invalid_type", "Invalid type for 'temperature'"),
    ({"temperature": True}, "temperature", "invalid_type", "Invalid type for 'temperature'"),
    ({"max_tokens": 0}, "max_tokens", "integer_below_min_value", "Invalid 'max_tokens'"),
    ({"n": 1.5}, "n", "invalid_type", "Invalid type for 'n': expected an integer"),
    (
        {"max_tokens": 5, "max_completion_tokens": 5},
        "max_tokens",
        "invalid_parameter_combination",
        "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
    ),
    ({"stream": True}, "stream", "unsupported_parameter", "Unsupported parameter: 'stream'"),
    ({"stream": "no"}, "stream", "invalid_type", "Invalid type for 'stream': expected a boolean"),
    ({"tools": []}, "tools", "unsupported_parameter", "Unsupported parameter: 'tools'"),
    (
        {"reasoning_effort": "huge"},
        "reasoning_effort",
        "invalid_value",
        "Invalid value: 'huge'. Supported values are: 'none', ",
    ),
    ({"metadata": {"a": "b"}}, "metadata", None, "The 'metadata' parameter is only allowed"),
    (
        {"store": True, "metadata": {"a": 1}},
        "metadata.a",
        "invalid_type",
        "Invalid type for 'metadata.a'",
    ),
    (
        {"store": True, "metadata": {str(number): "" for number in range(17)}},
        "metadata",
        "object_above_max_properties",
        "Invalid 'metadata': too many properties.",
    ),
]


@pytest.mark.parametrize(("parameters", "param", "code", "said"), BAD, ids=str)
def test_what_the_original_refuses_is_refused_in_its_words(parameters, param, code, said):
    refusal = refusal_of(**parameters)
    assert (refusal.status, refusal.param, refusal.code) == (400, param, code)
    assert refusal.message.startswith(said)


BAD_FORMATS = [
    ("json", "response_format", "invalid_type"),
    ({}, "response_format.type", "missing_required_parameter"),
    ({"type": "xml"}, "response_format.type", "invalid_value"),
    ({"type": "json_object"}, "messages", None),
    ({"type": "json_schema"}, "response_format.json_schema", "missing_required_parameter"),
    ({"type": "json_schema", "schema": SCHEMA}, "response_format.schema", "unknown_parameter"),
    ({"type": "json_schema", "json_schema": []}, "response_format.json_schema", "invalid_type"),
    (strict(name="a name"), "response_format.json_schema.name", "invalid_value"),
    (strict(name="find.v1"), "response_format.json_schema.name", "invalid_value"),
    (strict(name=""), "response_format.json_schema.name", "invalid_value"),
    (strict(name="x\n"), "response_format.json_schema.name", "invalid_value"),
    (strict(name="x" * 65), "response_format.json_schema.name", "string_above_max_length"),
    (strict(name=None), "response_format.json_schema.name", "invalid_type"),
    (strict(version=1), "response_format.json_schema.version", "unknown_parameter"),
    (strict(strict=False), "response_format.json_schema", None),
    (strict(strict=None), "response_format.json_schema", None),
    (strict(schema=SCHEMA | {"required": []}), "response_format", None),
]


@pytest.mark.parametrize(("asked", "param", "code"), BAD_FORMATS, ids=str)
def test_a_bad_response_format_is_refused(asked, param, code):
    refusal = refusal_of(response_format=asked)
    assert (refusal.status, refusal.param, refusal.code) == (400, param, code)


def test_a_bad_schema_is_named_with_the_place_of_the_mistake():
    loose = {**SCHEMA, "properties": {"names": {"type": "array"}}}
    refusal = refusal_of(response_format=strict(name="promises", schema=loose))
    assert refusal.message == (
        "Invalid schema for response_format 'promises': In context=('properties', 'names'), array "
        "schema missing items."
    )
