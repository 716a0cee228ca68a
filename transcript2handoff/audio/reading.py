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

from rapidfuzz import fuzz

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
_UNHEARD: Final = 0.45
"""Speech of this many seconds without a word is taken to be left out."""
_TELLING: Final = 4
"""Shorter words are like too many others."""
_LIKE: Final = 75
"""Per cent of likeness from which on a word may be a term that was misheard."""
_KEPT: Final = 0.9
"""The share of its words that a reading may come down to for the sake of a name."""


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


def is_sound(reading: Reading) -> bool:
    """Whether there is no sign that the reading is invented or incomplete."""
    return not _is_invented(reading) and not any(unheard(reading))


def is_better(second: Reading, first: Reading) -> bool:
    """Whether ``second`` is the more trustworthy reading of the same speech."""
    return _faults(second) < _faults(first)


def knows_more(second: Reading, first: Reading, *, vocabulary: Sequence[str]) -> bool:
    """Whether ``second``, read with the vocabulary, gains terms of it and loses nothing."""
    gains = _terms_in(second.text, vocabulary) > _terms_in(first.text, vocabulary)
    loses = len(second.words) < len(first.words) * _KEPT or is_better(first, second)
    return gains and not loses and not is_recited(second.text, vocabulary)


def nearly_holds(text: str, vocabulary: Sequence[str]) -> bool:
    """Whether a word, or two together, are like a word of the vocabulary and not the same."""
    said = _letters(text)
    heard = {*said, *(first + second for first, second in pairwise(said))}
    wanted = {word for term in vocabulary for word in _letters(term) if len(word) >= _TELLING}
    return any(
        fuzz.ratio(word, candidate) >= _LIKE
        for word in wanted - set(said)
        for candidate in heard
        if abs(len(word) - len(candidate)) <= 3
    )


def merged(readings: Sequence[Reading]) -> Reading:
    """The readings of the pieces of a clip as one, as doubtful as the most doubtful of them."""
    fit = [reading for reading in readings if not _is_invented(reading)]
    return Reading(
        words=tuple(word for reading in fit for word in reading.words),
        speech=tuple(stretch for reading in readings for stretch in reading.speech),
        logprob=min((reading.logprob for reading in fit), default=0.0),
        no_speech=max((reading.no_speech for reading in fit), default=0.0),
        compression=max((reading.compression for reading in fit), default=0.0),
    )


def unheard(reading: Reading) -> Iterator[Stretch]:
    """Speech of the clip in which there is no word."""
    covers = [_cover(word) for word in reading.words]
    for stretch in reading.speech:
        yield from (gap for gap in without(stretch, covers) if gap.length >= _UNHEARD)


def is_recited(text: str, vocabulary: Sequence[str]) -> bool:
    """Whether ``text`` holds a stretch of the vocabulary that runs from one term into the next."""
    said = _letters(text)
    runs = (before + after for before, after in pairwise(map(_letters, vocabulary)))
    return any(_holds(said, run) for run in runs)


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


def _faults(reading: Reading) -> tuple[bool, float]:
    return _is_invented(reading), sum(gap.length for gap in unheard(reading))


def _terms_in(text: str, vocabulary: Sequence[str]) -> int:
    said = _letters(text)
    wanted = {word for term in vocabulary for word in _letters(term) if len(word) >= _TELLING}
    return sum(word in wanted for word in said)


def _cover(word: Word) -> tuple[float, float]:
    return word.start - _REACH, min(word.end, word.start + _LONGEST_WORD) + _REACH


def _letters(text: str) -> list[str]:
    return re.findall(r"[\w']+", text.lower())


def _holds(text: Sequence[str], run: Sequence[str]) -> bool:
    return any(text[n : n + len(run)] == run for n in range(len(text) - len(run) + 1))
