"""Whether two claims are about the same person or the same vendor."""

import re
from collections.abc import Iterable
from typing import Final

from transcript2handoff.facts import Competitor, Stakeholder

_WORD = re.compile(r"[^\W_]+")
_TITLES: Final = frozenset(["mr", "mrs", "ms", "dr", "prof", "frau", "herr"])
_SMALL_WORDS: Final = (
    "the a an our their his her of for and in at who also tool software system systems group "
    "people team guys solution platform product"
)
_SMALL: Final = frozenset(_SMALL_WORDS.split())
_OWN_WORK: Final = re.compile(
    r"\b(in-?house|own|by hand|manual(ly)?|spreadsheets?|excel|nothing|status quo)\b", re.IGNORECASE
)
_AREAS: Final = {
    "money": "cfo finance financial finances controller treasurer accounting accountant",
    "operations": "coo operations ops logistics warehouse plant production",
    "technology": (
        "cto cio ciso ict technology technical engineering software security cyber architect "
        "data infrastructure"
    ),
    "law": "legal counsel lawyer compliance",
    "market": "sales cro revenue marketing cmo growth commercial",
    "people": "hr people chro talent",
    "buying": "procurement purchasing sourcing",
    "head": "ceo founder owner president",
}
"""What somebody is in charge of, by the words of a title; areas that often go together are one."""
_IT: Final = re.compile(r"\bIT\b")
"""Only in capitals, for "it" is no department."""
_AREA_OF: Final = {word: area for area, words in _AREAS.items() for word in words.split()}
ROLE: Final = 0.6
"""Share of the words of two roles that must agree where one of them has no name."""


def same_person(one: Stakeholder, other: Stakeholder, known: Iterable[str]) -> bool:
    """Whether two stakeholders are one person.

    A name is a part of a name ("Malcolm", "Malcolm Reeve"), or both are parts of the full name of
    one of the people ``known``. Where one has no name, the roles must agree.
    """
    if one.name and other.name:
        ours, theirs = _full(one.name, known), _full(other.name, known)
        return bool(ours and theirs) and (ours <= theirs or theirs <= ours)
    return _agree(_words(one.role), _words(other.role))


def same_vendor(one: Competitor, other: Competitor) -> bool:
    """Whether two competitors are one: a telling word of the names agrees, or both are in-house."""
    if _words(one.name) & _words(other.name):
        return True
    return bool(_OWN_WORK.search(one.name) and _OWN_WORK.search(other.name))


def _words(text: str | None) -> frozenset[str]:
    return frozenset(_WORD.findall((text or "").casefold())) - _SMALL - _TITLES


def _full(name: str, known: Iterable[str]) -> frozenset[str]:
    """The words of the one full name that this name is part of, else its own."""
    words = _words(name)
    whole = {full for person in known if words <= (full := _words(person))}
    largest = [full for full in whole if not any(full < other for other in whole)]
    return largest[0] if words and len(largest) == 1 else words


def _agree(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    together = ours | theirs
    return bool(together) and len(ours & theirs) >= ROLE * len(together)


def roles_clash(one: str | None, other: str | None) -> bool:
    """Whether one person can hardly have both roles: each names areas, and none is in both."""
    ours, theirs = _areas(one), _areas(other)
    return bool(ours and theirs) and ours.isdisjoint(theirs)


def _areas(role: str | None) -> frozenset[str]:
    words = _WORD.findall(_IT.sub("technology", role or "").casefold())
    return frozenset(_AREA_OF[word] for word in words if word in _AREA_OF)
