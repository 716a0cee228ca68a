"""Decoding within limits, while files change and people stop it."""

import errno
import hashlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from transcript2handoff.audio.decode import (
    LIMITS,
    DecodeLimits,
    decode,
)
from transcript2handoff.errors import (
    Cancelled,
    RecordingError,
    RecordingLimitError,
)
from transcript2handoff.watch import Watch

pytestmark = pytest.mark.usefixtures("nothing_left_behind")


def children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def test_eight_hours_are_refused_before_they_are_decoded(make_media: Any, sparse_wav: Any) -> None:
    path = sparse_wav(8 * 3600, 8_000)
    with pytest.raises(RecordingLimitError, match=r"longer than the 6 hours.*single calls"):
        decode(path, limits=replace(LIMITS, cpu_seconds=1))


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("call.flac", "flac", ()),
        ("call.opus", "libopus", ()),
        ("call.mp3", "libmp3lame", ()),
        ("call.mp3", "libmp3lame", (("write_xing", "0"),)),
        ("call.webm", "libopus", (("live", "1"),)),
    ],
)
def test_the_length_is_counted_not_believed(
    make_media: Any, name: str, codec: str, options: Any
) -> None:
    path = make_media(name, codec=codec, rate=48_000, seconds=5, options=options)
    with pytest.raises(RecordingLimitError, match="longer than the 4 seconds"):
        decode(path, limits=DecodeLimits(max_seconds=4))
    assert decode(path, limits=DecodeLimits(max_seconds=6)).duration == pytest.approx(5, abs=0.1)


def test_a_wav_whose_length_is_a_placeholder(make_media: Any) -> None:
    """What recorders write into the header while they do not know the length yet."""
    path = make_media("call.wav")
    for size in (0x7FFF_F000, 0xFFFF_FFFF):
        content = bytearray(path.read_bytes())
        content[4:8] = min(size + 36, 0xFFFF_FFFF).to_bytes(4, "little")
        data = content.index(b"data")
        content[data + 4 : data + 8] = size.to_bytes(4, "little")
        path.write_bytes(content)
        recording = decode(path)
        assert (recording.duration, recording.warnings) == (2.0, ())


def test_too_many_bytes(make_media: Any) -> None:
    with pytest.raises(RecordingLimitError, match="MiB are allowed"):
        decode(make_media("call.wav"), limits=DecodeLimits(max_bytes=1000))


def test_too_many_streams(make_media: Any) -> None:
    path = make_media("call.mkv", codec="flac", tracks=9)
    with pytest.raises(RecordingLimitError, match="holds 9 streams, and 8 are allowed"):
        decode(path)


def test_too_much_memory(make_media: Any) -> None:
    path = make_media("call.opus", codec="libopus", rate=48_000)
    with pytest.raises(RecordingLimitError, match="more than 32 MiB of memory"):
        decode(path, limits=DecodeLimits(memory_bytes=32 << 20))


def test_the_memory_of_the_child_does_not_grow_with_the_length(sparse_wav: Any) -> None:
    """The samples of an hour alone would take 110 MiB; the idle child has 120."""
    recording = decode(sparse_wav(3600, 16_000), limits=DecodeLimits(memory_bytes=192 << 20))
    assert recording.duration == 3600.0


def test_too_much_processor_time(sparse_wav: Any) -> None:
    path = sparse_wav(2 * 3600, 44_100)
    with pytest.raises(RecordingLimitError, match="more than the 1 seconds of processor time"):
        decode(path, limits=DecodeLimits(cpu_seconds=1))


# What happens meanwhile


@pytest.fixture
def long_call(sparse_wav: Any) -> Path:
    """Twenty minutes, which take long enough to do something meanwhile."""
    path = sparse_wav(1200, 48_000)
    assert isinstance(path, Path)
    return path


def meanwhile(act: Callable[[], object]) -> Watch:
    """Does something once, while the child decodes."""
    done: list[object] = []

    def report(share: float) -> None:
        if 0.2 < share < 0.9 and not done and children():
            done.append(act())

    return Watch(report=report)


def test_a_file_that_vanishes_is_decoded_to_its_end(long_call: Path) -> None:
    digest = hashlib.sha256(long_call.read_bytes()).hexdigest()
    recording = decode(long_call, watch=meanwhile(long_call.unlink))
    assert not long_call.exists()
    assert recording.duration == 1200.0
    assert recording.sha256 == digest


def test_a_file_that_is_replaced_is_decoded_as_it_was(long_call: Path, tmp_path: Path) -> None:
    digest = hashlib.sha256(long_call.read_bytes()).hexdigest()
    other = tmp_path / "other"
    other.write_bytes(b"something else")
    recording = decode(long_call, watch=meanwhile(lambda: other.replace(long_call)))
    assert long_call.read_bytes() == b"something else"
    assert (recording.duration, recording.sha256) == (1200.0, digest)


def test_a_file_that_grows_is_refused(long_call: Path) -> None:
    def grow() -> None:
        with long_call.open("ab") as file:
            file.write(bytes(1000))

    with pytest.raises(RecordingError, match=r"written to while it was read\. Wait until"):
        decode(long_call, watch=meanwhile(grow))


def test_a_file_that_shrinks_is_refused(long_call: Path) -> None:
    with pytest.raises(RecordingError, match="written to while it was read"):
        decode(long_call, watch=meanwhile(lambda: os.truncate(long_call, 1000)))


@pytest.mark.parametrize("after", [0, 1, 3, 60])
def test_cancelling(long_call: Path, after: int) -> None:
    """The fixture ``nothing_left_behind`` looks that the child is gone."""
    asked = iter(range(1_000_000))
    with pytest.raises(Cancelled):
        decode(long_call, watch=Watch(cancelled=lambda: next(asked) >= after))


def test_no_process_can_be_started(long_call: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(RecordingLimitError, match="no process can be started"):
        decode(long_call)


def test_a_stuck_child_does_not_keep_us_from_stopping(long_call: Path) -> None:
    stopped = threading.Event()

    def stop() -> None:
        children()[0].send_signal(signal.SIGSTOP)
        threading.Timer(0.3, stopped.set).start()

    with pytest.raises(Cancelled):
        decode(long_call, watch=replace(meanwhile(stop), cancelled=stopped.is_set))


@pytest.mark.parametrize(
    ("number", "error", "says"),
    [
        (signal.SIGKILL, RecordingLimitError, "more memory than this machine has"),
        (signal.SIGSEGV, RecordingError, r"brought the decoder down \(code -11\)"),
    ],
)
def test_a_child_that_is_killed(
    long_call: Path, number: signal.Signals, error: type[RecordingError], says: str
) -> None:
    kill = meanwhile(lambda: children()[0].send_signal(number))
    with pytest.raises(error, match=says):
        decode(long_call, watch=kill)
