"""Business days: those on which both the customer's country and ours work."""

import datetime
from dataclasses import dataclass
from functools import cache
from typing import Final

from holidays import HolidayBase, country_holidays

KICKOFF_WITHIN: Final = 5
"""The kickoff meeting is held within so many business days of the signature."""
_DAY: Final = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Workdays:
    """The business days of a deal: days on which all of ``countries`` work, less the ``closed``.

    Countries are written as in deals: ``GB``, ``GB-SCT``. Each has its own weekend. Where no
    country is known, the days from Monday to Friday count.
    """

    countries: tuple[str, ...] = ()
    closed: tuple[datetime.date, ...] = ()

    def is_workday(self, day: datetime.date) -> bool:
        """Whether everybody works on a day."""
        if day in self.closed:
            return False
        if not self.countries:
            return day.isoweekday() <= 5
        return all(_calendar(country).is_working_day(day) for country in self.countries)

    def after(self, day: datetime.date, count: int) -> datetime.date:
        """The ``count``-th business day after a day, which itself does not count.

        Raises:
            ValueError: ``count`` is less than one.
        """
        if count < 1:
            raise ValueError(f"the business day number {count} after a day")
        for _ in range(count):
            day += _DAY
            while not self.is_workday(day):
                day += _DAY
        return day

    def between(self, start: datetime.date, end: datetime.date) -> int:
        """How many business days lie after ``start`` and up to ``end``; negative backwards."""
        if end < start:
            return -self.between(end, start)
        days = (start + _DAY * n for n in range(1, (end - start).days + 1))
        return sum(map(self.is_workday, days))

    def latest_kickoff(self, signed: datetime.date) -> datetime.date:
        """The last day on which the kickoff meeting is in time."""
        return self.after(signed, KICKOFF_WITHIN)


@cache
def _calendar(code: str) -> HolidayBase:
    """The calendar of a country, which looks up years as they are asked for."""
    country, _, part = code.partition("-")
    return country_holidays(country, subdiv=part or None)
