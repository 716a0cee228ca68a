"""Finds a quote in what was said: letter for letter, but for how it is written, or nearly.

A quote is looked for as a run of *words*. Each word knows its characters in the original, so that
whatever way it was found, the result is a stretch of the original that cuts no word in two. Words
are compared by their key: Unicode NFKC (UAX #15), folded case, without apostrophes and invisible
characters; punctuation and spacing between words do not count.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Final, NamedTuple

from rapidfuzz import fuzz

from transcript2handoff.handoff import Match
from transcript2handoff.transcript import Span

ALIKE: Final = 0.85
"""How like a quote and the words found must at least be, to count as the same words.

The measure is rapidfuzz's ``ratio`` of the keys joined by spaces: the share of letters that need
no insertion or deletion. Every fifth or sixth letter may be off; an unrelated sentence of the same
call stays below 0.7.
"""
SHORTEST: Final = 12
"""Letters below which a quote must be met exactly: so short, alike words mean different things."""
REACH: Final = 3
"""Words by which either edge of a fuzzy hit may still move to fit the quote better."""

# Combining marks and invisible characters (joiners, direction marks, soft hyphens): they belong to
# the letter before them. Those beyond the basic plane stand in no alphabet that is dictated.
_GLUE = "".join(
    c for c in map(chr, range(0xAD, 0x10000)) if unicodedata.category(c) in {"Mn", "Mc", "Me", "Cf"}
)
# Scripts that put no space between words; each of their characters counts as a word.
_DENSE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_APOSTROPHES = "'\u2018\u2019\u02bc\u2032`"
_LETTER = rf"[^\W_{_DENSE}]"
_WORD = re.compile(
    rf"{_LETTER}(?:{_LETTER}|[{_GLUE}]|[{_APOSTROPHES}](?={_LETTER})"
    r"|(?<=\d)\.(?=\d)|(?<=\d),(?=\d{3}(?!\d)))*"
    rf"|[{_DENSE}][{_GLUE}]*|[$£€¥₹%]"
)
_SENTENCE_END = re.compile(r"[.?!;]")
_INVISIBLE = re.compile(f"[{_APOSTROPHES},]|\\s")

_FILLERS = frozenset(["um", "umm", "uh", "uhm", "er", "erm", "ah", "eh", "hm", "hmm", "mm", "mhm"])
_FILLER_PAIRS = frozenset([("you", "know"), ("i", "mean")])
_NEGATIONS = frozenset(
    "no not never none nothing nobody nowhere neither nor without cannot cant wont dont doesnt "
    "didnt isnt arent wasnt werent havent hasnt hadnt wouldnt couldnt shouldnt mustnt neednt aint "
    "shant mightnt".split()
)
_FIGURES = frozenset(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred thousand million billion dozen half third quarter once twice double triple first "
    "second fourth fifth sixth tenth percent $ £ € ¥ ₹ "
    "monday tuesday wednesday thursday friday saturday sunday today tomorrow january february "
    "march april may june july august september october november december".split()
)


class Found(NamedTuple):
    """Where a quote stands in a text, how it was met, and how like it is (0 to 1)."""

    span: Span
    match: Match
    score: float


class _Word(NamedTuple):
    key: str
    begin: int
    end: int


@dataclass(frozen=True)
class _Line:
    """Words in a row, and their keys as one string in which a run of words can be looked up."""

    words: Sequence[_Word]

    @cached_property
    def keys(self) -> str:
        return " ".join(word.key for word in self.words)

    @cached_property
    def _begins(self) -> list[int]:
        begins, position = [], 0
        for word in self.words:
            begins.append(position)
            position += len(word.key) + 1
        return begins

    def at(self, offset: int) -> int:
        """The index of the word that holds a character of ``keys``."""
        return bisect_right(self._begins, offset) - 1

    def span(self, first: int, last: int) -> Span:
        """The original characters from one word to another, both included."""
        return Span(self.words[first].begin, self.words[last].end)

    def run(self, other: "_Line") -> Span | None:
        """The first run of words with the keys of ``other``."""
        at = f" {self.keys} ".find(f" {other.keys} ")
        if at < 0 or not other.words:
            return None
        first = self.at(at)
        return self.span(first, first + len(other.words) - 1)


class Text:
    """A text made ready for many look-ups."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain = _Line(tuple(_words(text)))

    @cached_property
    def fluent(self) -> _Line:
        """The words without fillers and false starts."""
        return _Line(_without_stumbles(self.plain.words))

    @cached_property
    def _begins(self) -> list[int]:
        return [word.begin for word in self.plain.words]

    def cuts(self, offset: int) -> bool:
        """Whether a cut before this character would go through a word."""
        at = bisect_right(self._begins, offset) - 1
        return at >= 0 and self._begins[at] < offset < self.plain.words[at].end

    def find(self, quote: "Text") -> Found | None:
        """The first place where ``quote`` stands exactly, else but for how it is written."""
        if not quote.plain.words:
            return None
        span = self._letters(quote.text.strip())
        if span:
            return Found(span, "exact", 1.0)
        span = self.plain.run(quote.plain) or self.fluent.run(quote.fluent)
        return Found(span, "normalised", 1.0) if span else None

    def find_alike(self, quote: "Text") -> Found | None:
        """The stretch that is most like ``quote``, if it is like enough and says the same."""
        wanted, said = quote.fluent.keys, self.fluent
        if len(wanted) < SHORTEST or len(said.keys) < ALIKE * len(wanted) / (2 - ALIKE):
            return None
        edges = _align(wanted, said)
        if edges is None:
            return None
        score, first, last = max(
            (fuzz.ratio(wanted, _keys(said, first, last)) / 100, -abs(last - first), first, last)
            for first, last in _around(edges, len(said.words))
        )[0::2]
        return None
