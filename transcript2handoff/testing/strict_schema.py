"""The subset of JSON Schema that the strict mode of structured outputs takes, and its limits.

``check_strict_schema`` says about a schema what the OpenAI API says: the same rules, the same
limits, and wording that begins like the original's. Where the original says nothing in public, the
stricter reading is taken, so that a schema that passes here passes there.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

MOST_LEVELS: Final = 10
"""Objects within objects, the root included."""
MOST_PROPERTIES: Final = 5000
MOST_ENUM_VALUES: Final = 1000
MOST_CHARACTERS: Final = 120_000
"""In names of properties and definitions, and in the values of ``enum`` and ``const``."""
LARGE_ENUM: Final = 250
"""Above so many values, the values of one ``enum`` may have ``MOST_ENUM_CHARACTERS`` together."""
MOST_ENUM_CHARACTERS: Final = 15_000

FORMATS: Final = (
    *("date-time", "time", "date", "duration"),
    *("email", "hostname", "ipv4", "ipv6", "uuid"),
)
_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}
_DEFINITIONS: Final = ("$defs", "definitions")
_KEYWORDS: Final = frozenset(
    (
        *("type", "title", "description", "enum", "const", "anyOf", "$ref"),
        *("properties", "required", "additionalProperties"),
        *("items", "minItems", "maxItems"),
        *("pattern", "format"),
        *("multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    )
)
_ROOT_KEYWORDS: Final = _KEYWORDS.union(_DEFINITIONS, ("$schema",)) - {"anyOf"}


class SchemaRefused(Exception):  # noqa: N818 - the schema is wrong, not the program
    """What is wrong with a schema, in the words of the API."""


@dataclass(frozen=True)
class _Node:
    """A schema within the schema: the path to it, and how many objects it is deep."""

    schema: Any
    context: tuple[str, ...] = ()
    level: int = 0

    @property
    def is_object(self) -> bool:
        return "object" in _types_of(self.schema)

    def child(self, schema: object, *path: str) -> "_Node":
        return _Node(schema, (*self.context, *path), self.level + self.is_object)

    def refuse(self, what: str) -> SchemaRefused:
        return SchemaRefused(f"In context={self.context}, {what}")


def check_strict_schema(schema: object, *, unsupported: Collection[str] = ()) -> None:
    """Find nothing wrong with the schema of a strict ``json_schema`` response format.

    Args:
        schema: the schema.
        unsupported: keywords that this server does not take although the original does.

    Raises:
        SchemaRefused: the original would refuse it.
    """
    kind = schema.get("type") if isinstance(schema, dict) else None
    if not isinstance(schema, dict) or kind != "object":
        raise SchemaRefused(
            f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{kind}\"'."
        )
    nodes = []
    for node in _nodes(_Node(schema)):
        _check_keywords(node, unsupported=unsupported)
        _check_node(node, root=schema)
        nodes.append(node)
    _check_limits(nodes, root=schema)


def _nodes(node: _Node) -> Iterator[_Node]:
    """The node and all below it; a node is seen before its children are looked for."""
    yield node
    schema = node.schema
    for name, each in schema.get("properties", {}).items():
        yield from _nodes(node.child(each, "properties", name))
    if "items" in schema:
        yield from _nodes(node.child(schema["items"], "items"))
    for index, each in enumerate(schema.get("anyOf", ())):
        yield from _nodes(node.child(each, "anyOf", str(index)))
    if not node.context:
        for group in _DEFINITIONS:
            for name, each in schema.get(group, {}).items():
                yield from _nodes(_Node(each, (group, name)))


def _check_keywords(node: _Node, *, unsupported: Collection[str]) -> None:
    if not isinstance(node.schema, dict):
        raise node.refuse("schema must be an object.")
    allowed = (_KEYWORDS if node.context else _ROOT_KEYWORDS).difference(unsupported)
    for keyword in node.schema:
        if keyword not in allowed:
            raise node.refuse(f"'{keyword}' is not permitted.")


def _check_node(node: _Node, *, root: Mapping[str, Any]) -> None:
    schema = node.schema
    if "$ref" in schema:
        _check_reference(node, root=root)
        return
    _check_type(node)
    _check_shape(node)
    if node.is_object:
        _check_object(node)
    _check_values(node)


def _check_reference(node: _Node, *, root: Mapping[str, Any]) -> None:
    beside = set(node.schema) - {"$ref"}
    if beside:
        raise SchemaRefused(f"context={node.context}, $ref cannot have keywords {beside}.")
    target = node.schema["$ref"]
    defined = [f"#/{group}/{name}" for group in _DEFINITIONS for name in root.get(group, ())]
    if target not in ("#", *defined):
        raise node.refuse(
            "reference can only point to definitions defined at the top level of the schema."
        )


def _types_of(schema: object) -> tuple[Any, ...]:
    kind = schema.get("type") if isinstance(schema, dict) else None
    return tuple(kind) if isinstance(kind, list) else (kind,)


def _check_type(node: _Node) -> None:
    if "type" not in node.schema and "anyOf" not in node.schema:
        raise node.refuse("schema must have a 'type' key.")
    if "type" not in node.schema:
        return
    types = _types_of(node.schema)
    for kind in types or (None,):
        if not isinstance(kind, str) or kind not in _TYPES:
            raise node.refuse(f"{kind!r} is not a valid type.")
    if "array" in types and "items" not in node.schema:
        raise node.refuse("array schema missing items.")


def _check_shape(node: _Node) -> None:
    """Keywords that hold schemas hold them in the form that they must have."""
    for keyword, form in (("properties", dict), ("anyOf", list), ("enum", list)):
        value = node.schema.get(keyword, form)
        if value is not form and not (isinstance(value, form) and (value or form is dict)):
            raise node.refuse(f"'{keyword}' is not a valid {form.__name__}.")
    if not node.context:
        for group in _DEFINITIONS:
            if not isinstance(node.schema.get(group, {}), dict):
                raise node.refuse(f"'{group}' is not a valid dict.")


def _check_object(node: _Node) -> None:
    schema = node.schema
    if schema.get("additionalProperties") is not False:
        raise node.refuse("'additionalProperties' is required to be supplied and to be false.")
    if "properties" not in schema:
        raise node.refuse("object schema missing properties.")
    properties, required = schema["properties"], schema.get("required")
    what = (
        "'required' is required to be supplied and to be an array including every key in "
        "properties."
    )
    if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
        raise node.refuse(what)
    for name in sorted(set(properties).difference(required)):
        raise node.refuse(f"{what} Missing '{name}'.")
    for name in sorted(set(required).difference(properties)):
        raise node.refuse(f"{what} Extra required key '{name}' supplied.")


def _check_values(node: _Node) -> None:
    schema, types = node.schema, _types_of(node.schema)
    if "format" in schema and schema["format"] not in FORMATS:
        raise node.refuse(f"'{schema['format']}' is not a valid format.")
    values = [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else [])]
    for value in values:
        if "type" in schema and not any(_is_of(value, kind) for kind in types):
            raise node.refuse(f"enum value {value} does not validate against {schema}.")


def _is_of(value: object, kind: str) -> bool:
    is_bool = isinstance(value, bool)
    return isinstance(value, _TYPES[kind]) and is_bool == (kind == "boolean")


def _check_limits(nodes: list[_Node], *, root: Mapping[str, Any]) -> None:
    names = [name for node in nodes for name in node.schema.get("properties", ())]
    definitions = [name for group in _DEFINITIONS for name in root.get(group, ())]
    enums = [node.schema["enum"] for node in nodes if "enum" in node.schema]
    constants = [str(node.schema["const"]) for node in nodes if "const" in node.schema]
    values = [str(value) for enum in enums for value in enum]
    _at_most("levels of nesting", max(node.level + node.is_object for node in nodes), MOST_LEVELS)
    _at_most("object properties", len(names), MOST_PROPERTIES)
    _at_most("enum values", len(values), MOST_ENUM_VALUES)
    characters = sum(map(len, (*names, *definitions, *values, *constants)))
    _at_most("characters of names and values", characters, MOST_CHARACTERS)
    for enum in enums:
        if len(enum) > LARGE_ENUM:
            length = sum(len(str(value)) for value in enum)
            _at_most("characters of an enum", length, MOST_ENUM_CHARACTERS)


def _at_most(what: str, number: int, limit: int) -> None:
    if number > limit:
        raise SchemaRefused(f"{number} {what} exceeds limit of {limit}.")
