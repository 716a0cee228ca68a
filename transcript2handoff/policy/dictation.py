"""Numbers that one speaker gives in several turns, while the other says "mhm" or repeats them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from transcript2handoff.policy.lexicon import load_lexicon
from transcript2handoff.policy.spoken import Run, digits_of, runs_of
from transcript2handoff.transcript import Turn

_BETWEEN: Final = 2
"""Turns of others that may stand between two parts of a number."""
_SHORT: Final = 4
"""Words of a turn that only says that one is listening."""
_LEAST: Final = 2
"""Parts of a number that is given in several turns."""
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True)
class Dictation:
    """A number in parts, and the turns in which somebody else repeated a part of it."""

    run: Run
    echoes: tuple[tuple[int, Run], ...]
    """The place of the part that was repeated, and the tokens that repeat it."""


@dataclass(frozen=True)
class _Step:
    turn: int
    echoes: tuple[tuple[int, Run], ...]


class Figures:
    """The turns of a call with the runs of digits that each holds."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self._turns = turns
        self.runs = [runs_of(turn.text, place) for place, turn in enumerate(turns)]

    def dictations(self) -> Iterator[Dictation]:
        """All numbers that may be given in more than one turn."""
        place = 0
        while place < len(self._turns):
            run, echoes, last = self._follow(place)
            if last > place:
                yield Dictation(run, echoes)
            place = last + 1 if last > place else place + 1

    def _follow(self, place: int) -> tuple[Run, tuple[tuple[int, Run], ...], int]:
        if not self._ends_with_run(place):
            return (), (), place
        run = self.runs[place][-1]
        echoes: tuple[tuple[int, Run], ...] = ()
        while step := self._next(place):
            place, echoes = step.turn, echoes + step.echoes
            run += self.runs[place][0]
            if len(self.runs[place]) > 1 or not self._ends_with_run(place):
                break
        return run, echoes, place

    def _next(self, place: int) -> _Step | None:
        """The turn in which the speaker goes on with the number that ends this turn."""
        part, speaker = self.runs[place][-1], self._turns[place].speaker
        echoes: list[tuple[int, Run]] = []
        for other in range(place + 1, min(place + _BETWEEN + 2, len(self._turns))):
            turn, runs = self._turns[other], self.runs[other]
            if turn.speaker == speaker is not None:
                return _Step(other, tuple(echoes)) if self._begins_with_run(other) else None
            if runs and digits_of(runs[0]) == digits_of(part):
                echoes.append((place, runs[0]))
            elif runs or len(_WORD.findall(turn.text)) > _SHORT:
                return None
        return None

    def _ends_with_run(self, place: int) -> bool:
        runs, text = self.runs[place], self._turns[place].text
        return bool(runs) and not _WORD.search(text[runs[-1][-1].end :])

    def _begins_with_run(self, place: int) -> bool:
        runs, text = self.runs[place], self._turns[place].text
        lexicon = load_lexicon()
        before = (
            {word.casefold() for word in _WORD.findall(text[: runs[0][0].begin])} if runs else set()
        )
        return bool(runs) and before <= lexicon.fillers | lexicon.openers
