"""What ``response_format`` may be.

In one thing the check is stricter than the original: a ``json_schema`` without ``"strict": true``
is refused, where the original takes it and then does not hold to it.
"""

import re
from collections.abc import Collection
from typing import Any, Final

from transcript2handoff.testing.refusals import (
    RequestRefused,
    missing,
    unknown,
    wrong_type,
    wrong_value,
)
from transcript2handoff.testing.strict_schema import SchemaRefused, check_strict_schema

_FORMATS: Final = ("json_object", "json_schema", "text")
_NAME: Final = re.compile(r"[a-zA-Z0-9_-]+")
_LONGEST_NAME: Final = 64


def check_response_format(
    response_format: object,
    *,
    messages: list[dict[str, Any]],
    unsupported: Collection[str] = (),
) -> None:
    """Find nothing wrong with the form that an answer shall have.

    Args:
        response_format: what was asked for.
        messages: the conversation.
        unsupported: keywords of JSON schema that this server does not take.

    Raises:
        RequestRefused: the original would refuse it.
    """
    if not isinstance(response_format, dict):
        raise wrong_type("response_format", response_format, expected="an object")
    if "type" not in response_format:
        raise missing("response_format.type")
    kind = response_format["type"]
    if kind not in _FORMATS:
        raise wrong_value("response_format.type", kind, choices=_FORMATS)
    for name in response_format:
        if name != "type" and (name != "json_schema" or kind != "json_schema"):
            raise unknown(f"response_format.{name}")
    if kind == "json_object" and "json" not in str(messages).lower():
        raise RequestRefused(
            "'messages' must contain the word 'json' in some form, to use 'response_format' of "
            "type 'json_object'.",
            param="messages",
        )
    if kind == "json_schema":
        _check_json_schema(response_format.get("json_schema"), unsupported=unsupported)


def _check_json_schema(asked: object, *, unsupported: Collection[str]) -> None:
    place = "response_format.json_schema"
    if asked is None:
        raise missing(place)
    if not isinstance(asked, dict):
        raise wrong_type(place, asked, expected="an object")
    for name in asked:
        if name not in ("name", "description", "schema", "strict"):
            raise unknown(f"{place}.{name}")
    for name in ("name", "schema"):
        if name not in asked:
            raise missing(f"{place}.{name}")
    _check_schema_name(f"{place}.name", asked["name"])
    if asked.get("strict") is not True:
        raise RequestRefused(
            f"'{place}.strict' must be true: without it the schema binds nobody.", param=place
        )
    try:
        check_strict_schema(asked["schema"], unsupported=unsupported)
    except SchemaRefused as refusal:
        raise RequestRefused(
            f"Invalid schema for response_format '{asked['name']}': {refusal}",
            param="response_format",
        ) from refusal


def _check_schema_name(place: str, name: object) -> None:
    if not isinstance(name, str):
        raise wrong_type(place, name, expected="a string")
    if not _NAME.fullmatch(name):
        raise RequestRefused(
            f"Invalid '{place}': string does not match pattern. Expected a string that matches the "
            f"pattern '^{_NAME.pattern}$'.",
            param=place,
            code="invalid_value",
        )
    if len(name) > _LONGEST_NAME:
        raise RequestRefused(
            f"Invalid '{place}': string too long. Expected a string with maximum length "
            f"{_LONGEST_NAME}, but got a string with length {len(name)} instead.",
            param=place,
            code="string_above_max_length",
        )
