"""From what was said, piece by piece, to a Transcript: cleaning, speakers, merging, times."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic import ValidationError

from transcript2handoff.deal import Side
from transcript2handoff.errors import EmptyTranscriptError, TranscriptFormatError
from transcript2handoff.importers.format import Document, first_fault
from transcript2handoff.speakers import is_generic, role_side
from transcript2handoff.transcript import Source, Speaker, Transcript, Turn, Word
from transcript2handoff.unseen import without_unseen

PAUSE: Final = 3.0
"""Seconds of silence after which the same speaker begins a new turn."""

SENTENCE_LIMIT: Final = 400
"""Characters after which a stretch of nobody ends, even without a full stop."""

SLOWEST_PACE: Final = 10.0
"""Characters a second; calm speech has 12 to 15. Bounds the end of what only has a start."""

_SENTENCE_END: Final = (".", "?", "!", "…", "。", "？", "！", "؟")


@dataclass(frozen=True, kw_only=True, slots=True)
class Utterance:
    """A piece of speech as a tool wrote it, such as a cue or a line.

    ``speaker`` is the tool's key for the voice, usually a name; none where it gives none.
    ``start`` and ``end`` are seconds; an end may be missing, or both.
    """

    speaker: str | None
    text: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True, kw_only=True)
class Person:
    """What an export says about the speaker behind a key."""

    name: str | None = None
    side: Side | None = None
    title: str | None = None


@dataclass(kw_only=True)
class _Stretch:
    """Utterances that become one turn."""

    speaker: str | None
    texts: list[str] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    start: float | None = None
    end: float | None = None


def clean(text: str) -> str:
    """Text without characters that nobody sees (see ``unseen``), evenly spaced.

    Letters of every script stay as they are and in their order.
    """
    return " ".join(without_unseen(text).split())


def assemble(
    utterances: Iterable[Utterance],
    *,
    document: Document,
    format_name: str,
    people: Mapping[str, Person] | None = None,
) -> Transcript:
    """A transcript of what was said.

    Timed pieces are put in the order of their starts. Pieces of one speaker that follow each
    other become one turn, unless ``PAUSE`` lies between them. Where nobody is named, a turn is
    a sentence. Words get their times by an even pace within their piece: they are exact to the
    piece, not to the word. A piece that only has a start lasts until the next one starts, but
    not longer than it takes at ``SLOWEST_PACE``.

    Args:
        utterances: pieces in the order of the file; those without words are dropped.
        document: where they come from.
        format_name: the name of the format, for the transcript's source.
        people: what is known about the speakers, by key; a key without an entry is the name.

    Raises:
        EmptyTranscriptError: nothing was said.
        TranscriptFormatError: the pieces make no valid transcript.
    """
    stretches = list(_stretches(_in_order(_cleaned(utterances))))
    if not stretches:
        raise empty(document)
    keys = dict.fromkeys(piece.speaker for piece in stretches if piece.speaker)
    ids = {key: f"S{n}" for n, key in enumerate(keys, start=1)}
    turns = (
        _turn(stretch, n=n, speaker=ids.get(stretch.speaker or ""))
        for n, stretch in enumerate(stretches, start=1)
    )
    try:
        return Transcript(
            call_id=document.call_id,
            source=source_of(document, format_name),
            speakers=tuple(speaker_for(ids[key], key, people=people or {}) for key in keys),
            turns=tuple(turns),
        )
    except ValidationError as error:
        raise TranscriptFormatError(f"{document.file}: {first_fault(error)}.") from error


def empty(document: Document) -> EmptyTranscriptError:
    """The error for a file of a known format in which nobody says anything."""
    return EmptyTranscriptError(f"{document.file} has no turns: nobody says anything in it.")


def source_of(document: Document, format_name: str) -> Source:
    """Where a transcript comes from."""
    return Source(kind="transcript", file=document.file, format=format_name, sha256=document.sha256)


def speaker_for(speaker_id: str, key: str, *, people: Mapping[str, Person]) -> Speaker:
    """The speaker behind a key; without a name where the label is a generic one.

    A label that is a role, such as Customer 1, gives the side alone.
    """
    person = people.get(key, Person(name=key))
    label = clean(person.name or "")
    name = None if is_generic(label) else label or None
    side = person.side or role_side(label)
    reasons = ["named in the transcript"] if name else []
    if person.side:
        reasons.append("its list of participants gives the side")
    elif side:
        reasons.append(f'called "{label}" in the transcript')
    return Speaker(
        id=speaker_id,
        name=name,
        side=side,
        title=person.title,
        name_confidence=1.0 if name else 0.0,
        side_confidence=1.0 if side else 0.0,
        reason="; ".join(reasons) or None,
    )


def _cleaned(utterances: Iterable[Utterance]) -> Iterator[Utterance]:
    for said in utterances:
        text = clean(said.text)
        if text:
            speaker = clean(said.speaker or "") or None
            yield Utterance(speaker=speaker, text=text, start=said.start, end=said.end)


def _in_order(utterances: Iterable[Utterance]) -> list[Utterance]:
    """Sorted by start where everything has one, with an end wherever there is a start."""
    pieces = list(utterances)
    if any(piece.start is None for piece in pieces):
        return [_with_end(piece, following=None) for piece in pieces]
    pieces.sort(key=lambda piece: piece.start or 0.0)
    ended: list[Utterance] = []
    following: float | None = None
    later: float | None = None
    for piece in reversed(pieces):
        if piece.start != later:
            following, later = later, piece.start
        ended.append(_with_end(piece, following=following))
    return ended[::-1]


def _with_end(piece: Utterance, *, following: float | None) -> Utterance:
    if piece.start is None:
        return piece
    end = piece.end
    if end is None:
        end = piece.start + len(piece.text) / SLOWEST_PACE
        end = end if following is None else min(end, following)
    return Utterance(
        speaker=piece.speaker,
        text=piece.text,
        start=piece.start,
        end=max(piece.start, end),
    )


def _stretches(pieces: Sequence[Utterance]) -> Iterator[_Stretch]:
    current: _Stretch | None = None
    for piece in pieces:
        if current is None or not _continues(current, piece):
            if current:
                yield current
            current = _Stretch(speaker=piece.speaker, start=piece.start, end=piece.end)
        current.texts.append(piece.text)
        if piece.start is not None and piece.end is not None:
            current.end = max(current.end or 0.0, piece.end)
            current.words.extend(_paced(piece.text, start=piece.start, end=piece.end))
    if current:
        yield current


def _continues(stretch: _Stretch, piece: Utterance) -> bool:
    if piece.speaker != stretch.speaker or (piece.start is None) != (stretch.end is None):
        return False
    if piece.start is not None and piece.start - (stretch.end or 0.0) > PAUSE:
        return False
    if piece.speaker is not None:
        return True
    ends = stretch.texts[-1].endswith(_SENTENCE_END)
    return not ends and sum(map(len, stretch.texts)) < SENTENCE_LIMIT


def _paced(text: str, *, start: float, end: float) -> Iterator[Word]:
    """The words of a piece, each as long as its share of the characters."""
    pace = (end - start) / len(text)
    position = 0
    for word in text.split():
        stop = position + len(word)
        yield Word(word, round(start + pace * position, 3), round(start + pace * stop, 3))
        position = stop + 1


def _turn(stretch: _Stretch, *, n: int, speaker: str | None) -> Turn:
    return Turn(
        n=n,
        speaker=speaker,
        text=" ".join(stretch.texts),
        start=stretch.start,
        end=stretch.end,
        words=tuple(stretch.words),
    )
