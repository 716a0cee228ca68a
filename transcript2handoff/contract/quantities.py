"""Figures that can be compared: what was said in words with what was signed in digits.

Two figures are compared only if they measure the same: money for the same period, shares, spans of
time, counts. Days and months are two measures, for no number of days is a month.
"""

import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from transcript2handoff.contract.documents import ContractLine
from transcript2handoff.extract.figures import said_figures
from transcript2handoff.extract.money import Amount, find_amounts

_SCALES: Final = {
    "k": 1e3, "grand": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9,
    "lakh": 1e5, "lakhs": 1e5, "crore": 1e7, "crores": 1e7,
}  # fmt: skip
_SCALE: Final = re.compile(rf"(?<=[\d .])({'|'.join(_SCALES)})\b")
_TIMES: Final[dict[str, tuple[str, float]]] = {
    "minute": ("hours", 1 / 60),
    "hour": ("hours", 1.0),
    "day": ("days", 1.0),
    "week": ("days", 7.0),
    "month": ("months", 1.0),
    "year": ("months", 12.0),
}
_TIME: Final = re.compile(rf"(business |working )?({'|'.join(_TIMES)})s?\b")
_PER: Final = re.compile(
    r"(?:\bper|(?<!\band )\ban?|\beach|\bevery) "
    r"(?!half|hundred|thousand|million|billion|lakh|crore|quarter of)([a-z]+)"
)
_PAUSE: Final = re.compile(r"(?<=thousand|.million), (?=\w+ hundred|\w+ thousand)", re.IGNORECASE)
"""The comma in "forty-four thousand, one hundred and sixty"."""
ONCE: Final = "once"
"""What an amount of a contract line buys that is not paid per anything."""
_A_YEAR: Final = {"month": 12.0, "quarter": 4.0, "year": 1.0}
"""How often a period is in a year; prices of a month and of a year are the same price."""

_CURRENCIES: Final[dict[str, re.Pattern[str]]] = {
    "$": re.compile(r"\$|\b(?:dollars?|bucks|usd|aud|cad|nzd|sgd)\b"),
    "£": re.compile(r"£|\b(?:pounds?|quid|pence|gbp)\b"),
    "€": re.compile(r"€|\b(?:euros?|eur)\b"),
    "₹": re.compile(r"₹|\b(?:rupees?|inr)\b"),
}
"""Currencies as they are said; whose dollars they are, nobody says."""
_PEOPLE: Final = re.compile(
    r"(?:agent|employee|head|licen[cs]e|login|named|people|person|seat|staff|user)s?"
)
"""What is counted where people are: forty seats are forty users."""


@dataclass(frozen=True)
class Quantity:
    """A figure with what it measures: money, percent, a span of time, or things of one kind.

    ``per`` and ``currency`` are empty where nothing says what money buys, or which money it is.
    """

    measure: str
    value: float
    per: str
    words: str
    currency: str = ""

    def compares_with(self, other: "Quantity") -> bool:
        """Whether both measure the same, so that one can be more than the other."""
        return self.measure == other.measure and all(
            ours == theirs or not (ours and theirs)
            for ours, theirs in ((self.per, other.per), (self.currency, other.currency))
        )

    def equals(self, other: "Quantity") -> bool:
        """Whether both say the same."""
        return self.compares_with(other) and math.isclose(self.value, other.value)


def said(text: str) -> tuple[Quantity, ...]:
    """The figures with a unit in a text, in its order."""
    fluent = _PAUSE.sub(" ", text)
    return tuple(_quantity(amount) for amount in find_amounts(fluent))


def signed(line: ContractLine) -> tuple[Quantity, ...]:
    """The figures of a contract line: its amount, then those of its text."""
    return (*_amount(line), *said(line.text))


def contrary(
    spoken: Collection[Quantity], written: Collection[Quantity]
) -> tuple[Quantity, Quantity] | None:
    """What was said and what was signed instead; none if the two can both hold.

    Both sides must hold a figure that the other lacks: whoever names one figure out of three
    contradicts nobody.
    """
    alone = [one for one in spoken if not any(one.equals(other) for other in written)]
    unsaid = [one for one in written if not any(one.equals(other) for other in spoken)]
    return next(
        ((one, other) for one in alone for other in unsaid if one.compares_with(other)), None
    )


def _amount(line: ContractLine) -> Iterator[Quantity]:
    if line.amount is None:
        return
    figure = f"{line.amount:,.2f}".removesuffix(".00")
    if line.currency:
        per = f" per {line.per}" if line.per else ""
        value, period = _a_year(line.amount, line.per or "")
        told = f"{line.currency} {figure}{per}"
        yield Quantity("money", value, period or ONCE, told, _currency(line.currency))
    else:
        unit = (line.unit or "").lower()
        measure, times = _unit(unit)
        yield Quantity(measure, line.amount * times, "", f"{figure} {unit}")


def _unit(words: str) -> tuple[str, float]:
    """The measure of a unit, and how many of the measure one is."""
    if words in ("%", "percent", "per cent"):
        return "percent", 1.0
    time = _TIME.fullmatch(words)
    return _span_of(time) if time else (_counted(words), 1.0)


def _quantity(amount: Amount) -> Quantity:
    words = amount.words.lower()
    value = _meant(amount, words)
    if amount.measure == "time" and (time := _TIME.search(words)):
        measure, times = _span_of(time)
        return Quantity(measure, value * times, "", amount.words)
    if amount.measure == "money":
        value, per = _a_year(value, " ".join(_PER.findall(words)))
        return Quantity("money", value, per, amount.words, _currency(words))
    measure = _counted(words) if amount.measure == "count" else amount.measure
    return Quantity(measure, value, "", amount.words)


def _currency(words: str) -> str:
    """The currency that an amount names; none if it names none that we know."""
    return next((sign for sign, form in _CURRENCIES.items() if form.search(words.lower())), "")


def _counted(words: str) -> str:
    """The kind of things that are counted, by the last word: documents, people."""
    noun = re.findall(r"[^\W\d_]+", words)[-1:]
    kind = noun[0] if noun else "pieces"
    return "people" if _PEOPLE.fullmatch(kind) else f"{kind.removesuffix('s')}s"


def _span_of(time: re.Match[str]) -> tuple[str, float]:
    measure, times = _TIMES[time[2]]
    return ("business days", 1.0) if time[1] and time[2] == "day" else (measure, times)


def _meant(amount: Amount, words: str) -> float:
    """The value of an amount: "forty-four one-sixty" is 44,160."""
    if amount.value is None:
        return max(said_figures(words), default=0.0)
    scale = _SCALE.search(words)
    times = _SCALES[scale[1]] if scale else 1.0
    return amount.value * times if amount.value < times else amount.value


def _a_year(value: float, per: str) -> tuple[float, str]:
    """A price and what it buys once, periods as years: 1,000 a month is 12,000 a year."""
    named = set(re.findall(r"[a-z]+", per.lower())) - {"and", "per"}
    words = {"year" if word == "annum" else word for word in named}
    period = next((word for word in sorted(words) if word in _A_YEAR), None)
    if period is None:
        return value, " ".join(sorted(words))
    return value * _A_YEAR[period], " ".join(sorted((words - {period}) | {"year"}))
