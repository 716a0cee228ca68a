"""Finds commercial terms: an amount or a date in a sentence that says what it is of."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.engines.local.tables import load_table
from transcript2handoff.extract.dates import find_dates
from transcript2handoff.extract.money import find_amounts

QUESTION: Final = 0.6
"""A figure that is asked about is less likely to stand."""
SURE_ENOUGH: Final = 0.42
"""A term is listed from this confidence on."""
_WHEN: Final = (0.55, 0.85, 1.0, 1.15, 1.1)
"""Factors for the five fifths of a call: figures said early are mostly about problems."""
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


class TermFinder:
    """Candidates of kind ``term``; ``subject`` is the type of the term, ``detail`` its value."""

    def find(self, reading: Reading) -> Iterator[Candidate]:
        """At most one candidate for each sentence and value, the first type that fits."""
        for sentence in reading.sentences:
            when = _WHEN[min(int(reading.share(sentence) * 5), 4)]
            taken: set[str] = set()
            for candidate in _of_sentence(sentence, when=when):
                if candidate.detail and candidate.detail not in taken:
                    taken.add(candidate.detail)
                    yield candidate


def _of_sentence(sentence: Sentence, *, when: float) -> Iterator[Candidate]:
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
