"""What becomes of decoded frames inside the child process: one even stretch of 16 kHz samples."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from transcript2handoff.audio import _wire
from transcript2handoff.audio._wire import SAMPLE_RATE, Fault

_BLOCK: Final = 1 << 16
_GAP: Final = 0.1
"""Seconds by which the clock may run ahead of the samples before silence is filled in."""
_JUMP: Final = 600.0
"""Seconds from which on a gap is a broken clock, not silence that was left out."""


class Refusal(Exception):  # noqa: N818 - told to the parent, never shown as an error
    """The recording is not decoded, for a reason that its user should read."""

    def __init__(self, fault: Fault, sentence: str) -> None:
        super().__init__(sentence)
        self.fault: Fault = fault
        self.sentence = sentence


class Sender:
    """Sends samples in frames of some size, and keeps count of them."""

    def __init__(self, output: BinaryIO, channels: int, max_seconds: float) -> None:
        self.channels = channels
        self._output = output
        self._max_seconds = max_seconds
        self._pending = bytearray()
        self._sent = 0

    @property
    def seconds(self) -> float:
        """How much sound there is so far."""
        size = self._sent + len(self._pending)
        return size / (_wire.SAMPLE_BYTES * self.channels * SAMPLE_RATE)

    def sound(self, pcm: bytes) -> None:
        """Add interleaved 16-bit samples."""
        self._pending += pcm
        if self.seconds > self._max_seconds:
            raise too_long(self._max_seconds)
        if len(self._pending) >= _BLOCK:
            self.flush()

    def silence(self, seconds: float) -> None:
        """Add silence, in pieces, so that a long one takes no memory."""
        left = round(seconds * SAMPLE_RATE)
        while left > 0:
            piece = min(left, SAMPLE_RATE)
            self.sound(bytes(piece * self.channels * _wire.SAMPLE_BYTES))
            left -= piece

    def flush(self) -> None:
        """Send what waits."""
        if self._pending:
            _wire.send(self._output, _wire.PCM, bytes(self._pending))
            self._sent += len(self._pending)
            self._pending.clear()


class Converter:
    """Decoded frames -> 16-bit samples at 16 kHz; a stream may change its format midway."""

    def __init__(self, channels: int) -> None:
        self._target = ("s16", "mono" if channels == 1 else "stereo", SAMPLE_RATE)
        self._shape = self._target
        self._resampler: AudioResampler | None = None

    def convert(self, frame: AudioFrame) -> Iterator[bytes]:
        """The samples that ``frame`` completes."""
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape:
            yield from self.rest()
            self._shape = shape
            self._resampler = None if shape == self._target else AudioResampler(*self._target)
        frames = [frame] if self._resampler is None else self._resampler.resample(frame)
        yield from map(_pcm, frames)

    def rest(self) -> Iterator[bytes]:
        """The samples that are still inside of the filter, at the end of a stretch."""
        if self._resampler is not None:
            yield from map(_pcm, self._resampler.resample(None))


class Clock:
    """Finds stretches that a recorder left out, for the samples to stay in time."""

    def __init__(self, origin: float) -> None:
        self._origin = origin

    def gap(self, time: float | None, seconds: float) -> float:
        """Seconds of silence between the sound so far and a frame that begins at ``time``."""
        if time is None:
            return 0.0
        gap = time - self._origin - seconds
        if gap > _JUMP:
            self._origin += gap
            return 0.0
        return gap if gap > _GAP else 0.0


def _pcm(frame: AudioFrame) -> bytes:
    size = frame.samples * len(frame.layout.channels) * _wire.SAMPLE_BYTES
    return bytes(memoryview(frame.planes[0])[:size])


def too_long(max_seconds: float) -> Refusal:
    """What is said of a recording that lasts longer than it may."""
    hours = f"{max_seconds / 3600:g} hours" if max_seconds >= 3600 else f"{max_seconds:g} seconds"
    return Refusal(
        "limit", f"lasts longer than the {hours} that are allowed. Cut it into single calls."
    )
