"""Recordings whose heads lie: each is read or refused in words, in a moment, within its limits."""

import struct
from pathlib import Path
from typing import Any

import pytest

from transcript2handoff.audio.decode import DecodeLimits, decode
from transcript2handoff.errors import NoAudioError, RecordingError, RecordingLimitError

pytestmark = pytest.mark.usefixtures("nothing_left_behind")

LIMITS = DecodeLimits(max_seconds=3600, cpu_seconds=20)


def wav(data: bytes, **head: int) -> bytes:
    """A wav file whose head says what is given: kind, channels, rate, align, bits."""
    told = {"kind": 1, "channels": 1, "rate": 8_000, "bits": 16, **head}
    align = told.get("align", told["channels"] * told["bits"] // 8)
    rates = struct.pack("<II", told["rate"], told["rate"] * align & 0xFFFF_FFFF)
    form = struct.pack("<HH", told["kind"], told["channels"]) + rates
    form += struct.pack("<HH", align & 0xFFFF, told["bits"])
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    body += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def atom(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + name + body


def numbers(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


def mp4(*, seconds: int, times: tuple[tuple[int, int], ...], size: int, url: bytes = b"") -> bytes:
    """An mp4 file of plain samples.

    Args:
        seconds: that its heads announce.
        times: how many samples last how long, as its table says.
        size: how many samples its table of sizes says that there are.
        url: where the sound lies, if in another file.
    """
    head = numbers(0, 0, 0, 1, seconds)
    kind = b"\0" * 6 + b"\0\1" + b"\0" * 8 + struct.pack(">HHHHI", 1, 16, 0, 0, 8_000 << 16)
    place = numbers(0) + url + b"\0" if url else numbers(1)
    table = atom(
        b"stbl",
        atom(b"stsd", numbers(0, 1), atom(b"sowt", kind)),
        atom(b"stts", numbers(0, len(times)), *(numbers(*each) for each in times)),
        atom(b"stsc", numbers(0, 1, 1, 0x7FFF_FFFF, 1)),
        atom(b"stsz", numbers(0, 2, size)),
        atom(b"stco", numbers(0, 1, 40)),
    )
    media = atom(
        b"mdia",
        atom(b"mdhd", head, numbers(0x55C4_0000)),
        atom(b"hdlr", numbers(0, 0), b"soun", b"\0" * 13),
        atom(
            b"minf",
            atom(b"smhd", numbers(0, 0)),
            atom(b"dinf", atom(b"dref", numbers(0, 1), atom(b"url ", place))),
            table,
        ),
    )
    track = atom(b"trak", atom(b"tkhd", numbers(7, 0, 0, 1, 0, seconds), b"\0" * 60), media)
    movie = atom(b"moov", atom(b"mvhd", head, b"\0" * 80), track)
    return atom(b"ftyp", b"M4A \0\0\0\0") + atom(b"mdat", b"\1\0" * 4_000) + movie


def nested(depth: int) -> bytes:
    inner = b""
    for _ in range(depth):
        inner = atom(b"moov", inner)
    return atom(b"ftyp", b"M4A \0\0\0\0") + inner


SOUND = b"\1\0" * 5_000
MOST = 0x7FFF_FFFF


@pytest.mark.parametrize(
    ("content", "error"),
    [
        pytest.param(wav(SOUND, rate=0), RecordingError, id="no rate"),
        pytest.param(wav(SOUND, rate=1), RecordingLimitError, id="one sample a second"),
        pytest.param(wav(SOUND, rate=MOST), RecordingLimitError, id="two thousand million"),
        pytest.param(wav(SOUND, rate=0xFFFF_FFFF), RecordingError, id="more than any"),
        pytest.param(wav(SOUND, channels=0), RecordingError, id="no channel"),
        pytest.param(wav(SOUND * 51, channels=255), RecordingError, id="255 channels"),
        pytest.param(wav(SOUND * 51, channels=65_535, bits=8), RecordingError, id="65,535 of them"),
        pytest.param(wav(SOUND, bits=0), RecordingError, id="no bits"),
        pytest.param(wav(SOUND, align=0), None, id="no alignment"),
        pytest.param(wav(SOUND, kind=3, bits=64), None, id="what is no number"),
        pytest.param(wav(SOUND, kind=0x55), RecordingError, id="mp3 in it that is none"),
        pytest.param(wav(SOUND, kind=0xFFFE), RecordingError, id="an extension that is none"),
        pytest.param(wav(SOUND, kind=2, bits=4, align=256), None, id="another code"),
        pytest.param(mp4(seconds=1, times=((MOST, 1),), size=MOST), None, id="mp4 of 2^31 frames"),
        pytest.param(
            mp4(seconds=MOST, times=((MOST, 1),), size=MOST), RecordingLimitError, id="68 years"
        ),
        pytest.param(
            mp4(seconds=1, times=((MOST, 0),) * 100_000, size=9), NoAudioError, id="no time at all"
        ),
        pytest.param(nested(5_000), RecordingError, id="boxes in boxes"),
        pytest.param(
            b"RIFF\xff\xff\xff\xffWAVE" + b"LIST\4\0\0\0INFO" * 100_000, RecordingError, id="lists"
        ),
    ],
)
def test_a_head_that_lies(tmp_path: Path, content: bytes, error: Any) -> None:
    path = tmp_path / "call.m4a"
    path.write_bytes(content)
    if error is None:
        assert decode(path, limits=LIMITS).duration <= 60
        return
    with pytest.raises(error) as told:
        decode(path, limits=LIMITS)
    assert type(told.value) is error
    assert "brought the decoder down" not in str(told.value)


def test_an_mp4_that_names_another_file_reads_its_own_bytes(
    make_media: Any, tmp_path: Path
) -> None:
    other = make_media("other.wav")
    path = tmp_path / "call.m4a"
    path.write_bytes(
        mp4(seconds=1, times=((4_000, 1),), size=4_000, url=f"file://{other}".encode())
    )
    samples = decode(path, limits=LIMITS).samples
    assert abs(samples[0, :3_900]).max() < 0.001
