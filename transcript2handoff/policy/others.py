"""Detectors of private data beside our own: decided once, when a process begins.

They count for everything that leaves the process, so that no way out can forget them.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from transcript2handoff.transcript import Span, Turn


class Detector(Protocol):
    """Finds private data in a text that stands by itself."""

    def find(self, text: str) -> Iterable[tuple[str, Span]]:
        """What to hide, by the name of its kind as ``redaction.LABELS`` has it."""
        ...


_used: list[Detector] = []


def use(detectors: Iterable[Detector]) -> None:
    """Have these detectors count from now on, in the place of those that did."""
    _used[:] = detectors


def find_others(turns: Sequence[Turn]) -> Iterator[tuple[int, str, Span]]:
    """What they find: the index of the turn, the kind, and the characters."""
    for detector in _used:
        for place, turn in enumerate(turns):
            for kind, span in detector.find(turn.text):
                yield place, kind, span
