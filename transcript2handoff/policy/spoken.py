"""Numbers as they are said: "four double one, twenty-five" read as the digits 41125.

Digits are read from figures and from English words. A number may go on over fillers, commas and
the end of a sentence; any other word ends it, and so does a date, a time, an amount or a decimal.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

from transcript2handoff.policy.lexicon import load_lexicon

PLACEHOLDER: Final = r"\[(?:[A-Z]+ )+[0-9]+\]"
_BEGIN: Final = r"(?<![0-9.,/:-])"
_END: Final = r"(?![.,/:-]?[0-9])"
_BARRIER: Final = "|".join(
    (
        PLACEHOLDER,
        r"(?:[$€£¥₹]|\b(?:USD|EUR|GBP|CHF|AUD|CAD)) ?[0-9]+(?:[ ,.'][0-9]{3})*(?:[.,][0-9]+)?",
        rf"{_BEGIN}[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]+)?{_END}",
        rf"{_BEGIN}[0-9]{{1,6}}\.[0-9]{{1,4}}{_END}",
        rf"{_BEGIN}(?:19|20)[0-9]{{2}}(?P<iso>[-/.])[0-9]{{1,2}}(?P=iso)[0-9]{{1,2}}{_END}",
        rf"{_BEGIN}[0-9]{{1,2}}(?P<day>[-/.])[0-9]{{1,2}}(?P=day)(?:19|20)?[0-9]{{2}}{_END}",
        rf"{_BEGIN}[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?{_END}",
        rf"{_BEGIN}[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{3}}{_END}",
        r"[0-9]+ ?%",
    )
)
_PIECE: Final = re.compile(
    rf"(?P<barrier>{_BARRIER})"
    r"|(?P<mixed>[0-9]+[A-Za-z][A-Za-z0-9]*|[A-Za-z]+[0-9][A-Za-z0-9]*)"
    r"|(?P<number>[0-9]+)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
)
_GAP: Final = re.compile(r"[\s,.;()\-–—/?…]*")
_LONGEST_GAP: Final = 24
_CAPITALS: Final = 4
"""Capital letters that can be a part of a number, such as the bank in a British account number."""


@dataclass(frozen=True)
class Token:
    """Digits or letters of a number, with their characters in the text that holds them."""

    value: str
    begin: int
    end: int
    place: int = 0
    """The index of the text among those that are read together."""

    @property
    def is_digits(self) -> bool:
        """Whether it has no letters."""
        return self.value.isdecimal()


Run = tuple[Token, ...]
"""Tokens that follow each other without another word between."""


def runs_of(text: str, place: int = 0) -> list[Run]:
    """All runs of digits and spelled letters in a text, in order."""
    runs: list[list[Token]] = []
    is_open = False
    for token in _Reader(text, place).tokens():
        if token is None:
            is_open = False
        elif is_open and _joins(text[runs[-1][-1].end : token.begin]):
            runs[-1].append(token)
        else:
            runs.append([token])
            is_open = True
    return [tuple(run) for run in runs]


def digits_of(run: Run) -> str:
    """The digits and letters of a run, in one."""
    return "".join(token.value for token in run)


def digit_runs(run: Run) -> Iterator[Run]:
    """The longest stretches of a run that hold digits only."""
    stretch: list[Token] = []
    for token in run:
        if token.is_digits:
            stretch.append(token)
        elif stretch:
            yield tuple(stretch)
            stretch = []
    if stretch:
        yield tuple(stretch)


def parts(run: Run, sizes: range) -> Iterator[Run]:
    """Parts of a run whose number of digits and letters is among ``sizes``, in order."""
    ends = [0, *accumulate(len(token.value) for token in run)]
    for first in range(len(run)):
        for after in range(first + 1, len(run) + 1):
            size = ends[after] - ends[first]
            if size >= sizes.stop:
                break
            if size in sizes:
                yield run[first:after]


def is_row(run: Run) -> bool:
    """Whether it is a row of numbers: even steps ("ten, twenty, thirty"), or nothing but tens."""
    if len(run) < 2:
        return False
    steps = {int(second.value) - int(first.value) for first, second in pairwise(run)}
    is_even = len(run) > 2 and len(steps) == 1 and steps != {0}
    return is_even or all(token.value.endswith("0") for token in run)


def _joins(gap: str) -> bool:
    if len(gap) > _LONGEST_GAP:
        return False
    fillers = load_lexicon().fillers
    bare = re.sub(r"[^\W\d_]+", lambda word: "" if word[0].casefold() in fillers else word[0], gap)
    return _GAP.fullmatch(bare) is not None


class _Reader:
    """Reads the pieces of one text, one or two at a time."""

    def __init__(self, text: str, place: int) -> None:
        self._text = text
        self._place = place
        self._pieces = list(_PIECE.finditer(text))
        self._words = load_lexicon()

    def tokens(self) -> Iterator[Token | None]:
        """Tokens in order; none for what ends a run."""
        held: Token | None = None
        position = 0
        while position < len(self._pieces):
            piece = self._pieces[position]
            if held and held.is_digits and piece[0].casefold() == "hundred":
                held = Token(f"{held.value}00", held.begin, piece.end(), self._place)
                position += 1
                continue
            if held:
                yield held
            held, width = self._read(position)
            if held is None and piece[0].casefold() not in self._words.fillers:
                yield None
            position += width
        if held:
            yield held

    def _read(self, position: int) -> tuple[Token | None, int]:
        piece = self._pieces[position]
        word = piece[0].casefold()
        if piece["barrier"]:
            return None, 1
        if piece["mixed"] or piece["number"]:
            return self._token(piece[0].upper(), position, 1), 1
        following = self._digit_after(position)
        if word in self._words.repeats and following:
            return self._token(following * self._words.repeats[word], position, 2), 2
        digits = self._words.digits.get(word)
        if digits and len(digits) == 2 and digits[1] == "0" and digits > "10" and following > "0":
            return self._token(digits[0] + following, position, 2), 2
        letters = digits or self._words.letters.get(word) or _capitals(piece[0])
        return (self._token(letters, position, 1), 1) if letters else (None, 1)

    def _digit_after(self, position: int) -> str:
        """The single digit that is said right after a piece, or nothing."""
        if position + 1 == len(self._pieces):
            return ""
        piece, following = self._pieces[position], self._pieces[position + 1]
        if not re.fullmatch(r"[\s-]+", self._text[piece.end() : following.start()]):
            return ""
        digits = self._words.digits.get(following[0].casefold(), following[0])
        return digits if len(digits) == 1 and digits in "0123456789" else ""

    def _token(self, value: str, position: int, width: int) -> Token:
        begin, end = self._pieces[position].start(), self._pieces[position + width - 1].end()
        return Token(value, begin, end, self._place)


def _capitals(word: str) -> str:
    if not word.isascii() or len(word) > _CAPITALS:
        return ""
    return word.upper() if len(word) == 1 or word.isupper() else ""
