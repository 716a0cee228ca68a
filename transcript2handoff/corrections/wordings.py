"""The words of a turn while they are fixed: each letter knows where it comes from.

A fix aims at letters, not at places. It therefore finds them again when a fix before it was taken
back, and letters that nobody touched keep the seconds in which they were said.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from transcript2handoff.corrections.events import WordsFixed
from transcript2handoff.transcript import Span

Letter = tuple[int, int]
"""Where a letter comes from: the number of the fix that wrote it (0 for what was heard), and its
place in what that wrote."""
HEARD: Final = 0


@dataclass(frozen=True)
class Wording:
    """A text, and where each of its letters comes from."""

    text: str
    letters: tuple[Letter, ...]

    @classmethod
    def heard(cls, text: str) -> "Wording":
        """The text as it was heard."""
        return cls(text, tuple((HEARD, place) for place in range(len(text))))

    def fixed(self, span: Span, now: str, number: int) -> "Wording":
        """The text with other words in a span."""
        written = tuple((number, place) for place in range(len(now)))
        return Wording(
            self.text[: span.begin] + now + self.text[span.end :],
            self.letters[: span.begin] + written + self.letters[span.end :],
        )

    def find(self, letters: Sequence[Letter]) -> Span | None:
        """Where these very letters stand, all of them and nothing between them."""
        if not letters or letters[0] not in self.letters:
            return None
        begin = self.letters.index(letters[0])
        end = begin + len(letters)
        return Span(begin, end) if self.letters[begin:end] == tuple(letters) else None

    def aim(self, fix: WordsFixed) -> tuple[Letter, ...]:
        """The letters that a fix means: those at its place, or else the only words like these."""
        if self.text[fix.start : fix.end] == fix.was:
            return self.letters[fix.start : fix.end]
        places = [match.start() for match in re.finditer(_whole(fix.was), self.text)]
        if len(places) != 1:
            return ()
        return self.letters[places[0] : places[0] + len(fix.was)]


def _whole(words: str) -> str:
    return rf"(?<!\w){re.escape(words)}(?!\w)"


@dataclass
class TurnWords:
    """One turn, while the corrections of its call are gone through in their order."""

    heard: str
    aims: dict[int, tuple[Letter, ...]] = field(default_factory=dict)
    fixes: dict[int, WordsFixed] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    """Every text that the turn has had, the oldest first."""

    def fix(self, number: int, fix: WordsFixed, stood: Mapping[int, int]) -> None:
        """Note a fix, made on the words as they stood then.

        Args:
            number: of the correction.
            fix: the correction.
            stood: the corrections that were taken back at that time.
        """
        self.aims[number] = self.now(stood).aim(fix)
        self.fixes[number] = fix

    def now(self, taken: Mapping[int, int]) -> Wording:
        """The words after all fixes but those that are taken back."""
        *_, last = self._states(taken)
        return last

    def misses(self, taken: Mapping[int, int]) -> Iterator[int]:
        """The numbers of the fixes whose words are not there."""
        states = list(self._states(taken))
        standing = [number for number in self.fixes if number not in taken]
        for number, before, after in zip(standing, states, states[1:], strict=False):
            if before is after:
                yield number

    def note(self, taken: Mapping[int, int]) -> None:
        """Note the text as it stands now among those that the turn has had."""
        text = self.now(taken).text
        if not self.texts or self.texts[-1] != text:
            self.texts.append(text)

    def _states(self, taken: Mapping[int, int]) -> Iterator[Wording]:
        wording = Wording.heard(self.heard)
        yield wording
        for number, fix in self.fixes.items():
            if number in taken:
                continue
            if span := wording.find(self.aims[number]):
                wording = wording.fixed(span, fix.now, number)
            yield wording
