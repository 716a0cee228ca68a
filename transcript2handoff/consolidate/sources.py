"""What is consolidated: handoffs that have no call in common, in the order of their calls."""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from transcript2handoff.errors import ArtifactError
from transcript2handoff.handoff import CallRecord, Claim, Handoff

_NUMBER = re.compile(r"\d+")

CallOrder = tuple[datetime.date, int, str]


def call_order(record: CallRecord) -> CallOrder:
    """By date, then by the number in the id; calls without a date come last."""
    numbers = _NUMBER.findall(record.call.id)
    date = record.call.date or datetime.date.max
    return date, int(numbers[-1]) if numbers else 0, record.call.id


@dataclass(frozen=True)
class Source:
    """A handoff whose claims are compared with those of others."""

    handoff: Handoff

    @cached_property
    def calls(self) -> frozenset[str]:
        """The ids of its calls."""
        return frozenset(record.call.id for record in self.handoff.calls)

    @property
    def order(self) -> CallOrder:
        """The place among the others: that of its first call."""
        return min(map(call_order, self.handoff.calls))

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims of the handoff."""
        return self.handoff.claims

    @cached_property
    def is_fresh(self) -> bool:
        """Whether it is the handoff of one call as ``ground`` makes it, never consolidated yet."""
        return len(self.calls) == 1 and not any(claim.history for claim in self.claims)


def sources(handoffs: Iterable[Handoff]) -> tuple[Source, ...]:
    """The handoffs to compare, by time, so that it does not matter in which order they came.

    The handoffs of the calls are the truth. One that was consolidated before is left out if each of
    its calls is given by itself; else it stands for its calls, and their own handoffs are left out.

    Raises:
        ArtifactError: there are none, or two tell different things about the same call.
    """
    given = [Source(handoff) for handoff in _distinct(handoffs)]
    if not given:
        raise ArtifactError("There is no handoff to consolidate. Give those of the calls.")
    single = frozenset(call for one in given if one.is_fresh for call in one.calls)
    whole = [one for one in given if not one.is_fresh and not one.calls <= single]
    whole = [one for one in whole if not any(one.calls < other.calls for other in whole)]
    held = frozenset(call for one in whole for call in one.calls)
    kept = [*whole, *(one for one in given if one.is_fresh and not one.calls <= held)]
    _check_calls(kept)
    return tuple(sorted(kept, key=lambda one: one.order))


def _distinct(handoffs: Iterable[Handoff]) -> Sequence[Handoff]:
    kept: list[Handoff] = []
    for handoff in handoffs:
        if handoff.calls and handoff not in kept:
            kept.append(handoff)
    return kept


def _check_calls(kept: Sequence[Source]) -> None:
    seen: set[str] = set()
    for source in kept:
        if twice := sorted(seen & source.calls):
            raise ArtifactError(
                f"Two handoffs tell different things about {twice[0]}. Give one handoff of each "
                "call, made with `t2h ground`."
            )
        seen |= source.calls
