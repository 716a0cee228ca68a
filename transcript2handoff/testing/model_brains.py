"""What the fake model says: functions from a request to the text of an answer.

``states_promises`` is the one that a server has where no other is given. It reads the transcript
of the request and fills whatever schema the request asks for, so it answers in the right form
without knowing that form. ``turns_of`` and ``fill`` help to write others.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from transcript2handoff.testing.model_requests import ChatRequest

Brain = Callable[[ChatRequest], str]

_TRANSCRIPT: Final = re.compile(r"<transcript>(.*?)</transcript>", re.DOTALL)
_TURN: Final = re.compile(r"^\[(\d+)\] (SELLER|CUSTOMER|UNKNOWN) ([^:\n]*): (.*)$", re.MULTILINE)
_PROMISE: Final = re.compile(r"\b(I['’]ll|we['’]ll|I will)\b", re.IGNORECASE)


@dataclass(frozen=True)
class ShownTurn:
    """A turn of the transcript as the model sees it."""

    number: int
    side: str
    speaker: str
    text: str


def turns_of(request: ChatRequest) -> tuple[ShownTurn, ...]:
    """The turns of the last transcript in the user's messages."""
    shown = _TRANSCRIPT.findall(request.user)
    lines = _TURN.findall(shown[-1]) if shown else ()
    return tuple(ShownTurn(int(number), *rest) for number, *rest in lines)


def states_promises(request: ChatRequest) -> str:
    """A promise for every line of the seller with "I'll", "we'll" or "I will", and nothing else.

    Lists of the schema that are not for promises stay empty. Where the request has no schema, the
    answer is ``{"promises": [{"turn": ..., "quote": ...}, ...]}``.
    """
    promising = [
        turn for turn in turns_of(request) if turn.side == "SELLER" and _PROMISE.search(turn.text)
    ]
    if request.schema is None:
        items = [{"turn": turn.number, "quote": turn.text} for turn in promising]
        return json.dumps({"promises": items})
    answer = fill(request.schema, {})
    for name, each in request.schema["properties"].items():
        form = _of_promises(name, each, root=request.schema)
        if form is not None:
            answer[name] = [_Filling(request.schema, _told(turn)).of(form) for turn in promising]
    return json.dumps(answer)


def talkative(brain: Brain) -> Brain:
    """The brain of a server that ignores ``response_format``: the same in a Markdown fence."""

    def answer(request: ChatRequest) -> str:
        return f"Sure! Here is what I found:\n\n```json\n{brain(request)}\n```\n\nAnything else?"

    return answer


def fill(schema: Mapping[str, Any], known: Mapping[str, object]) -> Any:  # noqa: ANN401 - JSON
    """The plainest value that a strict schema allows.

    Args:
        schema: of the value; its root, if it has references.
        known: values of properties by their names, wherever in the value they are.

    Returns:
        Objects with all their properties. What is not known is null where it may be, else an empty
        list, the first of the choices, False, 0 or an empty text.
    """
    return _Filling(schema, known).of(schema)


def _told(turn: ShownTurn) -> dict[str, object]:
    """Values by the names that properties of a claim may well have."""
    citation = {"turn": turn.number, "quote": turn.text}
    return {
        **citation,
        "citations": [citation],
        "evidence": [citation],
        "turns": [turn.number],
        "quotes": [turn.text],
        "kind": "promise",
        "summary": turn.text,
        "sure": "high",
        "confidence": "high",
        "text": turn.text,
    }


def _of_promises(
    name: str, schema: Mapping[str, Any], *, root: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """The schema of one promise, if this property of the root is a list that has some."""
    filling = _Filling(root, {"kind": "promise"})
    schema = filling.resolved(schema)
    if schema.get("type") != "array":
        return None
    items = filling.resolved(schema["items"])
    if "promise" in name.lower():
        return items
    for form in items.get("anyOf", [items]):
        resolved = filling.resolved(form)
        if "promise" in _choices(resolved.get("properties", {}).get("kind", {})):
            return resolved
    return None


def _choices(schema: Mapping[str, Any]) -> tuple[object, ...]:
    return (schema["const"],) if "const" in schema else tuple(schema.get("enum", ()))


@dataclass(frozen=True)
class _Filling:
    """Fills schemas below a root with what is known."""

    root: Mapping[str, Any]
    known: Mapping[str, object]

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            place: Mapping[str, Any] = self.root
            for step in schema["$ref"].split("/")[1:]:
                place = place[step]
            schema = place
        return schema

    def of(self, schema: Mapping[str, Any], name: str = "") -> Any:  # noqa: ANN401 - JSON
        schema = self.resolved(schema)
        choices, types = _choices(schema), _types(schema)
        if "anyOf" in schema:
            return self._of_any(schema["anyOf"], name)
        if name in self.known and _fits(self.known[name], choices, types):
            return self._with_items(self.known[name], schema)
        if "null" in types:
            return None
        if choices:
            return choices[0]
        if "object" in types:
            return {key: self.of(each, key) for key, each in schema["properties"].items()}
        return {"array": [], "boolean": False, "string": ""}.get(types[0], 0)

    def _of_any(self, forms: Sequence[Mapping[str, Any]], name: str) -> Any:  # noqa: ANN401 - JSON
        resolved = [self.resolved(form) for form in forms]
        for form in resolved:
            if name in self.known and _fits(self.known[name], _choices(form), _types(form)):
                return self.of(form, name)
        values = [self.of(form, name) for form in resolved]
        return None if None in values else values[0]

    def _with_items(self, value: object, schema: Mapping[str, Any]) -> object:
        """A known list has items that the schema wants, as many as are known."""
        if not isinstance(value, list):
            return value
        items = self.resolved(schema["items"])
        choices, types = _choices(items), _types(items)
        plain = "object" not in types and "array" not in types
        return [each if plain and _fits(each, choices, types) else self.of(items) for each in value]


def _types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    kind = schema.get("type", ())
    return (kind,) if isinstance(kind, str) else tuple(kind)


_PYTHON: Final[Mapping[type, tuple[str, ...]]] = {
    str: ("string",),
    bool: ("boolean",),
    int: ("integer", "number"),
    float: ("number",),
    list: ("array",),
    type(None): ("null",),
}


def _fits(value: object, choices: Sequence[object], types: Sequence[str]) -> bool:
    """Whether a known value is one of the schema; objects are always put together anew."""
    kinds = _PYTHON.get(type(value), ())
    return (not choices or value in choices) and any(kind in types for kind in kinds)
