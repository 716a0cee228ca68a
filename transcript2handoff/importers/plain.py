"""Plain text: one line a turn with the name in front of it, or the name on a line of its own.

Three ways of writing, and a file is read in the one that it uses most:

* *headed*: ``Dana Whitfield  0:03``, the words on the lines below (Otter's text export);
* *timed*: ``[00:01:02] Dana: …``, ``00:01:02 Dana: …``, ``Dana (01:02): …``;
* *untimed*: ``Dana: …``.

A time stands for the start; a range gives the end as well. Lines without a name belong to the
turn above them. What stands above the first turn (title, date, participants) is no speech.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import groupby
from typing import Final, Literal, NamedTuple

from transcript2handoff.importers.format import Document, Format, Imported
from transcript2handoff.importers.labels import (
    is_heading,
    is_name,
    speakers_among,
    split_label,
)
from transcript2handoff.importers.turns import Utterance, assemble, clean

Style = Literal["headed", "timed", "untimed"]

LONGEST_PREAMBLE: Final = 12
"""Lines that may stand above the first turn."""

SPARSEST: Final = 0.25
"""The share of lines that have a name in untimed text; less is prose with a colon in it."""

MOST_MONOLOGUES: Final = 4
"""Turns that may all have different names in untimed text; a longer list of them is a form."""

MOST_NAMES: Final = 0.7
"""Names for each turn, at most, in longer text."""

_TIME: Final = r"(?:\d{1,3}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?"
_STAMP: Final = rf"[\[(]?\s*(?P<start>{_TIME})(?:\s*(?:-->|-|–|—|to)\s*(?P<end>{_TIME}))?\s*[\])]?"
_LEADING: Final = re.compile(rf"{_STAMP}(?:\s*[-–—|]\s+|\s*:\s+|\s+|$)(?P<rest>.*)")
_TRAILING: Final = re.compile(rf"(?P<name>\S[^:]{{0,79}}?)\s*[-–—|,]?\s+{_STAMP}\s*(?P<rest>$|:.*)")
_CUE_TIMES: Final = re.compile(r"^WEBVTT|^[\d:.,]+[ \t]*-->[ \t]*[\d:.,]+[ \t]*$", re.MULTILINE)
_FOOTER: Final = re.compile(r"Transcribed by https?://otter\.ai/?", re.IGNORECASE)


class _Head(NamedTuple):
    """The part of a line that begins a turn. ``said`` is what of the turn stands in the line."""

    style: Style
    name: str | None
    said: str
    start: float | None = None
    end: float | None = None


def _head(line: str, below: str) -> _Head | None:
    """How a line begins a turn, if it does; ``below`` is the line after it."""
    if line[:1].isspace() or not line:
        return None
    line = clean(line)
    stamp = _LEADING.fullmatch(line)
    if stamp:
        return _stamped(stamp, below)
    stamp = _TRAILING.fullmatch(line)
    if stamp and is_name(stamp["name"]):
        said = stamp["rest"].removeprefix(":").strip()
        style: Style = "timed" if stamp["rest"] else "headed"
        return _Head(style, stamp["name"], said, *_times(stamp))
    label = split_label(line)
    return _Head("untimed", label.name, label.text) if label else None


def _stamped(stamp: re.Match[str], below: str) -> _Head | None:
    """A line that begins with a time."""
    rest = stamp["rest"]
    label = split_label(rest)
    if label:
        return _Head("timed", label.name, label.text, *_times(stamp))
    if not below.strip():
        return None
    if not rest or is_name(rest):
        return _Head("headed", rest or None, "", *_times(stamp))
    return None


def _times(stamp: re.Match[str]) -> tuple[float, float | None]:
    end = stamp["end"]
    return seconds(stamp["start"]), seconds(end) if end else None


def seconds(clock: str) -> float:
    """Seconds of ``1:02``, ``00:01:02`` or ``00:01:02.345``.

    Raises:
        ValueError: it is no time.
    """
    total = 0.0
    for part in clock.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return round(total, 3)


def _heads(lines: Sequence[str]) -> list[_Head | None]:
    below = (*lines, "")[1:]
    return [_head(*pair) for pair in zip(lines, below, strict=True)]


def _style(heads: Sequence[_Head | None]) -> Style | None:
    """The way of writing that a file uses most; the surer one where two are level."""
    counts = Counter(head.style for head in heads if head and not _is_preamble(head))
    order: tuple[Style, ...] = ("headed", "timed", "untimed")
    most: Style = max(order, key=lambda style: counts[style])
    return most if counts else None


def _is_preamble(head: _Head) -> bool:
    return head.style == "untimed" and head.name is not None and is_heading(head.name)


def _beginnings(heads: Sequence[_Head | None], style: Style) -> Iterator[tuple[int, _Head]]:
    """The lines that begin a turn, by their index.

    Untimed labels are judged together; a time speaks for itself.
    """
    found = [
        (index, head)
        for index, head in enumerate(heads)
        if head and head.style == style and not _is_preamble(head)
    ]
    names: Collection[str | None] = {head.name for _, head in found}
    if style == "untimed":
        names = speakers_among(f"{head.name}:" for _, head in found)
    return (one for one in found if one[1].name in names)


def _utterances(document: Document) -> Iterator[Utterance]:
    """What is said, each piece with the lines below it that have no name."""
    lines = document.text.split("\n")
    heads = _heads(lines)
    style = _style(heads)
    begun = list(_beginnings(heads, style)) if style else []
    ends = (*(index for index, _ in begun), len(lines))[1:]
    for (index, head), end in zip(begun, ends, strict=True):
        below = (line for line in lines[index + 1 : end] if not _FOOTER.fullmatch(line.strip()))
        yield Utterance(
            speaker=head.name, text="\n".join((head.said, *below)), start=head.start, end=head.end
        )


def _found_style(document: Document) -> Style | None:
    """The way of writing of a document that is a transcript in plain text, else none."""
    if document.is_json or _CUE_TIMES.search(document.text):
        return None
    lines = [line for line in document.text.split("\n") if clean(line)]
    heads = _heads(lines)
    style = _style(heads)
    begun = list(_beginnings(heads, style)) if style else []
    if not begun or begun[0][0] > LONGEST_PREAMBLE:
        return None
    if style == "untimed":
        dense = len(begun) >= SPARSEST * (len(lines) - begun[0][0])
        return style if dense and _is_conversation([head.name for _, head in begun]) else None
    return style


def _is_conversation(names: Sequence[str | None]) -> bool:
    """Whether people speak again after others did, as the fields of a form do not."""
    stretches = [name for name, _ in groupby(names)]
    few = len(stretches) <= MOST_MONOLOGUES
    return few or len(set(stretches)) <= MOST_NAMES * len(stretches)


def _reader(name: str) -> Callable[[Document], Imported]:
    return lambda document: Imported(
        assemble(_utterances(document), document=document, format_name=name), None
    )


PLAIN: Final = Format(
    name="plain",
    description='plain text with "Name: text" lines, also as "[00:01:02] Name: text" or '
    '"Name (01:02): text"',
    sniff=lambda document: _found_style(document) in ("timed", "untimed"),
    read=_reader("plain"),
)
OTTER: Final = Format(
    name="otter",
    description='Otter text export: "Name  0:03" on a line, the words below it',
    sniff=lambda document: _found_style(document) == "headed",
    read=_reader("otter"),
)
