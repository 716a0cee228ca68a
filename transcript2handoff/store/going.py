"""Words of the calls of a deal that are about to go."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Going:
    """Which words of which calls go."""

    turns: Mapping[str, Collection[int] | None]
    """By the id that each call has in the deal: the turns whose words go, or none for all."""

    @property
    def are_any(self) -> bool:
        """Whether there are words that go: somebody may only be named on a call."""
        return any(turns is None or turns for turns in self.turns.values())

    def is_whole(self, ref: str) -> bool:
        """Whether all words of a call go."""
        return ref in self.turns and self.turns[ref] is None

    def touch(self, ref: str) -> bool:
        """Whether a call is made anew, or goes."""
        return ref in self.turns

    def prove(self, evidence: Mapping[str, Any]) -> bool:
        """Whether a piece of evidence is of these words."""
        turns = self.turns.get(evidence.get("call_id", ""), ())
        return turns is None or evidence.get("turn") in turns
