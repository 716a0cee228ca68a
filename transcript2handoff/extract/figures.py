"""Figures in a text as values: what was said in words can be compared with written digits.

For engines that write their own words: a figure that nobody said may not reach a claim.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from transcript2handoff.extract.numbers import NUMBER, ORDINAL, number, ordinal_day

_SCALES: Final = {
    "k": 1e3,
    "thousand": 1e3,
    "grand": 1e3,
    "m": 1e6,
    "million": 1e6,
    "bn": 1e9,
    "billion": 1e9,
}
_ORDINAL: Final = re.compile(rf"\b{ORDINAL}", re.IGNORECASE)
_NUMBER: Final = re.compile(rf"({NUMBER})(?:[ ]?({'|'.join(_SCALES)})\b)?", re.IGNORECASE)
_DIGITS: Final = re.compile(rf"(\d[\d,]*(?:\.\d+)?)(?:[ ]?({'|'.join(_SCALES)})\b)?", re.IGNORECASE)
IN_WORDS: Final = 10
"""The least figure that counts if it is written in words; "one" and "two" are mostly none."""
_PART: Final = re.compile(rf"\b{NUMBER}\b", re.IGNORECASE)


def said_figures(text: str) -> frozenset[float]:
    """Every value that somebody can have meant: "sixty-two thousand" is 62, 1000 and 62000."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return frozenset((*_scaled(_NUMBER, plain), *_words(plain), *_days(plain)))


def written_figures(text: str) -> frozenset[float]:
    """The values of the figures in digits ("62k" is 62000), and of those from ten on in words."""
    plain = unicodedata.normalize("NFKC", text).lower()
    words = (number(match[0]) or 0 for match in _PART.finditer(plain))
    digits = (value for *_, value in _read(_DIGITS, plain))
    return frozenset((*digits, *(value for value in words if value >= IN_WORDS)))


def _scaled(pattern: re.Pattern[str], text: str) -> Iterator[float]:
    for plain, scaled in _read(pattern, text):
        yield from (plain, scaled)


def _read(pattern: re.Pattern[str], text: str) -> Iterator[tuple[float, float]]:
    for match in pattern.finditer(text):
        words, scale = match[1], match[2] or ""
        if not scale and " point " in words:  # "one point five million"
            words, _, scale = words.rpartition(" ")
        value, times = number(words), _SCALES.get(scale, 1.0)
        if value is None:
            value, times = number(match[1]) or _beyond(match[1]), 1.0
        if value is not None:
            yield value, value * times


def _beyond(digits: str) -> float | None:
    """A figure that is larger than anybody means, for it too has to be said; none for words."""
    plain = digits.replace(",", "")
    return float(plain) if plain.replace(".", "", 1).isdecimal() else None


def _words(text: str) -> Iterator[float]:
    """The parts of what makes no single number: "twenty twenty-seven" is 20 and 27, and 2027."""
    for match in _PART.finditer(text):
        parts = [value for word in re.split(r"[- ]", match[0]) if (value := number(word))]
        yield from parts
        if len(parts) > 1 and all(value == int(value) and value < 100 for value in parts):
            yield float(_in_a_row(parts))


def _in_a_row(parts: list[float]) -> str:
    """Numbers below a hundred that are said in a row, as years and prices are: 20, 20, 7: 2027."""
    joined: list[int] = []
    for value in map(int, parts):
        if joined and joined[-1] % 10 == 0 and joined[-1] >= 20 and value < 10:
            joined[-1] += value
        else:
            joined.append(value)
    return "".join(map(str, joined))


def _days(text: str) -> Iterator[float]:
    for match in _ORDINAL.finditer(text):
        day = ordinal_day(match[0])
        if day:
            yield float(day)
