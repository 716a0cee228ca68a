"""Whether the channels of a recording carry different people, and what each carries alone.

Telephone systems record the two ends of a call on two channels. The same file format holds one
room on two microphones, or one signal twice. The difference shows in who is louder: with
different people, now one channel is louder and now the other, by far, even where each end also
picks up a little of the other; with one signal, the difference between the channels stays.

Pure; levels in decibels of full scale.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transcript2handoff.audio.decode import SAMPLE_RATE

Samples = NDArray[np.float32]

_FRAME: Final = SAMPLE_RATE // 20
"""Samples in which a level is measured: 50 milliseconds."""
_SILENCE: Final = -60.0
"""A channel that never gets louder is silent."""
_ABOVE_NOISE: Final = 15.0
_APART: Final = 8.0
"""A channel that is louder by this much has the speaker."""
_LEAK: Final = 12.0
"""What is softer than the other channel by this much is the other's voice, leaked."""
_MOSTLY: Final = 0.7
"""The share of the sounding time in which one channel is apart from the other."""
_BOTH: Final = 0.02
"""The share of it that each channel has at least."""
_HOLD: Final = 4
"""Frames on each side for which a channel stays open, so that no sound is clipped."""


@dataclass(frozen=True)
class Channels:
    """What the channels of a recording are, in terms of people."""

    mono: Samples
    """All that is said, shape (samples,)."""
    apart: tuple[Samples, ...] = ()
    """Each channel without what leaks into it, where they carry different people; else empty."""


def separate(samples: Samples) -> Channels:
    """Tell channels with different people from one signal on two channels.

    ``samples`` have the shape (channels, samples), with one or two channels.
    """
    if samples.shape[0] == 1:
        return Channels(samples[0])
    levels = np.stack([_levels(channel) for channel in samples])
    loudest = levels.max(axis=1, initial=_SILENCE - 40)
    if loudest.min() < _SILENCE:
        return Channels(samples[int(loudest.argmax())])
    if not _carry_different_people(levels):
        return Channels(_one_signal(samples))
    apart = tuple(_without_leaks(samples[n], levels[n] - levels[1 - n]) for n in (0, 1))
    return Channels(np.clip(apart[0] + apart[1], -1.0, 1.0), apart)


def playable(samples: Samples) -> Samples:
    """One channel, shape (samples,), with everything that can be heard in ``samples``.

    ``samples`` have the shape (channels, samples), with one or two channels.
    """
    return samples[0] if samples.shape[0] == 1 else _one_signal(samples)


def _levels(channel: Samples) -> NDArray[np.float64]:
    frames = channel[: len(channel) // _FRAME * _FRAME].reshape(-1, _FRAME).astype(np.float64)
    return np.asarray(10 * np.log10(np.mean(frames**2, axis=1) + 1e-12))


def _carry_different_people(levels: NDArray[np.float64]) -> bool:
    louder = levels.max(axis=0)
    sounding = louder > max(float(np.percentile(louder, 5)) + _ABOVE_NOISE, _SILENCE)
    # Without noise in its pauses, a recording has sound wherever it is not silent.
    if not sounding.any():
        return False
    difference = levels[0, sounding] - levels[1, sounding]
    left, right = float(np.mean(difference > _APART)), float(np.mean(difference < -_APART))
    return left + right >= _MOSTLY and min(left, right) >= _BOTH


def _one_signal(samples: Samples) -> Samples:
    """The mean, unless the channels cancel each other out."""
    mean: Samples = samples.mean(axis=0, dtype=np.float32)
    first: Samples = samples[0]
    cancels = float(np.mean(mean**2)) < 0.1 * float(np.mean(first**2))
    return first if cancels else mean


def _without_leaks(channel: Samples, lead: NDArray[np.float64]) -> Samples:
    """Silence wherever the other channel is far louder, but for a margin around own sound."""
    own = lead > -_LEAK
    wide = np.convolve(own, np.ones(2 * _HOLD + 1), mode="same") > 0 if len(own) else own
    gate = np.repeat(wide, _FRAME)
    gate = np.pad(gate, (0, len(channel) - len(gate)), constant_values=True)
    return np.asarray(np.where(gate, channel, 0.0), dtype=np.float32)
