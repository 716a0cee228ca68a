"""WebVTT and SRT, and what Zoom and Teams make of WebVTT.

Cues are read by the library ``webvtt-py``; this module knows who speaks in them.
Sources: the W3C candidate recommendation "WebVTT: The Web Video Text Tracks Format", the cue
files that Zoom (audio transcript of a cloud recording) and Microsoft Teams offer for download.
"""

import html
import io
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from transcript2handoff.errors import TranscriptFormatError
from transcript2handoff.importers.format import Document, Format, Imported
from transcript2handoff.importers.labels import speakers_among, split_label
from transcript2handoff.importers.turns import Utterance, assemble, empty

_VOICE: Final = re.compile(r"<v(?:\.[^\s>]*)?\s+(?P<name>[^<>\n]{0,200})>|</v>")
_TAG: Final = re.compile(
    r"</?(?:v|c|i|b|u|s|lang|ruby|rt|font)(?:[.\s][^<>]*)?>|<[\d:.]+>|\{\\[^{}]*\}",
    re.IGNORECASE,
)
_ENTITY: Final = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);")
_GUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TIME: Final = r"(?:\d{1,4}:)?[0-5]?\d:[0-5]?\d[.,]\d{1,3}"
_TIMING: Final = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?!\d)")
_TIMING_LINE: Final = re.compile(r"\s*\d[^\n]*-->")
_SRT_START: Final = re.compile(r"\s*(?:\d+[ \t]*\n)?\s*\d[\d:.,]*[ \t]*-->")


class _Cue(NamedTuple):
    id: str
    start: float
    end: float
    text: str


def _parse(document: Document, syntax: str) -> list[_Cue]:
    """The cues of a file in the order of their starts, markup still in their text.

    Raises:
        TranscriptFormatError: the library does not take the file, or a time is no time.
    """
    lines = document.text.strip().split("\n")
    lines[0] = lines[0].strip()
    _check_times(lines, document.file)
    if syntax == "srt" and not lines[0].isdigit():
        # Cues without numbers are those of WebVTT.
        syntax, lines = "vtt", ["WEBVTT", "", *lines]
    if syntax == "vtt":
        # Some tools write the decimal comma of SRT.
        lines = [line.replace(",", ".") if _TIMING.match(line) else line for line in lines]
    try:
        captions = webvtt.from_buffer(io.StringIO("\n".join(lines)), format=syntax)
    except (MalformedFileError, MalformedCaptionError) as error:
        raise TranscriptFormatError(
            f"{document.file} begins like a subtitle file and cannot be read as one: {error}."
        ) from error
    cues = (
        _Cue(
            caption.identifier or "",
            caption.start_time.in_milliseconds() / 1000,
            caption.end_time.in_milliseconds() / 1000,
            caption.raw_text,
        )
        for caption in captions.captions
    )
    return sorted(cues, key=lambda cue: cue.start)


def _check_times(lines: Sequence[str], where: str) -> None:
    """The library passes over cues whose times it cannot read; words must not get lost so."""
    for number, line in enumerate(lines, start=1):
        if _TIMING_LINE.match(line) and not _TIMING.match(line):
            raise TranscriptFormatError(
                f"{where}, line {number} should hold the times of a cue, such as "
                f"00:01:02.000 --> 00:01:05.000, and says {line[:80]!r}."
            )


def _plain(markup: str) -> str:
    """Text without tags, with its entities resolved."""
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), _TAG.sub("", markup))


def _by_voice(cues: Sequence[_Cue]) -> Iterator[Utterance]:
    """Speakers from voice tags. A cue with several voices gives each its share of the time."""
    for cue in cues:
        marks = list(_VOICE.finditer(cue.text))
        cuts = [0, *(mark.end() for mark in marks)]
        stops = [*(mark.start() for mark in marks), len(cue.text)]
        names = [None, *(_plain(mark["name"] or "") or None for mark in marks)]
        texts = [_plain(cue.text[cut:stop]) for cut, stop in zip(cuts, stops, strict=True)]
        yield from _shared(cue, list(zip(names, texts, strict=True)))


def _shared(cue: _Cue, parts: list[tuple[str | None, str]]) -> Iterator[Utterance]:
    spoken = [(name, text) for name, text in parts if text.strip()]
    ends = [sum(len(text) for _, text in spoken[:n]) for n in range(len(spoken) + 1)]
    pace = max(cue.end - cue.start, 0.0) / max(ends[-1], 1)
    for (name, text), (begin, stop) in zip(spoken, pairwise(ends), strict=True):
        yield Utterance(
            speaker=name,
            text=text,
            start=round(cue.start + pace * begin, 3),
            end=round(cue.start + pace * stop, 3),
        )


def _by_label(cues: Sequence[_Cue]) -> Iterator[Utterance]:
    """Speakers from "Name: text"; a line without a name goes on with the speaker before it.

    A file whose first cue has no label names nobody: its colons are punctuation. A cue with
    several labelled lines gives each its share of the time.
    """
    texts = [_plain(cue.text).strip().split("\n") for cue in cues]
    speakers: Collection[str] = ()
    if texts and split_label(texts[0][0]):
        below = (line for _, *lines in texts for line in lines)
        speakers = speakers_among((text[0] for text in texts), below=below)
    speaker: str | None = None
    for cue, lines in zip(cues, texts, strict=True):
        parts = _by_line(lines, speakers, before=speaker)
        speaker, _ = parts[-1]
        yield from _shared(cue, parts)


def _by_line(
    lines: Sequence[str], speakers: Collection[str], *, before: str | None
) -> list[tuple[str | None, str]]:
    """Who says what in a cue; lines that follow each other in one mouth are one part."""
    parts: list[tuple[str | None, str]] = [(before, "")]
    for line in lines:
        label = split_label(line)
        if label and label.name in speakers:
            parts.append((label.name, label.text))
        else:
            speaker, said = parts[-1]
            parts[-1] = (speaker, f"{said}\n{line}".strip())
    return parts


def _read(document: Document, *, syntax: str, format_name: str) -> Imported:
    cues = _parse(document, syntax)
    if not cues:
        raise empty(document)
    voices = any(_VOICE.search(cue.text) for cue in cues)
    utterances = _by_voice(cues) if voices else _by_label(cues)
    return Imported(assemble(utterances, document=document, format_name=format_name), None)


def _dialect(document: Document) -> str | None:
    """Which format with cues a file has, judged by its beginning."""
    text = document.text.lstrip()
    if _SRT_START.match(text):
        return "srt"
    if not re.match(r"WEBVTT(?:\s|$)", text):
        return None
    lines = text.split("\n")
    timing = next((n for n, line in enumerate(lines) if _TIMING.match(line)), None)
    if timing is None:
        return "webvtt"
    cue_id = lines[timing - 1].strip()
    first = lines[timing + 1] if timing + 1 < len(lines) else ""
    if _GUID.match(cue_id) and _VOICE.match(first):
        return "teams"
    return "zoom" if cue_id.isdigit() and split_label(first) else "webvtt"


def _format(name: str, *, syntax: str, description: str) -> Format:
    return Format(
        name=name,
        description=description,
        sniff=lambda document: _dialect(document) == name,
        read=lambda document: _read(document, syntax=syntax, format_name=name),
    )


WEBVTT: Final = _format("webvtt", syntax="vtt", description="WebVTT, also with <v Name> voice tags")
ZOOM: Final = _format(
    "zoom", syntax="vtt", description='Zoom audio transcript: WebVTT with "Name: text" in its cues'
)
TEAMS: Final = _format(
    "teams", syntax="vtt", description="Microsoft Teams transcript: WebVTT with <v Name> tags"
)
SRT: Final = _format(
    "srt", syntax="srt", description='SRT subtitles, also with "Name: text" (Otter, Fireflies)'
)
