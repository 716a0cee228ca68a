"""The seconds of words that somebody fixed: those of the words that they stand for."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from transcript2handoff.corrections.wordings import HEARD, Wording
from transcript2handoff.transcript import Span, Turn, Word


def reworded(turn: Turn, wording: Wording) -> Turn:
    """A turn with other words.

    A word that nobody touched keeps its seconds. Words in between have the time of those that
    they stand for, shared out by their lengths.
    """
    if wording.text == turn.text:
        return turn
    told = {"text": wording.text, "words": tuple(_words(turn, wording)) if turn.words else ()}
    return Turn.model_validate({**dict(turn), **told})


def _words(turn: Turn, wording: Wording) -> Iterator[Word]:
    kept = {span.begin: number for number, (_, span) in enumerate(turn.word_spans())}
    spans = [span for _, span in turn.word_spans()]
    waiting: list[str] = []
    done = 0
    for span in _tokens(wording.text):
        number = kept.get(_origin(wording, span, spans), -1)
        if number < 0:
            waiting.append(wording.text[span.begin : span.end])
            continue
        yield from _shared(turn, waiting, done, number)
        yield turn.words[number]
        waiting, done = [], number + 1
    yield from _shared(turn, waiting, done, len(turn.words))


def _tokens(text: str) -> Iterator[Span]:
    position = 0
    for token in text.split():
        begin = text.index(token, position)
        position = begin + len(token)
        yield Span(begin, position)


def _origin(wording: Wording, token: Span, spans: Sequence[Span]) -> int:
    """Where a token began as it was heard; -1 if somebody has touched it."""
    letters = wording.letters[token.begin : token.end]
    fix, begin = letters[0]
    whole = tuple((HEARD, place) for place in range(begin, begin + len(letters)))
    if fix != HEARD or letters != whole or Span(begin, begin + len(letters)) not in spans:
        return -1
    return begin


def _shared(turn: Turn, words: Sequence[str], first: int, last: int) -> Iterator[Word]:
    """New words in the time of the words ``first`` to ``last`` (exclusive) that were heard."""
    if not words:
        return
    assert turn.start is not None
    assert turn.end is not None
    if first < last:
        start, end = turn.words[first].start, turn.words[last - 1].end
    else:
        start = turn.words[first - 1].end if first else turn.start
        end = turn.words[last].start if last < len(turn.words) else turn.end
    end = max(start, end)
    letters = [0, *accumulate(map(len, words))]
    shares = (start + (end - start) * done / letters[-1] for done in letters)
    times = [min(max(round(share, 2), start), end) for share in shares]
    times[0], times[-1] = start, end
    for number, word in enumerate(words):
        yield Word(word, times[number], times[number + 1])
