"""Figures as they are said, made comparable with those that are signed."""

import pytest

from transcript2handoff.contract import ContractLine
from transcript2handoff.contract.quantities import contrary, said, signed


def told(text):
    return [(each.measure, each.value, each.per) for each in said(text)]


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("forty-four one-sixty a year", [("money", 44160.0, "year")]),
        ("forty-four thousand, one hundred and sixty a year", [("money", 44160.0, "year")]),
        ("four and a half thousand for all", [("money", 4500.0, "")]),
        ("48k a year", [("money", 48000.0, "year")]),
        ("half a million pounds", [("money", 500000.0, "")]),
        ("EUR 12 per user per month", [("money", 144.0, "user year")]),
        ("£3,000", [("money", 3000.0, "")]),
        ("nine thousand documents a month", [("documents", 9000.0, "")]),
        ("forty paid seats", [("people", 40.0, "")]),
        ("eight per cent", [("percent", 8.0, "")]),
        ("two years", [("months", 24.0, "")]),
        ("eight weeks", [("days", 56.0, "")]),
        ("five working days", [("business days", 5.0, "")]),
        ("thirty minutes", [("hours", 0.5, "")]),
        ("the twenty-second of May", []),
        ("phase two", []),
    ],
)
def test_what_was_said(text, quantities):
    assert told(text) == quantities


def line(text="Fee", **fields):
    return ContractLine(id="L1", type="price", text=text, **fields)


@pytest.mark.parametrize(
    ("written", "quantity"),
    [
        (line(amount=1000, currency="EUR", per="month"), ("money", 12000.0, "year")),
        (line(amount=5, currency="EUR", per="user and month"), ("money", 60.0, "user year")),
        (line(amount=3000, currency="EUR"), ("money", 3000.0, "once")),
        (line(amount=8, unit="percent"), ("percent", 8.0, "")),
        (line(amount=2, unit="years"), ("months", 24.0, "")),
        (line(amount=40, unit="users"), ("people", 40.0, "")),
        (line("Fee of 1,000 euros a month"), ("money", 12000.0, "year")),
    ],
)
def test_what_was_signed(written, quantity):
    assert [(each.measure, each.value, each.per) for each in signed(written)] == [quantity]


@pytest.mark.parametrize(
    ("spoken", "written", "clash"),
    [
        ("sixty days", "30 days", ("sixty days", "30 days")),
        ("sixty days", "60 days", None),
        ("sixty days", "two months", None),
        ("sixty days or thirty days", "30 days", None),
        ("thirty days", "30 days and 60 days", None),
        ("ten per cent below 99.9 %", "5 % below 99.9 %", ("ten per cent", "5 %")),
        ("$10 a month", "$120 a year", None),
        ("$10 a month", "$100 a year", ("$10 a month", "$100 a year")),
        ("$10 per user", "$100 a year", None),
        ("3,000 dollars", "£3,000", None),
        ("3,000 dollars", "£4,000", None),
        ("3,000 pounds", "£4,000", ("3,000 pounds", "£4,000")),
        ("forty seats", "50 users", ("forty seats", "50 users")),
        ("forty seats", "9,000 documents", None),
    ],
)
def test_only_figures_of_one_measure_that_both_lack_are_contrary(spoken, written, clash):
    found = contrary(said(spoken), said(written))
    assert (found and tuple(each.words for each in found)) == clash


def test_the_same_number_of_another_currency_is_not_the_same():
    (dollars,), (pounds,), (unsaid,) = said("3,000 dollars"), said("£3,000"), said("3,000 a head")
    assert not dollars.equals(pounds)
    assert pounds.equals(*signed(line(amount=3000, currency="GBP")))
    assert not dollars.equals(*signed(line(amount=3000, currency="GBP")))
    assert unsaid.currency == ""
