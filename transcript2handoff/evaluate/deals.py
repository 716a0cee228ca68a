"""How near a consolidation comes to what people annotated over the calls of a deal.

Two questions are asked of the items that stand in ``DEALS.json``; others are left alone. *The same
matter*: of all pairs of items of a deal, which stand in one claim (pairwise precision and recall)?
*The final state*: is a promise, after the last call, in the state that the gold says? Each promise
counts once, under the state of the claim that it stands in. An item that was not found stands in
no claim: its pairs are missed, and its state is wrong.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final, get_args

from transcript2handoff.evaluate.deal_gold import GoldConflict, GoldDeal, ItemRef
from transcript2handoff.evaluate.scoring import Share
from transcript2handoff.handoff import PromiseState

STATES: Final[tuple[PromiseState, ...]] = get_args(PromiseState)
MISSING: Final = "missing"
"""The column of the confusion table for promises that were not found."""


@dataclass(frozen=True, kw_only=True)
class FoundDeal:
    """What a consolidation makes of a deal's gold items."""

    gold: GoldDeal
    kinds: Mapping[ItemRef, str]
    """The kind of every gold item of the deal."""
    claims: Mapping[ItemRef, str]
    """The id of the claim that an item stands in; items that were not found are left out."""
    states: Mapping[str, PromiseState]
    """The state of every promise's claim, by the claim's id."""
    contradictions: Sequence[frozenset[str]] = ()
    """The ids of claims that contradict each other."""
    dropped: frozenset[str] = frozenset()
    """The ids of promises that a later call should have mentioned."""


@dataclass(frozen=True, kw_only=True)
class DealsReport:
    """Everything that was counted over deals; every measure reads off it."""

    deals: int = 0
    promises: Share = field(default_factory=Share)
    """Pairs of promises that are the same matter."""
    items: Share = field(default_factory=Share)
    """Pairs of any listed items that are the same matter."""
    states: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often a promise of the first state was found in the second."""
    matters: Counter[bool] = field(default_factory=Counter)
    """How many matters have every promise in the right state, and how many have not."""
    contradictions: Share = field(default_factory=Share)
    dropped: Share = field(default_factory=Share)

    @property
    def accuracy(self) -> float:
        """The share of promises whose final state is right."""
        right = sum(count for (true, said), count in self.states.items() if true == said)
        return right / self.states.total() if self.states else 0.0

    @property
    def matter_accuracy(self) -> float:
        """The share of matters whose promises are all in the right final state."""
        return self.matters[True] / self.matters.total() if self.matters else 0.0


def score_deals(found: Iterable[FoundDeal]) -> DealsReport:
    """Compare consolidations with the gold of their deals."""
    deals = list(found)
    return DealsReport(
        deals=len(deals),
        promises=_total(_pairs(deal, only_promises=True) for deal in deals),
        items=_total(_pairs(deal, only_promises=False) for deal in deals),
        states=Counter(pair for deal in deals for pair in _states(deal)),
        matters=Counter(right for deal in deals for right in _matters(deal)),
        contradictions=_total(map(_contradictions, deals)),
        dropped=_total(map(_dropped, deals)),
    )


def unmerged(deal: FoundDeal, statuses: Mapping[ItemRef, PromiseState]) -> FoundDeal:
    """The baseline: nothing is merged, and a promise ends as its own call leaves it."""
    return FoundDeal(
        gold=deal.gold,
        kinds=deal.kinds,
        claims={item: item for item in deal.kinds},
        states=statuses,
    )


def _total(shares: Iterable[Share]) -> Share:
    total = Share()
    for one in shares:
        total = Share(total.gold + one.gold, total.found + one.found, total.pairs + one.pairs)
    return total


def _pairs(deal: FoundDeal, *, only_promises: bool) -> Share:
    """The pairs that are together in the gold, in the claims, and in both."""
    listed = [
        (item, number)
        for number, matter in enumerate(deal.gold.claims)
        for item in matter.members
        if not only_promises or deal.kinds.get(item) == "promise"
    ]
    gold = found = both = 0
    for (one, matter), (other, other_matter) in combinations(listed, 2):
        claim = deal.claims.get(one)
        same, together = matter == other_matter, claim and claim == deal.claims.get(other)
        gold += same
        found += bool(together)
        both += bool(same and together)
    return Share(gold, found, both)


def _said(deal: FoundDeal, item: ItemRef) -> str:
    claim = deal.claims.get(item)
    return deal.states.get(claim, MISSING) if claim else MISSING


def _states(deal: FoundDeal) -> Iterator[tuple[str, str]]:
    for item, matter in deal.gold.listed():
        if matter.final and deal.kinds.get(item) == "promise":
            yield matter.final, _said(deal, item)


def _matters(deal: FoundDeal) -> Iterator[bool]:
    for matter in deal.gold.claims:
        promises = [item for item in matter.members if deal.kinds.get(item) == "promise"]
        if matter.final and promises:
            yield all(_said(deal, item) == matter.final for item in promises)


def _contradictions(deal: FoundDeal) -> Share:
    """One that was found is in the gold if it names every claim that the gold's items stand in."""
    hits = [
        said
        for said in deal.contradictions
        if any(_is(deal, said, gold) for gold in deal.gold.contradictions)
    ]
    return Share(len(deal.gold.contradictions), len(deal.contradictions), len(hits))


def _is(deal: FoundDeal, said: frozenset[str], gold: GoldConflict) -> bool:
    return {deal.claims.get(item) for item in gold.members} <= said


def _dropped(deal: FoundDeal) -> Share:
    """A dropped claim that holds no promise of the gold is left alone."""
    gold = {deal.claims.get(item, item) for item in deal.gold.dropped}
    listed = {claim for item, _ in deal.gold.listed() if (claim := deal.claims.get(item))}
    said = deal.dropped & listed
    return Share(len(gold), len(said), len(gold & said))


def deals_table(report: DealsReport, baseline: DealsReport) -> str:
    """The report as text beside the baseline's, without a line break at the end."""
    return "\n".join(_lines(report, baseline))


def _lines(report: DealsReport, baseline: DealsReport) -> Iterator[str]:
    yield f"{'the same matter':<26}{'P':>7}{'R':>7}{'F1':>7}{'pairs':>7}{'F1 unmerged':>13}"
    for name, of, floor in (
        ("promises", report.promises, baseline.promises),
        ("all listed items", report.items, baseline.items),
    ):
        figures = f"{of.precision:>7.3f}{of.recall:>7.3f}{of.f1:>7.3f}{of.gold:>7}"
        yield f"{name:<26}{figures}{floor.f1:>13.3f}"
    yield (
        f"final state right: {report.accuracy:.3f} of {report.states.total()} promises "
        f"(last status in its call {baseline.accuracy:.3f}), {report.matter_accuracy:.3f} of "
        f"{report.matters.total()} matters ({baseline.matter_accuracy:.3f})"
    )
    columns = (*STATES, MISSING)
    yield f"{'gold / found':<14}" + "".join(f"{state:>12}" for state in columns)
    for true in STATES:
        counts = "".join(f"{report.states[true, said]:>12}" for said in columns)
        yield f"{true:<14}{counts}"
    for name, of in (
        ("contradictions", report.contradictions),
        ("dropped promises", report.dropped),
    ):
        yield f"{name}: {of.pairs} of {of.gold} found, {of.found} said"
