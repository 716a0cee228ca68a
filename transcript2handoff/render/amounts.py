"""Amounts of money that were said, in the reader's way of writing them."""

import re
from typing import Final

from transcript2handoff.extract.numbers import NUMBER, number
from transcript2handoff.words import Words

_SCALES: Final = {"k": 1e3, "grand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_SIGNS: Final = {"$": "USD", "£": "GBP", "€": "EUR", "₹": "INR"}
_NAMES: Final = {
    "dollars": "USD",
    "pounds": "GBP",
    "euros": "EUR",
    "rupees": "INR",
    "usd": "USD",
    "gbp": "GBP",
    "eur": "EUR",
}
_MONEY: Final = re.compile(
    rf"(?P<sign>[$£€₹])?\s?(?P<number>{NUMBER})\s?(?P<scale>{'|'.join(_SCALES)})?\b"
    rf"\s?(?P<name>{'|'.join(_NAMES)})?\.?"
)


def in_figures(value: str, words: Words) -> str:
    """A value as it is, but if it is an amount of money and nothing else, in the locale's format.

    "£48,000" and "forty-eight thousand pounds" are; "48,000 a year" and "about £48,000" are not.
    """
    found = _MONEY.fullmatch(value.strip().lower())
    currency = found and (_SIGNS.get(found["sign"] or "") or _NAMES.get(found["name"] or ""))
    amount = number(found["number"]) if found else None
    if found is None or not currency or amount is None:
        return value
    return words.money(amount * _SCALES.get(found["scale"] or "", 1), currency)
