"""People who are in no list, but say their own name."""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from transcript2handoff.speakers.mentions import Orthography
from transcript2handoff.speakers.people import Forms, Person, fold, word_set
from transcript2handoff.transcript import Transcript, Turn

_WORD: Final = r"[A-Z](?:['’][A-Z])?[^\W\d_]+(?:-[A-Z][^\W\d_]+)?\b(?!['’])"
_FAMILY: Final = rf"\s+(?:(?:de|van|der|al|bin|du)\s+)*{_WORD}"
_NAME: Final = rf"(?P<name>{_WORD}(?:{_FAMILY})?)"
_ONE: Final = rf"(?P<name>{_WORD})"
_FULL: Final = rf"(?P<name>{_WORD}{_FAMILY})"
_WORK: Final = (
    r"(?:and )?(?:I['’]m|I am|I (?:look after|run|lead|head|manage|handle|own|do|work))\b"
)
_CERTAIN: Final = (
    re.compile(rf"\b[Mm]y name(?: is|['’]s)\s+{_NAME}"),
    re.compile(rf"(?:^|[.!?,…]\s+)(?:[Ii]t['’]s|[Tt]his is)\s+{_NAME},?\s+(?:here|speaking)\b"),
    re.compile(rf"\b[Tt]his is\s+{_NAME},?\s+(?:calling )?(?:from|at)\s+[A-Z]"),
    re.compile(rf"(?:^|[.!?…]\s+){_ONE} here(?:,|\.|\s+(?:from|at)\b)"),
    re.compile(rf"\bI(?:['’]m| am)\s+{_NAME},\s+{_WORK}"),
    re.compile(rf"(?:^|[.!?…]\s+|\b[Ss]o,\s+|\b[Yy]eah,\s+){_FULL}[,.]\s+{_WORK}"),
)
"""Only a person's own name stands here."""
_LIKELY: Final = re.compile(
    rf"\b(?:I['’]m|I am)\s+{_NAME}(?=\s*[,.!?]|\s+(?:from|here|and|with)\b)"
)
"""Somebody else must say the name, too: "I'm Scottish", "I'm Catholic"."""
_NO_NAMES: Final = word_set(
    """
    i ok okay monday tuesday wednesday thursday friday saturday sunday january february march
    april june july august september october november december head director manager vp ceo
    cfo coo cto cio it ops hr english scottish irish welsh british american canadian
    australian german french dutch italian spanish indian sorry well yes no yeah hi hello hey
    morning thanks cheers so and but oh good great right sure cool just the a we you they that
    this what who mr mrs ms dr in not
    """
)


def find_guests(transcript: Transcript, forms: Forms) -> tuple[Person, ...]:
    """Names that exactly one speaker says to be their own, and that no listed person has."""
    orthography = Orthography(transcript)
    if not orthography.cased:
        return ()
    claims: dict[str, set[str]] = {}
    spelled: dict[str, str] = {}
    users = _users(transcript)
    for turn in transcript.turns:
        for name in _own_names(turn, users):
            if turn.speaker is not None and _may_be(name, forms, orthography):
                key = fold(name.split()[0])
                claims.setdefault(key, set()).add(turn.speaker)
                spelled[key] = max(spelled.get(key, ""), name, key=len)
    return tuple(
        Person(name=spelled[key], listed=False)
        for key, speakers in claims.items()
        if len(speakers) == 1 and not _is_place(transcript, spelled[key])
    )


def _is_place(transcript: Transcript, name: str) -> bool:
    """Whether people are at, in or from it: a company or a place, not a person."""
    pattern = re.compile(rf"\b(?:at|in|from|into|across|our|the)\s+{re.escape(name)}\b", re.I)
    return any(pattern.search(turn.text) for turn in transcript.turns)


def _users(transcript: Transcript) -> dict[str, set[str | None]]:
    """Capitalised word -> who says it."""
    users: defaultdict[str, set[str | None]] = defaultdict(set)
    for turn in transcript.turns:
        for word in re.findall(_WORD, turn.text):
            users[word].add(turn.speaker)
    return users


def _own_names(turn: Turn, users: Mapping[str, set[str | None]]) -> list[str]:
    certain = [found.group("name") for one in _CERTAIN for found in one.finditer(turn.text)]
    likely = [found.group("name") for found in _LIKELY.finditer(turn.text)]
    return [*certain, *(name for name in likely if users[name.split()[0]] - {turn.speaker})]


def _may_be(name: str, forms: Forms, orthography: Orthography) -> bool:
    words = name.split()
    if any(fold(word) in _NO_NAMES or word.isupper() for word in words):
        return False
    first = fold(words[0])
    listed = forms.exact(first) is not None or forms.loose(first) is not None
    return not listed and not forms.written(name) and orthography.may_be_name(words[0])
