"""Whether what was said agrees with the line of the contract that it is about.

It contradicts the line if the line excludes it, if both hold figures of one measure that the other
lacks, if it was promised for an earlier day than it was signed for, or promised for nothing where
the line charges for it.
"""

import datetime
import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from transcript2handoff.contract.documents import ContractLine
from transcript2handoff.contract.matching import Lines, Met, wordings
from transcript2handoff.contract.quantities import Quantity, contrary, said, signed
from transcript2handoff.extract.dates import due_day, find_dates
from transcript2handoff.extract.wording import qualifiers
from transcript2handoff.facts import Promise, Term, TermType
from transcript2handoff.handoff import Claim
from transcript2handoff.words import Message, message

Verdict = Literal["in_contract", "not_in_contract", "contradicts"]

NEAR: Final = 1.5
"""How many times the signed figure a figure may be that is held against it for its type alone.
Discounts of more than a third are rare: a price farther away is the price of something else."""
OF_SEVERAL: Final[tuple[TermType, ...]] = ("price", "sla")
"""Types of which one contract has several values; of the others it has one."""
DATED: Final[tuple[TermType, ...]] = ("start", "renewal")
"""Types whose value is a day."""

_MEASURES: Final[dict[TermType, tuple[str, ...]]] = {
    "price": ("money",),
    "discount": ("percent", "money"),
    "length": ("months", "days"),
    "payment": ("days", "business days"),
}
"""What values of a type are measured in; other figures of a line say something else."""
_OF_ANYTHING: Final = ("deliverable", "exclusion")
"""Types of lines that may hold any term; a price is not looked for among other terms."""

_FREE: Final = re.compile(
    r"(?<![-\w])free(?! (?:text|to|trade|up)\b)|\bwaiv\w+"
    r"|\b(?:no|without) (?:extra )?(?:charge|cost|fee)s?\b"
    r"|\b(?:doesn't|don't|not|never) charge\b",
    re.IGNORECASE,
)


class Finding(NamedTuple):
    """A verdict, the line that it rests on, and why."""

    verdict: Verdict
    line: ContractLine | None
    reason: Message


NOTHING: Final = Finding("not_in_contract", None, message("nothing like it in the contract"))
_EXCLUDED: Final = message("the contract excludes it")


def promise_against(claim: Claim, promise: Promise, lines: Lines) -> Finding:
    """What the contract says about a promise."""
    best = next(iter(lines.alike(claim)), None)
    if best is None:
        return NOTHING
    clash = next(_clashes(best, due_day(promise.due)), None)
    if clash:
        return Finding("contradicts", best.line, _both(best, clash))
    return Finding("in_contract", best.line, _agreed(best, due_day(promise.due)))


def term_against(
    claim: Claim, term: Term, lines: Lines, *, said_on: datetime.date | None
) -> Finding:
    """What the contract says about a term: by its value, by its words, by its type alone.

    Args:
        claim: the claim of the term.
        term: its fact.
        lines: the lines of the contract.
        said_on: the day of the call; days that were said resolve against it.
    """
    of_type = [line for line in lines.lines if line.type == term.type]
    figures = said(term.value) or said(wordings(claim)[0])
    days = _days(claim, said_on) if term.type in DATED else frozenset()
    alike = [met for met in lines.alike(claim) if met.line.type in (term.type, *_OF_ANYTHING)]
    return (
        _same_value(of_type, figures, days)
        or (_by_words(alike[0], figures, days) if alike else None)
        or _other_day(claim, lines, of_type, days)
        or _other_value(claim, term.type, lines, figures)
        or NOTHING
    )


def _same_value(
    lines: list[ContractLine], figures: tuple[Quantity, ...], days: frozenset[datetime.date]
) -> Finding | None:
    for line in lines:
        if line.date in days:
            same = message("the contract has the same day, {day}", day=str(line.date))
            return Finding("in_contract", line, same)
    shared = [
        (line, [one.words for one in signed(line) if any(one.equals(each) for each in figures)])
        for line in lines
    ]
    matched = [(line, words) for line, words in shared if words]
    if not matched:
        return None
    line, words = max(matched, key=lambda pair: len(pair[1]))
    clash = contrary(figures, signed(line))
    if clash:
        return Finding("contradicts", line, _differ(*clash))
    figure = message("the contract has the same figure, “{figure}”", figure=words[0])
    return Finding("in_contract", line, figure)


def _by_words(met: Met, figures: tuple[Quantity, ...], days: frozenset[datetime.date]) -> Finding:
    """What the line that speaks of the same says to the value."""
    line = met.line
    if line.type == "exclusion":
        return Finding("contradicts", line, _both(met, _EXCLUDED))
    if clash := contrary(figures, signed(line)):
        return Finding("contradicts", line, _both(met, _differ(*clash)))
    if days and line.date and line.date not in days:
        return Finding("contradicts", line, _both(met, _differing_days(days, line.date)))
    return Finding("in_contract", line, _both_speak(met))


def _other_day(
    claim: Claim, lines: Lines, dated: list[ContractLine], days: frozenset[datetime.date]
) -> Finding | None:
    """The one line of the type that has another day, unless the claim speaks of another line.

    A deal has several beginnings: of the pilot, of the term, of the work.
    """
    ours = [line for line in dated if line.date]
    if not days or len(ours) != 1:
        return None
    (line,) = ours
    others = [other for other in lines.lines if other.id != line.id]
    elsewhere = any(lines.words_in_common(claim, other) for other in others)
    if elsewhere and not lines.words_in_common(claim, line):
        return None
    return Finding("contradicts", line, _differing_days(days, line.date))


def _other_value(
    claim: Claim, type: TermType, lines: Lines, figures: tuple[Quantity, ...]
) -> Finding | None:
    """The one line of the type that has another value; none if it may be any of several."""
    of_type = [line for line in lines.lines if line.type == type]
    if type == "sla":
        of_type = [line for line in of_type if lines.words_in_common(claim, line)]
    pairs = [
        (line, _differ(one, other))
        for line in of_type
        for one in figures
        for other in signed(line)
        if _may_be_one_matter(type, one, other, alone=len(of_type) == 1)
    ]
    if len({line.id for line, _ in pairs}) != 1:
        return None
    line, why = pairs[0]
    alone = message("{why}; nothing else of this sort in the contract is like it", why=why)
    return Finding("contradicts", line, alone)


def _may_be_one_matter(type: TermType, one: Quantity, other: Quantity, *, alone: bool) -> bool:
    """Whether two values of a type are so much alike that one stands for the other."""
    if not one.compares_with(other) or one.measure not in _MEASURES.get(type, (one.measure,)):
        return False
    return type not in OF_SEVERAL or (_is_near(one, other) and (alone or one.per == other.per))


def _is_near(one: Quantity, other: Quantity) -> bool:
    low, high = sorted((one.value, other.value))
    return high < NEAR * low


def _clashes(met: Met, owed: datetime.date | None) -> Iterator[Message]:
    """Why a promise and the line that it is about cannot both hold."""
    line = met.line
    if line.type == "exclusion":
        yield _EXCLUDED
    figures = signed(line)
    if differing := contrary(said(met.said), figures):
        yield _differ(*differing)
    if owed and line.date and owed < line.date:
        days = {"said": str(owed), "written": str(line.date)}
        yield message("promised for {said}, signed for {written}", **days)
    charged = next((each for each in figures if each.measure == "money" and each.value > 0), None)
    if charged and _FREE.search(met.said) and not _FREE.search(line.text):
        yield message("promised free of charge, signed for “{sum}”", sum=charged.words)


def _agreed(met: Met, owed: datetime.date | None) -> Message:
    """Why a promise is in the contract, and what a reader should look at nevertheless."""
    reason = _both_speak(met)
    day = met.line.date
    if owed and day and day < owed:
        reason = message("{why}; signed for {day}, earlier than promised", why=reason, day=str(day))
    if bool(qualifiers(met.said)["not"]) != bool(qualifiers(met.line.text)["not"]):
        reason = message("{why}; only one of them says “not”, so read both", why=reason)
    return reason


def _both_speak(met: Met) -> Message:
    return message("both speak of {words}", words=met.by)


def _both(met: Met, why: Message) -> Message:
    return message("{why}; both speak of {words}", why=why, words=met.by)


def _differ(spoken: Quantity, written: Quantity) -> Message:
    return message("said “{said}”, signed “{written}”", said=spoken.words, written=written.words)


def _differing_days(days: frozenset[datetime.date], day: datetime.date | None) -> Message:
    said = ", ".join(map(str, sorted(days)))
    return message("said {said}, signed {written}", said=said, written=str(day))


def _days(claim: Claim, said_on: datetime.date | None) -> frozenset[datetime.date]:
    """The days that a claim names, in its words or in those of the call."""
    mentions = (each for text in wordings(claim) for each in find_dates(text, said_on=said_on))
    return frozenset(mention.date for mention in mentions if mention.date)
