"""Everything private in the turns of a call, with its characters."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Final

from transcript2handoff.policy.around import AFTER, BEFORE, Around
from transcript2handoff.policy.dictation import Figures
from transcript2handoff.policy.emails import find_emails
from transcript2handoff.policy.numbers import Found, find_number
from transcript2handoff.policy.others import find_others
from transcript2handoff.policy.phrases import ADDRESS, BIRTH, SECRET, find_phrases
from transcript2handoff.policy.spoken import PLACEHOLDER, Run, digit_runs, digits_of
from transcript2handoff.transcript import Span, Turn

EMAIL: Final = "e-mail address"
_TEXTS: Final = frozenset({EMAIL, SECRET, BIRTH, ADDRESS})
"""Kinds that are no rows of digits."""
_TELLING: Final = 6
"""Digits by which a number is known again that was found elsewhere."""
_MOST_AGAIN: Final = 100
"""Values that are looked for again: nobody gives more, and each is looked for in every turn."""
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}|nineteen|neunzehnhundert|zweitausend")
_OPENING: Final = 16
"""Characters that may stand before a number that opens its turn: "Sure, so it's"."""
_EARLIER: Final = 3
"""Turns before a number in which a cue counts, where the number stands at the begin of its turn."""


@dataclass(frozen=True)
class Private:
    """Something to hide, or one part of it."""

    kind: str
    value: str
    """The same for every way in which it is said, and for each of its parts."""
    place: int
    """The index of the turn."""
    span: Span


def find_private(turns: Sequence[Turn], known: Collection[Private] = ()) -> list[Private]:
    """What to hide in these turns, without overlaps; empty when nothing is left to hide.

    Of a row of digits only the first number is given; ask again when it is hidden.

    Args:
        turns: the turns of a call, in order.
        known: what was found before; it counts without a cue, and so does a longer part of it.
    """
    found = [*_repeated(turns, known), *_phrases(turns)]
    found.extend(item for place, turn in enumerate(turns) for item in _emails(place, turn.text))
    found.extend(_numbers(turns, known))
    return _apart(found)


def find_by_others(turns: Sequence[Turn]) -> list[Private]:
    """What other detectors find in these turns, without overlaps and beside placeholders."""
    found: list[Private] = []
    for place, kind, span in find_others(turns):
        text = turns[place].text
        if not _is_held(text, span):
            value = "".join(filter(str.isalnum, text[span.begin : span.end].casefold()))
            found.append(Private(kind, value, place, span))
    return _apart(found)


def _is_held(text: str, span: Span) -> bool:
    """Whether a placeholder stands there."""
    hidden = (Span(*holder.span()) for holder in re.finditer(PLACEHOLDER, text))
    return any(span.begin < other.end and other.begin < span.end for other in hidden)


def _apart(found: Iterable[Private]) -> list[Private]:
    """Those that overlap none before them."""
    kept: list[Private] = []
    for item in found:
        if not any(_overlap(item, other) for other in kept):
            kept.append(item)
    return kept


def _repeated(turns: Sequence[Turn], known: Iterable[Private]) -> Iterator[Private]:
    """Secrets and days of birth that are said again, where nothing names them any more."""
    telling = dict.fromkeys((one.kind, one.value) for one in known if _is_telling(one))
    for kind, value in islice(telling, _MOST_AGAIN):
        words = r"\s+".join(map(re.escape, value.rstrip("!?.,;:").split()))
        pattern = re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
        for place, turn in enumerate(turns):
            spans = (Span(*found.span()) for found in pattern.finditer(turn.text))
            for span in spans:
                if not _is_held(turn.text, span):
                    yield Private(kind, value, place, span)


def _is_telling(item: Private) -> bool:
    """Whether the very words mean the same wherever they stand: "4711" or "in May" need not."""
    if item.kind == BIRTH:
        return _YEAR.search(item.value) is not None
    is_mixed = len(item.value) >= _TELLING and not item.value.isdecimal()
    return item.kind == SECRET and is_mixed and not item.value.isalpha()


def _emails(place: int, text: str) -> Iterator[Private]:
    for span in find_emails(text):
        value = "".join(text[span.begin : span.end].casefold().split())
        yield Private(EMAIL, value, place, span)


def _phrases(turns: Sequence[Turn]) -> Iterator[Private]:
    before = ""
    for place, turn in enumerate(turns):
        for kind, span in find_phrases(turn.text, before):
            value = " ".join(turn.text[span.begin : span.end].casefold().split())
            yield Private(kind, value, place, span)
        before = turn.text


def _numbers(turns: Sequence[Turn], known: Collection[Private]) -> Iterator[Private]:
    texts = [turn.text for turn in turns]
    figures = Figures(turns)

    def around(run: Run) -> Around:
        return _around(texts, run)

    for run in (run for runs in figures.runs for run in runs):
        if found := find_number(run, around) or _find_known(run, known):
            yield from _places(found, texts)
    for dictation in figures.dictations():
        if found := find_number(dictation.run, around):
            yield from _places(found, texts)
            parts = {token.place for token in found.tokens}
            for place, echo in dictation.echoes:
                if place in parts:
                    yield Private(found.kind, found.value, echo[0].place, _span(echo))


def _find_known(run: Run, known: Collection[Private]) -> Found | None:
    for stretch in digit_runs(run):
        digits = digits_of(stretch)
        if len(digits) >= _TELLING:
            kinds = {
                item.kind for item in known if item.kind not in _TEXTS and digits in item.value
            }
            if kinds:
                return Found(min(kinds), stretch)
    return None


def _places(found: Found, texts: Sequence[str]) -> Iterator[Private]:
    for place, tokens in groupby(found.tokens, key=lambda token: token.place):
        span = _span(tuple(tokens))
        if found.is_signed and place == found.tokens[0].place:
            span = Span(span.begin - _around(texts, found.tokens).plus, span.end)
        yield Private(found.kind, found.value, place, _with_bracket(texts[place], span))


def _span(tokens: Run) -> Span:
    return Span(tokens[0].begin, tokens[-1].end)


def _with_bracket(text: str, span: Span) -> Span:
    """The span with the bracket that opens before its first digit, if it closes inside."""
    inside = text[span.begin : span.end]
    is_open = inside.count(")") > inside.count("(") and text[: span.begin].endswith("(")
    return Span(span.begin - is_open, span.end)


def _around(texts: Sequence[str], run: Run) -> Around:
    first, last = run[0], run[-1]
    before = texts[first.place][: first.begin]
    if len(before) < _OPENING:
        before = " \n".join([*texts[max(first.place - _EARLIER, 0) : first.place], before])
    return Around(before[-BEFORE:], texts[last.place][last.end :][:AFTER])


def _overlap(item: Private, other: Private) -> bool:
    if item.place != other.place:
        return False
    return item.span.begin < other.span.end and other.span.begin < item.span.end
