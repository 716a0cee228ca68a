"""No body says more than its operation asks for: an unknown field is refused, at any depth."""

import json

import pytest

from transcript2handoff.api.app import description

DESCRIPTION = json.loads(description())
SCHEMAS = DESCRIPTION["components"]["schemas"]
MORE = {
    "id": "deal-1", "user_id": "user-1", "deal_id": "deal-1", "role": "admin", "scopes": ["admin"],
    "is_admin": True, "by": "Somebody Else", "at": "2026-01-01T00:00:00Z", "version": 1,
    "password_hash": "x", "secret": "x", "expires": "2099-01-01T00:00:00Z", "verdict": "ready",
    "consent": "given", "__proto__": {"role": "admin"}, "constructor": {},
}  # fmt: skip
"""What somebody would like to set who has read how things are kept."""
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def bodies():
    """Every operation with a JSON body: id, method, path, schema."""
    for path, item in DESCRIPTION["paths"].items():
        for method, operation in item.items():
            content = operation.get("requestBody", {}).get("content", {})
            # What others deliver has fields of their own; what is not known of it is not read.
            if "application/json" in content and not path.startswith("/v1/webhooks/"):
                yield operation["operationId"], method, path, content["application/json"]["schema"]


BODIES = list(bodies())


def reached(schema, seen):
    """Every description of an object that is part of a schema, with where it stands."""
    if isinstance(schema, list):
        for each in schema:
            yield from reached(each, seen)
    elif isinstance(schema, dict):
        name = schema.get("$ref", "").rpartition("/")[2]
        if name and name not in seen:
            seen.add(name)
            yield from reached(SCHEMAS[name], seen)
        if "properties" in schema:
            yield schema
        for key, each in schema.items():
            if key not in ("example", "examples", "default"):
                yield from reached(each, seen)


def test_there_are_bodies_enough():
    assert len(BODIES) > 20


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body[0])
def test_every_object_of_a_body_is_closed(body):
    open_ = [
        each.get("title")
        for each in reached(body[3], set())
        if each.get("additionalProperties") is not False
    ]
    assert open_ == []


@on_sqlite
@pytest.mark.parametrize("body", BODIES, ids=lambda body: body[0])
def test_a_field_that_nobody_asks_for_is_refused(client, admin, harborline, body):
    """At the top of every body, and each by its name; what it says is not repeated."""
    _, method, path, schema = body
    path = path.replace("{deal_id}", harborline.deal)
    for told in variants(schema):
        answer = client.request(method, path, json={**MORE, **told}, headers=admin)
        assert answer.status_code == 422, answer.text
        refused = {fault["pointer"].rpartition("/")[2] for fault in answer.json()["errors"]}
        known = {name for each in reached(schema, set()) for name in each["properties"]}
        assert set(MORE) - known <= refused
        assert "Somebody Else" not in answer.text


def variants(schema):
    """What tells which of several bodies it is, if there are several."""
    schema = SCHEMAS.get(schema.get("$ref", "").rpartition("/")[2], schema)
    if found := schema.get("discriminator"):
        return [{found["propertyName"]: name} for name in found["mapping"]]
    return [{}]
