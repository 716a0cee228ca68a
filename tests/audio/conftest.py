"""Small media files of every accepted kind, made on the spot, the same each time."""

import struct
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
import pytest
from numpy.typing import NDArray

FREQUENCIES = (440.0, 1000.0, 1500.0, 2000.0, 2500.0, 3000.0)
"""Of the tones, one a channel."""


@dataclass(frozen=True, kw_only=True)
class Media:
    """What to make: silence for the first half of a second, then a tone on each channel."""

    codec: str = "pcm_s16le"
    rate: int = 16_000
    layout: str = "mono"
    seconds: float = 2.0
    onset: float = 0.5
    tracks: int = 1
    options: tuple[tuple[str, str], ...] = ()
    picture: bool = False
    """Whether a track with a picture comes first."""
    pause: float = 0.0
    """A stretch that the time stamps count and no packet holds, in the middle."""


MakeMedia = Callable[..., Path]


def tone(media: Media) -> NDArray[np.int16]:
    """Shape (channels, samples)."""
    time = np.arange(round(media.seconds * media.rate)) / media.rate
    channels = av.AudioLayout(media.layout).nb_channels
    waves = [np.sin(2 * np.pi * f * time) * (time >= media.onset) for f in FREQUENCIES[:channels]]
    return (np.stack(waves) * 12_000).astype(np.int16)


def add_screen(container: Any) -> Any:
    stream = container.add_stream("mpeg4", rate=10)
    stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
    return stream


def show(container: Any, stream: Any, seconds: float) -> None:
    for _ in range(round(10 * seconds)):
        picture = np.zeros((48, 64, 3), dtype=np.uint8)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
    container.mux(stream.encode(None))


def write(path: Path, media: Media) -> None:
    with av.open(path, "w", options=dict(media.options)) as container:
        screen = add_screen(container) if media.picture else None
        streams = [container.add_stream(media.codec, rate=media.rate) for _ in range(media.tracks)]
        for stream in streams:
            stream.layout = media.layout
            if media.codec in ("aac", "libmp3lame", "libopus"):
                stream.bit_rate = 64_000
        if screen is not None:
            show(container, screen, media.seconds)
        samples, step = tone(media), 960
        for begin in range(0, samples.shape[1], step):
            piece = samples[:, begin : begin + step]
            packed = np.ascontiguousarray(piece.T.reshape(1, -1))
            for stream in streams:
                frame = av.AudioFrame.from_ndarray(packed, "s16", media.layout)
                frame.sample_rate = media.rate
                frame.time_base = Fraction(1, media.rate)
                late = media.pause if begin >= samples.shape[1] // 2 else 0.0
                frame.pts = begin + round(late * media.rate)
                container.mux(stream.encode(frame))
        for stream in streams:
            container.mux(stream.encode(None))


@pytest.fixture
def make_media(tmp_path: Path) -> MakeMedia:
    """Makes a file with the given name and the fields of ``Media`` in the test's folder."""

    def make(name: str, **media: Any) -> Path:
        path = tmp_path / name
        write(path, Media(**media))
        return path

    return make


@pytest.fixture
def silent_video(tmp_path: Path) -> Path:
    """One second of a picture, without a sound track."""
    path = tmp_path / "screen.mp4"
    with av.open(path, "w") as container:
        show(container, add_screen(container), 1.0)
    return path


@pytest.fixture
def sparse_wav(tmp_path: Path) -> Callable[[float, int], Path]:
    """Makes silent wav files of any length that take no room on disk."""

    def make(seconds: float, rate: int) -> Path:
        size = round(seconds * rate) * 2
        path = tmp_path / "long.wav"
        head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", size + 36, b"WAVE", b"fmt ", 16,
                           1, 1, rate, rate * 2, 2, 16)  # fmt: skip
        with path.open("wb") as file:
            file.write(head + struct.pack("<4sI", b"data", size))
            file.truncate(44 + size)
        return path

    return make


@pytest.fixture
def nothing_left_behind(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """After each test there is no child process, no open file more, no temporary file."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    before = psutil.Process().num_fds()
    yield
    assert psutil.Process().children(recursive=True) == []
    assert list(folder.iterdir()) == []
    assert psutil.Process().num_fds() == before
