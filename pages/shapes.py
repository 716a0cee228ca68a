"""How values are written on a page: days, moments, times of a call, amounts."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any, Final

from markupsafe import Markup, escape

from transcript2handoff.render.proofs import clock
from transcript2handoff.words import ENGLISH


def day(value: datetime.date) -> str:
    """A day: ``Wed 22 Apr 2026``."""
    return ENGLISH.day(value)


def moment(value: datetime.datetime) -> Markup:
    """A moment, in UTC; a script writes it in the reader's own time."""
    utc = value.astimezone(datetime.UTC)
    shown = f"{utc.day} {utc:%b %Y, %H:%M} UTC"
    return Markup('<time data-moment datetime="{}">{}</time>').format(
        utc.isoformat(timespec="seconds"), shown
    )


def money(amount: float, currency: str) -> str:
    """An amount: ``£44,160``."""
    return ENGLISH.money(amount, currency)


def number(value: float) -> str:
    """A number: ``44,160.5``."""
    return ENGLISH.number(value)


def plural(count: int, one: str, many: str | None = None) -> str:
    """A number of things: ``1 promise``, ``3 promises``."""
    return f"{number(count)} {one if count == 1 else many or f'{one}s'}"


def initials(name: str) -> str:
    """The letters of a person's badge: ``TO`` of Tamsin Okoro."""
    parts = name.split()
    ends = (parts[0], parts[-1]) if len(parts) > 1 else parts
    return "".join(part[0].upper() for part in ends)


def lines(text: str) -> Markup:
    """Text with its line breaks."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    each.__name__: each for each in (day, moment, clock, money, number, plural, initials, lines)
}
"""The filters of all templates of the pages."""
