"""What the fake model says: it reads the transcript, and keeps to the schema."""

import json

from transcript2handoff.testing.model_brains import (
    ShownTurn,
    fill,
    states_promises,
    talkative,
    turns_of,
)
from transcript2handoff.testing.model_requests import ChatRequest

SHOWN = """Turns stand between <transcript> and </transcript>.
<transcript>
[3] SELLER Dana Whitfield: Good morning: how are you?
[4] CUSTOMER Bo: I'll need it by May.
[5] SELLER Dana Whitfield: Then we’ll deliver in April.
[6] UNKNOWN Somebody: I will write that down.
[7] SELLER Dana Whitfield: And I will send the plan. Bill would, too.
</transcript>
"""
CITATION = {
    "type": "object",
    "properties": {"turn": {"type": "integer"}, "quote": {"type": "string"}},
    "required": ["turn", "quote"],
    "additionalProperties": False,
}


def item(**more):
    properties = {"evidence": {"type": "array", "items": {"$ref": "#/$defs/citation"}}, **more}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def request_for(schema=None, *, shown=SHOWN):
    messages = [{"role": "system", "content": "Find facts."}, {"role": "user", "content": shown}]
    asked = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    body = {"messages": messages} | ({"response_format": asked} if schema else {})
    return ChatRequest(method="POST", path="/", headers={}, body=body, raw=b"", at=0)


def schema_of(**arrays):
    properties = {name: {"type": "array", "items": items} for name, items in arrays.items()}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        "$defs": {"citation": CITATION},
    }


def test_turns_are_read_from_the_last_transcript():
    turns = turns_of(request_for())
    assert [turn.number for turn in turns] == [3, 4, 5, 6, 7]
    assert turns[0] == ShownTurn(3, "SELLER", "Dana Whitfield", "Good morning: how are you?")
    assert turns_of(request_for(shown="[1] SELLER Ann: I'll go.")) == ()


def test_promises_of_the_seller_are_stated_in_the_form_that_is_asked_for():
    promise = item(
        due={"type": ["string", "null"]},
        status={"type": "string", "enum": ["open", "done"]},
        summary={"type": "string"},
        sure={"type": "string", "enum": ["low", "high"]},
    )
    answer = json.loads(states_promises(request_for(schema_of(promises=promise, goals=item()))))
    assert list(answer) == ["promises", "goals"]
    assert answer["goals"] == []
    assert [each["evidence"] for each in answer["promises"]] == [
        [{"turn": 5, "quote": "Then we’ll deliver in April."}],
        [{"turn": 7, "quote": "And I will send the plan. Bill would, too."}],
    ]
    rest = {key: value for key, value in answer["promises"][0].items() if key != "evidence"}
    assert rest == {
        "due": None,
        "status": "open",
        "summary": "Then we’ll deliver in April.",
        "sure": "high",
    }


def test_promises_may_be_one_of_several_forms_in_one_list():
    goal = item(kind={"type": "string", "const": "goal"})
    promise = item(kind={"type": "string", "const": "promise"}, owner={"type": "null"})
    claims = {"anyOf": [goal, promise]}
    answer = json.loads(states_promises(request_for(schema_of(claims=claims))))
    assert [each["kind"] for each in answer["claims"]] == ["promise", "promise"]
    assert all("owner" in each for each in answer["claims"])


def test_a_schema_without_promises_stays_empty():
    answer = json.loads(states_promises(request_for(schema_of(verdicts=item(), goals=item()))))
    assert answer == {"verdicts": [], "goals": []}


def test_without_a_schema_there_is_a_plain_form():
    answer = json.loads(states_promises(request_for()))
    assert [each["turn"] for each in answer["promises"]] == [5, 7]


def test_a_talkative_brain_says_the_same_in_a_fence():
    said = talkative(lambda request: '{"a": 1}')(request_for())
    assert "```json\n" + '{"a": 1}' + "\n```" in said


def test_what_is_known_fills_properties_of_that_name_and_form():
    schema = schema_of(seen=item(turn={"type": "string"}, sure={"anyOf": [{"type": "boolean"}]}))
    form = schema["properties"]["seen"]["items"] | {"$defs": schema["$defs"]}
    known = {"turn": 3, "evidence": [1, 2], "sure": True, "quote": "Yes."}
    assert fill(form, known) == {
        "evidence": [{"turn": 3, "quote": "Yes."}] * 2,
        "turn": "",
        "sure": True,
    }
