"""Which words a text has, and where what somebody looks for stands in it. Pure.

A word is a row of letters and digits, without regard to case and accents.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from transcript2handoff.deal import Record
from transcript2handoff.transcript import Span

MOST_WORDS: Final = 20
"""Of what is looked for; those that come after them do not count."""
_LONGEST: Final = 60
"""Letters of a word that count."""
_BEFORE: Final = 100
"""Characters that are shown before the first match."""
_SHOWN: Final = 400
"""Characters that are shown at most."""
_WORD: Final = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f])*")
"""Accents may be letters of their own."""
_ASKED: Final = re.compile(r'"([^"]*)("?)|([^\s"]+)')
"""A phrase in quotes, the last of which may be missing, or what stands between spaces."""


class Phrase(NamedTuple):
    """Words that stand one behind the other; of the last one perhaps only how it begins."""

    words: tuple[str, ...]
    is_begun: bool


class Part(Record):
    """A stretch of a text, and whether it is what was looked for."""

    text: str
    is_match: bool


class Place(NamedTuple):
    """A word of a text, as it is compared, and where it stands."""

    word: str
    span: Span


def words_of(text: str) -> Iterator[Place]:
    """The words of a text, in their order."""
    for found in _WORD.finditer(text):
        if word := _folded(found[0]):
            yield Place(word, Span(*found.span()))


def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()[:_LONGEST]
    apart = unicodedata.normalize("NFKD", word).casefold()
    letters = filter(str.isalnum, unicodedata.normalize("NFKD", apart))
    return "".join(itertools.islice(letters, _LONGEST))


def phrases_of(asked: str) -> tuple[Phrase, ...]:
    """What somebody looks for: all of it has to stand in a text.

    What they typed last may be the beginning of a word, unless a quote closes it.
    """
    found = [
        Phrase(words, is_begun=not closed)
        for quoted, closed, plain in _ASKED.findall(asked)
        if (words := tuple(place.word for place in words_of(quoted or plain)))
    ]
    ends = list(itertools.accumulate(len(phrase.words) for phrase in found))
    found = [phrase for phrase, end in zip(found, ends, strict=True) if end <= MOST_WORDS]
    whole = (phrase._replace(is_begun=False) for phrase in found[:-1])
    return (*whole, *found[-1:])


def spans_of(text: str, phrases: Sequence[Phrase]) -> tuple[Span, ...]:
    """Where the phrases stand in a text, in order, each stretch once; none unless all stand there.

    A text is found exactly if there is one.
    """
    places = tuple(words_of(text))
    found: list[Span] = []
    for phrase in phrases:
        there = list(_places(places, phrase))
        if not there:
            return ()
        found += there
    return tuple(_merged(sorted(found)))


def _places(places: Sequence[Place], phrase: Phrase) -> Iterator[Span]:
    length = len(phrase.words)
    for n in range(len(places) - length + 1):
        some = places[n : n + length]
        if _is(tuple(place.word for place in some), phrase):
            yield Span(some[0].span.begin, some[-1].span.end)


def _is(words: tuple[str, ...], phrase: Phrase) -> bool:
    if not phrase.is_begun:
        return words == phrase.words
    return words[:-1] == phrase.words[:-1] and words[-1].startswith(phrase.words[-1])


def _merged(spans: Sequence[Span]) -> Iterator[Span]:
    """Spans in order, those that overlap as one."""
    here: Span | None = None
    for span in spans:
        if here is None or span.begin > here.end:
            if here is not None:
                yield here
            here = span
        else:
            here = Span(here.begin, max(here.end, span.end))
    if here is not None:
        yield here


def parts_of(told: str, spans: Sequence[Span]) -> Iterator[Part]:
    """A text around the first match, about ``_SHOWN`` characters and a match of it."""
    begin, end = _shown(told, spans)
    if begin:
        yield Part(text="… ", is_match=False)
    here = begin
    for span in spans:
        if span.begin < end:
            if here < span.begin:
                yield Part(text=told[here : span.begin], is_match=False)
            yield Part(text=told[span.begin : span.end], is_match=True)
            here = span.end
    if here < end:
        yield Part(text=told[here:end], is_match=False)
    if max(here, end) < len(told):
        yield Part(text=" …", is_match=False)


def _shown(told: str, spans: Sequence[Span]) -> Span:
    """From where to where a text is shown, between words if it has some."""
    if len(told) <= _SHOWN:
        return Span(0, len(told))
    begin = max(0, spans[0].begin - _BEFORE) if spans else 0
    if begin:
        begin = told.find(" ", begin, spans[0].begin) + 1 or begin
    end = begin + _SHOWN
    if end < len(told):
        end = max(told.rfind(" ", begin + _SHOWN // 2, end), begin + _SHOWN // 2)
    return Span(begin, min(end, len(told)))
