"""The words and shapes by which private data is known: the TOML files in this folder."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from importlib.resources import files

from transcript2handoff.deal import Record


class Cues(Record):
    """Patterns of words that say what a number near them is."""

    card: tuple[str, ...]
    phone: tuple[str, ...]
    thing: tuple[str, ...]


class EmailWords(Record):
    """How an address is spoken, and what only sounds like one."""

    connectors: tuple[str, ...]
    ats: tuple[str, ...]
    dots: tuple[str, ...]
    no_mailbox: tuple[str, ...]
    no_domain: tuple[str, ...]
    endings: tuple[str, ...]


class Lexicon(Record):
    """Words of spoken numbers and what stands around them."""

    digits: Mapping[str, str]
    repeats: Mapping[str, int]
    letters: Mapping[str, str]
    fillers: frozenset[str]
    openers: frozenset[str]
    units: tuple[str, ...]
    cues: Cues
    email: EmailWords


class SecretWords(Record):
    """Forms of keys, and what names a secret."""

    forms: tuple[str, ...]
    cues: tuple[str, ...]
    figures: tuple[str, ...]
    links: tuple[str, ...]
    no_words: tuple[str, ...]
    """Words behind the name of a secret that a number of something else follows."""
    no_secrets: tuple[str, ...]
    """What has figures or marks as a secret has, and is none."""


class BirthWords(Record):
    """What names a day of birth, and what a day is made of."""

    cues: tuple[str, ...]
    months: tuple[str, ...]
    ordinals: tuple[str, ...]
    inner: tuple[str, ...]


class AddressWords(Record):
    """Kinds of streets, and what only looks like one."""

    streets: tuple[str, ...]
    no_streets: tuple[str, ...]
    """Words before a kind of street that make something else of it."""
    strassen: tuple[str, ...]
    with_town: tuple[str, ...]
    """Kinds that many other words end with: a town has to follow."""
    no_strassen: tuple[str, ...]
    """Whole words that end like a street."""


class Phrases(Record):
    """What ``phrases.toml`` holds."""

    secret: SecretWords
    birth: BirthWords
    address: AddressWords


class IdRule(Record):
    """One kind of number that is given to a person; ``national_ids.toml`` says what each means."""

    kind: str = "national id"
    shape: str
    check: str | None = None
    free: bool = False
    groups: tuple[int, ...] = ()
    cues: tuple[str, ...] = ()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The shape, ready for use."""
        return re.compile(self.shape)

    @property
    def has_letters(self) -> bool:
        """Whether letters are a part of it."""
        return "[A-" in self.shape or "[XYZ]" in self.shape


@cache
def load_lexicon() -> Lexicon:
    """The words that ship with the package."""
    words = Lexicon.model_validate(_table("lexicon.toml"))
    digits = {**words.digits, **_german_pairs()}
    return words.model_copy(update={"digits": {**digits, **_folded(digits)}})


def _german_pairs() -> Mapping[str, str]:
    """From einundzwanzig to neunundneunzig, in one word as they are written."""
    ones = ("ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
    tens = ("zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
    return {
        f"{one}und{ten}": f"{t}{o}"
        for t, ten in enumerate(tens, start=2)
        for o, one in enumerate(ones, start=1)
    }


def _folded(words: Mapping[str, str]) -> Mapping[str, str]:
    """The same, as words are compared without regard to case."""
    return {word.casefold(): number for word, number in words.items()}


@cache
def load_phrases() -> Phrases:
    """What is known by the words around it, and what these are."""
    return Phrases.model_validate(_table("phrases.toml"))


@cache
def load_id_rules() -> tuple[IdRule, ...]:
    """The numbers of persons that are known."""
    return tuple(IdRule.model_validate(row) for row in _table("national_ids.toml")["ids"])


@cache
def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds one of these patterns as whole words."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


def _table(name: str) -> dict[str, list[object]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)
