"""Which words tell a company: what stands in labels and in talk instead of its whole name."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from transcript2handoff.speakers.people import fold, word_set

_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SHORT: Final = 3
"""Letters of a word that is found in too much else to tell a company by itself."""
_ARTICLES: Final = word_set("a an the")
_COMPANY_WORDS: Final = word_set(
    """
    group ltd inc llc gmbh plc corp company technologies software systems solutions services
    the and of management international holdings analytics trust foundation
    """
)


def telling_word(company: str) -> str | None:
    """The first word that tells a company by itself, as it is written; none where no word does."""
    return next((word for word in _WORD.findall(company) if _is_telling(word)), None)


def _is_telling(word: str) -> bool:
    return len(word) > _SHORT and word.casefold() not in _COMPANY_WORDS


def is_named_in(text: str, company: str) -> bool:
    """Whether a text holds a company's name or its telling word, as whole words.

    A domain counts: "harborlinefreight.example" names Harborline Freight.
    """
    said = _words(text)
    places = range(len(said))
    return any(_begins(said[place:], form) for place in places for form in _forms(company))


def is_named_first_in(text: str, company: str) -> bool:
    """Whether a text begins with the company, as in "Harborline Hull"; "Tom Baker" does not.

    A name as short as BMW must be the whole text: "Lee Smith" is not at home at Lee.
    """
    said = _words(text)
    return any(
        said == form or (_begins(said, form) and max(map(len, form)) > _SHORT)
        for form in _forms(company)
    )


def _begins(said: Sequence[str], form: Sequence[str]) -> bool:
    return said[: len(form)] == form


def _forms(company: str) -> Iterator[tuple[str, ...]]:
    """The folded words of the name, the name in one word, and the word that tells it."""
    words = _words(company)
    if words:
        yield words
        yield ("".join(words),)
    if telling := telling_word(company):
        yield (fold(telling),)


def _words(text: str) -> tuple[str, ...]:
    """The folded words of a text without articles."""
    words = (fold(word) for word in _WORD.findall(text))
    return tuple(word for word in words if word and word not in _ARTICLES)
