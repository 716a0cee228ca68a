"""Reading the pattern tables of this package: TOML with shared building blocks."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def load_table(name: str) -> dict[str, Any]:
    """A TOML file of this package, with ``<name>`` replaced by that entry of its ``[words]``."""
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    data = tomllib.loads(text)
    words: dict[str, str] = {}
    for word, pattern in data.pop("words", {}).items():
        words[word] = _expanded(pattern, words)
    return {key: _expand_all(value, words) for key, value in data.items()}


def _expanded(pattern: str, words: Mapping[str, str]) -> str:
    return re.sub(r"(?<!\?P)<([a-z_]+)>", lambda match: words[match[1]], pattern)


def _expand_all(value: Any, words: Mapping[str, str]) -> Any:  # noqa: ANN401 - any TOML value
    if isinstance(value, str):
        return _expanded(value, words)
    if isinstance(value, list):
        return [_expand_all(item, words) for item in value]
    if isinstance(value, dict):
        return {key: _expand_all(item, words) for key, item in value.items()}
    return value
