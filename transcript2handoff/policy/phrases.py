"""Secrets, days of birth and postal addresses: what its form or the words before it give away."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from transcript2handoff.policy.lexicon import load_lexicon, load_phrases
from transcript2handoff.transcript import Span

SECRET: Final = "secret"  # noqa: S105 - the name of a kind
BIRTH: Final = "date of birth"
ADDRESS: Final = "postal address"

_SPACE: Final = r"[\s,.:;?=\"'“”‘’-]{1,4}"
_MARK: Final = r"[0-9!#$%&*+/=?@^_~]"
_WORD: Final = r"[^\s\[\],;\"“”]{4,80}(?<![.:])"
_EARLIER: Final = 60
"""Characters of what was said before a turn in which a cue counts."""
_LEAST_SPELLED: Final = 4
_NAME: Final = r"[A-ZÄÖÜ][\w'’-]{0,30}"
_POSTCODE: Final = (
    r"(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|(?:[A-Z]{2}|D|A|CH)[ -]?\d{4,5}(?:-\d{4})?|\d{4,5})"
)


def find_phrases(text: str, before: str = "") -> Iterator[tuple[str, Span]]:
    """What is private in a turn, with its kind; spans of one kind do not overlap.

    Args:
        text: of the turn.
        before: what was said right before it: a question may name what is answered here.
    """
    for pattern in (_forms(), _named_words(), _told_words(), _spelled(), _figures()):
        for span in _spans(pattern, text, before):
            yield SECRET, span
    for span in _births(text, before):
        yield BIRTH, span
    for pattern in (_house_first(), _street_first()):
        for span in _spans(pattern, text, ""):
            yield ADDRESS, span


def _spans(pattern: re.Pattern[str], text: str, before: str) -> Iterator[Span]:
    """Where what is private stands in the text, and not in what was said before."""
    ahead = f"{before[-_EARLIER:]}\n" if before else ""
    for found in pattern.finditer(ahead + text):
        begin, end = found.span("private")
        if begin >= len(ahead):
            yield Span(begin - len(ahead), end - len(ahead))


def _one_of(words: Sequence[str]) -> str:
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


@cache
def _forms() -> re.Pattern[str]:
    forms = "|".join(load_phrases().secret.forms)
    return re.compile(rf"(?<![A-Za-z0-9_])(?P<private>{forms}|(?<=://)(?:{forms}))")


def _cue(cues: Sequence[str]) -> str:
    """A name with what may stand between it and the secret."""
    links = _one_of(load_phrases().secret.links)
    return rf"(?<!\w){_one_of(cues)}(?:{_SPACE}{links}(?!\w)){{0,4}}{_SPACE}"


def _digits() -> str:
    """A figure in words, or some in one."""
    return rf"(?:{_one_of(tuple(load_lexicon().digits))}|[0-9]{{1,8}})"


@cache
def _named_words() -> re.Pattern[str]:
    """A word that is none of everyday: with a figure or a mark."""
    words = load_phrases().secret
    # Behind "for" and "on" stands whose it is: "API keys for SAP/R3".
    is_what = r"(?<!\bfor\s)(?<!\bon\s)"
    others = rf"(?!(?i:{_one_of(words.no_secrets)})(?![^\W_]))"
    word = rf"{others}(?=[^\s\[\]]{{0,60}}?{_MARK}){_WORD}"
    return re.compile(rf"(?i:{_cue(words.cues)}){is_what}(?P<private>{word})")


@cache
def _told_words() -> re.Pattern[str]:
    """A word with capitals inside, where it is told to be the secret: so are names of products."""
    words = load_phrases().secret
    links = rf"(?:{_SPACE}{_one_of(words.links)}(?!\w)){{0,3}}"
    told = rf"(?:{_SPACE}(?:is|was|are|be|to|ist|lautet|war){_SPACE}|\s?[:=]\s?[\"'“]?|\s[\"'“])"
    word = rf"(?=[^\s\[\]]{{0,60}}?[a-zäöü][A-Z]){_WORD}"
    return re.compile(rf"(?<!\w)(?i:{_one_of(words.cues)}{links}{told})(?P<private>{word})")


@cache
def _spelled() -> re.Pattern[str]:
    """Letters one by one, or a word with figures behind it: "sunflower four two"."""
    digit = _digits()
    piece = rf"(?:{digit}|[a-z]|capital|dollar|hash|underscore|dash|at sign|exclamation(?: mark)?)"
    row = rf"{piece}(?:[\s,.-]{{1,3}}{piece}){{{_LEAST_SPELLED - 1},30}}"
    words = load_phrases().secret
    others = rf"(?!{_one_of((*words.no_words, *words.links))}(?!\w))"
    word = rf"{others}[^\W\d_]{{3,20}}(?:[\s,-]{{1,2}}{digit}){{1,12}}"
    cue, units = _cue(words.cues), _one_of(load_lexicon().units)
    ending = rf"(?!\w)(?!\s{units}\b)"
    return re.compile(rf"{cue}(?P<private>{row}|{word}){ending}", re.IGNORECASE)


@cache
def _figures() -> re.Pattern[str]:
    digit = _digits()
    units = _one_of(load_lexicon().units)
    row = rf"{digit}(?:[\s,.-]{{1,3}}{digit}){{2,11}}|[0-9]{{3,10}}"
    cue = _cue(load_phrases().secret.figures)
    return re.compile(rf"{cue}(?P<private>{row})(?!\w)(?!\s{units}\b)", re.IGNORECASE)


def _births(text: str, before: str) -> Iterator[Span]:
    """Days that somebody has named as one of birth shortly before."""
    for span in _spans(_days(), text, ""):
        ahead = f"{before}\n{text[: span.begin]}"[-_EARLIER:]
        cues = list(_birth_cues().finditer(ahead))
        between = ahead[cues[-1].end() :] if cues else "."
        # No other sentence stands between.
        if cues and len(re.findall(r"[0-9]|[\n.!?][\s.!?]*", between)) <= 1:
            yield span


@cache
def _birth_cues() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){_one_of(load_phrases().birth.cues)}(?!\w)", re.IGNORECASE)


@cache
def _days() -> re.Pattern[str]:
    """A day with figures, or with a month by its name."""
    words, gap = load_phrases().birth, r"[\s,.-]{1,3}"
    numeric = r"[0-9]{1,4}[-/.] ?[0-9]{1,2}[-/.] ?[0-9]{2,4}"
    number = _one_of(tuple(load_lexicon().digits))
    others = f"{_one_of(words.ordinals)}|{_one_of(words.inner)}"
    token = rf"(?:[0-9]{{1,4}}(?:st|nd|rd|th)?|{number}|{others})"
    month = rf"{_one_of(words.months)}(?!\w)"
    day = (
        rf"(?:(?:{token}{gap}){{1,5}}{month}(?:{gap}{token}(?!\w)){{0,7}}"
        rf"|{month}(?:{gap}{token}(?!\w)){{1,7}})"
    )
    return re.compile(rf"(?<!\w)(?P<private>{numeric}|{day})(?!\w)", re.IGNORECASE)


@cache
def _house_first() -> re.Pattern[str]:
    """As in English: the number of the house, the name of the street, and its kind."""
    number = _one_of([word.capitalize() for word in load_lexicon().digits if len(word) > 2])
    house = rf"(?:[0-9]{{1,5}}[A-Za-z]?|(?i:{number})(?:[ -](?i:{number})){{0,3}})"
    words = load_phrases().address
    named = rf"(?!{_one_of(words.no_streets)} ){_NAME}\.? "
    street = rf"(?:{_NAME}\.? ){{0,2}}{named}{_one_of(words.streets)}(?!\w)"
    room = r"(?:,? (?:Apt|Apartment|Suite|Unit|Flat|Floor|Room)\.? [0-9]{1,5}[A-Za-z]?)?"
    town = rf"(?:,? {_NAME}(?: {_NAME}){{0,2}})?(?:,? {_POSTCODE}(?!\w))"
    return re.compile(rf"(?<![\w.,/-])(?P<private>{house} {street}{room}(?:{town})?)")


@cache
def _street_first() -> re.Pattern[str]:
    """As in German: the street in one word or two, the number of the house, the town."""
    words = load_phrases().address
    # A number like that of a year is one.
    house = r" (?!(?:19|20)[0-9]{2}(?!\w))[0-9]{1,4} ?[a-zA-Z]?(?!\w)"
    town = rf",? (?:D-|A-|CH-)?[0-9]{{4,5}} {_NAME}(?: {_NAME})?"
    others = rf"(?!{_one_of(words.no_strassen)} )"
    plain, rare = _street(words.strassen), _street(words.with_town)
    private = rf"{others}{plain}{house}(?:{town})?|{rare}{house}{town}"
    return re.compile(rf"(?<!\w)(?P<private>{private})")


def _street(kinds: Sequence[str]) -> str:
    kind = _one_of(kinds)
    return rf"(?:[A-ZÄÖÜ][\wäöüß-]{{1,40}}{kind}|{_NAME}(?: {_NAME})?[ -](?i:{kind}))"
