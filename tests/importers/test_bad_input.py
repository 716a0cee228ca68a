"""What is no transcript, or a broken one, gets an error that says what to do."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from transcript2handoff.errors import (
    ArtifactError,
    EmptyTranscriptError,
    InputError,
    TranscriptFormatError,
)
from transcript2handoff.importers import FORMATS, import_transcript
from transcript2handoff.importers.files import MAX_BYTES

DATA = Path(__file__).parent / "data"

Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(content: str | bytes) -> Path:
        path = tmp_path / "call"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return _write


NO_TRANSCRIPTS = {
    "prose": "We met on Monday.\nThe point is: nobody wrote down who said what.\nA pity.\n",
    "csv": "name,amount\nDana,12\n",
    "yaml": "name: demo\nversion: 1\nsteps:\n  - run: make\n",
    "ini": "[main]\nkey=value\n",
    "markup": "<html><body><p>Dana: hi</p></body></html>",
    "mail": "From: a@example.com\nTo: b@example.com\nSubject: Hi\n\nHello, all.\nBye.\n",
    "playlist": "#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n",
    "code": "class A:\n    x: int = 1\n\n    def f(self) -> None:\n        pass\n",
    "form": "Name: A\nAge: 3\nTown: Hull\nStreet: Low\nNumber: 5\nPhone: 7\n",
    "json object": '{"hello": "world"}',
    "json list": '[{"hello": "world"}]',
    "json list of lists": "[[1], [2]]",
    "empty json list": "[]",
    "many deals": '{"harborline": {"calls": [], "claims": []}}',
}


@pytest.mark.parametrize("text", NO_TRANSCRIPTS.values(), ids=NO_TRANSCRIPTS)
def test_text_in_no_format_is_refused_and_all_formats_are_named(text: str, write: Write) -> None:
    with pytest.raises(TranscriptFormatError) as caught:
        import_transcript(write(text), "a-1")

    assert all(f"{known.name}: {known.description}" in str(caught.value) for known in FORMATS)


@pytest.mark.parametrize(
    "name", ["handoffbench.json", "gong.json", "fireflies.json", "transcript2handoff.json"]
)
def test_json_that_breaks_off_says_where(name: str, write: Write) -> None:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    kept = len(lines) // 2

    with pytest.raises(TranscriptFormatError, match=f"breaks at line {kept + 1}, column"):
        import_transcript(write("\n".join(lines[:kept]) + "\n"), "a-1")


def test_json_that_is_nested_without_end_is_refused(write: Write) -> None:
    with pytest.raises(TranscriptFormatError, match="nested too deeply"):
        import_transcript(write("[" * 200_000), "a-1")


def test_json_with_a_number_without_end_is_refused(write: Write) -> None:
    with pytest.raises(TranscriptFormatError, match="number without end"):
        import_transcript(write('{"id": ' + "9" * 5000 + "}"), "a-1")


def _changed(name: str, change: Callable[[dict], None]) -> str:
    data = json.loads((DATA / name).read_text(encoding="utf-8"))
    change(data)
    return json.dumps(data)


WRONG_FIELDS = {
    "bench: no text": (
        _changed("handoffbench.json", lambda file: file["turns"][1].pop("text")),
        r"Field required \(at turns\.1\.text\)",
    ),
    "bench: a third side": (
        _changed("handoffbench.json", lambda file: file["participants"][0].update(side="judge")),
        r"'seller' or 'customer' \(at side\)",
    ),
    "bench: ends before it starts": (
        _changed("handoffbench.json", lambda file: file["turns"][1].update(end=1.0)),
        "turn 2 ends before it starts",
    ),
    "bench: numbers with a gap": (
        _changed("handoffbench.json", lambda file: file["turns"][1].update(n=7)),
        "without gaps",
    ),
    "bench: an empty turn": (
        _changed("handoffbench.json", lambda file: file["turns"][1].update(text=" \u200b ")),
        "turn 2 is empty",
    ),
    "gong: no text": (
        '{"callTranscripts": [{"transcript": [{"sentences": [{"start": 0, "end": 1}]}]}]}',
        r"\(at transcript\.0\.sentences\.0\.text\)",
    ),
    "gong: parties are text": (
        _changed("gong.json", lambda file: file["calls"][0].update(parties="Tamsin")),
        r"\(at parties\)",
    ),
    "gong: two calls": (
        _changed("gong.json", lambda file: file["callTranscripts"].append({})),
        "holds 2 calls",
    ),
    "gong: a time without end": (
        '{"callTranscripts": [{"transcript": [{"sentences": [{"start": Infinity, "end": 1, '
        '"text": "x"}]}]}]}',
        r"finite number \(at transcript\.0\.sentences\.0\.start\)",
    ),
    "fireflies: a time in words": (
        '{"sentences": [{"speaker_name": "A", "text": "x", "start_time": "soon"}]}',
        r"\(at sentences\.0\.start_time\)",
    ),
}


@pytest.mark.parametrize(("text", "message"), WRONG_FIELDS.values(), ids=WRONG_FIELDS)
def test_json_with_a_wrong_field_names_the_place(text: str, message: str, write: Write) -> None:
    with pytest.raises(TranscriptFormatError, match=message):
        import_transcript(write(text), "a-1")


def test_our_own_file_of_another_version_is_an_artifact_error(write: Write) -> None:
    later = _changed("transcript2handoff.json", lambda file: file.update(schema_version=99))

    with pytest.raises(ArtifactError, match="schema version 1"):
        import_transcript(write(later), "a-1")


@pytest.mark.parametrize("times", ["00:00:03 --> soon", "00:99:01.000 --> 00:99:02.000"])
@pytest.mark.parametrize("head", ["WEBVTT\n\n", "1\n"], ids=["vtt", "srt"])
def test_cue_with_times_that_are_none_names_the_line(times: str, head: str, write: Write) -> None:
    broken = f"{head}00:00:01.000 --> 00:00:02.000\nHi.\n\n{times}\nBye.\n"
    line = broken.split("\n").index(times) + 1

    with pytest.raises(TranscriptFormatError, match=f"line {line} should hold the times of a cue"):
        import_transcript(write(broken), "a-1")


def test_subtitles_that_the_library_refuses_are_refused_by_name(write: Write) -> None:
    with pytest.raises(TranscriptFormatError, match="cannot be read as one: Invalid format"):
        import_transcript(write("1\n00:00:01,000 --> 00:00:02,000\n"), "a-1")


NOTHING_SAID = {
    "no bytes": "",
    "white space": " \n\t\n",
    "byte order mark": "\ufeff",
    "webvtt without cues": "WEBVTT\n\nNOTE nothing here\n",
    "webvtt with empty cues": "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Dana> </v>\n",
    "srt with empty cues": "1\n00:00:01,000 --> 00:00:02,000\n\u200b\n",
    "bench": '{"id": "a-1", "deal": "a", "participants": [], "turns": []}',
    "gong": '{"callTranscripts": []}',
    "gong without sentences": '{"callId": "1", "transcript": [{"speakerId": "1"}]}',
    "fireflies": '{"data": {"transcript": {"sentences": []}}}',
    "our own": '{"schema_version": 1, "call_id": "a-1", "turns": []}',
}


@pytest.mark.parametrize("text", NOTHING_SAID.values(), ids=NOTHING_SAID)
def test_transcript_without_turns_is_empty(text: str, write: Write) -> None:
    with pytest.raises(EmptyTranscriptError):
        import_transcript(write(text), "a-1")


NO_TEXT = {
    "NUL": (b"Dana: hi\nBob: a\0b\n", "line 2 holds the control character U\\+0000"),
    "escape": (b"Dana: \x1b[1mhi\n", "U\\+001B"),
    "ogg": (b"OggS\x00\x02\x00\x81\x8d", "no text"),
    "utf-16 cut in two": ("Dana: hi".encode("utf-16") + b"a", "not valid utf-16"),
    "json in latin-1": ('{"id": "é"}'.encode("latin-1"), "not valid utf-8.*Save it as UTF-8"),
}


@pytest.mark.parametrize(("raw", "message"), NO_TEXT.values(), ids=NO_TEXT)
def test_bytes_that_are_no_text_are_refused(raw: bytes, message: str, write: Write) -> None:
    with pytest.raises(TranscriptFormatError, match=message):
        import_transcript(write(raw), "a-1")


def test_file_that_is_too_large_is_refused(write: Write) -> None:
    path = write("Dana: hi\n")
    os.truncate(path, MAX_BYTES + 1)

    with pytest.raises(TranscriptFormatError, match="larger than 50 MB"):
        import_transcript(path, "a-1")


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no file .*gone\.vtt"):
        import_transcript(tmp_path / "gone.vtt", "a-1")


def test_folder_is_no_transcript(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        import_transcript(tmp_path, "a-1")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("through_link", [False, True], ids=["itself", "through a link"])
def test_pipe_that_nobody_writes_to_is_refused_at_once(tmp_path: Path, through_link: bool) -> None:
    path = tmp_path / "call"
    os.mkfifo(path)
    if through_link:
        path.with_suffix(".vtt").symlink_to(path)
        path = path.with_suffix(".vtt")

    with pytest.raises(InputError, match="is no file that can be read, but a pipe"):
        import_transcript(path, "a-1")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_device_is_refused_at_once(device: str) -> None:
    with pytest.raises(InputError, match=f"{device} is no file that can be read"):
        import_transcript(Path(device), "a-1")


def test_link_to_a_transcript_is_read(write: Write, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(write("Dana: hi\nBob: hello\n"))

    assert len(import_transcript(link, "a-1").transcript.turns) == 2


def test_link_in_a_circle_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "call").symlink_to(tmp_path / "call")

    with pytest.raises(InputError, match="cannot be read"):
        import_transcript(tmp_path / "call", "a-1")


def test_path_below_a_file_cannot_be_read(write: Write) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        import_transcript(write("Dana: hi") / "deeper.vtt", "a-1")


# What is left of it after cleaning: one turn, no words, or no transcript.
HOSTILE = {
    "arrows": ("WEBVTT\n\n" + "00:01.000 --> 00:02.000 " * 50_000, EmptyTranscriptError),
    "voices": ("WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<v " * 100_000, None),
    "tags": ("WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<c." * 100_000, None),
    "one word": ("A" * 1_000_000, TranscriptFormatError),
    "spaces": ("Dana:" + " " * 1_000_000, EmptyTranscriptError),
    "invisible": ("\u200b\n\u202e\n", TranscriptFormatError),
    "a head above blank lines": ("Thanks.\n\n0:\n\n0:01\n\nit", EmptyTranscriptError),
    "colons": ("A : " * 200_000, None),
    "times": ("0:01 - 0:02 " * 100_000, TranscriptFormatError),
    "numbers": ("1\n" * 100_000, TranscriptFormatError),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("text", "error"), HOSTILE.values(), ids=HOSTILE)
def test_endless_repetition_is_read_or_refused_in_a_moment(
    text: str, error: type[InputError] | None, write: Write
) -> None:
    path = write(text)
    if error is None:
        assert len(import_transcript(path, "a-1").transcript.turns) == 1
        return
    with pytest.raises(error):
        import_transcript(path, "a-1")


def test_fireflies_times_that_are_none_or_nonsense(tmp_path):
    sentences = [
        {"speaker_name": "Ann", "text": "Hello.", "start_time": None, "end_time": None},
        {"speaker_name": "Ben", "text": "Hi.", "start_time": "abc", "end_time": None},
    ]
    path = tmp_path / "call.json"
    path.write_text(json.dumps({"sentences": sentences[:1]}))
    assert [turn.text for turn in import_transcript(path, "c").transcript.turns] == ["Hello."]
    path.write_text(json.dumps({"sentences": sentences}))
    with pytest.raises(TranscriptFormatError):
        import_transcript(path, "c")
