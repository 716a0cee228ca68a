"""Names of the trade as the company spells them, in what we write; quotes are never touched.

Only what has the letters of a name is taken for it: "cargo wise" is CargoWise, "cargo vice" may be
anything. So nothing is guessed, and nothing but spaces, hyphens and capitals changes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from transcript2handoff.facts import Fact
from transcript2handoff.handoff import Claim, Handoff

_PARTS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_FIELDS: Final = ("name", "value", "metric", "baseline", "target", "reason")
"""Fields of facts that hold words; owners are people, who have names of their own."""


@dataclass(frozen=True)
class Spelling:
    """How names are spelt. Those of a single part are left out: "apex" may be a mere word."""

    names: tuple[str, ...]

    def mended(self, text: str) -> str:
        """The text with each name as it is spelt."""
        for name, pattern in self._patterns:
            text = pattern.sub(name, text)
        return text

    def of(self, handoff: Handoff) -> Handoff:
        """The handoff with its summaries and fields spelt; all evidence as it was said."""
        if not self._patterns:
            return handoff
        claims = tuple(self._claim(claim) for claim in handoff.claims)
        return handoff.model_copy(update={"claims": claims})

    def _claim(self, claim: Claim) -> Claim:
        steps = tuple(
            step.model_copy(update={"summary": self.mended(step.summary)}) for step in claim.history
        )
        told = {"summary": self.mended(claim.summary), "fact": self._fact(claim.fact)}
        return claim.model_copy(update={**told, "history": steps})

    def _fact(self, fact: Fact) -> Fact:
        told = {
            name: self.mended(value)
            for name in _FIELDS
            if isinstance(value := getattr(fact, name, None), str)
        }
        return fact.model_copy(update=told)

    @cached_property
    def _patterns(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """The longest names first, so that a name within another one does not break it."""
        named = sorted(dict.fromkeys(self.names), key=lambda name: (-len(name), name))
        parts = ((name, _PARTS.findall(name)) for name in named)
        return tuple((name, _pattern(found)) for name, found in parts if len(found) > 1)


def _pattern(parts: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b{'[ -]?'.join(map(re.escape, parts))}\b", re.IGNORECASE)
