"""The first design of the local engine, kept to compare with: cues, and nothing that was trained.

Each sentence is judged by its wording alone; of neighbours the surest stands; and of every kind no
more are kept than a call usually has.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from transcript2handoff.engines.local.dialogue import AnswerFinder
from transcript2handoff.engines.local.finder import Candidate, cue_confidences, load_cues
from transcript2handoff.engines.local.people import absent, on_the_call
from transcript2handoff.engines.local.reading import Reading
from transcript2handoff.engines.local.terms import terms_of
from transcript2handoff.engines.local.vendors import vendors
from transcript2handoff.extract.wording import content_words
from transcript2handoff.facts import Kind

FEWEST: Final = 3
"""Even in a short call this many claims of a kind may stand."""
PEOPLE, VENDORS = 0.5, 0.43
"""Confidence from which on somebody who is spoken of, or a vendor, is listed."""
WHEN: Final = (0.55, 0.85, 1.0, 1.15, 1.1)
"""Factors for terms in the five fifths of a call: figures said early are mostly about problems."""


class KeywordRules:
    """A ``Finder`` by rules alone."""

    name = "keyword rules"

    def find(self, reading: Reading) -> list[Candidate]:
        """The surest candidates of each kind, each fact once, in the order of the call."""
        return choose(_found(reading), turns=len(reading.transcript.turns))


def _found(reading: Reading) -> Iterator[Candidate]:
    for kind, cues in load_cues().items():
        for sentence, sure in zip(reading.sentences, cue_confidences(reading, kind), strict=True):
            if sure >= cues.least:
                yield Candidate(kind=kind, sentence=sentence, confidence=sure)
    yield from AnswerFinder().find(reading)
    for sentence in reading.sentences:
        yield from terms_of(sentence, when=WHEN[min(int(reading.share(sentence) * 5), 4)])
    yield from on_the_call(reading)
    yield from (one for one in absent(reading) if one.confidence >= PEOPLE)
    yield from (one for one in vendors(reading) if one.confidence >= VENDORS)


class Limit(NamedTuple):
    """How many candidates of a kind are kept; ``keyword_rules.toml`` explains the two."""

    most: float
    reach: int


@cache
def _limits() -> dict[str, Any]:
    table = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return tomllib.loads(table)["limits"]


def choose(candidates: Iterable[Candidate], *, turns: int) -> list[Candidate]:
    """The candidates to keep, in the order of the call.

    Args:
        candidates: in any order.
        turns: how many turns the call has.
    """
    by_kind: dict[Kind, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_kind[candidate.kind].append(candidate)
    kept = [
        candidate
        for kind, found in by_kind.items()
        for candidate in _surest(found, limit=Limit(**_limits()[kind]), turns=turns)
    ]
    return sorted(kept, key=lambda c: (c.sentence.turn, c.sentence.span.begin))


def _surest(found: list[Candidate], *, limit: Limit, turns: int) -> list[Candidate]:
    most = max(FEWEST, round(limit.most * turns / 100))
    kept: list[Candidate] = []
    by_turn: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in sorted(found, key=lambda c: -c.confidence):
        turn = candidate.sentence.turn
        near = [c for n in range(turn - limit.reach, turn + limit.reach + 1) for c in by_turn[n]]
        if len(kept) < most and not any(_same(candidate, other) for other in near):
            kept.append(candidate)
            by_turn[turn].append(candidate)
    return kept


def _same(weaker: Candidate, surer: Candidate) -> bool:
    """Whether two neighbours state one fact: all do but promises and terms of another content."""
    if weaker.kind == "term":
        return weaker.subject == surer.subject
    if weaker.kind not in ("promise", "requirement"):
        return True
    if weaker.sentence.span == surer.sentence.span:
        return True
    return len(content_words(weaker.sentence.plain)) < 3
