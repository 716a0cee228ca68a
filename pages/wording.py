"""Which words somebody changed in the text of a turn. Pure."""

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

_WORD: Final = re.compile(r"\S+")


@dataclass(frozen=True, kw_only=True)
class Fix:
    """Words of a turn, and what is to stand there instead.

    ``start`` and ``end`` are characters of the turn's text, ``end`` exclusive.
    """

    start: int
    end: int
    was: str
    now: str


def fix_of(was: str, now: str) -> Fix | None:
    """The stretch of words in which two texts differ; none where they say the same.

    Words that are only put in or taken out take a neighbour along, so that there is a stretch on
    both sides.

    Args:
        was: the text of a turn.
        now: the whole text as somebody typed it; spaces and line breaks count for nothing.

    Raises:
        ValueError: no word is left, or there was none.
    """
    words = [(match.start(), match.end()) for match in _WORD.finditer(was)]
    before, after = was.split(), now.split()
    if before == after:
        return None
    if not before or not after:
        raise ValueError("A turn has to say something. To give it away, choose who said it.")
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    if min(len(before), len(after)) == head + tail:
        head, tail = (head - 1, tail) if head else (head, tail - 1)
    begin, end = words[head][0], words[len(words) - tail - 1][1]
    new = " ".join(after[head : len(after) - tail])
    return Fix(start=begin, end=end, was=was[begin:end], now=new)


def _alike(one: list[str], other: list[str]) -> int:
    """How many words are the same from the beginning on."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
