"""Samples -> the outline of a recording, as a player draws it: how loud it gets, piece by piece."""

from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from transcript2handoff.audio.decode import SAMPLE_RATE
from transcript2handoff.deal import Record

PIECES: Final = 1800
"""More than a screen has columns for it, and 10 kB at most."""
_DIGITS: Final = 3

Peak = Annotated[float, Field(ge=0, le=1)]


class Waveform(Record):
    """How loud a recording gets.

    Attributes:
        seconds: how long the recording is.
        peaks: of pieces of equal length, in order, the loudest sample of each; 1 is full scale.
    """

    seconds: Annotated[float, Field(ge=0)]
    peaks: tuple[Peak, ...]


def waveform(samples: NDArray[np.float32], *, pieces: int = PIECES) -> Waveform:
    """The outline of a recording.

    Args:
        samples: shape (samples,), at ``SAMPLE_RATE``, -1 to 1.
        pieces: how many peaks there are; fewer where there are fewer samples.
    """
    count = min(pieces, len(samples))
    begins = np.arange(count) * len(samples) // max(count, 1)
    # What is louder than full scale was clipped in the copy that is played.
    loudest = np.maximum.reduceat(np.abs(samples), begins) if count else np.zeros(0)
    peaks = tuple(round(min(float(peak), 1.0), _DIGITS) for peak in loudest)
    return Waveform(seconds=len(samples) / SAMPLE_RATE, peaks=peaks)
