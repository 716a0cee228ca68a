"""Where a name falls on a call, and in which part of the conversation's etiquette."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from transcript2handoff.speakers.people import WORD, Forms, fold, word_set
from transcript2handoff.transcript import Transcript


class Use(StrEnum):
    """What a speaker does with a name."""

    SAYS_OWN = "says_own"
    """ "I'm Carmel", "Solveig here"."""
    GIVES_FULL = "gives_full"
    """A full name that opens a clause: "Gareth Pugh, ops director"."""
    GIVES_ROLE = "gives_role"
    """A given name with a role behind it: "Jon, IT", "Matty. I run the store"."""
    STANDS_ALONE = "stands_alone"
    """A name that is a sentence by itself: "Morning. Sione." """
    IT_IS = "it_is"
    """ "It's Kayleigh": oneself at the door or on the phone, or somebody else."""
    INTRODUCES = "introduces"
    """Somebody else: "this is Ravi", "Freya's our product manager"."""
    OPENS = "opens"
    """Addresses somebody in the first of several sentences."""
    CLOSES = "closes"
    """Addresses somebody in the last of several sentences."""
    ASKS = "asks"
    """Addresses somebody in a question that ends the turn."""
    SAYS = "says"
    """Addresses somebody in a turn of one sentence, or in the midst of one."""
    MENTIONS = "mentions"
    """Talks about somebody."""


ADDRESSES: Final = frozenset({Use.OPENS, Use.CLOSES, Use.ASKS, Use.SAYS, Use.STANDS_ALONE})
INTRODUCTIONS: Final = frozenset({Use.SAYS_OWN, Use.GIVES_FULL, Use.GIVES_ROLE})
OWN_WORDS: Final = INTRODUCTIONS | {Use.STANDS_ALONE, Use.IT_IS}
"""How people say who they are, surely or perhaps."""


@dataclass(frozen=True, kw_only=True)
class Mention:
    """A name in a turn: whose, how it is used, and how surely it was heard (0 to 1)."""

    turn: int
    person: int
    use: Use
    weight: float
    words: str


class _Name(NamedTuple):
    person: int
    begin: int
    end: int
    weight: float
    full: bool


_OWN_BEFORE: Final = re.compile(
    r"\b(?:i['’]?m|i am|my name is|my name['’]s|call me|myself)\s+$", re.I
)
_OWN_HERE: Final = re.compile(
    r"(?:\b(?:this is|it['’]s|it is)|^|[.!?,…—])\s*\0\s*,?\s+(?:here|speaking)\b", re.I
)
_OWN_FROM: Final = re.compile(r"\b(?:this is|it['’]s|it is)\s+\0,?\s+(?:from|at)\s+\w", re.I)
_OWN_PLACE: Final = re.compile(r"^,?\s+from\s+[\w'’ -]{2,40}(?:[.,]|$)", re.I)
_TO_ALL: Final = re.compile(r"\b(?:all|both|everyone|everybody|folks|team|again),?\s+$", re.I)
_IT_IS: Final = re.compile(r"^(?:[^.!?]{0,25}[.!?,]\s+)?it['’]s\s+$", re.I)
_TURN_START: Final = re.compile(r"(?:[^.!?]{0,20}[.!?…]\s+)?$")
_PAUSE: Final = re.compile(r"^(?:[,.]\s|[.]$|\s+(?:from|at|with)\b)")
_OWN_BARE: Final = re.compile(r"^(?:\w+\s+){0,2}(?:its|it's|this is|im)\s+$", re.I)
_HONORIFIC: Final = re.compile(r"\b(?:mr|mrs|ms|miss|dr|prof|captain)\.?\s+$", re.I)
_ROLE_AFTER: Final = re.compile(
    r"^[,.]\s+(?:and\s+)?(?:i['’]m|i am|i (?:look after|run|lead|head|manage|handle|own|do|work)\b"
    r"|(?:the\s+|your\s+)?(?:head|director|manager|lead|vp|ceo|cfo|coo|cio|cto|it|ops|finance"
    r"|operations|sales|marketing|security|support|hr|legal|procurement|customer success)\b)",
    re.I,
)
_INTRODUCES_BEFORE: Final = re.compile(
    r"\b(?:this is|that['’]s|that is|here['’]s|meet|joined by|colleague|our)\s+$", re.I
)
_INTRODUCES_AFTER: Final = re.compile(
    r"^(?:,\s+(?:our|my|who|he['’]s|she['’]s)|(?:['’]s|\s+is)\s+(?:our|my|the))\b", re.I
)
_GREETING: Final = re.compile(
    r"(?:^|[\s.!?,;—…])(?:hi|hiya|hello|hey|thanks|thank you|cheers|morning|afternoon|sorry|okay"
    r"|ok|right|yes|yeah|yep|no|so|and|well|oh|but|bye|welcome|ta|listen|look|now|great|perfect"
    r"|lovely|brilliant|please|good|sure),?\s*$",
    re.I,
)
_CLAUSE_START: Final = re.compile(r"(?:^|[.!?…—;:]\s*[\"'“]?)$")
_CLAUSE_END: Final = re.compile(r"^\s*(?:$|[,.!?…—;:])")
_LIST_BEFORE: Final = re.compile(r"[A-Z][\w'’\-]+,?\s+(?:and|or)\s+$")
_LIST_AFTER: Final = re.compile(r"^,?\s+(?:and|or)\s+[A-Z]|^,\s+[A-Z][\w'’\-]+(?:,|\s+and\b)")
_SENTENCE_END: Final = re.compile(r"[.!?…]+[\"'”)]*\s+")
_MISHEARD_WEIGHT: Final = 0.8
"""A full name of which only the family name was heard right."""
_QUOTED: Final = 60
_EDGE_WORDS: Final = 2
_POSSESSIVE: Final = ("'s", "’s")


class Orthography:
    """How a transcript is written: whether capitals and punctuation can be relied upon."""

    def __init__(self, transcript: Transcript) -> None:
        texts = [turn.text for turn in transcript.turns if turn.text]
        self.cased = _most(text[0].isupper() for text in texts)
        self.punctuated = _most(text.rstrip()[-1:] in ".?!…—" for text in texts)
        words = [word for text in texts for word in WORD.findall(text)]
        self._small = Counter(fold(word) for word in words if word[0].islower())
        self._large = Counter(fold(word) for word in words if word[0].isupper())

    def may_be_name(self, word: str) -> bool:
        """Whether a word is written like a name, and mostly so: "Dev", but not "The"."""
        key = fold(word)
        return self.cased and word[0].isupper() and self._large[key] > self._small[key]

    def is_name(self, word: str) -> bool:
        """Whether a word that is a participant's name is one here: "will" is not Will."""
        return word[0].isupper() if self.cased else fold(word) not in _ALSO_WORDS


_ALSO_WORDS: Final = word_set(
    """
    art bill bob bright carol case chance dawn day dean dick drew faith frank gene grace grant
    guy hall hope iris jack jan joy june king kit lane long lord love mark marsh may mike
    miles nick olive park pat penny pip price ray reed rich rick rob rose rusk sandy skip sky
    stone sue summer sunny ted van violet wade ward will wood young
    """
)


def _most(flags: Iterator[bool]) -> bool:
    values = list(flags)
    return sum(values) * 2 > len(values)


def find_mentions(transcript: Transcript, forms: Forms) -> list[Mention]:
    """Every name of a candidate that is said on the call, in order."""
    orthography = Orthography(transcript)
    return [
        Mention(
            turn=turn.n,
            person=name.person,
            use=_use(turn.text, name, orthography),
            weight=name.weight,
            words=_excerpt(turn.text, name),
        )
        for turn in transcript.turns
        for name in _names(turn.text, forms, orthography)
        if not _is_quoted(turn.text[: name.begin])
    ]


def _is_quoted(before: str) -> bool:
    """Whether somebody else's words are repeated: who is addressed in them is not here."""
    return before.count('"') % 2 == 1 or before.count("“") > before.count("”")


def _names(text: str, forms: Forms, orthography: Orthography) -> Iterator[_Name]:
    words = list(WORD.finditer(text))
    position = 0
    while position < len(words):
        name, length = _name_at(words[position : position + 4], forms, orthography)
        if name:
            yield name
        position += length


def _name_at(
    words: list[re.Match[str]], forms: Forms, orthography: Orthography
) -> tuple[_Name | None, int]:
    """The name that begins at the first word, longest first, and how many words it takes."""
    first = words[0].group()
    if not orthography.is_name(first):
        return None, 1
    for length in range(len(words), 1, -1):
        joined = "".join(fold(_bare(word.group())) for word in words[:length])
        person = forms.exact(joined)
        if person is not None:
            end = _end(words[length - 1])
            full = joined == "".join(forms.people[person].words)
            return _Name(person, words[0].start(), end, 1.0, full), length
    word = fold(_bare(first))
    begin, end = words[0].start(), _end(words[0])
    family = _before_family_name(words, forms, orthography)
    if family is not None:
        return _Name(family, begin, _end(words[1]), _MISHEARD_WEIGHT, full=True), 2
    person = forms.exact(word)
    if person is not None:
        return _Name(person, begin, end, 1.0, full=False), 1
    if orthography.may_be_name(_bare(first)) and (like := forms.loose(word)):
        return _Name(like[0], begin, end, like[1], full=False), 1
    return None, 1


def _before_family_name(
    words: list[re.Match[str]], forms: Forms, orthography: Orthography
) -> int | None:
    """Whose family name follows a word that begins like the given name: "Shivorn Keane"."""
    if len(words) < 2 or not orthography.may_be_name(words[0].group()):
        return None
    person = forms.exact(fold(_bare(words[1].group())))
    if person is None or not words[1].group()[0].isupper():
        return None
    own = forms.people[person].words
    family = len(own) > 1 and own[-1] == fold(_bare(words[1].group()))
    return person if family and own[0][0] == fold(words[0].group())[0] else None


def _bare(word: str) -> str:
    return word[:-2] if word.endswith(_POSSESSIVE) else word


def _end(word: re.Match[str]) -> int:
    return word.start() + len(_bare(word.group()))


def _use(text: str, name: _Name, orthography: Orthography) -> Use:
    before, after = _HONORIFIC.sub("", text[: name.begin]), text[name.end :]
    if not orthography.punctuated and _OWN_BARE.search(before):
        return Use.SAYS_OWN
    return (
        _introduction(before, after, full=name.full)
        or _address(before, after, punctuated=orthography.punctuated)
        or Use.MENTIONS
    )


def _introduction(before: str, after: str, *, full: bool) -> Use | None:
    if _is_own(before, after):
        return Use.SAYS_OWN
    if _IT_IS.search(before):
        return Use.IT_IS
    starts = bool(_CLAUSE_START.search(before))
    opens = starts or bool(_GREETING.search(before))
    pauses, to_all = bool(_PAUSE.match(after)), bool(_TO_ALL.search(before))
    uses = {
        Use.GIVES_FULL: full and pauses and (opens or to_all),
        Use.GIVES_ROLE: (opens and _tells_role(after)) or (to_all and pauses),
        Use.STANDS_ALONE: bool(_TURN_START.match(before)) and re.match(r"\.\s", after) is not None,
        Use.INTRODUCES: bool(_INTRODUCES_BEFORE.search(before) or _INTRODUCES_AFTER.match(after)),
    }
    return next((use for use, holds in uses.items() if holds), None)


def _is_own(before: str, after: str) -> bool:
    around = f"{before}\0{after}"
    return bool(_OWN_BEFORE.search(before) or _OWN_HERE.search(around) or _OWN_FROM.search(around))


def _tells_role(after: str) -> bool:
    return bool(_ROLE_AFTER.match(after) or _OWN_PLACE.match(after))


def _address(before: str, after: str, *, punctuated: bool) -> Use | None:
    if after.startswith(_POSSESSIVE) or not _is_address(before, after, punctuated=punctuated):
        return None
    starts = not _SENTENCE_END.search(before) if punctuated else len(before.split()) <= _EDGE_WORDS
    ends = not _SENTENCE_END.search(after) if punctuated else len(after.split()) <= _EDGE_WORDS
    if ends and after.rstrip().endswith("?"):
        return Use.ASKS
    if starts == ends:
        return Use.SAYS
    return Use.OPENS if starts else Use.CLOSES


def _is_address(before: str, after: str, *, punctuated: bool) -> bool:
    greeted = bool(_GREETING.search(before))
    if not punctuated:
        edge = not before.strip() or not after.strip()
        return edge or (greeted and len(before.split()) <= _EDGE_WORDS)
    if _LIST_AFTER.match(after) or _LIST_BEFORE.search(before):
        return False
    parted = bool(_CLAUSE_START.search(before)) or before.rstrip().endswith(",") or greeted
    return parted and bool(_CLAUSE_END.match(after))


def _excerpt(text: str, name: _Name) -> str:
    """The words around a name, cut at word boundaries."""
    begin = max(text.rfind(" ", 0, max(name.begin - _QUOTED // 2, 0)) + 1, 0)
    stop = text.find(" ", min(name.end + _QUOTED // 2, len(text)))
    return text[begin : stop if stop >= 0 else len(text)].strip(" ,;")
