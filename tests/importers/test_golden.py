"""Each format: a file as its tool writes it, and beside it what a person expects to read.

``data/FORMAT[.CASE].SUFFIX`` is the input, ``data/expected/FORMAT[.CASE].SUFFIX.txt`` what comes
out: the speakers, then a line for each turn.
"""

from pathlib import Path

import pytest

from transcript2handoff.importers import FORMATS, import_transcript
from transcript2handoff.importers.files import read_document
from transcript2handoff.transcript import Speaker, Transcript, Turn

DATA = Path(__file__).parent / "data"
FILES = sorted(path for path in DATA.iterdir() if path.is_file())


def _readable(transcript: Transcript) -> str:
    speakers = [_speaker(speaker) for speaker in transcript.speakers]
    turns = [_turn(turn) for turn in transcript.turns]
    return "\n".join([*speakers, "", *turns, ""])


def _speaker(speaker: Speaker) -> str:
    about = ", ".join(filter(None, (speaker.side, speaker.title, speaker.reason)))
    return f"{speaker.id} {speaker.name or 'nameless'}" + (f" ({about})" if about else "")


def _turn(turn: Turn) -> str:
    seconds = "untimed" if turn.start is None else f"{turn.start:.2f} to {turn.end:.2f}"
    return f"{turn.n} | {seconds} | {turn.speaker or 'nobody'} | {turn.text}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_becomes_the_transcript_that_a_person_expects(path: Path) -> None:
    expected = (DATA / "expected" / f"{path.name}.txt").read_text(encoding="utf-8")

    assert _readable(import_transcript(path, "harborline-1").transcript) == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_is_recognised_as_its_own_format_and_no_other(path: Path) -> None:
    document = read_document(path, "harborline-1")

    assert [one.name for one in FORMATS if one.sniff(document)] == [path.name.split(".")[0]]


def test_each_format_has_a_file() -> None:
    assert {path.name.split(".")[0] for path in FILES} == {one.name for one in FORMATS}


def test_each_format_has_a_line_of_description() -> None:
    assert all(one.description and "\n" not in one.description for one in FORMATS)
