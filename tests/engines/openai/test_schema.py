import json
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from transcript2handoff.engines.openai.schema import (
    FACTS,
    KINDS_OF,
    Group,
    answer_model,
    answer_schema,
    array_of,
    check_schema,
    without_bounds,
)
from transcript2handoff.facts import KINDS, Influence, PromiseType

DATA = Path(__file__).parent / "data"
SCHEMAS = {**{str(group): answer_schema(group) for group in Group}, "check": check_schema(claims=3)}
KEYWORDS = {"type", "enum", "const", "properties", "required", "additionalProperties"}
KEYWORDS |= {"items", "anyOf", "minItems", "maxItems", "minimum"}


def _parts(schema: dict, depth: int = 0) -> Iterator[tuple[dict, int]]:
    yield schema, depth
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", [])]
    for part in [*inner, *([schema["items"]] if "items" in schema else [])]:
        yield from _parts(part, depth + (schema.get("type") == "object"))


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_are_these(name):
    written = json.dumps(SCHEMAS[name], indent=1, ensure_ascii=False) + "\n"
    assert written == (DATA / f"{name}.schema.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_strict_mode_takes_them(schema):
    assert schema["type"] == "object"
    for part, depth in _parts(schema):
        assert part.keys() <= KEYWORDS
        assert depth <= 5
        assert ("type" in part) != ("anyOf" in part)
        assert isinstance(part.get("type", ""), str)
        if part.get("type") == "object":
            assert part["additionalProperties"] is False
            assert part["required"] == list(part["properties"])
            assert part["properties"]


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_they_stay_below_the_limits_that_were_ever_published(schema):
    parts = [part for part, _ in _parts(schema)]
    names = [name for part in parts for name in part.get("properties", {})]
    choices = [choice for part in parts for choice in part.get("enum", [])]
    assert len(names) <= 100
    assert len(choices) <= 500
    assert sum(map(len, [*names, *choices])) <= 15_000


def test_every_kind_is_asked_for_once():
    asked = [kind for group in Group for kind in KINDS_OF[group]]
    assert sorted(asked) == sorted(KINDS)
    assert set(FACTS) == set(KINDS)


@pytest.mark.parametrize(("group", "kind"), [(g, kind) for g in Group for kind in KINDS_OF[g]])
def test_an_item_has_evidence_then_the_fields_of_its_fact_then_what_is_made_of_it(group, kind):
    item = answer_schema(group)["properties"][array_of(kind)]["items"]
    fields = [name for name in FACTS[kind].model_fields if name != "kind"]
    assert list(item["properties"]) == ["citations", *fields, "summary", "sure"]
    assert list(item["properties"]["citations"]["items"]["properties"]) == ["turn", "quote"]


@pytest.mark.parametrize(("group", "kind"), [(g, kind) for g in Group for kind in KINDS_OF[g]])
def test_a_field_may_be_null_where_the_fact_may_lack_it(group, kind):
    item = answer_schema(group)["properties"][array_of(kind)]["items"]
    for name, field in FACTS[kind].model_fields.items():
        if name != "kind":
            choices = item["properties"][name].get("anyOf", [])
            assert ({"type": "null"} in choices) == (type(None) in get_args(field.annotation))


@pytest.mark.parametrize("group", Group)
def test_every_array_ends_and_every_fact_has_a_citation(group):
    for array in answer_schema(group, most=7)["properties"].values():
        cited = array["items"]["properties"]["citations"]
        assert (array["maxItems"], cited["minItems"]) == (7, 1)
        assert cited["items"]["properties"]["turn"]["minimum"] == 1


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_without_bounds_only_the_form_is_left(schema):
    plain = without_bounds(schema)
    kept = [part.keys() for part, _ in _parts(plain)]
    assert {"minItems", "maxItems", "minimum"}.isdisjoint({key for keys in kept for key in keys})
    assert len(kept) == len([*_parts(schema)])
    assert without_bounds(plain) == plain


def test_literals_are_those_of_the_facts():
    commitments = answer_schema(Group.COMMITMENTS)["properties"]
    people = answer_schema(Group.PEOPLE)["properties"]
    promise = commitments["promises"]["items"]["properties"]
    stakeholder = people["stakeholders"]["items"]["properties"]
    assert tuple(promise["type"]["enum"]) == get_args(PromiseType)
    assert tuple(stakeholder["influence"]["enum"]) == get_args(Influence)
    assert stakeholder["present"] == {"type": "boolean"}


def test_a_schema_may_be_changed_by_who_asked_for_it():
    answer_schema(Group.NEEDS).clear()
    assert answer_schema(Group.NEEDS) == SCHEMAS["needs"]
    assert answer_model(Group.NEEDS) is answer_model(Group.NEEDS)
