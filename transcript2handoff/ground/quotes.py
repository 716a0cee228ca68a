"""Finds a quote in what was said: letter for letter, but for how it is written, or nearly.

A quote is looked for as a run of *words*. Each word knows its characters in the original, so that
whatever way it was found, the result is a stretch of the original that cuts no word in two. Words
are compared by their key: Unicode NFKC (UAX #15), folded case, without apostrophes and invisible
characters; punctuation and spacing between words do not count.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Final, NamedTuple

from rapidfuzz import fuzz

from transcript2handoff.ground.sense import differences, is_figure
from transcript2handoff.handoff import Match
from transcript2handoff.transcript import Span

ALIKE: Final = 0.85
"""How like a quote and the words found must at least be, to count as the same words.

The measure is rapidfuzz's ``ratio`` of the keys joined by spaces: the share of letters that need
no insertion or deletion. Quotes and turns of different calls of the benchmark, paired at random,
reach 0.42 in the middle and 0.79 at the most (3,000 pairs).
"""
SHORTEST: Final = 12
"""Letters below which a quote must be met exactly: so short, alike words mean different things."""
LONGEST: Final = 1000
"""Letters above which it must too: nobody quotes so much, and to compare it takes seconds."""
REACH: Final = 3
"""Words by which either edge of a fuzzy hit may still move to fit the quote better."""
TRIED: Final = 8
"""Runs of words, the most like first, that are compared word by word with a quote."""
SHADOW: Final = 4
"""Words ahead of a fuzzy hit in which a negation still counts: "I don't think that we will …"."""

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
_SILENT = dict.fromkeys(
    [ord(c) for c in f"{_GLUE}{_APOSTROPHES}," if unicodedata.category(c)[0] != "M"]
)

_FILLERS = frozenset(["um", "umm", "uh", "uhm", "er", "erm", "ah", "eh", "hm", "hmm", "mm", "mhm"])
_FILLER_PAIRS = frozenset([("you", "know"), ("i", "mean")])


class Found(NamedTuple):
    """Where a quote stands in a text, and how it was met."""

    span: Span
    match: Match


class Contrary(NamedTuple):
    """A stretch that is like a quote but differs in words that turn the sense."""

    span: Span
    differs: tuple[str, ...]


class _Word(NamedTuple):
    key: str
    begin: int
    end: int


class _Fit(NamedTuple):
    """A run of words, from the first to the last, and how like it is to a quote (0 to 1)."""

    likeness: float
    first: int
    last: int


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

    def _letters(self, quote: str) -> Span | None:
        """The first place where these very letters stand without cutting a word."""
        begin = self.text.find(quote)
        while begin >= 0:
            end = begin + len(quote)
            if not (self.cuts(begin) or self.cuts(end)):
                return Span(begin, end)
            begin = self.text.find(quote, begin + 1)
        return None

    def find(self, quote: "Text") -> Found | None:
        """The first place where ``quote`` stands exactly, else but for how it is written."""
        if not quote.plain.words:
            return None
        span = self._letters(quote.text.strip())
        if span:
            return Found(span, "exact")
        span = self.plain.run(quote.plain) or self.fluent.run(quote.fluent)
        return Found(span, "normalised") if span else None

    def find_alike(self, quote: "Text") -> Found | Contrary | None:
        """The stretch that is most like ``quote``, if it is like enough and says the same."""
        wanted, said = quote.fluent, self.fluent
        if not SHORTEST <= len(wanted.keys) <= LONGEST or not said.words:
            return None
        contrary: Contrary | None = None
        for fit in sorted(_fits(wanted.keys, said), reverse=True)[:TRIED]:
            span = said.span(fit.first, fit.last)
            odd = self._differences(wanted, fit)
            if not odd:
                return Found(span, "fuzzy")
            contrary = contrary or Contrary(span, tuple(sorted(odd)))
        return contrary

    def _differences(self, wanted: _Line, fit: _Fit) -> frozenset[str]:
        words = self.fluent.words
        return differences(
            _keys(wanted.words),
            _keys(words[fit.first : fit.last + 1]),
            ahead=_keys(words[self._clause(fit.first) : fit.first]),
        )

    def _clause(self, first: int) -> int:
        """Where the shadow of negations begins that falls on the word ``first``."""
        words = self.fluent.words
        darkest = max(first - SHADOW, 0)
        for after in range(first, darkest, -1):
            if _SENTENCE_END.search(self.text, words[after - 1].end, words[after].begin):
                return after
        return darkest


class Concordance:
    """Many texts in which a quote is looked up at once."""

    def __init__(self, texts: Sequence[Text]) -> None:
        self._plain = "".join(f" {text.plain.keys} \n" for text in texts)
        self._fluent = "".join(f" {text.fluent.keys} \n" for text in texts)

    def only(self, quote: Text) -> int | None:
        """The index of the text that holds ``quote``; none if no text does, or several do."""
        hits = set(_lines(self._plain, quote.plain.keys)) | set(
            _lines(self._fluent, quote.fluent.keys)
        )
        return hits.pop() if len(hits) == 1 else None


def find_quote(quote: str, text: str) -> Found | None:
    """Where ``quote`` stands in ``text``; none if its words are not there.

    The way that is tried first is the strictest: letter for letter, then but for case, spacing,
    punctuation, fillers and false starts, then nearly (``ALIKE``). What is merely alike must say
    the same word by word (``differences``).
    """
    wanted, said = Text(quote), Text(text)
    found = said.find(wanted) or said.find_alike(wanted)
    return found if isinstance(found, Found) else None


def _lines(lines: str, keys: str) -> Iterator[int]:
    """The numbers, at most two, of the lines that hold a run of words."""
    at, hits = lines.find(f" {keys} "), 0
    while at >= 0 and hits < 2:
        yield lines.count("\n", 0, at)
        at, hits = lines.find(f" {keys} ", lines.index("\n", at)), hits + 1


def _words(text: str) -> Iterator[_Word]:
    for match in _WORD.finditer(text):
        key = unicodedata.normalize("NFKC", match[0]).casefold().translate(_SILENT)
        key = "".join(key.split()).replace("%", "percent")
        if key:
            yield _Word(key, match.start(), match.end())


def _keys(words: Sequence[_Word]) -> tuple[str, ...]:
    return tuple(word.key for word in words)


def _without_stumbles(words: Sequence[_Word]) -> tuple[_Word, ...]:
    kept: list[_Word] = []
    for word in words:
        if word.key in _FILLERS:
            continue
        kept.append(word)
        if tuple(w.key for w in kept[-2:]) in _FILLER_PAIRS:
            del kept[-2:]
        for length in (1, 2, 3):
            _drop_repeat(kept, length)
    return tuple(kept)


def _drop_repeat(kept: list[_Word], length: int) -> None:
    """Of "we can we can" the last remains; "twenty twenty" is a figure and remains whole."""
    first, second = kept[-2 * length : -length], kept[-length:]
    keys = [word.key for word in second]
    if [word.key for word in first] == keys and not any(map(is_figure, keys)):
        del kept[-2 * length : -length]


def _fits(wanted: str, said: _Line) -> Iterator[_Fit]:
    """Runs of words around the best alignment that are like enough to ``wanted``."""
    aligned = fuzz.partial_ratio_alignment(wanted, said.keys)
    end = len(said.words) - 1
    begin = said.at(aligned.dest_start) if aligned else 0
    close = said.at(max(aligned.dest_end - 1, 0)) if aligned else end
    moves = range(-REACH, REACH + 1)
    for first, last in product((begin + m for m in moves), (close + m for m in moves)):
        if 0 <= first <= last <= end:
            keys = " ".join(word.key for word in said.words[first : last + 1])
            likeness = fuzz.ratio(wanted, keys, score_cutoff=100 * ALIKE) / 100
            if likeness:
                yield _Fit(likeness, first, last)
