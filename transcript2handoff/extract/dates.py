"""Due dates as they are said, resolved against the day of the call.

The rules are those of the annotation guide: "by Friday" is the first Friday after the call day,
"next Friday" the Friday of the following calendar week, "end of next week" the Friday of the next
week, "end of the month" and "end of the quarter" their last days, "in two weeks" the call day plus
fourteen days. What does not name exactly one day ("this week", "before Friday", "in Q2", "mid
October") keeps its words. Day-month orders of Europe and the US are both understood; a bare
"9/10" is not resolved, because it means two days.
"""

import calendar
import datetime
import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from transcript2handoff.extract.numbers import NUMBER, ORDINAL, number, ordinal_day
from transcript2handoff.transcript import Span


class DateMention(NamedTuple):
    """A time that was said. ``date`` is none where the words do not name exactly one day."""

    span: Span
    words: str
    date: datetime.date | None

    @property
    def due(self) -> str:
        """What a claim's ``due`` holds: the ISO date, else the words."""
        return self.date.isoformat() if self.date else self.words


_WEEKDAYS: Final = [day.lower() for day in calendar.day_name]
_MONTHS: Final[dict[str, int]] = {
    **{name.lower(): n for n, name in enumerate(calendar.month_name) if name},
    **{name.lower(): n for n, name in enumerate(calendar.month_abbr) if name},
    "sept": 9,
}
# "may" and "march" are words of their own: as months they need company (a day, "by", "in").
_MONTH: Final = r"\b(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_WEEKDAY: Final = r"\b(?:" + "|".join(_WEEKDAYS) + r")\b"
_YEAR: Final = r"(?:,?[ ](?:of[ ])?(?:20\d\d|'\d\d|twenty[- ](?:twenty|thirty)(?:[- ][a-z]+)?)\b)"
_DAY: Final = rf"(?:{ORDINAL}|(?:3[01]|[12]\d|[1-9])\b(?![.,:]?\d))"
_LEAD: Final = r"(?:\b(?P<lead>before|by|until|till|on|from|after)[ ])?"
_PART: Final = r"(?:[ ](?:morning|afternoon|evening|night|noon|lunchtime|lunch))?"
_VAGUE_LEADS: Final = {"before", "after"}

_Resolver = Callable[[re.Match[str], datetime.date], datetime.date | None]


def _next_weekday(name: str, day: datetime.date) -> datetime.date:
    ahead = (_WEEKDAYS.index(name) - day.weekday() - 1) % 7 + 1
    return day + datetime.timedelta(days=ahead)


def _of_week(name: str, day: datetime.date, *, weeks: int) -> datetime.date:
    monday = day - datetime.timedelta(days=day.weekday())
    return monday + datetime.timedelta(days=_WEEKDAYS.index(name) + 7 * weeks)


def _year(words: str | None) -> int | None:
    if not words:
        return None
    digits = re.search(r"\d+", words)
    if digits:
        return int(digits[0]) % 100 + 2000
    tail = re.sub(r"^[ ,]*(?:of )?twenty[- ]", "", words)
    value = number(tail)
    return 2000 + int(value) if value is not None else None


def _day_of(month: int, day: int, year: int | None, said_on: datetime.date) -> datetime.date | None:
    """The named day; without a year, its first occurrence from the call day on."""
    for candidate in (year,) if year else (said_on.year, said_on.year + 1):
        try:
            found = datetime.date(candidate, month, day)
        except ValueError:
            continue
        if year or found >= said_on:
            return found
    return None


def _month_day(match: re.Match[str], said_on: datetime.date) -> datetime.date | None:
    day = ordinal_day(match["day"])
    month = _MONTHS[match["month"].rstrip(".")]
    return _day_of(month, day, _year(match["year"]), said_on) if day else None


def _bare_day(match: re.Match[str], said_on: datetime.date) -> datetime.date | None:
    """A day of the month alone: the first such day from the call day on."""
    day = ordinal_day(match["day"])
    weekday = match.groupdict().get("weekday")
    for ahead in range(4):
        months = said_on.year * 12 + said_on.month - 1 + ahead
        found = day and _day_of(months % 12 + 1, day, months // 12, said_on)
        if found and found >= said_on and (not weekday or found.weekday() == _weekday(weekday)):
            return found
    return None


def _weekday(name: str) -> int:
    return _WEEKDAYS.index(name)


def _last_day(year: int, month: int) -> datetime.date:
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def _end_of_period(match: re.Match[str], said_on: datetime.date) -> datetime.date | None:
    following = 1 if match["which"] == "next" else 0
    unit = match["unit"]
    if unit == "week":
        friday = _of_week("friday", said_on, weeks=following)
        return friday if friday >= said_on else None
    if unit == "year":
        return _last_day(said_on.year + following, 12)
    months = said_on.year * 12 + said_on.month - 1
    step = 3 if unit == "quarter" else 1
    last = (months // step + following) * step + step - 1
    return _last_day(last // 12, last % 12 + 1)


def _end_of_month(match: re.Match[str], said_on: datetime.date) -> datetime.date | None:
    month = _MONTHS[match["month"].rstrip(".")]
    year = _year(match["year"]) or said_on.year + (month < said_on.month)
    return _last_day(year, month)


def _end_of_quarter(match: re.Match[str], said_on: datetime.date) -> datetime.date | None:
    words = match["quarter"]
    month = 3 * (int(words[-1]) if words[-1].isdigit() else (ordinal_day(words) or 0))
    year = _year(match["year"]) or said_on.year + (month < said_on.month)
    return _last_day(year, month) if 3 <= month <= 12 else None


def _ahead(match: re.Match[str], said_on: datetime.date) -> datetime.date | None:
    count = number(match["count"]) if match["count"] not in ("a", "an") else 1.0
    days = {"day": 1, "week": 7, "fortnight": 14}[match["unit"].rstrip("s")]
    if count is None or count != int(count) or count * days > 400:
        return None
    return said_on + datetime.timedelta(days=int(count) * days)


def _fixed(days: int) -> _Resolver:
    return lambda _, said_on: said_on + datetime.timedelta(days=days)


def _never(_: re.Match[str], __: datetime.date) -> None:
    """The words keep what they say."""


_COUNT: Final = rf"(?P<count>a|an|{NUMBER})"
_QUARTER: Final = r"(?:q ?[1-4]|(?:first|second|third|fourth)(?= quarter))"
_VAGUELY: Final = (
    r"(?:in )?(?:the (?=first|second|third|fourth|q[1-4]|middle|beginning|start))?"
    r"(?:first |second |early |mid[- ]?|late |middle of |beginning of |start of )*"
)
_ALONE: Final = (
    r"(?:(?:(?<=by )|(?<=in )|(?<=for )|(?<=mid[- ])|(?<=early )|(?<=until )|(?<=before )"
    rf"|(?<=middle of )){_MONTH}|(?:january|february|april|june|july|august|september|october"
    r"|november|december)\b)"
)
_FORMS: Final[tuple[tuple[str, _Resolver], ...]] = (
    (
        rf"(?:for |in |after |during )?(?:the |our |your )?first (?:{NUMBER} )?(?:half[- ])?"
        r"(?:days?|weeks?|months?|years?|renewals?|seasons?)\b(?! of\b)"
        r"(?: after (?:go[- ]?live|cut[- ]?over|launch|sign(?:ing|ature))\b)?",
        _never,
    ),
    (r"ahead of (?:the|your|our|his|her|that)\b(?: [a-z'-]+){1,5}", _never),
    (
        r"(?P<iso>20\d\d-\d\d-\d\d)",
        lambda m, _: datetime.date.fromisoformat(m["iso"]) if _is_iso(m["iso"]) else None,
    ),
    (r"(?:the )?day after tomorrow", _fixed(2)),
    (rf"(?:first thing )?tomorrow\b{_PART}", _fixed(1)),
    (
        r"(?:later )?(?:today|tonight|this (?:morning|afternoon|evening))\b"
        r"|(?:right |straight )?after (?:this|the call|we hang up)\b(?= call|[.,!]|$)(?: call)?"
        r"|(?:as soon as|when|once) (?:i'm|we're|we) (?:off|hang up|done)\b(?: (?:this|the) call)?"
        r"|while we're (?:talking|on)|(?:right|straight) (?:now|away)"
        r"|by (?:lunch|supper)\b|before (?:lunch|supper|dinner)\b"
        r"|(?:in|within) (?:an|the|one) hour"
        r"|(?:by |at )?(?:the )?(?:(?:end of (?:the )?day|close of (?:play|business)|eod)\b"
        r"(?!,? (?:one|two|tomorrow|(?:on )?\w+day)))",
        _fixed(0),
    ),
    (
        rf"(?:(?:a )?week (?:on|from|after) (?P<day>{_WEEKDAY})|(?P<day2>{_WEEKDAY}) week\b)",
        lambda m, d: _next_weekday(m["day"] or m["day2"], d) + datetime.timedelta(days=7),
    ),
    (
        rf"(?:(?P<weekday>{_WEEKDAY}),? )?(?:the )?(?P<day>{_DAY}) (?:of )?(?P<month>{_MONTH})"
        rf"(?P<year>{_YEAR})?",
        _month_day,
    ),
    (
        rf"(?:(?P<weekday>{_WEEKDAY}),? )?(?P<month>{_MONTH}) (?:the )?(?P<day>{_DAY})"
        rf"(?P<year>{_YEAR})?",
        _month_day,
    ),
    (rf"(?P<weekday>{_WEEKDAY}),? (?:the )?(?P<day>{ORDINAL})", _bare_day),
    (
        rf"(?:(?<=\bby )|(?<=\bon )|^(?!first|second)|(?<=[.?!] )(?!first|second))"
        rf"(?P<day>{ORDINAL})(?=['.,?!]|$| (?:works|is|at|suits|then|okay|ok|good)\b)",
        _bare_day,
    ),
    (rf"next (?P<day>{_WEEKDAY}){_PART}", lambda m, d: _of_week(m["day"], d, weeks=1)),
    (
        rf"(?P<day>{_WEEKDAY})(?:,)?(?: of)? next week{_PART}",
        lambda m, d: _of_week(m["day"], d, weeks=1),
    ),
    (rf"(?:this (?:coming )?)?(?P<day>{_WEEKDAY}){_PART}", lambda m, d: _next_weekday(m["day"], d)),
    (
        r"(?:the )?(?:end|close|last day) of (?:the|this|(?P<which>next)) "
        r"(?P<unit>week|month|quarter|year)\b",
        _end_of_period,
    ),
    (rf"(?:the )?(?:end|last day) of (?P<month>{_MONTH})(?P<year>{_YEAR})?", _end_of_month),
    (
        rf"(?:the )?end of (?:the )?(?P<quarter>{_QUARTER})(?: quarter)?(?P<year>{_YEAR})?",
        _end_of_quarter,
    ),
    (
        rf"in {_COUNT} (?P<unit>days?|weeks?|fortnight)\b(?:'s|s'|')?(?: time)?(?! of)",
        _ahead,
    ),
    (rf"{_COUNT} (?P<unit>days?|weeks?) from (?:today|now)\b", _ahead),
    (
        rf"\bthe (?P<day>{ORDINAL})(?! (?:\w+ ){{0,2}}(?:year|time|one|thing|quarter|half|of)s?\b)",
        _bare_day,
    ),
    (
        rf"(?:within|inside|in|under) (?:the )?(?:first |next )?{NUMBER}(?: business| working)? "
        r"(?:days?|weeks?|months?|hours?)\b|within (?:a|the) (?:day|week|fortnight|month)\b",
        _never,
    ),
    (r"(?:early |late |later |the end of )?(?:this|next) (?:week|month|quarter|year)\b", _never),
    (
        rf"{_VAGUELY}(?:{_QUARTER}(?: quarter)?|{_ALONE})(?:[- ]ish)?(?: release)?"
        rf"(?P<year>{_YEAR})?",
        _never,
    ),
    (
        r"(?:on |in |by |before )?(?:the |our )?next "
        r"(?:call|meeting|session|time we (?:speak|talk|meet))",
        _never,
    ),
    (
        r"before (?:you|anyone|anybody|we|any|it's|he|she|they|your|our|the)\b(?: [a-z'-]+){1,4}",
        _never,
    ),
    (
        r"(?:(?:by|in|this|next|before|after|for) (?:the )?)"
        r"(?:spring|summer|autumn|fall|winter|christmas|easter|new year'?s?|holidays?|"
        r"thanksgiving|go[- ]live|launch|kick[- ]?off|signature|signing)\b",
        _never,
    ),
)


def _is_iso(words: str) -> bool:
    try:
        datetime.date.fromisoformat(words)
    except ValueError:
        return False
    return True


_COMPILED: Final = tuple((re.compile(_LEAD + f"(?:{form})"), how) for form, how in _FORMS)


def find_dates(text: str, *, said_on: datetime.date | None) -> tuple[DateMention, ...]:
    """The times said in ``text``, in order, none overlapping another.

    Args:
        text: what was said, in any case.
        said_on: the day of the call; without it nothing resolves and words are kept.
    """
    plain = text.lower().replace("’", "'")
    if len(plain) != len(text):  # a letter whose lower case is two letters
        plain = text.replace("’", "'")
    taken: list[Span] = []
    found = []
    for mention in _mentions(plain, text, said_on):
        if all(mention.span.end <= s.begin or s.end <= mention.span.begin for s in taken):
            taken.append(mention.span)
            found.append(mention)
    return tuple(sorted(found))


def _mentions(plain: str, text: str, said_on: datetime.date | None) -> Iterator[DateMention]:
    for pattern, resolve in _COMPILED:
        for match in pattern.finditer(plain):
            lead = match["lead"]
            vague = lead in _VAGUE_LEADS
            begin = match.start() if vague or not lead else match.end("lead") + 1
            date = resolve(match, said_on) if said_on and not vague else None
            words = text[begin : match.end()].strip(" ,.")
            yield DateMention(Span(begin, match.end()), words, date)
