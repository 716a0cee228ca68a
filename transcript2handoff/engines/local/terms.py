"""Finds commercial terms: an amount or a date in a sentence that says what it is of."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.engines.local.tables import load_table
from transcript2handoff.extract.dates import find_dates
from transcript2handoff.extract.money import find_amounts

QUESTION = 0.6
"""A figure that is asked about is less likely to stand."""


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
        """At most one candidate for each sentence and type."""
        for sentence in reading.sentences:
            taken: set[str] = set()
            for candidate in self._of_sentence(sentence):
                if candidate.detail not in taken:
                    taken.add(candidate.detail or "")
                    yield candidate

    def _of_sentence(self, sentence: Sentence) -> Iterator[Candidate]:
        values = dict(_values(sentence))
        for rule in _rules():
            if not rule.says.search(sentence.plain):
                continue
            value = next((values[m] for m in rule.measures if m in values), None)
            if rule.measures and value is None:
                continue
            asked = QUESTION if sentence.plain.endswith("?") else 1.0
            backed = 0.15 if values and not rule.measures else 0.0
            yield Candidate(
                kind="term",
                sentence=sentence,
                confidence=min(rule.sure + backed, 0.9) * asked,
                subject=rule.type,
                detail=value or next(iter(values.values()), None) or sentence.text.strip(" .,"),
            )


def _values(sentence: Sentence) -> Iterator[tuple[str, str]]:
    """The measures of a sentence with their words; the first of each measure counts."""
    amounts = find_amounts(sentence.text)
    for amount in reversed(amounts):
        yield amount.measure, amount.words
    for mention in reversed(find_dates(sentence.text, said_on=None)):
        yield "date", mention.words
