"""The people who may be on a call, and the forms in which their names are said or written."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from transcript2handoff.deal import Participant, Side

WORD: Final = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
"""A word of running text; hyphens and apostrophes inside belong to it."""


def word_set(words: str) -> frozenset[str]:
    """The words of a text as a set; for word lists that read like text."""
    return frozenset(words.split())


_HONORIFICS: Final = word_set(
    """
    mr mrs ms miss dr prof professor sir madam captain dame lord lady rev
    """
)
_PARTICLES: Final = word_set(
    """
    de du da di van von der den ter la le al el bin ibn wit
    """
)
_UNDECOMPOSED: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})

_SHORT_FORMS: Final = """
    alexander alexandra: alex sandy | andrew: andy drew | anthony: tony | barbara: barb
    catherine katherine kathryn: kate cathy kathy katie | charles: charlie chuck
    christopher: chris | deborah: deb debbie | edward: ed eddie ted | elizabeth: liz beth betty
    eleanor: ellie nell | frances francis: fran frank | gregory: greg | henry: harry hal
    james: jim jimmy jamie | jennifer: jen jenny | jessica: jess jessie | john: jack johnny
    jonathan: jon jonny | joseph: joe joey | joshua: josh | kenneth: ken | lawrence: larry
    margaret: maggie meg peggy | matthew: matt matty | michael: mike mick mickey | nicholas: nick
    nicola: nicky | patricia: pat trish tricia | patrick: pat paddy | penelope: penny
    philippa: pippa pip | rebecca: bec becca becky beck bex | richard: rick dick richie rich
    robert: rob bob bobby | samantha samuel: sam sammy | stephen steven: steve
    susan susanna suzanne: sue suzie | theodore: theo ted | thomas: tom tommy
    timothy: tim | victoria: vicky tori | william: will bill billy | zachary: zach zak
"""
"""Short forms that are no beginning of the name; ``Dev`` for Devinder needs no table."""

_SOUNDS: Final = {
    "aoife": "eefa",
    "caoimhe": "keeva",
    "ciaran": "kieran",
    "eimear": "eemer",
    "eoghan": "owen",
    "grainne": "grawnya",
    "niamh": "neeve",
    "oisin": "usheen",
    "roisin": "rosheen",
    "saoirse": "seersha",
    "sean": "shawn",
    "sinead": "shinade",
    "siobhan": "shivawn",
    "tadhg": "tige",
    "xavier": "zavier",
}
"""Names that sound unlike their letters, as a recogniser writes them."""

_MIN_SHORT: Final = 3
_MIN_MISHEARD: Final = 4
_MISHEARD_JARO: Final = 0.88
_MISHEARD_RATIO: Final = 70
_MISHEARD_WEIGHT: Final = 0.6
_SHORT_WEIGHT: Final = 0.9


def fold(text: str) -> str:
    """Lower case, without accents, hyphens, apostrophes and full stops; for comparing names."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_UNDECOMPOSED))
    return "".join(c for c in plain if c.isalnum() or c.isspace()).strip()


def name_words(name: str) -> tuple[str, ...]:
    """The folded words of a name without honorifics."""
    words = (fold(word) for word in WORD.findall(name))
    return tuple(word for word in words if word and word not in _HONORIFICS)


def _short_forms() -> dict[str, frozenset[str]]:
    related: defaultdict[str, set[str]] = defaultdict(set)
    entries = re.findall(r"([a-z ]+): ([a-z ]+?)(?= \||\n|$)", _one_entry_a_line(_SHORT_FORMS))
    for longs, shorts in entries:
        for long in longs.split():
            for short in shorts.split():
                related[long].add(short)
                related[short].add(long)
    return {name: frozenset(forms) for name, forms in related.items()}


def _one_entry_a_line(table: str) -> str:
    return "\n".join(entry.strip() for line in table.splitlines() for entry in line.split("|"))


_RELATED: Final = _short_forms()


@dataclass(frozen=True, kw_only=True)
class Person:
    """A candidate for a voice. ``listed`` people stand in the deal; others named themselves."""

    name: str
    side: Side | None = None
    title: str | None = None
    email: str | None = None
    listed: bool = True

    @property
    def words(self) -> tuple[str, ...]:
        """The folded words of the name, without honorifics."""
        return name_words(self.name)

    @property
    def short(self) -> str:
        """What others call this person, as it is written."""
        words = [word for word in WORD.findall(self.name) if fold(word) not in _HONORIFICS]
        return next((word for word in words if len(word) > 1), self.name)


def listed(participants: Iterable[Participant]) -> tuple[Person, ...]:
    """The participants of a deal as candidates; a name that stands twice counts once."""
    people = (
        Person(name=one.name, side=one.side, title=one.title, email=one.email)
        for one in participants
    )
    return tuple({person.words: person for person in people}.values())


class Forms:
    """Finds who is meant by a word or a name; a form that fits two people means nobody."""

    def __init__(self, people: Sequence[Person]) -> None:
        self.people = people
        owners: defaultdict[str, set[int]] = defaultdict(set)
        for index, person in enumerate(people):
            for form in _exact_forms(person):
                owners[form].add(index)
        self._exact = owners
        self._given = [
            (index, given)
            for index, person in enumerate(people)
            if person.words
            for given in {person.words[0], _SOUNDS.get(person.words[0], person.words[0])}
        ]

    def exact(self, word: str) -> int | None:
        """The only person with this folded name, surname or usual short form."""
        owners = self._exact.get(word, set())
        return next(iter(owners)) if len(owners) == 1 else None

    def loose(self, word: str) -> tuple[int, float] | None:
        """The only person whose name begins like, or sounds nearly like, a folded word.

        Returns the person and how much the likeness weighs, 0 to 1. Ask only for words that
        cannot be ordinary ones.
        """
        if len(word) < _MIN_SHORT or word in self._exact:
            return None
        fits: dict[int, float] = {}
        for index, given in self._given:
            fits[index] = max(fits.get(index, 0.0), _like(word, given))
        likely = [(index, weight) for index, weight in fits.items() if weight]
        return likely[0] if len(likely) == 1 else None

    def written(self, label: str) -> frozenset[int]:
        """The people whom a transcript's label may mean; see ``labels`` for its spellings."""
        words = name_words(label)
        if not words:
            return frozenset()
        fits = {i: _label_fit(words, person) for i, person in enumerate(self.people)}
        best = max(fits.values(), default=0)
        return frozenset(i for i, fit in fits.items() if fit == best > 0)


def _exact_forms(person: Person) -> Iterator[str]:
    words = person.words
    for word in words:
        if len(word) > 1 and word not in _PARTICLES:
            yield word
    yield "".join(words)
    if len(words) > 2:
        yield "".join(words[:2])
        yield "".join(words[1:])
    if words:
        yield from _RELATED.get(words[0], ())


def _like(word: str, given: str) -> float:
    """How much a word that is not the name itself may stand for it, 0 to 1."""
    shorter, longer = sorted((word, given), key=len)
    if len(shorter) >= _MIN_SHORT and longer.startswith(shorter):
        return _SHORT_WEIGHT
    if len(shorter) < _MIN_MISHEARD or word[0] != given[0]:
        return 0.0
    near = JaroWinkler.similarity(word, given) >= _MISHEARD_JARO
    return _MISHEARD_WEIGHT if near and fuzz.ratio(word, given) >= _MISHEARD_RATIO else 0.0


def _label_fit(words: tuple[str, ...], person: Person) -> int:
    """4 for the same words, 3 for all words of one in the other, 2 and 1 for parts, 0 for no."""
    own = person.words
    if not own:
        return 0
    if sorted(words) == sorted(own) or "".join(words) == "".join(own):
        return 4
    if len(words) > 1:
        return _several_words_fit(words, own)
    if words[0] in (own[0], own[-1]):
        return 2
    short = words[0] in _RELATED.get(own[0], ()) or own[0].startswith(words[0])
    return int(short and len(words[0]) >= _MIN_SHORT)


def _several_words_fit(words: tuple[str, ...], own: tuple[str, ...]) -> int:
    if set(own) <= set(words) and len(own) > 1:
        return 3
    same_surname = words[-1] == own[-1] or (len(words[-1]) == 1 and own[-1][0] == words[-1])
    given = words[0] == own[0] or words[0] in _RELATED.get(own[0], ()) or _like(words[0], own[0])
    initial = len(words[0]) == 1 and own[0].startswith(words[0])
    if same_surname and (given or initial):
        return 3
    return 0
