"""Which seconds of a recording hold the words that are hidden in its text. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from transcript2handoff.policy import Redacted, redacted
from transcript2handoff.transcript import Playback, Span, Transcript, Turn

LEAST: Final = 0.15
"""Seconds before and after hidden words that are silent as well, even if others speak there."""
MOST: Final = 0.6
"""Seconds of a pause beside hidden words that are silent: a recognizer may be late that much."""
_NEAR: Final = 10
"""Turns before and after a corrected one that may make its words private, or be so with them."""


def silences(was: Transcript, now: Transcript, told: Redacted) -> tuple[Playback, ...] | None:
    """Where nothing may be heard, in order and without overlaps; none where it is not known.

    Words with times of their own are met with a margin. Of a turn whose words have none, all is
    silent; so it is where people corrected the call, for words that they wrote have the times of
    what was heard in their place.

    Args:
        was: the call, with the times of its words.
        now: the same call as it is told.
        told: what has hidden the words.
    """
    found: list[Playback] = []
    for before, after in zip(was.turns, now.turns, strict=True):
        for span in told.hidden_spans(after.text) if before.text != after.text else ():
            if before.start is None or before.end is None:
                return None
            found.append(_seconds(before if was.version == 1 else _rough(before), span))
    return tuple(_merged(sorted(found)))


def put_right(was: Transcript, now: Transcript, wordings: Mapping[int, Sequence[str]]) -> bool:
    """Whether words were heard that were private, and that people have put out of the text since.

    A correction of three figures is not private by itself: each earlier text of a turn is looked at
    with the turns around it.

    Args:
        was: the call as it is corrected by now.
        now: the same call as it is told.
        wordings: of each turn that was corrected, every text that it has had, the oldest first.
    """
    is_told = {
        before.n for before, after in zip(was.turns, now.turns, strict=True) if before == after
    }
    for turns in _earlier(was, wordings):
        # Numbered anew, for the turns in between are left out.
        heard = tuple(turn.model_copy(update={"n": n}) for n, turn in enumerate(turns, 1))
        told = redacted([was.model_copy(update={"turns": heard})], ()).transcripts[0]
        pairs = zip(turns, told.turns, strict=True)
        if any(one.n in is_told and one.text != other.text for one, other in pairs):
            return True
    return False


def _earlier(call: Transcript, wordings: Mapping[int, Sequence[str]]) -> Iterator[tuple[Turn, ...]]:
    """The corrected turns as they once were, and those around them; the oldest first."""
    for depth in range(max(map(len, wordings.values()), default=1) - 1):
        texts = {n: each[depth] for n, each in wordings.items() if depth < len(each) - 1}
        near = {n for at in texts for n in range(at - _NEAR, at + _NEAR + 1)}
        yield tuple(
            turn.model_copy(update={"text": texts.get(turn.n, turn.text), "words": ()})
            for turn in call.turns
            if turn.n in near
        )


def _rough(turn: Turn) -> Turn:
    return turn.model_copy(update={"words": ()})


def _seconds(turn: Turn, span: Span) -> Playback:
    """The seconds of hidden words, as far as into the pauses before and after them."""
    assert turn.start is not None, "a turn with times"
    assert turn.end is not None, "a turn with times"
    words = list(turn.word_spans())
    said = [word for word, at in words if at.begin < span.end and span.begin < at.end]
    if not said:
        return _widened(Playback(turn.start, turn.end), turn.start, turn.end)
    before = [word.end for word, at in words if at.end <= span.begin]
    after = [word.start for word, at in words if at.begin >= span.end]
    hidden = Playback(min(word.start for word in said), max(word.end for word in said))
    return _widened(hidden, max(before, default=0.0), min(after, default=hidden.end + MOST))


def _widened(hidden: Playback, before: float, after: float) -> Playback:
    """Seconds with their margins, where other words end before and begin after them."""
    start = min(max(before, hidden.start - MOST), hidden.start - LEAST)
    end = max(min(after, hidden.end + MOST), hidden.end + LEAST)
    return Playback(max(start, 0.0), end)


def _merged(stretches: Sequence[Playback]) -> Iterable[Playback]:
    if not stretches:
        return
    current = stretches[0]
    for _, following in pairwise(stretches):
        if following.start <= current.end:
            current = Playback(current.start, max(current.end, following.end))
        else:
            yield current
            current = following
    yield current
