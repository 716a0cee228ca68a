"""What the description says of itself: nothing without words, and examples that fit."""

import importlib
import json
import pkgutil

import pytest

from transcript2handoff.api import models
from transcript2handoff.api.app import description
from transcript2handoff.api.models import examples
from transcript2handoff.deal import Record
from transcript2handoff.transcript import Transcript

OURS = {
    "promises",
    "search",
    "shares",
    "deals",
    "calls",
    "uploads",
    "runs",
    "handoffs",
    "claims",
    "papers",
    "documents",
    "reports",
    "erasure",
}


def modules():
    names = [each.name for each in pkgutil.iter_modules(models.__path__)]
    return [importlib.import_module(f"{models.__name__}.{name}") for name in names]


def with_examples():
    for module in modules():
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, Record):
                told = kind.model_config.get("json_schema_extra")
                if kind.__module__ == module.__name__ and isinstance(told, dict):
                    yield from ((kind, example) for example in told["examples"])


@pytest.mark.parametrize(
    ("kind", "example"),
    [pytest.param(kind, example, id=kind.__name__) for kind, example in with_examples()],
)
def test_an_example_fits_its_model(kind, example):
    kind.model_validate(example)


def test_there_are_examples_enough():
    assert len(list(with_examples())) > 20
    Transcript.model_validate(examples.TRANSCRIPT)


@pytest.fixture(scope="module")
def schema():
    return json.loads(description())


def operations(schema):
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            if OURS & set(operation.get("tags", [])):
                yield f"{method.upper()} {path}", operation


def test_every_operation_has_words(schema):
    found = dict(operations(schema))
    assert len(found) > 40
    ids = [operation["operationId"] for operation in found.values()]
    assert len(set(ids)) == len(ids)
    for name, operation in found.items():
        assert operation["summary"], name
        assert not operation["summary"].endswith("."), name
        assert operation["description"].endswith("."), name
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), (name, parameter["name"])


def test_every_body_has_an_example(schema):
    for name, operation in operations(schema):
        for media_type, told in operation.get("requestBody", {}).get("content", {}).items():
            assert has_example(schema, told), (name, media_type)
        for status, answer in operation["responses"].items():
            told = answer.get("content", {}).get("application/json")
            if told is not None:
                assert has_example(schema, told), (name, status)


def has_example(schema, told):
    if not isinstance(told, dict):
        return False
    if "example" in told or "examples" in told:
        return True
    if "$ref" in told:
        name = told["$ref"].rpartition("/")[2]
        return has_example(schema, schema["components"]["schemas"][name])
    parts = [told.get("schema"), told.get("items"), *told.get("properties", {}).values()]
    return any(has_example(schema, part) for part in parts)


def test_it_is_the_same_every_time():
    assert description() == description()
