"""Finds commercial terms: an amount or a date in a sentence that says what it is of."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.lexicon import pattern
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.engines.local.tables import load_table
from transcript2handoff.extract.dates import find_dates
from transcript2handoff.extract.money import find_amounts
from transcript2handoff.extract.wording import shorten
from transcript2handoff.facts import TermType

QUESTION: Final = 0.6
"""A figure that is asked about is less likely to stand."""
SURE_ENOUGH: Final = 0.42
"""A term is listed from this confidence on."""
_SELLER_PRICE: Final = 1.2
"""A price said by the seller is likelier to be one than a sum that a customer speaks of."""


class _TermRule(NamedTuple):
    type: str
    says: re.Pattern[str]
    measures: frozenset[str]
    sure: float


@cache
def _rules() -> tuple[_TermRule, ...]:
    return tuple(
        _TermRule(
            entry["type"],
            re.compile(entry["says"]),
            frozenset(entry["amount"].split()),
            entry["sure"],
        )
        for entry in load_table("lexicon.toml")["terms"]
    )


def term_type(sentence: Sentence) -> str | None:
    """The type of the first term that a sentence states by rule; none if it states none."""
    return next((candidate.subject for candidate in terms_of(sentence)), None)


_MEASURES: Final[dict[TermType, tuple[str, ...]]] = {
    "price": ("money",),
    "seats": ("count",),
    "discount": ("percent", "money"),
    "length": ("time",),
    "start": ("date",),
    "renewal": ("date", "time", "percent"),
    "payment": (),
    "sla": ("percent", "time"),
    "budget": ("money",),
    "procurement": ("money",),
}
"""What the value of a term is measured in, the likelier first."""


def term_value(reading: Reading, sentence: Sentence, *, type: TermType) -> str:
    """The value of a term as said: in the sentence, else in one beside it, else the words.

    Args:
        reading: the call.
        sentence: what states the term.
        type: what the term is of.
    """
    beside = (
        reading.following(sentence),
        reading.preceding(sentence),
        *reading.of_turn(sentence.turn - 1)[-1:],
    )
    for said in (sentence, *(s for s in beside if s)):
        found = _value_in(said, type)
        if found:
            return found
    return shorten(sentence.text.strip(" .,"))


def _value_in(sentence: Sentence, type: TermType) -> str | None:
    told = pattern("term_value", type).search(sentence.plain)
    if told:
        return sentence.text[told.start() : told.end()]
    values = dict(_values(sentence))
    return next((values[measure] for measure in _MEASURES[type] if measure in values), None)


def terms_of(sentence: Sentence, *, when: float = 1.0) -> Iterator[Candidate]:
    """Candidates of kind ``term``; ``subject`` is the type of the term, ``detail`` its value.

    Args:
        sentence: what is judged.
        when: a factor on the confidence, by where in the call it is said.
    """
    values = dict(_values(sentence))
    for rule in _rules():
        if not rule.says.search(sentence.plain):
            continue
        value = next((values[m] for m in rule.measures if m in values), None)
        if rule.measures and value is None:
            continue
        sure = _confidence(rule, sentence, backed=bool(values)) * when
        if sure >= SURE_ENOUGH:
            yield Candidate(
                kind="term",
                sentence=sentence,
                confidence=min(sure, 0.9),
                subject=rule.type,
                detail=value or next(iter(values.values()), None) or sentence.text.strip(" .,"),
            )


def _confidence(rule: _TermRule, sentence: Sentence, *, backed: bool) -> float:
    """A figure in the sentence backs a rule that asks for none."""
    sure = rule.sure + (0.15 if backed and not rule.measures else 0.0)
    if sentence.plain.endswith("?"):
        sure *= QUESTION
    if rule.type == "price" and sentence.side == "seller":
        sure *= _SELLER_PRICE
    return sure


def _values(sentence: Sentence) -> Iterator[tuple[str, str]]:
    """The measures of a sentence with their words; the first of each measure counts."""
    amounts = find_amounts(sentence.text)
    for amount in reversed(amounts):
        yield amount.measure, amount.words
    for mention in reversed(find_dates(sentence.text, said_on=None)):
        yield "date", mention.words
