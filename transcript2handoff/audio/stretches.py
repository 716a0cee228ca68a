"""Stretches of a recording, and the arithmetic of them. Pure; all times in seconds."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple


class Stretch(NamedTuple):
    """A stretch of time, from ``start`` to ``end``."""

    start: float
    end: float

    @property
    def length(self) -> float:
        """In seconds."""
        return self.end - self.start


class VoiceStretch(NamedTuple):
    """A stretch in which one voice speaks. The voice's name means nothing beyond this recording."""

    voice: str
    start: float
    end: float


def overlap(first: tuple[float, float], second: tuple[float, float]) -> float:
    """How long two stretches last together; negative is the distance between them."""
    return min(first[1], second[1]) - max(first[0], second[0])


def joined(stretches: Iterable[Stretch], *, gap: float, longest: float) -> Iterator[Stretch]:
    """Neighbours joined over gaps of up to ``gap`` as long as the whole is within ``longest``.

    The stretches come in order and do not overlap; one that is longer by itself stays whole.
    """
    current: Stretch | None = None
    for stretch in stretches:
        if current is None:
            current = stretch
        elif stretch.start - current.end <= gap and stretch.end - current.start <= longest:
            current = Stretch(current.start, stretch.end)
        else:
            yield current
            current = stretch
    if current is not None:
        yield current


def within(
    voices: Iterable[VoiceStretch], sounds: Sequence[tuple[float, float]]
) -> Iterator[VoiceStretch]:
    """The parts of ``voices`` that lie in one of ``sounds``."""
    for voice, start, end in voices:
        for begin, finish in sounds:
            if begin < end and start < finish:
                yield VoiceStretch(voice, max(start, begin), min(end, finish))


def without(stretch: Stretch, covers: Sequence[tuple[float, float]]) -> Iterator[Stretch]:
    """What is left of a stretch where none of ``covers`` lies on it, in order."""
    start = stretch.start
    for begin, end in sorted(covers):
        if begin >= stretch.end:
            break
        if begin > start:
            yield Stretch(start, begin)
        start = max(start, end)
    if start < stretch.end:
        yield Stretch(start, stretch.end)
