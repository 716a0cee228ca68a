"""Transcripts of other tools: every format, out of the small examples that the tests have."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.fuzzing.mutating import of_bytes, of_json, of_text, one_of
from benchmarks.fuzzing.target import ROOT, Target, Try
from transcript2handoff.importers import import_transcript, looks_like_transcript
from transcript2handoff.transcript import Transcript, read_transcript

DATA: Final = ROOT / "tests" / "importers" / "data"
_TEXT: Final = one_of((0.9, of_text), (0.1, of_bytes))
_JSON: Final = one_of((0.85, of_json), (0.1, of_text), (0.05, of_bytes))


def targets() -> Iterator[Target]:
    """One for each kind of file."""
    yield _target("subtitles", "WebVTT, Zoom, Teams and SRT files", ("*.vtt", "*.srt"), _TEXT)
    yield _target("plain-text", "lines with names and times, Otter", ("*.txt",), _TEXT)
    yield _target("recorders", "JSON of Gong and Fireflies", ("gong*", "fireflies*"), _JSON)
    yield _target(
        "own-transcripts", "2_transcript.json and HandoffBench", ("handoff*", "transcript2*"), _JSON
    )


def _target(name: str, what: str, patterns: tuple[str, ...], mutate: object) -> Target:
    def examples() -> list[bytes]:
        paths = [path for pattern in patterns for path in sorted(DATA.glob(pattern))]
        return [path.read_bytes() for path in paths]

    return Target(name=name, what=what, examples=examples, mutate=mutate, opened=_opened, share=100)


def _opened(folder: Path) -> Try:
    path = folder / "call"

    def attempt(content: bytes) -> None:
        path.write_bytes(content)
        looks_like_transcript(path)
        check(import_transcript(path, "call-1").transcript)

    return attempt


def check(transcript: Transcript) -> None:
    """What holds of every transcript: it has words, and is read again as it was written."""
    assert transcript.turns
    assert all(turn.text.strip() for turn in transcript.turns)
    assert read_transcript(transcript.model_dump_json(), where="call") == transcript
