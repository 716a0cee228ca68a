"""Which digits are a telephone number.

A number that is named as one ("call me at") needs little more than enough digits. Without such
words it must be dialled like one: with a plus, with a zero and area code, or in the three groups
of North America. So are prices, seats, dates and numbers of tickets told from it.
"""

import re
from dataclasses import dataclass
from typing import Final

from phonenumbers import NumberParseException, is_possible_number, is_valid_number, parse

from transcript2handoff.policy.around import Around
from transcript2handoff.policy.spoken import Run, digits_of, is_row, parts

REGIONS: Final = (
    "US", "GB", "DE", "FR", "IE", "NL", "BE", "CH", "AT", "IT", "ES", "PT", "SE", "NO", "DK", "FI",
    "PL", "CZ", "AU", "NZ", "ZA", "IN", "SG", "BR", "MX",
)  # fmt: skip
"""Where a number without a country code may be from."""
_DIGITS: Final = range(7, 18)
"""Seven of a local call to fifteen of the longest, and the two zeros that stand for a plus."""
_WHOLE: Final = range(7, 16)
"""What is all one number where it is named as one."""
_WITH_AREA: Final = 9
"""Digits of a short number with its area code."""
_NORTH_AMERICAN: Final = re.compile(r"1?[2-9]\d{2}[2-9]\d{6}")
_SPELLED: Final = re.compile(r"1?[2-9]\d{9}")
"""Ten figures one by one, or as three, three and four, need not be a number that exists."""
_TRUNK: Final = re.compile(r"0[1-9]\d{8,9}")


@dataclass(frozen=True)
class Phone:
    """The tokens of a telephone number."""

    tokens: Run
    is_signed: bool
    """Whether the plus before it is a part of it."""


def find_phone(run: Run, around: Around) -> Phone | None:
    """The first telephone number in a run of digits; none if there is none."""
    signed, cue = around.plus > 0, around.cue
    if around.is_amount and cue != "phone":
        return None
    if cue == "phone" and len(digits_of(run)) in _WHOLE and not is_row(run):
        return Phone(run, is_signed=signed)
    by_size = sorted(parts(run, _DIGITS), key=lambda part: len(digits_of(part)), reverse=True)
    for part in by_size:
        if signed and part[0] == run[0] and _is_international(digits_of(part)):
            return Phone(part, is_signed=True)
        if cue != "thing" and not is_row(part) and _is_dialled(part, is_named=cue == "phone"):
            return Phone(part, is_signed=False)
    return None


def _is_international(digits: str) -> bool:
    try:
        return is_possible_number(parse(f"+{digits}"))
    except NumberParseException:
        return False


def _is_dialled(part: Run, *, is_named: bool) -> bool:
    digits = digits_of(part)
    if is_named:
        return any(_is_valid(digits, region) for region in REGIONS)
    if digits.startswith("00"):
        return _is_valid(digits, "GB")
    if digits.startswith("0"):
        exists = len(digits) >= _WITH_AREA and any(_is_valid(digits, region) for region in REGIONS)
        return exists or _TRUNK.fullmatch(digits) is not None
    if _SPELLED.fullmatch(digits) and _sizes(part) in ([1] * len(digits), [3, 3, 4], [1, 3, 3, 4]):
        return True
    return bool(_NORTH_AMERICAN.fullmatch(digits)) and _is_in_groups(part)


def _sizes(part: Run) -> list[int]:
    return [len(token.value) for token in part]


def _is_in_groups(part: Run) -> bool:
    """Whether the area code and the exchange end with a token, or all is one token."""
    ends, position = set(), 0
    for token in part:
        position += len(token.value)
        ends.add(position)
    if len(part) == 1:
        return _is_valid(digits_of(part), "US")
    return {position - 7, position - 4} <= ends


def _is_valid(digits: str, region: str) -> bool:
    try:
        return is_valid_number(parse(digits, region))
    except NumberParseException:
        return False
