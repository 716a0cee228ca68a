"""Encodings, line ends, and telling text from sound."""

import hashlib
import os
import wave
from pathlib import Path

import pytest

from transcript2handoff.importers import import_transcript, looks_like_transcript

DATA = Path(__file__).parent / "data"
TEXT = "Zoë Müller: Señor, 40 € für alles – wirklich?\nBob: Ja.\n"

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "cp1252"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encoding_and_line_ends_do_not_change_the_words(
    tmp_path: Path, encoding: str, line_end: str
) -> None:
    path = tmp_path / "call.txt"
    path.write_bytes(TEXT.replace("\n", line_end).encode(encoding))

    transcript = import_transcript(path, "a-1").transcript

    assert [speaker.name for speaker in transcript.speakers] == ["Zoë Müller", "Bob"]
    assert [turn.text for turn in transcript.turns] == [
        "Señor, 40 € für alles – wirklich?",
        "Ja.",
    ]


@pytest.mark.parametrize("name", ["webvtt.vtt", "srt.srt", "otter.txt", "gong.json"])
def test_windows_line_ends_and_byte_order_mark_change_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    content = (DATA / name).read_text(encoding="utf-8").replace("\n", "\r\n")
    path.write_bytes(content.encode("utf-8-sig"))

    changed = import_transcript(path, "a-1").transcript
    original = import_transcript(DATA / name, "a-1").transcript

    assert changed.turns == original.turns
    assert changed.speakers == original.speakers


def test_source_says_file_format_and_hash() -> None:
    path = DATA / "zoom.vtt"

    source = import_transcript(path, "a-1").transcript.source

    assert source is not None
    assert (source.kind, source.file, source.format) == ("transcript", "zoom.vtt", "zoom")
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_content_tells_the_format_whatever_the_name(tmp_path: Path) -> None:
    path = tmp_path / "call.mp3"
    path.write_bytes((DATA / "teams.vtt").read_bytes())

    source = import_transcript(path, "a-1").transcript.source

    assert source is not None
    assert source.format == "teams"


@pytest.mark.parametrize(
    "path", [path for path in DATA.iterdir() if path.is_file()], ids=lambda path: path.name
)
def test_transcripts_look_like_transcripts_under_any_name(path: Path, tmp_path: Path) -> None:
    renamed = tmp_path / "call.opus"
    renamed.write_bytes(path.read_bytes())

    assert looks_like_transcript(path)
    assert looks_like_transcript(renamed)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_in_any_encoding_looks_like_a_transcript(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "call"
    path.write_bytes((TEXT * 200).encode(encoding))

    assert looks_like_transcript(path)


def test_head_that_ends_inside_a_character_is_still_text(tmp_path: Path) -> None:
    path = tmp_path / "call"
    path.write_bytes(b"a" + "é".encode() * 5000)

    assert looks_like_transcript(path)


def test_recording_does_not_look_like_a_transcript(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(b"\x01\x02" * 8000)

    assert not looks_like_transcript(path)


@pytest.mark.parametrize(
    "head",
    [
        b"OggS\x00\x02\x00\x00",
        b"ID3\x04\x00\x00\x00\x00\x00\x23TSSE",
        b"\xff\xfb\x90\x64\x00\x0f\xf0\x00",
        b"fLaC\x00\x00\x00\x22",
        b"\x00\x00\x00\x20ftypM4A ",
        b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01",
    ],
    ids=["ogg", "mp3 with a tag", "mp3", "flac", "m4a", "webm"],
)
def test_heads_of_media_do_not_look_like_transcripts(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "call"
    path.write_bytes(head + bytes(range(256)) * 20)

    assert not looks_like_transcript(path)


@pytest.mark.parametrize(
    ("name", "expected"), [("gone.vtt", True), ("gone.json", True), ("gone.mp3", False)]
)
def test_name_decides_where_there_is_no_file(tmp_path: Path, name: str, expected: bool) -> None:
    assert looks_like_transcript(tmp_path / name) is expected


@pytest.mark.parametrize(("name", "expected"), [("call.txt", True), ("call.mp3", False)])
def test_name_decides_where_the_file_is_empty(tmp_path: Path, name: str, expected: bool) -> None:
    path = tmp_path / name
    path.touch()

    assert looks_like_transcript(path) is expected


def test_folder_does_not_look_like_a_transcript(tmp_path: Path) -> None:
    assert not looks_like_transcript(tmp_path)


@pytest.mark.timeout(20)
def test_pipe_and_device_do_not_look_like_transcripts_and_nobody_waits(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "call")

    assert not looks_like_transcript(tmp_path / "call")
    assert not looks_like_transcript(Path("/dev/zero"))
