"""Whether a confidence means what it says: of the claims at 0.7, seven in ten are right."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from transcript2handoff.evaluate.gold import GoldCall
from transcript2handoff.evaluate.scoring import Item, pairs_of
from transcript2handoff.facts import KINDS

BINS: Final = 10


@dataclass(frozen=True)
class Bin:
    """Claims of about one confidence."""

    claims: int
    confidence: float
    """Their mean confidence."""
    right: float
    """The share of them that is in the gold."""


@dataclass(frozen=True)
class Reliability:
    """Confidence against truth over all claims.

    Attributes:
        bins: by confidence, ten of the same width, empty ones left out.
        brier: mean squared difference of confidence and truth (Brier 1950); 0 is best.
        constant: the same if every claim had the share of right claims for its confidence.
    """

    bins: tuple[Bin, ...]
    brier: float
    constant: float

    def lines(self) -> Iterator[str]:
        """A line a bin, and the Brier scores."""
        yield f"{'claims':>8}{'confidence':>12}{'right':>8}"
        for one in self.bins:
            yield f"{one.claims:>8}{one.confidence:>12.3f}{one.right:>8.3f}"
        yield f"Brier score {self.brier:.3f} (constant {self.constant:.3f})"


def reliability(calls: Iterable[tuple[GoldCall, Sequence[Item]]]) -> Reliability:
    """Compare the confidence of every claim with whether the gold has it.

    Raises:
        ValueError: nothing was claimed.
    """
    judged = [one for call, items in calls for one in _judged(call, items)]
    if not judged:
        raise ValueError("no claims, so nothing to compare")
    share = sum(right for _, right in judged) / len(judged)
    return Reliability(
        bins=tuple(_bins(judged)),
        brier=sum((sure - right) ** 2 for sure, right in judged) / len(judged),
        constant=share * (1 - share),
    )


def _judged(call: GoldCall, items: Sequence[Item]) -> Iterator[tuple[float, bool]]:
    right = {id(item) for kind in KINDS for item, _ in pairs_of(kind, items, call.gold)}
    for item in items:
        yield float(item["confidence"]), id(item) in right


def _bins(judged: Sequence[tuple[float, bool]]) -> Iterator[Bin]:
    for n in range(BINS):
        here = [one for one in judged if min(int(one[0] * BINS), BINS - 1) == n]
        if here:
            yield Bin(
                len(here),
                sum(sure for sure, _ in here) / len(here),
                sum(right for _, right in here) / len(here),
            )
