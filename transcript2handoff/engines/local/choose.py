"""From many candidates the few that a reader should see: the surest, and each fact once."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.tables import load_table
from transcript2handoff.extract.wording import content_words
from transcript2handoff.facts import Kind

FEWEST: Final = 3
"""Even in a short call this many claims of a kind may stand."""


class Limit(NamedTuple):
    """How many candidates of a kind are kept; ``lexicon.toml`` explains the two."""

    most: float
    reach: int


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
        for candidate in _surest(found, limit=limit_of(kind), turns=turns)
    ]
    return sorted(kept, key=lambda c: (c.sentence.turn, c.sentence.span.begin))


def limit_of(kind: Kind) -> Limit:
    """The limits of a kind."""
    return Limit(**load_table("lexicon.toml")["limits"][kind])


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
