"""Whether what was said later about a matter gives another value than what was said before.

A value that moved is a step in the history of its claim. Figures decide where there are any: two
prices differ if each holds a figure that the other lacks, so that "2,400" and "2,400 for up to
fifty seats" are one. Words alone are compared only where they name a day.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from transcript2handoff.consolidate.names import roles_clash
from transcript2handoff.contract import quantities
from transcript2handoff.extract.figures import said_figures
from transcript2handoff.facts import (
    Competitor,
    CustomerCommitment,
    Fact,
    Goal,
    Influence,
    Stakeholder,
    Term,
)

TRACKED: Final = (Term, Goal, Stakeholder, CustomerCommitment)
"""Facts whose values may move from call to call; promises have steps of their own."""

_VAGUE: Final = frozenset(["unknown", "mentioned", "influencer"])
"""Values that say less than what an earlier call knew."""
_CONTRARY: Final[tuple[frozenset[Influence], ...]] = (
    frozenset(["champion", "blocker"]),
    frozenset(["economic_buyer", "user"]),
)
"""What one person is not at once; other influences are two sides of one person."""
_WORD: Final = re.compile(r"[^\W_]+")
_FILLING_WORDS: Final = (
    "the a an of in by at on to for from end start early mid late middle this next within before "
    "about around or and"
)
_FILLING: Final = frozenset(_FILLING_WORDS.split())
_THOUSAND: Final = 1000


def moved(before: Fact, after: Fact) -> bool:
    """Whether a fact gives another value than the one before it."""
    match before, after:
        case Term(type="procurement"), Term():
            return False  # whose signature is needed, and up to what sum
        case Term(), Term():
            return amounts_differ(before.value, after.value)
        case Goal(), Goal():
            figures = ((before.baseline, after.baseline), (before.target, after.target))
            told = any(figures_differ(one, other) for one, other in figures)
            return told or days_differ(before.deadline, after.deadline)
        case Stakeholder(), Stakeholder():
            turned = frozenset([before.influence, after.influence]) in _CONTRARY
            return turned or roles_clash(before.role, after.role)
        case CustomerCommitment(), CustomerCommitment():
            return days_differ(before.due, after.due)
    return False


def amounts_differ(one: str, other: str) -> bool:
    """Whether each of two values holds an amount that the other lacks, a year being 12 months."""
    ours, theirs = quantities.said(one), quantities.said(other)
    if ours and theirs:
        return quantities.contrary(ours, theirs) is not None
    return figures_differ(one, other)


def lengths_differ(one: str, other: str) -> bool:
    """Whether two values are spans of months or years, and none of them is in both."""
    ours, theirs = (
        {each.value for each in quantities.said(value) if each.measure == "months"}
        for value in (one, other)
    )
    return bool(ours and theirs) and ours.isdisjoint(theirs)


def figures_differ(one: str | None, other: str | None) -> bool:
    """Whether each of two values holds a figure that the other lacks; "25" may mean thousands."""
    ours, theirs = said_figures(one or ""), said_figures(other or "")
    return not _holds(ours, theirs) and not _holds(theirs, ours)


def _holds(some: frozenset[float], others: frozenset[float]) -> bool:
    """Whether each of some figures is one of the others."""
    same = {figure * times for figure in others for times in (1, _THOUSAND, 1 / _THOUSAND)}
    return some <= same


def days_differ(one: str | None, other: str | None) -> bool:
    """Whether two times share no figure and no word: "by May" and "15 May" may be one."""
    ours, theirs = (
        frozenset(_WORD.findall((each or "").lower())) - _FILLING for each in (one, other)
    )
    figures = figures_differ(one, other)
    return figures or (bool(ours) and bool(theirs) and ours.isdisjoint(theirs))


def filled(facts: Iterable[Fact]) -> Fact:
    """The newest of some facts; what it leaves open is taken from those before it."""
    told: dict[str, Any] = {}
    given = list(facts)
    for fact in given:
        for name, value in fact:
            if name not in told or not (value is None or value in _VAGUE):
                told[name] = value
    match given[-1]:
        case Stakeholder():
            told["present"] = any(isinstance(f, Stakeholder) and f.present for f in given)
            told["name"] = _fullest(f.name for f in given if isinstance(f, Stakeholder))
        case Competitor():
            told["name"] = _fullest(f.name for f in given if isinstance(f, Competitor))
    return given[-1].model_copy(update=told)


def _fullest(names: Iterable[str | None]) -> str | None:
    """The longest of some names; of equally long ones the latest."""
    given = [name for name in names if name]
    return max(reversed(given), key=len) if given else None
