"""What came of promises, counted.

A promise whose outcome nobody has told counts as not known, never as kept. Shares are of the
promises whose outcome is known; with fewer than ``FEWEST`` of them there are counts alone.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Final, Self

from transcript2handoff.facts import Promise
from transcript2handoff.handoff import Claim
from transcript2handoff.reports.portfolio import DealRecord, Portfolio

FEWEST: Final = 5
"""Known outcomes below which no share is shown: one case more would turn it over."""
_Z: Final = 1.959964
"""Of the normal distribution, for an interval of 95 %."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A promise with the deal that it was made in."""

    claim: Claim
    promise: Promise
    deal: DealRecord


@dataclass(frozen=True, kw_only=True)
class Share:
    """A part of a whole, between 0 and 1, with its 95 % Wilson interval."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many promises were kept, late, impossible, and how many nobody has told about."""

    kept: int = 0
    late: int = 0
    impossible: int = 0
    unknown: int = 0

    @classmethod
    def of(cls, claims: Iterable[Claim]) -> Self:
        """Count promises by their outcome."""
        counts = Counter(claim.outcome for claim in claims)
        return cls(
            kept=counts["kept"],
            late=counts["late"],
            impossible=counts["impossible"],
            unknown=counts[None],
        )

    @property
    def known(self) -> int:
        """The promises whose outcome is known."""
        return self.kept + self.late + self.impossible

    @property
    def total(self) -> int:
        """All promises."""
        return self.known + self.unknown

    @property
    def share_kept(self) -> Share | None:
        """The share that was kept among the known; none with fewer than ``FEWEST``."""
        return wilson(self.kept, self.known) if self.known >= FEWEST else None


def wilson(hits: int, cases: int) -> Share:
    """A share with its 95 % score interval (Wilson 1927); ``cases`` is at least one."""
    share, spread = hits / cases, _Z * _Z / cases
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / cases + spread / (4 * cases)) / (1 + spread)
    return Share(share=share, low=max(0.0, middle - half), high=min(1.0, middle + half))


def promises_of(portfolio: Portfolio) -> tuple[Told, ...]:
    """Every promise of every deal, but those that sales took back or replaced."""
    return tuple(
        Told(claim=claim, promise=claim.fact, deal=deal)
        for deal in portfolio.deals
        for claim in deal.handoff.claims
        if isinstance(claim.fact, Promise)
        and (claim.outcome or claim.state not in ("withdrawn", "superseded"))
    )


def tallies(promises: Iterable[Told], key: Callable[[Told], str | None]) -> dict[str | None, Tally]:
    """One tally for each value of ``key``, the known values in order and none last."""
    groups: defaultdict[str | None, list[Claim]] = defaultdict(list)
    for told in promises:
        groups[key(told)].append(told.claim)
    order = sorted(groups, key=lambda name: (name is None, name or ""))
    return {name: Tally.of(groups[name]) for name in order}
