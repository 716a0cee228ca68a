"""When a value has moved between two calls."""

import pytest

from transcript2handoff.consolidate.values import (
    amounts_differ,
    days_differ,
    figures_differ,
    filled,
    lengths_differ,
    moved,
)
from transcript2handoff.facts import Competitor, Goal, Pain, Stakeholder, Term


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("48,000 a year", "44,160 a year", True),
        ("48,000 a year", "forty-eight thousand a year", False),
        ("48,000 a year", "4,000 a month", False),
        ("2,400 a month", "2,400 a month for up to fifty SKUs", False),
        ("two years", "24 months", False),
        ("on request", "48,000", False),
    ],
)
def test_amounts_differ_if_each_lacks_one_of_the_others(one, other, differ):
    assert amounts_differ(one, other) is differ
    assert amounts_differ(other, one) is differ


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("twelve months", "three years", True),
        ("one year", "12 months", False),
        ("twelve months", "sixty days", False),
        ("twelve months", "five per cent on renewal", False),
    ],
)
def test_only_spans_of_months_and_years_are_lengths(one, other, differ):
    assert lengths_differ(one, other) is differ


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("May", "June", True),
        ("by the end of May", "May", False),
        ("2026-05-01", "2026-06-01", True),
        ("September peak", None, False),
    ],
)
def test_days_differ_if_no_word_is_shared(one, other, differ):
    assert days_differ(one, other) is differ
    assert days_differ(other, one) is differ


def test_a_figure_may_leave_out_the_thousands():
    assert not figures_differ("25", "25,000")
    assert figures_differ("25", "26,000")


def test_a_signature_limit_is_no_amount_that_moves():
    limit, other = (Term(type="procurement", value=f"up to {n}") for n in ("20,000", "50,000"))
    assert not moved(limit, other)
    assert moved(*(Term(type="price", value=value) for value in ("20,000", "50,000")))
    assert not moved(Pain(), Pain())


def test_what_the_newest_fact_leaves_open_is_taken_from_before():
    first = Goal(metric="hours", baseline="two days", target="three hours")
    assert filled([first, Goal(target="two hours")]) == first.model_copy(
        update={"target": "two hours"}
    )
    known = Stakeholder(name="Ida Lund", role="CFO", influence="economic_buyer", present=True)
    vague = Stakeholder(name="Ida", present=False)
    assert filled([known, vague]) == known
    rival = Competitor(name="Gridley Ltd", status="rejected", reason="price")
    assert filled([rival, Competitor(name="Gridley", status="mentioned")]) == rival
