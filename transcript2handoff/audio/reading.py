"""Whether a reading of a clip can be trusted: the signs of invention, and of words left out.

Whisper has four ways to fail that show in its own figures: it writes words where there is no
speech, it repeats itself without end, it recites the vocabulary that it was given, and it stops
before the clip does. Pure; all times in seconds.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from transcript2handoff.audio.stretches import Stretch, without
from transcript2handoff.transcript import Word

_NO_SPEECH: Final = 0.6
_LOGPROB: Final = -1.0
_COMPRESSION: Final = 2.4
"""The limits that Whisper's authors use in their own decoder."""
_REACH: Final = 0.35
"""How far, in seconds, the time of a word may be off."""
_LONGEST_WORD: Final = 1.0
"""A word that is said to last longer has been stretched over something else."""
_UNHEARD: Final = 0.5
"""Speech of this many seconds without a word is taken to be left out."""
_RECITED: Final = 3
"""So many words of the vocabulary in its own order, across two terms, are no coincidence."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What was read in one clip, and how sure the model is."""

    words: tuple[Word, ...]
    speech: tuple[Stretch, ...]
    """Where the voice activity detector hears speech in the clip."""
    logprob: float
    """Mean over the tokens, the lowest of the segments."""
    no_speech: float
    """The model's own probability that nobody speaks."""
    compression: float
    """Letters over compressed letters: high where words loop."""

    @property
    def text(self) -> str:
        """The words in one line."""
        return " ".join(word.text for word in self.words)


def is_sound(reading: Reading, hotwords: str) -> bool:
    """Whether there is no sign that the reading is invented, recited or incomplete."""
    return not (_is_invented(reading) or is_recited(reading.text, hotwords)) and not any(
        unheard(reading)
    )


def is_better(second: Reading, first: Reading, hotwords: str) -> bool:
    """Whether ``second`` is the more trustworthy reading of the same clip."""
    return _faults(second, hotwords) < _faults(first, hotwords)


def unheard(reading: Reading) -> Iterator[Stretch]:
    """Speech of the clip in which there is no word."""
    covers = [_cover(word) for word in reading.words]
    for stretch in reading.speech:
        yield from (gap for gap in without(stretch, covers) if gap.length >= _UNHEARD)


def is_recited(text: str, hotwords: str) -> bool:
    """Whether ``text`` holds a stretch of the vocabulary that runs from one term into the next."""
    said = _letters(text)
    terms = [_letters(term) for term in hotwords.split(",")]
    for before, after in pairwise(terms):
        run = before + after
        if len(run) >= _RECITED and _holds(said, run):
            return True
    return False


def trusted(reading: Reading) -> Reading | None:
    """The reading, or none where its own figures say that it is invented."""
    return None if _is_invented(reading) else reading


def _is_invented(reading: Reading) -> bool:
    silent = reading.no_speech > _NO_SPEECH and reading.logprob < _LOGPROB
    return silent or reading.compression > _COMPRESSION or _loops(reading.text)


def _loops(text: str) -> bool:
    """Long repetitive text compresses well; Whisper's measure, over the whole clip."""
    raw = text.encode()
    return len(raw) > 0 and len(raw) / len(zlib.compress(raw)) > _COMPRESSION


def _faults(reading: Reading, hotwords: str) -> tuple[bool, float]:
    left_out = sum(gap.length for gap in unheard(reading))
    return _is_invented(reading) or is_recited(reading.text, hotwords), left_out


def _cover(word: Word) -> tuple[float, float]:
    return word.start - _REACH, min(word.end, word.start + _LONGEST_WORD) + _REACH


def _letters(text: str) -> list[str]:
    return re.findall(r"[\w']+", text.lower())


def _holds(text: Sequence[str], run: Sequence[str]) -> bool:
    return any(text[n : n + len(run)] == run for n in range(len(text) - len(run) + 1))
