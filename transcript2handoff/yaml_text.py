"""Settings that people write, from the text of a YAML file.

YAML is a large language and these are small files. Every value is read as the text that stands
there, and the field says what it means, so that ``no`` is a word and ``12:30`` no number. Anchors,
aliases, tags and deep nesting are refused before anything is built; so are keys that stand twice.
"""

from typing import Final, NoReturn, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

_M = TypeVar("_M", bound=BaseModel)

MOST_CHARACTERS: Final = 100_000
"""The longest file, in characters: some seven hundred lines of a contract."""
MOST_DEPTH: Final = 6
"""The deepest nesting; a valid file needs four levels."""
_PLAINLY: Final = {
    "extra_forbidden": "there is no such field",
    "missing": "it is missing",
    "model_type": "it has no fields",
    "tuple_type": "it is no list",
    "string_type": "it is no text",
    "date_from_datetime_parsing": "it is no day, such as 2027-03-05",
}
"""Faults that pydantic tells in the words of Python."""
_NULL: Final = "tag:yaml.org,2002:null"


class YamlTextError(ValueError):
    """The text is no YAML, or uses more of it than is read; whoever reads it says of what file."""


def plain_yaml(text: str, *, where: str) -> object:
    """The dicts, lists, strings and nones that a file is made of.

    Args:
        text: the whole file.
        where: what an error calls the file.

    Raises:
        YamlTextError: it is no YAML, is too long, or uses more of YAML than is read here.
    """
    if len(text) > MOST_CHARACTERS:
        raise YamlTextError(f"{where} is longer than {MOST_CHARACTERS:,} characters.")
    try:
        _refuse_what_is_not_used(text, where)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise YamlTextError(f"{where} is not valid YAML: {_told(error)}.") from error
    return _value(root, where) if root else None


def described(kind: type[_M], text: str, *, where: str, what: str, empty: _M | None = None) -> _M:
    """What a file describes.

    Args:
        kind: the type of it.
        text: the whole file.
        where: what an error calls the file.
        what: what an error calls the thing.
        empty: what an empty file describes; that it is empty is a fault where there is none.

    Raises:
        YamlTextError: as ``plain_yaml`` raises it, or fields do not fit; the message names them.
    """
    given = plain_yaml(text, where=where)
    if given is None and empty is not None:
        return empty
    if not isinstance(given, dict):
        raise YamlTextError(f"{where} does not describe a {what}: it is no list of fields.")
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        raise YamlTextError(f"{where} does not describe a {what}: {faults(error)}.") from error


def faults(error: ValidationError) -> str:
    """All that does not fit, each with its place: ``lines, entry 2, text: it is missing``."""
    return "; ".join(map(_fault, error.errors()))


def _fault(fault: ErrorDetails) -> str:
    steps = (f"entry {step + 1}" if isinstance(step, int) else step for step in fault["loc"])
    told = _PLAINLY.get(fault["type"], fault["msg"].removeprefix("Value error, "))
    return f"{', '.join(steps) or 'as a whole'}: {told}"


def _refuse_what_is_not_used(text: str, where: str) -> None:
    """Walk over the events, which need neither memory nor recursion, before nodes are built."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            _refuse(where, event, "anchors and aliases are not used here")
        if getattr(event, "tag", None):
            _refuse(where, event, "tags are not used here")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            _refuse(where, event, f"nested deeper than {MOST_DEPTH} levels")


def _value(node: yaml.Node, where: str) -> object:
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, where) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return _fields(node, where)
    return None if node.tag == _NULL else node.value


def _fields(node: yaml.MappingNode, where: str) -> dict[str, object]:
    fields: dict[str, object] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            _refuse(where, key, "a key is one word")
        if key.value in fields:
            _refuse(where, key, f"{key.value!r} stands twice")
        fields[key.value] = _value(value, where)
    return fields


def _refuse(where: str, place: yaml.Event | yaml.Node, why: str) -> NoReturn:
    raise YamlTextError(f"{where}, line {place.start_mark.line + 1}: {why}.")


def _told(error: yaml.YAMLError) -> str:
    """What is wrong and where, in one line."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"{error.problem} (line {error.problem_mark.line + 1})"
    return " ".join(str(error).split())
