"""A recording of any accepted format -> samples at 16 kHz, without trust in the file.

The bytes of a recording steer a large decoder written in C, so the decoder runs in a child
process of its own (``_decoder_child``), a clean interpreter with limits on memory and processor
time that can open no file and no connection. The file is opened once, here; the child inherits
the open file. A file that is deleted or replaced meanwhile therefore decodes as it was, and one
that is written to meanwhile is refused: ``Recording.sha256`` is of the bytes that were decoded.
Samples come back over a pipe (``_child``), and the answer is not believed either. Nothing is
written to disk, so nothing can be left behind there.
"""

import hashlib
import os
import stat
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transcript2handoff.audio import _child, _wire
from transcript2handoff.audio._wire import ACCEPTED, SAMPLE_RATE
from transcript2handoff.errors import RecordingError, RecordingLimitError
from transcript2handoff.watch import NOBODY, Watch

__all__ = ["ACCEPTED", "LIMITS", "SAMPLE_RATE", "DecodeLimits", "Recording", "decode"]

_BLOCK: Final = 1 << 20
_HASHING: Final = 0.05
"""The share of the work that is the reading of the file for its digest, roughly."""
_FULL_SCALE: Final = np.float32(32_768)


@dataclass(frozen=True, kw_only=True)
class DecodeLimits:
    """How large a recording may be, and what its decoding may cost."""

    max_bytes: int = 2 << 30
    max_seconds: float = 6 * 3600
    """Counted while decoding; what the file says of itself is not trusted."""
    max_streams: int = 8
    memory_bytes: int = 512 << 20
    """Address space of the child process; it does not grow with the recording."""
    cpu_seconds: int = 900
    silent_seconds: float = 1800.0
    """Without an answer after which the child process is given up, whatever it does."""

    def order(self) -> _wire.Order:
        """What the child is told of them."""
        return _wire.Order(
            max_seconds=self.max_seconds,
            max_streams=self.max_streams,
            memory_bytes=self.memory_bytes,
            cpu_seconds=self.cpu_seconds,
        )


LIMITS: Final = DecodeLimits()


@dataclass(frozen=True, eq=False)
class Recording:
    """The sound of a recording, on the clock that a player of the file shows."""

    samples: NDArray[np.float32]
    """Shape (channels, samples) with one or two channels, at ``SAMPLE_RATE``, -1 to 1."""
    container: str
    """``wav``, ``mp3``, ``mp4``, ``ogg``, ``flac`` or ``matroska``."""
    sha256: str
    """Of the file, in hexadecimal digits."""
    warnings: tuple[str, ...] = ()
    """Sentences for the user about what the file did not yield, such as a lost end."""

    @property
    def channels(self) -> int:
        """One or two."""
        return int(self.samples.shape[0])

    @property
    def duration(self) -> float:
        """In seconds."""
        return float(self.samples.shape[1] / SAMPLE_RATE)


def decode(path: Path, *, limits: DecodeLimits = LIMITS, watch: Watch = NOBODY) -> Recording:
    """Decode the first sound track of a recording.

    One channel stays one; more than two are mixed down to two. What damage left of a file is
    decoded, and ``Recording.warnings`` says what is missing.

    Raises:
        RecordingError: the file cannot be read, is in none of the accepted formats, holds
            nothing that can be decoded, or was written to meanwhile.
        NoAudioError: it holds no sound track, or one that lasts no time.
        RecordingLimitError: it exceeds one of ``limits``.
        Cancelled: ``watch`` asked to stop; the child process is gone.
    """
    with _opened(path) as source:
        before = os.fstat(source)
        _check_size(path, before.st_size, limits)
        digest = _digest(source, watch.part(0.0, _HASHING))
        try:
            part = watch.part(_HASHING, 1.0)
            pcm, ending = _child.answer(
                source, limits.order(), silent_seconds=limits.silent_seconds, watch=part
            )
            samples = _as_samples(pcm, ending.channels)
        except MemoryError as error:
            raise RecordingLimitError(
                f"{path} is too long for the memory of this machine. Cut it into parts."
            ) from error
        except RecordingError as error:
            _check_unchanged(path, source, before)
            raise type(error)(f"{path} {error}") from error
        _check_unchanged(path, source, before)
    return Recording(samples, ending.container, digest, ending.warnings)


def fingerprint(path: Path, *, limits: DecodeLimits = LIMITS) -> str:
    """The SHA-256 of a recording, which is checked as far as that goes without decoding it.

    Raises:
        RecordingError: the file cannot be read, or is empty.
        RecordingLimitError: it is larger than ``limits`` allow.
    """
    with _opened(path) as source:
        _check_size(path, os.fstat(source).st_size, limits)
        return _digest(source, NOBODY)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """The open file, as a descriptor; what is no plain file is refused."""
    try:
        # Opening a named pipe would otherwise wait until somebody writes to it.
        source = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError as error:
        raise RecordingError(f"There is no file {path}. Check the name.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise RecordingError(f"{path} cannot be read ({reason}). Check its rights.") from error
    try:
        if not stat.S_ISREG(os.fstat(source).st_mode):
            raise RecordingError(f"{path} is no file. Give one recording: {ACCEPTED}.")
        yield source
    finally:
        os.close(source)


def _check_size(path: Path, size: int, limits: DecodeLimits) -> None:
    if size == 0:
        raise RecordingError(f"{path} is empty. Export or upload the recording once more.")
    if size > limits.max_bytes:
        raise RecordingLimitError(
            f"{path} has {size / 2**20:,.0f} MiB, and {limits.max_bytes / 2**20:,.0f} MiB are "
            "allowed. Export it as audio only, or cut it into parts."
        )


def _check_unchanged(path: Path, source: int, before: os.stat_result) -> None:
    after = os.fstat(source)
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise RecordingError(
            f"{path} was written to while it was read. Wait until its recording, copy or "
            "download is complete, and start again."
        )


def _digest(source: int, watch: Watch) -> str:
    digest, position, size = hashlib.sha256(), 0, os.fstat(source).st_size
    try:
        while block := os.pread(source, _BLOCK, position):
            digest.update(block)
            position += len(block)
            watch.at(position / max(size, position))
    except OSError as error:
        raise RecordingError(
            f"The recording cannot be read ({error.strerror}). Copy it to a local disk first."
        ) from error
    return digest.hexdigest()


def _as_samples(pcm: deque[bytes], channels: int) -> NDArray[np.float32]:
    """Shape (channels, samples). ``pcm`` is used up, so that memory holds the sound once."""
    total = sum(map(len, pcm)) // (_wire.SAMPLE_BYTES * channels)
    samples = np.empty((channels, total), dtype=np.float32)
    position = 0
    while pcm:
        block = np.frombuffer(pcm.popleft(), dtype="<i2").reshape(-1, channels)
        np.divide(block.T, _FULL_SCALE, out=samples[:, position : position + len(block)])
        position += len(block)
    return samples
