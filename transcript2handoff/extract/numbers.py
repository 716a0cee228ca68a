"""Numbers as people say them: "forty-two", "twenty second", "a hundred and eighty", "1.5"."""

import re
from typing import Final

_UNIT_WORDS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TEN_WORDS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINAL_WORDS: Final = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_SCALES: Final = {"hundred": 100, "thousand": 1_000, "grand": 1_000, "million": 1_000_000}
_ORDINALS: Final = _ORDINAL_WORDS.split()

MOST: Final = 1e15
"""The largest number that anybody means; up to it every whole number is exact."""
CARDINALS: Final[dict[str, int]] = {
    **{word: value for value, word in enumerate(_UNIT_WORDS.split())},
    **{word: 10 * value for value, word in enumerate(_TEN_WORDS.split(), start=2)},
}
ORDINAL_DAYS: Final[dict[str, int]] = {
    **{word: value for value, word in enumerate(_ORDINALS, start=1)},
    **{f"twenty {word}": 20 + value for value, word in enumerate(_ORDINALS[:9], start=1)},
    "thirtieth": 30,
    "thirty first": 31,
}
"""Days of a month as ordinals; a hyphen in what was said counts as a space."""


def _alternatives(words: list[str]) -> str:
    """A pattern for any of the words, the longest first, a space also matching a hyphen."""
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(word.replace(" ", "[- ]") for word in longest_first)


SPOKEN: Final = rf"(?:{_alternatives([*CARDINALS, *_SCALES])})"
NUMBER: Final = (
    # It begins where its digits do, and ends after as many words as a number has: a long row of
    # either is gone through once, not from each of its places anew.
    r"(?:(?<!\d)(?<!\d,)\d[\d,]*(?:\.\d+)?"
    r"|(?:an?[ ](?=hundred|thousand|million))?"
    rf"\b(?!grand\b){SPOKEN}(?:(?:[- ]|[ ]and[ ]|[ ]point[ ])\b{SPOKEN}){{0,15}}\b)"
)
"""A pattern for a number in digits or in words, for lower-case text."""
ORDINAL: Final = (
    rf"(?:(?:{_alternatives(list(ORDINAL_DAYS))})\b|(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)\b)"
)
"""A pattern for a day of the month as an ordinal, in words or digits, for lower-case text."""


def number(words: str) -> float | None:
    """The value of what ``NUMBER`` matches; none where the words make no single number.

    "four ten" (410 to the one who sells it) and "twenty twenty-seven" are none: what they mean
    hangs on the context.
    """
    plain = words.replace(",", "").strip()
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return figure if (figure := float(plain)) <= MOST else None
    whole, _, fraction = plain.partition(" point ")
    value = _whole(re.split(r"[- ]", whole))
    if value is None or not fraction:
        return value
    digits = [CARDINALS.get(word) for word in fraction.split()]
    if any(digit is None or digit > 9 for digit in digits):
        return None
    return float(f"{value:.0f}.{''.join(map(str, digits))}")


def _whole(words: list[str]) -> float | None:
    total, current, last = 0, 0, 0
    for word in words:
        if word in ("a", "an", "and"):
            continue
        if word in _SCALES:
            scale = _SCALES[word]
            current, total, last = _scaled(current or 1, total, scale)
        elif (value := CARDINALS.get(word)) is None or 0 < last <= max(value, 9):
            return None
        else:
            current, last = current + value, value if value >= 20 else 1
    return float(total + current) if total + current <= MOST else None


def _scaled(current: int, total: int, scale: int) -> tuple[int, int, int]:
    """The running state after a scale word: hundreds stay open, thousands are closed."""
    if scale == 100:
        return current * scale, total, 0
    return 0, total + current * scale, 0


def ordinal_day(words: str) -> int | None:
    """The day of the month, 1 to 31, that an ordinal names; none if it names none."""
    plain = words.strip().replace("-", " ")
    if plain in ORDINAL_DAYS:
        return ORDINAL_DAYS[plain]
    match = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", plain)
    day = int(match[1]) if match else 0
    return day if 1 <= day <= 31 else None
