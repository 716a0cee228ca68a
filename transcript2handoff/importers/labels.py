"""Who speaks, where the line itself says it, as in ``Dana Whitfield: Good morning``.

A colon alone proves nothing ("So the point is: …", "https://…"), and a wrong name is worse than
none. So a label must look like a name, and a whole file is judged before a line of it is cut.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from transcript2handoff.importers.turns import clean
from transcript2handoff.speakers import is_generic

MOST_LINES: Final = 0.6
"""From this share of labelled lines on, a file names the speaker on every line."""

_LABEL: Final = re.compile(
    r"(?P<name>[^\s:：][^:：\n]{0,79}?)[ \t]*(?::(?=\s|$)|：)\s*(?P<text>.*)",
    re.DOTALL,
)
_NOT_IN_NAMES: Final = re.compile(r"[?!;\"<>{}=#*\\…]|\.\.|, (?:and|but|so|or) ")
_LONGEST_NAME: Final = 8
_LONGEST_NICKNAME: Final = 2


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


# Small words that stand inside of names, in the languages of our customers.
_PARTICLES: Final = _words(
    "al and bin da de del della den der di do dos du el ibn la le of ter the van von y zu"
)
# What stands above a transcript and looks like a speaker.
_HEADINGS: Final = _words(
    "account attendees call cc company date duration from id invitees language link location",
    "meeting organizer organiser participants product project recorded recording speakers stage",
    "subject summary time title to topic transcript url when where",
)


class Labelled(NamedTuple):
    """A line cut into who and what."""

    name: str
    text: str


def split_label(line: str) -> Labelled | None:
    """The name before the first colon and what follows, if that may be a name at all."""
    match = _LABEL.fullmatch(line.strip())
    if match is None:
        return None
    name = clean(match["name"])
    if not (is_name(name) or _is_nickname(name)):
        return None
    return Labelled(name, match["text"])


def is_heading(name: str) -> bool:
    """Whether a label belongs above a transcript (Date, Participants) and not to a speaker."""
    return name.casefold() in _HEADINGS


def is_name(name: str) -> bool:
    """Whether words look like a name: few, and each with a capital or in a script without."""
    words = name.split()
    if len(words) > _LONGEST_NAME or not _has_letters_of_a_name(name):
        return False
    return is_generic(name) or (
        _is_capital(words[0]) and all(_is_capital(word) or word in _PARTICLES for word in words)
    )


def _has_letters_of_a_name(name: str) -> bool:
    return (
        name[:1].isalnum()
        and any(character.isalpha() for character in name)
        and not _NOT_IN_NAMES.search(name)
    )


def _is_capital(word: str) -> bool:
    first = next((character for character in word if character.isalpha()), "")
    return not first.islower() or word.startswith(("(", "["))


def _is_nickname(name: str) -> bool:
    """Whether words look like a login or a short name in small letters, such as ``dana.w``."""
    return len(name.split()) <= _LONGEST_NICKNAME and _has_letters_of_a_name(name)


def speakers_among(lines: Iterable[str], *, below: Iterable[str] = ()) -> Collection[str]:
    """The labels in these lines, and in those that stand below them, that name speakers.

    Where ``MOST_LINES`` have a label, all that look like names. Where a label only stands where
    the speaker changes: those that come more than once, have a first and a last name, or are
    "Speaker 1" and the like. A label in small letters has to come more than once.

    Lines ``below`` mostly go on with what was said, as the second line of a cue does. A label
    that stands only there has to look like a name, however often the others are labelled.
    """
    every = [split_label(line) for line in lines]
    counts = Counter(label.name for label in every if label)
    lower = Counter(label.name for line in below if (label := split_label(line)))
    dense = sum(counts.values()) >= MOST_LINES * len(every)
    first = next((label.name for label in every if label), None)
    above = frozenset(
        name
        for name, count in counts.items()
        if count + lower[name] > 1
        or (is_name(name) and (dense or " " in name or name == first or is_generic(name)))
    )
    return above | {
        name
        for name, count in lower.items()
        if is_name(name) and (count > 1 or " " in name or is_generic(name))
    }
