"""Which names a call really holds: of people, and of companies and products.

A name is compared word by word, without case, accents and titles. Recognised speech spells names
as it likes ("Hanna", "remind lee"), so that a word of some length may be off by a letter or two,
and may be torn in two.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz, process

from transcript2handoff.deal import DealContext
from transcript2handoff.transcript import Transcript

ALIKE: Final = 80
"""How like two spellings of a name must be, in percent of their letters (rapidfuzz ``ratio``)."""
LONG: Final = 4
"""Letters from which on a word may be misspelt, and tells something by itself."""

_WORD = re.compile(r"[^\W_]+")
_OWN_WORK = re.compile(r"\b(in-?house|by hand|manual|manually|nothing|status quo)\b", re.I)
_INITIALS = re.compile(r"\b[A-Z]{2,3}\b")
_SILENT = frozenset(["Mn", "Mc", "Me", "Cf"])
_TITLES = frozenset(["mr", "mrs", "ms", "dr", "prof", "the"])
_COMMON = frozenset(["software", "system", "systems", "solutions", "technologies", "group", "tool"])


class Mentions:
    """The people on and around a call, and every word that was said on it."""

    def __init__(self, transcript: Transcript, context: DealContext) -> None:
        known = [s.name for s in transcript.speakers if s.name]
        known += [person.name for person in context.deal.participants]
        self._people = {name: _words(name) for name in dict.fromkeys(known)}
        said = [_words(turn.text) for turn in transcript.turns]
        self._said = {word for words in said for word in words}
        self._spellings = self._said.union(*self._people.values(), *map(_joined, said))
        self._by_letter: defaultdict[str, list[str]] = defaultdict(list)
        for spelling in self._spellings:
            self._by_letter[spelling[0]].append(spelling)

    def person(self, name: str) -> str | None:
        """The name as the call knows it: of a participant in full, else as it was said.

        None for somebody whom nobody on the call is or speaks of.
        """
        words = _words(name)
        if not words:
            return None
        called = [full for full, parts in self._people.items() if _is_called(words, parts)]
        if len(called) == 1:
            return called[0]
        return name if called or self._said.issuperset(words) else None

    def has_person(self, name: str) -> bool:
        """Whether every word of the name stands among the people or was said, about so spelt."""
        words = _words(name)
        return bool(words) and all(self._is_known(word) for word in words)

    def has_company(self, name: str) -> bool:
        """Whether any telling word of a name, or of a description, was said, about so spelt.

        A name may describe ("spreadsheets of the clerks"), so that not all of it need be said; and
        the customer's own work ("manual keying in-house") is no name that could be invented.
        """
        if _OWN_WORK.search(name):
            return True
        words = [word for word in _words(name) if word not in _COMMON]
        telling = [word for word in words if len(word) >= LONG]
        initials = {initials.casefold() for initials in _INITIALS.findall(name)}
        if not (telling or initials):
            return bool(words) and self._spellings.issuperset(words)
        return bool(initials & self._said) or any(map(self._is_said, telling))

    def _is_known(self, word: str) -> bool:
        return any(_stands(word, parts) for parts in self._people.values()) or self._is_said(word)

    def _is_said(self, word: str) -> bool:
        """Whether the word was said, or begins one, or one of the same first letter is like it."""
        if word in self._spellings:
            return True
        alike = self._by_letter[word[0]]
        return _stands(word, alike) or (len(word) >= LONG and _begins(word, alike))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in plain if unicodedata.category(c) not in _SILENT)
    return [word for word in _WORD.findall(bare) if word not in _TITLES]


def _joined(words: list[str]) -> list[str]:
    """Neighbouring words written as one."""
    return [first + second for first, second in pairwise(words)]


def _stands(word: str, spellings: Iterable[str]) -> bool:
    if word in spellings:
        return True
    return len(word) >= LONG and bool(
        process.extractOne(word, spellings, scorer=fuzz.ratio, score_cutoff=ALIKE)
    )


def _begins(word: str, spellings: Iterable[str]) -> bool:
    return any(spelling.startswith(word) for spelling in spellings)


def _is_called(words: list[str], parts: list[str]) -> bool:
    """Whether somebody whose full name has these parts can be called by these words."""
    return all(_stands(word, parts) for word in words)
