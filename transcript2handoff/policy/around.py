"""The words around a number, which say what it is."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from transcript2handoff.policy.lexicon import any_of, load_lexicon

Cue = Literal["card", "phone", "thing"]
BEFORE: Final = 80
"""Characters before a number in which a cue counts."""
AFTER: Final = 40
_CURRENCY: Final = re.compile(r"[$€£¥₹]\s*$")
_PLUS: Final = re.compile(r"(?:\+|\bplus,?)\s*\(?$", re.IGNORECASE)


@dataclass(frozen=True)
class Around:
    """What is said right before a number, there or in the turns before, and right after it."""

    before: str
    after: str

    def names(self, cues: tuple[str, ...]) -> bool:
        """Whether one of these cues stands near."""
        pattern = any_of(cues)
        return bool(pattern.search(self.before) or pattern.search(self.after))

    @property
    def cue(self) -> Cue | None:
        """What the nearest cue before the number calls it."""
        cues = load_lexicon().cues
        last: dict[Cue, int] = {
            "card": _last(cues.card, self.before),
            "phone": _last(cues.phone, self.before),
            "thing": _last(cues.thing, self.before),
        }
        nearest = max(last, key=last.__getitem__)
        return nearest if last[nearest] else None

    @property
    def is_amount(self) -> bool:
        """Whether the number counts money, people or time."""
        unit = any_of(load_lexicon().units).match(self.after.lstrip(" -"))
        return bool(unit or _CURRENCY.search(self.before))

    @property
    def plus(self) -> int:
        """Characters of the plus sign, said or written, right before the number; or 0."""
        found = _PLUS.search(self.before)
        return len(found[0]) if found else 0


def _last(cues: tuple[str, ...], text: str) -> int:
    return max((found.end() for found in any_of(cues).finditer(text)), default=0)
