"""The day that a time expression names: calendar arithmetic from the day of the call.

Each resolver takes the match of a form of ``dates`` (its groups ``day``, ``weekday``, ``month``,
``year``, ``unit``, ``which``, ``count``, ``quarter``, ``iso``) and the day of the call, and answers
the one day that is meant, or none.
"""

import calendar
import datetime
import re
from collections.abc import Callable
from typing import Final

from transcript2handoff.extract.numbers import number, ordinal_day

WEEKDAYS: Final = [day.lower() for day in calendar.day_name]
WEEKDAY_NAMES: Final[dict[str, int]] = {
    **{day: n for n, day in enumerate(WEEKDAYS)},
    "tues": 1,
    "weds": 2,
    "thurs": 3,
}
MONTHS: Final[dict[str, int]] = {
    **{name.lower(): n for n, name in enumerate(calendar.month_name) if name},
    **{name.lower(): n for n, name in enumerate(calendar.month_abbr) if name},
    "sept": 9,
}
_PERIODS: Final = {"eow": "week", "eom": "month", "eoq": "quarter", "eoy": "year"}

Resolver = Callable[[re.Match[str], datetime.date], datetime.date | None]


def next_weekday(name: str, day: datetime.date) -> datetime.date:
    """The first such weekday after the day."""
    days = (WEEKDAY_NAMES[name] - day.weekday() - 1) % 7 + 1
    return day + datetime.timedelta(days=days)


def of_week(name: str, day: datetime.date, *, weeks: int) -> datetime.date:
    """The weekday of the calendar week so many weeks on."""
    monday = day - datetime.timedelta(days=day.weekday())
    return monday + datetime.timedelta(days=WEEKDAY_NAMES[name] + 7 * weeks)


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


def month_day(match: re.Match[str], said_on: datetime.date) -> datetime.date | None:
    """A day of a named month."""
    day = ordinal_day(match["day"])
    month = MONTHS[match["month"].rstrip(".")]
    return _day_of(month, day, _year(match["year"]), said_on) if day else None


def bare_day(match: re.Match[str], said_on: datetime.date) -> datetime.date | None:
    """A day of the month alone: the first such day from the call day on."""
    day = ordinal_day(match["day"])
    weekday = match.groupdict().get("weekday")
    for later in range(4):
        months = said_on.year * 12 + said_on.month - 1 + later
        found = day and _day_of(months % 12 + 1, day, months // 12, said_on)
        if (
            found
            and found >= said_on
            and (not weekday or found.weekday() == WEEKDAY_NAMES[weekday])
        ):
            return found
    return None


def _last_day(year: int, month: int) -> datetime.date:
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def weekday_of_month(match: re.Match[str], said_on: datetime.date) -> datetime.date | None:
    """The first, second, third or fourth weekday of a named month."""
    week = (ordinal_day(match["which"]) or 1) - 1
    month = MONTHS[match["month"].rstrip(".")]
    first = _day_of(month, 1, _year(match["year"]), said_on.replace(day=1))
    if first is None:
        return None
    days = (WEEKDAY_NAMES[match["day"]] - first.weekday()) % 7 + 7 * week
    return first + datetime.timedelta(days=days)


def end_of_period(match: re.Match[str], said_on: datetime.date) -> datetime.date | None:
    """The last day of a month, quarter or year; of a week, its Friday."""
    following = 1 if match["which"] == "next" else 0
    unit = match["unit"] or match["unit2"] or _PERIODS[match["short"]]
    if unit == "week":
        friday = of_week("friday", said_on, weeks=following)
        return friday if friday >= said_on else None
    if unit == "year":
        return _last_day(said_on.year + following, 12)
    months = said_on.year * 12 + said_on.month - 1
    step = 3 if unit == "quarter" else 1
    last = (months // step + following) * step + step - 1
    return _last_day(last // 12, last % 12 + 1)


def end_of_month(match: re.Match[str], said_on: datetime.date) -> datetime.date | None:
    """The last day of a named month."""
    month = MONTHS[match["month"].rstrip(".")]
    year = _year(match["year"]) or said_on.year + (month < said_on.month)
    return _last_day(year, month)


def end_of_quarter(match: re.Match[str], said_on: datetime.date) -> datetime.date | None:
    """The last day of a named quarter."""
    words = match["quarter"]
    spoken = number(re.sub(r"^q[ -]?", "", words)) if words.startswith("q") else ordinal_day(words)
    month = 3 * int(spoken or 0)
    year = _year(match["year"]) or said_on.year + (month < said_on.month)
    return _last_day(year, month) if 3 <= month <= 12 else None


def day_of_next_month(match: re.Match[str], said_on: datetime.date) -> datetime.date | None:
    """A day of the next month, or of this one ("the fifteenth of this month")."""
    day = ordinal_day(match["day"])
    later = match["which"] == "next" or (day is not None and day < said_on.day)
    months = said_on.year * 12 + said_on.month - 1 + later
    return _day_of(months % 12 + 1, day, months // 12, said_on) if day else None


def _counted(words: str | None) -> int | None:
    """The whole number that a count says; none if it is none, or beyond a year of days."""
    if not words or re.fullmatch(r"an?", words):
        return 1
    if "couple" in words:
        return 2
    value = number(words)
    return int(value) if value is not None and value == int(value) and value <= 400 else None


def ahead(match: re.Match[str], said_on: datetime.date) -> datetime.date | None:
    """So many days or weeks from the call on, or from a weekday or the day after it."""
    days = {"day": 1, "week": 7, "fortnight": 14}[(match["unit"] or "week").rstrip("s")]
    count = _counted(match["count"])
    if count is None or count * days > 400:
        return None
    groups = match.groupdict()
    weekday, tomorrow = groups.get("weekday"), "tomorrow" in match[0]
    start = next_weekday(weekday, said_on) if weekday else said_on
    return start + datetime.timedelta(days=count * days + tomorrow)


def business_days(match: re.Match[str], said_on: datetime.date) -> datetime.date | None:
    """So many days from Monday to Friday after the call."""
    count = _counted(match["count"])
    if count is None or count > 30:
        return None
    day = said_on
    while count:
        day += datetime.timedelta(days=1)
        count -= day.weekday() < 5
    return day


def hours(match: re.Match[str], said_on: datetime.date) -> datetime.date | None:
    """So many hours from the call on, in whole days."""
    count = _counted(match["hours"])
    return said_on + datetime.timedelta(days=count // 24) if count else None


def fixed(days: int) -> Resolver:
    """The day so many days after the call."""
    return lambda _, said_on: said_on + datetime.timedelta(days=days)


def never(_: re.Match[str], __: datetime.date) -> None:
    """The words keep what they say."""


def iso(match: re.Match[str], _: datetime.date) -> datetime.date | None:
    """A date as computers write it; none for a day that no calendar has."""
    try:
        return datetime.date.fromisoformat(match["iso"])
    except ValueError:
        return None
