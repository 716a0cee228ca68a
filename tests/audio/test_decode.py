"""Decoding: every format comes out right, and every bad file as an error that helps."""

import contextlib
import hashlib
import os
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from transcript2handoff.audio._wire import Ending
from transcript2handoff.audio.decode import (
    ACCEPTED,
    SAMPLE_RATE,
    DecodeLimits,
    Recording,
    decode,
)
from transcript2handoff.errors import (
    NoAudioError,
    RecordingError,
)
from transcript2handoff.watch import Watch

pytestmark = pytest.mark.usefixtures("nothing_left_behind")

FORMATS = [
    ("call.wav", "pcm_s16le", 8_000, "wav"),
    ("call.wav", "pcm_u8", 11_025, "wav"),
    ("call.wav", "pcm_s16le", 16_000, "wav"),
    ("call.wav", "pcm_f32le", 96_000, "wav"),
    ("call.mp3", "libmp3lame", 22_050, "mp3"),
    ("call.mp3", "libmp3lame", 44_100, "mp3"),
    ("call.m4a", "aac", 44_100, "mp4"),
    ("call.mp4", "aac", 48_000, "mp4"),
    ("call.ogg", "libopus", 48_000, "ogg"),
    ("call.opus", "libopus", 24_000, "ogg"),
    ("call.flac", "flac", 12_345, "flac"),
    ("call.flac", "flac", 44_100, "flac"),
    ("call.webm", "libopus", 48_000, "matroska"),
    ("call.mkv", "aac", 32_000, "matroska"),
    ("call.mkv", "pcm_s16le", 8_000, "matroska"),
]


def pitch(samples: NDArray[np.float32]) -> float:
    """The loudest frequency of one channel, in hertz."""
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.argmax(spectrum)) * SAMPLE_RATE / samples.size


def onset(samples: NDArray[np.float32]) -> float:
    """The second at which the sound begins."""
    return float(np.argmax(np.abs(samples) > 0.05)) / SAMPLE_RATE


@pytest.mark.parametrize(("layout", "pitches"), [("mono", [440]), ("stereo", [440, 1000])])
@pytest.mark.parametrize(("name", "codec", "rate", "container"), FORMATS)
def test_formats(
    make_media: Any,
    name: str,
    codec: str,
    rate: int,
    container: str,
    layout: str,
    pitches: list[int],
) -> None:
    path = make_media(name, codec=codec, rate=rate, layout=layout)
    recording = decode(path)
    assert recording.samples.dtype == np.float32
    assert recording.channels == len(pitches)
    assert recording.duration == pytest.approx(2.0, abs=0.05)
    assert [pitch(channel) for channel in recording.samples] == pytest.approx(pitches, abs=1)
    assert [onset(channel) for channel in recording.samples] == pytest.approx(
        [0.5] * len(pitches), abs=0.02
    )
    assert 0.2 < np.abs(recording.samples).max() <= 1.0
    assert recording.container == container
    assert recording.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert recording.warnings == ()


@pytest.mark.parametrize("layout", ["3.0", "quad", "5.1"])
@pytest.mark.parametrize(("name", "codec"), [("call.wav", "pcm_s16le"), ("call.flac", "flac")])
def test_more_than_two_channels_become_two(
    make_media: Any, name: str, codec: str, layout: str
) -> None:
    recording = decode(make_media(name, codec=codec, layout=layout))
    assert recording.samples.shape == (2, 32_000)
    assert [pitch(channel) for channel in recording.samples] == pytest.approx([440, 1000], abs=1)
    assert np.abs(recording.samples).max() <= 1.0


def test_the_samples_are_those_of_the_file(make_media: Any) -> None:
    """At 16 kHz and 16 bits nothing is to be computed, so nothing may change."""
    path = make_media("call.wav", layout="stereo")
    data = np.frombuffer(path.read_bytes()[-128_000:], dtype="<i2").reshape(-1, 2).T
    assert np.array_equal(decode(path).samples * 32_768, data)


def test_the_content_counts_not_the_name(make_media: Any) -> None:
    path = make_media("call.flac", codec="flac")
    assert decode(path.rename(path.with_suffix(".mp3"))).container == "flac"


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [("call.mkv", "flac", 16_000), ("call.webm", "libopus", 48_000), ("call.m4a", "aac", 48_000)],
)
def test_what_the_recorder_left_out_is_silence(
    make_media: Any, name: str, codec: str, rate: int
) -> None:
    path = make_media(name, codec=codec, rate=rate, pause=3.0)
    recording = decode(path)
    assert recording.duration == pytest.approx(5.0, abs=0.05)
    loud = np.abs(recording.samples[0]) > 0.05
    assert loud[int(0.6 * SAMPLE_RATE) : int(0.9 * SAMPLE_RATE)].any()
    assert not loud[int(1.1 * SAMPLE_RATE) : int(3.9 * SAMPLE_RATE)].any()
    assert loud[int(4.1 * SAMPLE_RATE) : int(4.9 * SAMPLE_RATE)].any()
    assert "leaves out 3 seconds" in recording.warnings[0]


@pytest.mark.parametrize(
    ("name", "codec", "container"), [("call.mp4", "aac", "mp4"), ("call.mkv", "flac", "matroska")]
)
def test_the_sound_of_a_video(make_media: Any, name: str, codec: str, container: str) -> None:
    recording = decode(make_media(name, codec=codec, rate=48_000, picture=True))
    assert (recording.container, recording.warnings) == (container, ())
    assert recording.duration == pytest.approx(2.0, abs=0.05)
    assert onset(recording.samples[0]) == pytest.approx(0.5, abs=0.02)


def test_the_first_of_several_tracks(make_media: Any) -> None:
    recording = decode(make_media("call.mkv", codec="flac", tracks=2))
    assert recording.duration == 2.0
    assert recording.warnings == ("The recording holds 2 sound tracks; the first was used.",)


def test_progress_grows_to_the_end(make_media: Any) -> None:
    shares: list[float] = []
    decode(make_media("call.wav", seconds=60), watch=Watch(report=shares.append))
    assert shares == sorted(shares)
    assert len(shares) > 5
    assert shares[-1] == pytest.approx(1.0, abs=0.05)


# Bad input


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"There is no file .*call\.wav\. Check the name"):
        decode(tmp_path / "call.wav")


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"is no file.*mp3"):
        decode(tmp_path)


def test_a_path_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(RecordingError, match="cannot be read"):
        decode(tmp_path / "file" / "call.wav")


def test_a_pipe_does_not_make_us_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "call.wav")
    with pytest.raises(RecordingError, match="is no file"):
        decode(tmp_path / "call.wav")


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "call.mp3"
    path.touch()
    with pytest.raises(RecordingError, match=r"call\.mp3 is empty"):
        decode(path)


@pytest.mark.parametrize("content", [b"Minutes of the call.\n" * 500, b"\0" * 10_000, b"RIFF"])
def test_no_recording(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "call.mp3"
    path.write_bytes(content)
    with pytest.raises(
        RecordingError, match=r"call\.mp3 is damaged, cut off, or no recording"
    ) as caught:
        decode(path)
    assert ACCEPTED in str(caught.value)


PLAYLISTS = {
    "concat": "ffconcat version 1.0\nfile 'other.wav'\n",
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{folder}/other.wav\n#EXT-X-ENDLIST\n",
}


@pytest.mark.parametrize("kind", PLAYLISTS)
def test_a_playlist_opens_no_other_file(make_media: Any, tmp_path: Path, kind: str) -> None:
    make_media("other.wav")
    content = PLAYLISTS[kind].format(folder=tmp_path)
    for name in ("call.mp3", "call.m3u8", "call.wav"):
        (tmp_path / name).write_text(content)
        with pytest.raises(RecordingError, match="no recording in a format"):
            decode(tmp_path / name)


def test_the_library_itself_would_have_opened_the_other_file(
    make_media: Any, tmp_path: Path
) -> None:
    make_media("other.wav")
    (tmp_path / "call.mp3").write_text(PLAYLISTS["concat"])
    with av.open(str(tmp_path / "call.mp3")) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) == 32_000


def test_a_truncated_m4a(make_media: Any) -> None:
    path = make_media("call.m4a", codec="aac", rate=44_100, seconds=8)
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(RecordingError, match=r"call\.m4a is damaged, cut off.*copy it once more"):
        decode(path)


@pytest.mark.parametrize(
    ("name", "codec", "options", "says"),
    [
        ("call.mp3", "libmp3lame", (), "announces 8 seconds and ends after 5"),
        ("call.m4a", "aac", (("movflags", "faststart"),), "announces 8 seconds and ends after 5"),
        ("call.flac", "flac", (), "announces 8 seconds and ends after 5"),
        ("call.mkv", "flac", (), "announces 8 seconds and ends after 5"),
        ("call.webm", "libopus", (), "announces 8 seconds and ends after 5"),
        ("call.opus", "libopus", (), "breaks off after 5 seconds"),
        ("call.wav", "pcm_s16le", (), "breaks off after 5 seconds"),
    ],
)
def test_a_lost_end_is_said(
    make_media: Any, name: str, codec: str, options: Any, says: str
) -> None:
    path = make_media(name, codec=codec, rate=48_000, seconds=8, options=options)
    os.truncate(path, path.stat().st_size * 6 // 10)
    recording = decode(path)
    assert recording.duration == pytest.approx(4.9, abs=0.3)
    assert onset(recording.samples[0]) == pytest.approx(0.5, abs=0.02)
    assert any(says in warning for warning in recording.warnings)


@pytest.mark.parametrize(
    ("name", "codec"),
    [("call.mp3", "libmp3lame"), ("call.m4a", "aac"), ("call.opus", "libopus"),
     ("call.flac", "flac"), ("call.mkv", "flac")],
)  # fmt: skip
def test_damage_in_the_midst_is_said(make_media: Any, name: str, codec: str) -> None:
    path = make_media(name, codec=codec, rate=48_000, seconds=8)
    content = bytearray(path.read_bytes())
    begin, size = len(content) // 2, len(content) // 5
    noise = np.random.default_rng(1).integers(0, 256, size, dtype=np.uint8)
    content[begin : begin + size] = noise.tobytes()
    path.write_bytes(content)
    recording = decode(path)
    assert 3.9 < recording.duration < 8.1
    assert pitch(recording.samples[0]) == pytest.approx(440, abs=1)
    assert any("missing" in warning for warning in recording.warnings)


def test_no_time_at_all(sparse_wav: Any) -> None:
    with pytest.raises(NoAudioError, match="lasts no time"):
        decode(sparse_wav(0, 16_000))


def test_a_video_without_sound(silent_video: Path) -> None:
    with pytest.raises(NoAudioError, match=r"screen\.mp4 holds no sound track"):
        decode(silent_video)


# Laws


@settings(max_examples=15, deadline=None)
@given(content=st.binary(min_size=1, max_size=400), magic=st.sampled_from(
    [b"", b"RIFF\x24\0\0\0WAVEfmt ", b"OggS\0\x02", b"fLaC", b"ID3\x04\0\0", b"\x1aE\xdf\xa3",
     b"\0\0\0\x18ftypM4A ", b"\xff\xfb\x90\x64"]))  # fmt: skip
def test_any_bytes_are_an_error_that_helps(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, magic: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "call.mp3"
    path.write_bytes(magic + content)
    with contextlib.suppress(RecordingError):
        assert decode(path).duration > 0


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), name=st.sampled_from(["call.m4a aac", "call.flac flac", "call.mkv flac"]))
def test_any_damage_is_survived(make_media: Any, data: Any, name: str) -> None:
    file, codec = name.split()
    path = make_media(file, codec=codec, rate=44_100, seconds=0.5, onset=0.1)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    with contextlib.suppress(RecordingError):
        assert isinstance(decode(path, limits=DecodeLimits(max_seconds=60)), Recording)


sentences = st.text(max_size=500).filter(str.isprintable)


@given(
    fault=st.sampled_from([None, "unreadable", "silent", "limit"]),
    sentence=sentences,
    warnings=st.lists(sentences, max_size=19).map(tuple),
)
def test_endings_survive_the_pipe(fault: Any, sentence: str, warnings: tuple[str, ...]) -> None:
    ending = Ending(fault=fault, sentence=sentence, warnings=warnings, channels=2)
    assert Ending.from_json(ending.to_json()) == ending
