"""The compiled patterns of ``lexicon.toml``."""

import re
from functools import cache
from typing import Final, NamedTuple

from transcript2handoff.engines.local.tables import load_table


class Label(NamedTuple):
    """One value of a field, and what tells it."""

    value: str
    says: re.Pattern[str]
    sure: float


@cache
def pattern(section: str, name: str) -> re.Pattern[str]:
    """A single pattern of a section, compiled."""
    return re.compile(load_table("lexicon.toml")[section][name])


@cache
def words_of(section: str, name: str) -> frozenset[str]:
    """A list of words of a section."""
    return frozenset(load_table("lexicon.toml")[section][name].split())


@cache
def labels(section: str) -> tuple[Label, ...]:
    """The values of a field, each with its pattern, in the order of the file."""
    return tuple(
        Label(entry["is"], re.compile(entry["says"]), entry.get("sure", 1.0))
        for entry in load_table("lexicon.toml")[section]
    )


AROUND: Final = 0.4
"""A word around a sentence counts this much of a word in it."""


def most_said(section: str, plain: str, *, around: str = "") -> str | None:
    """The value whose pattern is met by most different words of a text; none if none is.

    Args:
        section: a list of the lexicon, each entry a value.
        plain: the sentence itself, in plain letters.
        around: what is said around it; its words count less.
    """
    scored = [
        (label.sure * (_met(label.says, plain) + AROUND * _met(label.says, around)), label.value)
        for label in labels(section)
    ]
    best = max(scored, key=lambda pair: pair[0])
    return best[1] if best[0] else None


def _met(says: re.Pattern[str], plain: str) -> int:
    return len({match[0] for match in says.finditer(plain)})
