"""Why a speaker has a name and a side, in words that a reader can check in the transcript."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from transcript2handoff.deal import Side
from transcript2handoff.speakers.evidence import LEAD, Sign
from transcript2handoff.speakers.mentions import OWN_WORDS
from transcript2handoff.speakers.scoring import Case
from transcript2handoff.speakers.weights import Weights

_MOST_CAUSES: Final = 2
_MOST_TURNS: Final = 3
_MOST_WORDS: Final = 3
_LONG_WORD: Final = 4
_TELLING: Final = 1.0
"""Log-odds from which a person's own signs are told; less is left to elimination."""


def name_reason(case: Case, *, voice: int, person: int, weights: Weights) -> str:
    """Why this voice is this person: the strongest causes first."""
    label = case.labels[voice]
    causes: list[str] = []
    if person in label.fits:
        causes.append(f'the transcript calls this speaker "{label.name}"')
    causes += _causes(case, voice, person, weights)
    return "; ".join(causes[:_MOST_CAUSES]) or "the other voices belong to the other participants"


def side_reason(case: Case, *, voice: int, side: Side, weights: Weights) -> str:
    """Why this voice stands on this side, apart from its name."""
    if side in (case.labels[voice].side, case.given_sides[voice]):
        return f"the transcript puts this speaker on the {side}'s side"
    if words := _side_words(case.words[voice], side, weights):
        said = ", ".join(f'"{word}"' for word in words)
        return f"talks like the {side}'s side ({said})"
    return f"what is said, and by the other voices, leaves the {side}'s side"


def _causes(case: Case, voice: int, person: int, weights: Weights) -> Iterator[str]:
    """What the signs say for the pair, grouped by what a reader would call one cause."""
    groups: defaultdict[str, list[Sign]] = defaultdict(list)
    for sign in case.signs:
        for_it = weights.signs[sign.kind] > 0
        if sign.speaker == case.voices[voice] and sign.person == person and for_it:
            groups[_cause(sign.kind)].append(sign)
    force = {
        cause: sum(weights.signs[sign.kind] * sign.weight for sign in signs)
        for cause, signs in groups.items()
    }
    for cause in sorted(force, key=lambda cause: -force[cause]):
        if force[cause] >= _TELLING and cause != "other":
            yield _tell(cause, groups[cause], case.people[person].short)


def _cause(kind: str) -> str:
    if kind in OWN_WORDS:
        return "own"
    when, _, _ = kind.partition("_")
    return when if when in ("before", "after") else kind if kind in ("role", LEAD) else "other"


def _tell(cause: str, signs: Sequence[Sign], name: str) -> str:
    turns = _turns(signs)
    if cause == "own":
        return f'gives the name in turn {signs[0].turn}: "{signs[0].words}"'
    if cause == "before":
        return f"speaks next when {name} is named ({turns})"
    if cause == "after":
        return f"is replied to as {name} ({turns})"
    if cause == "role":
        return f"tells of work that fits the title ({turns})"
    return "leads the call, as an account executive does"


def _turns(signs: Sequence[Sign]) -> str:
    numbers = sorted({sign.turn for sign in signs})
    shown = ", ".join(map(str, numbers[:_MOST_TURNS]))
    more = ", …" if len(numbers) > _MOST_TURNS else ""
    return f"turn{'s' if len(numbers) > 1 else ''} {shown}{more}"


def _side_words(said: Mapping[str, int], side: Side, weights: Weights) -> list[str]:
    """The words that speak most for the side; marks are no words."""
    sign = 1 if side == "seller" else -1
    force = {
        word: sign * weight * math.log1p(said[word])
        for word, weight in weights.lexicon.items()
        if len(word) >= _LONG_WORD and "_" not in word and said[word]
    }
    best = sorted(force, key=lambda word: (-force[word], word))[:_MOST_WORDS]
    return [word for word in best if force[word] > 0]
