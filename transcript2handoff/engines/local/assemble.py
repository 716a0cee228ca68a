"""Makes claims of candidates: the fact, a summary that reads well, and the words that prove it."""

from collections.abc import Iterable

from transcript2handoff.engines.local.fields import read_fact
from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.reading import Reading
from transcript2handoff.engines.local.summaries import summary
from transcript2handoff.extract.merge import merge_repeats
from transcript2handoff.handoff import Citation, DraftClaim


def assemble(reading: Reading, candidates: Iterable[Candidate]) -> tuple[DraftClaim, ...]:
    """Claims in the order of the candidates, facts that are said again joined."""
    return merge_repeats(_claim(reading, candidate) for candidate in candidates)


def _claim(reading: Reading, candidate: Candidate) -> DraftClaim:
    fact = read_fact(reading, candidate)
    cited: dict[int, Citation] = {}
    for sentence in (candidate.sentence, *candidate.support):
        cited.setdefault(sentence.turn, Citation(turn=sentence.turn, quote=sentence.text))
    return DraftClaim(
        summary=summary(reading, candidate, fact),
        fact=fact,
        citations=tuple(cited.values()),
        confidence=round(candidate.confidence, 2),
    )
