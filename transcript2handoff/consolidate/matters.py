"""Claims grouped into matters, each in the order in which it was spoken of."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from transcript2handoff.consolidate.endings import (
    links_between,
    links_within,
    replacements,
)
from transcript2handoff.consolidate.matching import Link, Pair
from transcript2handoff.consolidate.slips import slips
from transcript2handoff.consolidate.sources import CallOrder, Source, call_order
from transcript2handoff.facts import Promise
from transcript2handoff.handoff import CallRecord, Claim
from transcript2handoff.transcript import Transcript


@dataclass(frozen=True)
class Statement:
    """A claim of one source, and the first call that it was made in."""

    claim: Claim
    record: CallRecord
    follows: Mapping[str, float] = field(default_factory=dict)
    """The claims that it was linked with directly and come before it, and how alike they are."""

    @property
    def order(self) -> tuple[CallOrder, int, bool, str]:
        """By call and turn; in one turn, first what ends a promise, then what replaces it."""
        call = self.record.call.id
        turns = [one.turn for one in self.claim.spoken if one.call_id == call]
        promise = self.claim.kind == "promise"
        return call_order(self.record), min(turns, default=0), promise, self.claim.id


Matter = tuple[Statement, ...]
"""Statements about one thing in the order of the calls."""


def matters(sources: Sequence[Source], transcripts: Mapping[str, Transcript]) -> tuple[Matter, ...]:
    """All claims of all sources, those together that state the same matter.

    Args:
        sources: in the order of their calls.
        transcripts: of the calls, by id, as far as they are at hand.

    What two sources have in common is judged by these two alone, call by call in the order of
    time. So it does not count in which order they came, and a further call changes no matter that
    it does not speak of.
    """
    groups = _Groups(sources)
    follows: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for n, later in enumerate(sources):
        for link in sorted(
            _links(sources[:n], later, transcripts), key=lambda link: (-link.strength, link)
        ):
            groups.join(link)
            follows[link.other][link.one] = link.strength
    found: defaultdict[str, list[Statement]] = defaultdict(list)
    for source in sources:
        for claim in source.claims:
            told = Statement(claim, _first_call(claim, source), follows[claim.id])
            found[groups.root(claim.id)].append(told)
    ordered = (tuple(sorted(one, key=lambda told: told.order)) for one in found.values())
    return tuple(sorted(ordered, key=lambda matter: matter[0].order))


def _links(
    before: Sequence[Source], later: Source, transcripts: Mapping[str, Transcript]
) -> Iterator[Link]:
    yield from links_within(later)
    yield from replacements(later)
    for earlier in before:
        pair = Pair(earlier, later)
        yield from pair.links()
        yield from links_between(pair)
        yield from slips(pair, transcripts)


def _first_call(claim: Claim, source: Source) -> CallRecord:
    calls = {evidence.call_id for evidence in claim.spoken}
    records: Iterable[CallRecord] = source.handoff.calls
    spoken = [record for record in records if record.call.id in calls]
    return min(spoken or records, key=call_order)


class _Groups:
    """Which claims are connected (union-find), with at most one standing promise of a source each.

    Two promises that stand side by side in one call are two; a chain of likenesses over other
    calls does not make them one.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self._parent: dict[str, str] = {}
        self._standing = {
            claim.id: frozenset([n])
            for n, source in enumerate(sources)
            for claim in source.claims
            if isinstance(claim.fact, Promise) and claim.fact.status != "withdrawn"
        }

    def root(self, claim_id: str) -> str:
        while (parent := self._parent.get(claim_id, claim_id)) != claim_id:
            claim_id = parent
        return claim_id

    def join(self, link: Link) -> None:
        first, second = sorted((self.root(link.one), self.root(link.other)))
        ours, theirs = (self._standing.get(root, frozenset()) for root in (first, second))
        if first != second and not ours & theirs:
            self._parent[second] = first
            self._standing[first] = ours | theirs
