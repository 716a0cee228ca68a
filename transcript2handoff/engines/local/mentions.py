"""Names of people and vendors in a call, as the trained reader marks them token by token."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from transcript2handoff.engines.local.encoder import Told
from transcript2handoff.engines.local.labels import NAMES
from transcript2handoff.engines.local.reading import Sentence
from transcript2handoff.transcript import Span

MARKED: Final = -1.5
"""Log odds from which on a token is taken for part of a name."""
_WORD: Final = re.compile(r"[^\W_]+(?:[-'’&.+][^\W_]+)*")
_AROUND: Final = re.compile(
    r"^(?:the|a|an|our|my|your|their|his|her|some|this|that|and|or|of|with|from|in|on|at|mr|mrs|ms|"
    r"dr|called|named)\s+|(?:['’]s?|(?<!\s)\s+(?:and|or|is|the|a))$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a name is said.

    Attributes:
        name: as it is said there, articles left off.
        place: the sentence's place in the call.
        log_odds: of the token that is surest.
    """

    name: str
    place: int
    log_odds: float


@dataclass(frozen=True, slots=True)
class Named:
    """A name with everything that is said under it, in the order of the call."""

    name: str
    mentions: tuple[Mention, ...]

    @property
    def surest(self) -> float:
        """The highest log odds of its mentions."""
        return max(mention.log_odds for mention in self.mentions)


def named(sentences: Sequence[Sentence], told: Told, kind: str) -> list[Named]:
    """The names of a kind that are said in a call, each once, in the order of their first words."""
    groups: dict[frozenset[str], list[Mention]] = {}
    for mention in mentions(sentences, told, kind):
        words = words_of_name(mention.name)
        same = next((key for key in groups if key <= words or words <= key), None)
        if same is None:
            groups[words] = [mention]
        else:
            groups.setdefault(same | words, groups.pop(same)).append(mention)
    return [Named(_fullest(found), tuple(found)) for found in groups.values()]


def words_of_name(name: str) -> frozenset[str]:
    """The words of a name by which it is the same as another."""
    return frozenset(word.lower() for word in _WORD.findall(name))


def mentions(sentences: Sequence[Sentence], told: Told, kind: str) -> Iterator[Mention]:
    """Every place where a token of a name stands, with the whole words around it."""
    column = NAMES.index(kind)
    for place, sentence in enumerate(sentences):
        odds = told.names[place][:, column]
        if odds.size and odds.max() > MARKED:
            offsets = told.pieces[place].offsets
            marks = [Span(*offsets[n]) for n in np.flatnonzero(odds > MARKED)]
            sure = {offsets[n]: float(odds[n]) for n in np.flatnonzero(odds > MARKED)}
            for span in _whole_words(sentence.text, marks):
                name = _bare(sentence.text[span.begin : span.end])
                if name:
                    yield Mention(name, place, _surest(sure, span))


def _surest(sure: dict[tuple[int, int], float], span: Span) -> float:
    return max(odds for (begin, end), odds in sure.items() if span.begin < end and begin < span.end)


def _whole_words(text: str, marks: list[Span]) -> Iterator[Span]:
    """Runs of words that hold a mark, neighbours joined where only a blank parts them."""
    marked = [
        Span(*word.span())
        for word in _WORD.finditer(text)
        if any(word.start() < mark.end and mark.begin < word.end() for mark in marks)
    ]
    run: Span | None = None
    for word in marked:
        if run and text[run.end : word.begin].strip() == "":
            run = Span(run.begin, word.end)
            continue
        if run:
            yield run
        run = word
    if run:
        yield run


def _bare(name: str) -> str:
    before = None
    while before != name:
        before, name = name, _AROUND.sub("", name).strip()
    return name


def _fullest(found: Sequence[Mention]) -> str:
    """The form with most words, then the one that is said most."""
    often: dict[str, int] = defaultdict(int)
    for mention in found:
        often[mention.name] += 1
    return max(often, key=lambda name: (len(name.split()), often[name], -len(name)))
