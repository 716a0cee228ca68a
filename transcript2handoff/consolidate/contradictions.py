"""What cannot both hold and nobody has resolved; shown side by side, never decided here.

A value that moved from call to call stands in one claim, with the newest words; that is no
contradiction. What is left are claims that speak of the same thing and could not be joined.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

from transcript2handoff.consolidate.limits import CONFLICT
from transcript2handoff.consolidate.matching import Pair, clash
from transcript2handoff.consolidate.sources import Source
from transcript2handoff.extract.figures import said_figures
from transcript2handoff.facts import Term
from transcript2handoff.handoff import Claim, Contradiction


def contradictions(
    sources: Sequence[Source], claims: Mapping[str, Claim]
) -> tuple[Contradiction, ...]:
    """The claims of a deal that disagree.

    Args:
        sources: what was consolidated, in the order of the calls.
        claims: the consolidated claim that each claim of a source is part of now, by its id.
    """
    found: dict[tuple[str, ...], Contradiction] = {}
    for ids, about in (*_known(sources, claims), *_new(sources, claims)):
        standing = all(_stands(claims[one]) for one in ids)
        now = tuple(dict.fromkeys(claims[one].id for one in ids))
        if standing and len(now) > 1:
            found.setdefault(now, Contradiction(claims=now, about=about))
    return tuple(found[ids] for ids in sorted(found))


_Found = tuple[tuple[str, ...], str]
"""The ids of claims of sources, and what they disagree in."""


def _known(sources: Sequence[Source], claims: Mapping[str, Claim]) -> Iterator[_Found]:
    """What an earlier consolidation found."""
    for source in sources:
        for one in source.handoff.contradictions:
            if all(claim_id in claims for claim_id in one.claims):
                yield one.claims, one.about


def _new(sources: Sequence[Source], claims: Mapping[str, Claim]) -> Iterator[_Found]:
    for earlier, later in combinations(sources, 2):
        pair = Pair(earlier, later)
        for one, other in product(earlier.claims, later.claims):
            if claims[one.id].id != claims[other.id].id:
                for about in _disagree(one, other, pair):
                    yield (one.id, other.id), about


def _stands(claim: Claim) -> bool:
    return claim.state in (None, "open", "changed")


def _disagree(one: Claim, other: Claim, pair: Pair) -> Iterator[str]:
    """In what two claims of two calls disagree, in words."""
    alike = pair.words.likeness(one, other) >= CONFLICT
    match one.fact, other.fact:
        case Term() as ours, Term() as theirs if clash(ours, theirs):
            yield f"Two values of one term ({ours.type}): {ours.value}; {theirs.value}."
        case Term() as ours, Term() as theirs if ours.type == theirs.type and alike:
            figures = said_figures(f"{one.summary} {ours.value}")
            others = said_figures(f"{other.summary} {theirs.value}")
            if figures and others and figures.isdisjoint(others):
                yield f"Two values of like terms ({ours.type}): {ours.value}; {theirs.value}."
        case _ if alike and {one.kind, other.kind} == {"promise", "exclusion"}:
            yield "Promised in one call, excluded in another."
