"""What the chat completions of the OpenAI API take, and how they refuse the rest.

Messages, types and codes are the original's.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from transcript2handoff.testing.refusals import (
    RequestRefused,
    missing,
    unknown,
    wrong_type,
    wrong_value,
)
from transcript2handoff.testing.response_format import check_response_format

_NUMBERS: Final[Mapping[str, tuple[float, float]]] = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "frequency_penalty": (-2, 2),
    "presence_penalty": (-2, 2),
}
_INTEGERS: Final[Mapping[str, tuple[int, int]]] = {
    "max_tokens": (1, 2**31),
    "max_completion_tokens": (1, 2**31),
    "n": (1, 128),
    "seed": (-(2**63), 2**63 - 1),
    "top_logprobs": (0, 20),
}
_BOOLEANS: Final = frozenset(("logprobs", "store", "stream"))
_STRINGS: Final = frozenset(("model", "user", "safety_identifier", "prompt_cache_key"))
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "reasoning_effort": ("none", "minimal", "low", "medium", "high", "xhigh"),
    "service_tier": ("auto", "default", "flex", "scale", "priority", "fast"),
    "verbosity": ("low", "medium", "high"),
    "prompt_cache_retention": ("in_memory", "24h"),
}
_OTHER: Final = frozenset(("messages", "response_format", "metadata", "stop"))
_NOT_PLAYED: Final = frozenset(
    (
        *("audio", "function_call", "functions", "logit_bias", "modalities", "moderation"),
        *("parallel_tool_calls", "prediction", "prompt_cache_options", "stream_options"),
        *("tool_choice", "tools", "web_search_options"),
    )
)
"""Parameters of the original that no part of this package sends."""
_ROLES: Final = ("system", "assistant", "user", "function", "tool", "developer")
_MOST_METADATA: Final = 16


def check_chat(
    body: Mapping[str, Any], *, unsupported: Collection[str] = (), formats_checked: bool = True
) -> None:
    """Find nothing wrong with the body of a chat request.

    Args:
        body: the JSON object that was sent.
        unsupported: parameters, and keywords of JSON schema, that the model does not take although
            the API knows them.
        formats_checked: whether ``response_format`` is looked at, too.

    Raises:
        RequestRefused: the original would refuse it.
    """
    given = {name: value for name, value in body.items() if value is not None}
    _check_names(given, unsupported=unsupported)
    for name, value in given.items():
        _check_parameter(name, value)
    if "max_tokens" in given and "max_completion_tokens" in given:
        raise RequestRefused(
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
            param="max_tokens",
            code="invalid_parameter_combination",
        )
    _check_messages(given)
    _check_metadata(given)
    if formats_checked and "response_format" in given:
        check_response_format(
            given["response_format"], messages=given["messages"], unsupported=unsupported
        )


def _check_names(given: Mapping[str, Any], *, unsupported: Collection[str]) -> None:
    known = _OTHER.union(_NUMBERS, _INTEGERS, _BOOLEANS, _STRINGS, _CHOICES, _NOT_PLAYED)
    for name in given:
        if name not in known:
            raise RequestRefused(f"Unrecognized request argument supplied: {name}")
        if name in _NOT_PLAYED or name in unsupported or (name == "stream" and given[name] is True):
            hint = " Use 'max_completion_tokens' instead." if name == "max_tokens" else ""
            raise RequestRefused(
                f"Unsupported parameter: '{name}' is not supported with this model.{hint}",
                param=name,
                code="unsupported_parameter",
            )
    if "model" not in given:
        raise RequestRefused("you must provide a model parameter")


def _check_parameter(name: str, value: object) -> None:
    if name in _NUMBERS:
        _check_range(name, value, limits=_NUMBERS[name], word="decimal")
    elif name in _INTEGERS:
        _check_range(name, value, limits=_INTEGERS[name], word="integer")
    elif name in _BOOLEANS and not isinstance(value, bool):
        raise wrong_type(name, value, expected="a boolean")
    elif name in _STRINGS and not isinstance(value, str):
        raise wrong_type(name, value, expected="a string")
    elif name in _CHOICES and value not in _CHOICES[name]:
        raise wrong_value(name, value, choices=_CHOICES[name])


def _check_range(name: str, value: object, *, limits: tuple[float, float], word: str) -> None:
    wanted = (int,) if word == "integer" else (int, float)
    if isinstance(value, bool) or not isinstance(value, wanted):
        raise wrong_type(name, value, expected=f"{'an' if word == 'integer' else 'a'} {word}")
    low, high = limits
    if value < low:
        raise _beyond(name, value, f"{word} below minimum value", wanted=f">= {low}")
    if value > high:
        raise _beyond(name, value, f"{word} above maximum value", wanted=f"<= {high}")


def _beyond(name: str, value: float, what: str, *, wanted: str) -> RequestRefused:
    code = what.replace(" ", "_").replace("minimum", "min").replace("maximum", "max")
    return RequestRefused(
        f"Invalid '{name}': {what}. Expected a value {wanted}, but got {value} instead.",
        param=name,
        code=code,
    )


def _check_messages(given: Mapping[str, Any]) -> None:
    if "messages" not in given:
        raise missing("messages")
    messages = given["messages"]
    if not isinstance(messages, list):
        raise wrong_type("messages", messages, expected="an array of objects")
    if not messages:
        raise RequestRefused(
            "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an "
            "empty array instead.",
            param="messages",
            code="empty_array",
        )
    for index, message in enumerate(messages):
        _check_message(f"messages[{index}]", message)


def _check_message(place: str, message: object) -> None:
    if not isinstance(message, dict):
        raise wrong_type(place, message, expected="an object")
    for name in message:
        if name not in ("role", "content", "name", "refusal"):
            raise unknown(f"{place}.{name}")
    if "role" not in message:
        raise missing(f"{place}.role")
    if message["role"] not in _ROLES:
        raise wrong_value(f"{place}.role", message["role"], choices=_ROLES)
    content = message.get("content")
    parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
    for part in parts:
        good = isinstance(part, dict) and part.get("type") == "text"
        if not good or not isinstance(part.get("text"), str):
            raise wrong_type(
                f"{place}.content", content, expected="one of a string or array of objects"
            )


def _check_metadata(given: Mapping[str, Any]) -> None:
    if "metadata" not in given:
        return
    metadata = given["metadata"]
    if not isinstance(metadata, dict):
        raise wrong_type("metadata", metadata, expected="an object")
    if not given.get("store"):
        raise RequestRefused(
            "The 'metadata' parameter is only allowed when 'store' is enabled.", param="metadata"
        )
    if len(metadata) > _MOST_METADATA:
        raise RequestRefused(
            f"Invalid 'metadata': too many properties. Expected an object with at most "
            f"{_MOST_METADATA} properties, but got an object with {len(metadata)} properties.",
            param="metadata",
            code="object_above_max_properties",
        )
    for key, value in metadata.items():
        if not isinstance(value, str):
            raise wrong_type(f"metadata.{key}", value, expected="a string")
