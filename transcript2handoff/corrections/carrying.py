"""Quotes on their way from a transcript to the same one corrected: they stay proved.

The words of the two are laid beside each other. A quote goes to the words that stand for its own;
where a fix took its place, to the words of the fix.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from transcript2handoff.transcript import Span


@dataclass(frozen=True)
class Way:
    """The way from a text to the same text with other words here and there."""

    before: str
    after: str

    def carried(self, span: Span) -> Span:
        """The words that stand for those of a span, which holds a word; never none of them.

        What a quote left out of its first and its last word it leaves out there as well, if it can.
        """
        if self.before == self.after:
            return span
        touched = [n for n, word in enumerate(self._before) if _meet(word, span)]
        if not touched or not self._after:
            return Span(0, len(self.after))
        first, last = self._image(touched[0], touched[-1])
        begin, end = self._after[first].begin, self._after[last].end
        # A quote may leave out the full stop that is written to its last word, or a quotation mark.
        head = self.before[self._before[touched[0]].begin : span.begin]
        tail = self.before[span.end : self._before[touched[-1]].end]
        wide = self.after[begin:end]
        close = wide.removeprefix(head).removesuffix(tail)
        if not close.strip() or len(close) != len(wide) - len(head) - len(tail):
            return Span(begin, end)
        return Span(begin + len(head), end - len(tail))

    def _image(self, first: int, last: int) -> tuple[int, int]:
        """The words, both included, that stand for the words ``first`` to ``last``."""
        begins = [b for old, b, _ in self._blocks if old.begin <= first < old.end]
        ends = [e for old, _, e in self._blocks if old.begin <= last < old.end]
        begin, end = begins[0], ends[0]
        if end > begin:
            return begin, end - 1
        most = len(self._after) - 1
        return max(begin - 1, 0), min(begin, most)

    @cached_property
    def _blocks(self) -> Sequence[tuple[Span, int, int]]:
        """Stretches of words before, each with the stretch after that stands for it."""
        return tuple(self._aligned())

    def _aligned(self) -> Iterator[tuple[Span, int, int]]:
        ours = [self.before[word.begin : word.end] for word in self._before]
        theirs = [self.after[word.begin : word.end] for word in self._after]
        matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
        for what, begin, end, first, last in matcher.get_opcodes():
            if what != "equal":
                yield Span(begin, end), first, last
                continue
            for step in range(end - begin):
                yield Span(begin + step, begin + step + 1), first + step, first + step + 1

    @cached_property
    def _before(self) -> Sequence[Span]:
        return tuple(_words(self.before))

    @cached_property
    def _after(self) -> Sequence[Span]:
        return tuple(_words(self.after))


def _words(text: str) -> Iterator[Span]:
    position = 0
    for word in text.split():
        begin = text.index(word, position)
        position = begin + len(word)
        yield Span(begin, position)


def _meet(one: Span, other: Span) -> bool:
    return one.begin < other.end and other.begin < one.end
