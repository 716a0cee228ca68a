"""A transcript as WebVTT, each cue with the name of who speaks.

Source: the W3C candidate recommendation "WebVTT: The Web Video Text Tracks Format". Cues stand in
the order of their starts, have ids of their own (``12``, then ``12.2`` for the second cue of turn
12), and end after they start.
"""

import html
import itertools
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from transcript2handoff.render.proofs import label
from transcript2handoff.transcript import Span, Transcript, Turn

LONGEST: Final = 6.0
"""Seconds that a cue lasts at most, where its words have times and no single one takes longer."""
WIDTH: Final = 42
"""Characters of a line, as television has them; a longer word has a line of its own."""
LINES: Final = 2

_UNSEEN: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(kw_only=True)
class _Cue:
    """Words of one turn; ``start`` and ``end`` are seconds."""

    turn: Turn
    start: float
    end: float
    words: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        return _lines(" ".join(self.words))


def captions(transcript: Transcript) -> str | None:
    """The text of a WebVTT file; none for a transcript without times, which cannot have one.

    Turns without times between others that have them are named in a comment at the top.
    """
    spoken = [turn for turn in transcript.turns if turn.text.strip()]
    timed = [turn for turn in spoken if turn.start is not None]
    if not timed:
        return None
    cues = sorted((pair for turn in timed for pair in _named(turn)), key=lambda it: it[1].start)
    untimed = [turn.n for turn in spoken if turn.start is None]
    blocks = ["WEBVTT", *_note(untimed), *(_block(transcript, name, cue) for name, cue in cues)]
    return "\n\n".join(blocks) + "\n"


def _note(turns: list[int]) -> Iterator[str]:
    if turns:
        yield f"NOTE Without times, and therefore left out: turns {', '.join(map(str, turns))}"


def _named(turn: Turn) -> Iterator[tuple[str, _Cue]]:
    """The cues of a turn with their ids."""
    for number, cue in enumerate(_cues(turn), start=1):
        yield (str(turn.n) if number == 1 else f"{turn.n}.{number}"), cue


def _cues(turn: Turn) -> Iterator[_Cue]:
    cue: _Cue | None = None
    for word, start, end in _words(turn):
        if cue and not _has_room(cue, word, end):
            yield cue
            cue = None
        cue = cue or _Cue(turn=turn, start=start, end=end)
        cue.words.append(word)
        cue.end = max(cue.end, end)
    if cue:
        yield cue


def _has_room(cue: _Cue, word: str, end: float) -> bool:
    whole = _lines(" ".join((*cue.words, word)))
    return end - cue.start <= LONGEST and len(whole) <= LINES


def _words(turn: Turn) -> Iterator[tuple[str, float, float]]:
    """The words of a turn with the seconds in which they are said; evenly paced without times."""
    for token, timed in itertools.zip_longest(re.finditer(r"\S+", turn.text), turn.words):
        if timed:
            yield timed.text, timed.start, timed.end
        elif played := turn.playback(Span(*token.span())):
            yield token[0], played.start, played.end


def _lines(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _block(transcript: Transcript, name: str, cue: _Cue) -> str:
    who = _escaped(label(transcript.speaker(cue.turn.speaker)))
    start = round(cue.start * 1000)
    end = max(round(cue.end * 1000), start + 1)
    words = "\n".join(_escaped(line) for line in cue.lines)
    return f"{name}\n{_clock(start)} --> {_clock(end)}\n<v {who}>{words}</v>"


def _escaped(text: str) -> str:
    """Text in which nothing is a tag, an entity or an arrow; one line."""
    return html.escape(" ".join(_UNSEEN.sub("", text).split()), quote=False)


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"
