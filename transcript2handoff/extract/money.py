"""Amounts with the unit that they are said in: money, shares, seats, spans of time."""

import re
from typing import Final, Literal, NamedTuple

from transcript2handoff.extract.numbers import NUMBER, number
from transcript2handoff.transcript import Span

Measure = Literal["money", "percent", "time", "count"]


class Amount(NamedTuple):
    """An amount as it was said.

    ``value`` is the plain number before the unit ("1.5" of "1.5 million"), or none where the words
    make no single one.
    """

    span: Span
    words: str
    measure: Measure
    value: float | None


_SCALE: Final = r"(?:[ ]?(?:k|m|bn|grand|thousand|million|billion|lakhs?|crores?)\b)"
_PART: Final = r"(?:[ ]and[ ]a[ ](?:half|quarter)(?=[ -][a-z]))"
_FRACTION: Final = (
    r"\b(?:half|(?:a|one|three)[ ]quarters?[ ]of)[ ]an?[ ](?:thousand|million|billion|lakh|crore)\b"
)
_RANGE: Final = (
    rf"(?:{_FRACTION}|{NUMBER}(?:[ ](?:to|or|and)[ ]{NUMBER}|[ ]?[-–][ ]?\d[\d,.]{{0,14}})?"
    rf"{_PART}?{_SCALE}?)"
)
_PER: Final = (
    r"(?:(?:,?[ ](?:per|an?|each|every)[ ](?:[a-z]+[ ])??"
    r"(?:seat|user|head|room|unit|site|store|month|year|quarter|day|week|license|licence|truck|"
    r"vehicle|bed|door|asset|interface|line|student|employee|agent|technician|sensor|claim|"
    r"document|parcel|order|ticket|location|terabyte|person|piece|device|member|property|annum)"
    r"s?\b){1,3})"
)
_CURRENCY: Final = (
    r"(?:dollars?|bucks|pounds?|quid|euros?|pence|cents?|rupees?|rand|francs?|kroner|krona|yen|"
    r"usd|gbp|eur|dirhams?|ringgit)\b"
)
_FORMS: Final[tuple[tuple[Measure, str], ...]] = (
    ("money", rf"[$£€₹][ ]?{_RANGE}{_PER}?"),
    ("money", rf"{_RANGE}[ ](?:singapore |us |australian )?{_CURRENCY}(?:[ ]{NUMBER})?{_PER}?"),
    ("percent", rf"{_RANGE}[ ]?(?:%|per ?cent\b|percentage points?\b|basis points?\b)"),
    (
        "time",
        rf"{_RANGE}[- ](?:business |working |calendar )?(?:day|week|month|year|hour|minute)s?\b",
    ),
    ("money", rf"{_RANGE}{_PER}"),
    (
        "count",
        rf"{_RANGE}[ ](?:[a-z]+[ ])?(?:seats?|users?|licen[cs]es?|logins?|people|staff|heads?|"
        r"employees|agents?|rooms?|sites?|stores?|trucks?|vehicles?|beds?|units?|locations?|"
        r"offices?|tickets?|orders?|documents?|contracts?|students?|devices?|sensors?|named)\b",
    ),
    (
        "money",
        rf"{_RANGE}(?=[.,;!?]|$"
        r"|[ ](?:a|per|for|in|all|flat|and|on|to|off|is|was|up|at|plus|total)\b)",
    ),
)
_LARGE: Final = re.compile(
    r"\b(?:k|thousand|million|grand|billion|lakhs?|crores?)\b|\dk\b|\d,?\d{3}"
)
"""A bare number is taken for money only if it is large; and 1990 to 2099 is a year."""
_COMPILED: Final = tuple((measure, re.compile(form)) for measure, form in _FORMS)
_SHARES: Final = {"half": 0.5, "a quarter": 0.25, "one quarter": 0.25, "three quarter": 0.75}
_LEADING_NUMBER: Final = re.compile(NUMBER)


def find_amounts(text: str) -> tuple[Amount, ...]:
    """The amounts said in ``text``, in order; where two overlap, the more telling one."""
    plain = text.lower()
    if len(plain) != len(text):  # a letter whose lower case is two letters
        plain = text
    found: list[Amount] = []
    taken = bytearray(len(plain))  # 1 for each character of what was found
    for measure, pattern in _COMPILED:
        for match in pattern.finditer(plain):
            span = Span(*match.span())
            if not any(taken[span.begin : span.end]):
                value = _value(match[0])
                if pattern is not _COMPILED[-1][1] or _is_bare_sum(match[0], value):
                    found.append(Amount(span, text[span.begin : span.end], measure, value))
                    taken[span.begin : span.end] = b"\1" * (span.end - span.begin)
    return tuple(sorted(found))


def _value(words: str) -> float | None:
    """The plain number that an amount begins with, halves and quarters included."""
    begin = words.lstrip("$£€₹ ")
    for said, share in _SHARES.items():
        if begin.startswith(said):
            return share
    first = _LEADING_NUMBER.search(words)
    value = number(first[0]) if first else None
    if first is None or value is None:
        return None
    more = re.match(r" and a (half|quarter)", words[first.end() :])
    return (
        value + (_SHARES["half"] if more[1] == "half" else _SHARES["a quarter"]) if more else value
    )


def _is_bare_sum(words: str, value: float | None) -> bool:
    is_year = value is not None and 1990 <= value < 2100
    return bool(_LARGE.search(words)) and not is_year
