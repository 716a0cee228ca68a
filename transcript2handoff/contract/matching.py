"""Which line of a contract a claim is about, by words and figures that a reader can check.

A claim and a line are alike by the share of telling words and figures that they have in common,
of whichever has fewer. A figure that the other has otherwise takes nothing away, for contradictions
are made of it. A word counts the less the more lines it stands in. Names of people and
companies tell nothing, for they stand everywhere; no more do numbers without a unit, and dates.
"""

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from transcript2handoff.contract.documents import Contract, ContractLine
from transcript2handoff.contract.quantities import Quantity, said, signed
from transcript2handoff.deal import Deal
from transcript2handoff.extract.numbers import CARDINALS, ORDINAL_DAYS
from transcript2handoff.extract.wording import content_words, in_digits
from transcript2handoff.facts import Promise, Term
from transcript2handoff.handoff import Claim, SpokenEvidence

ALIKE: Final = 0.45
"""How like a claim and a line must be. In the harborline deal, at 0.4 the start of a pilot is taken
for the start of the term, and a feature for the line on what happens without it; at 0.5 promises
that are told in other words lose their lines."""
SHARED: Final = 2
"""Words and figures that they must share at least: a single one is a coincidence."""
MONEY: Final = 3.0
"""What a sum of money weighs: two prices of one contract are hardly ever the same by chance, so a
common one is enough (it counts as ``SHARED``)."""

_WHEN_AND_HOW_MUCH: Final = (
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday "
    "hundred thousand million billion year month week day hour minute pound dollar euro per cent "
    "percent by until before after"
)
_IN_EVERY_CONTRACT: Final = "contract agreement sign signed signature provided"
_PARTY: Final = re.compile(r"(?:client|customer|seller|supplier|vendor)(?:s['’]?|['’]s)?")
"""Who signs; "customer" would have the stem of "customs"."""
_COMPOUND: Final = re.compile(
    r"\b(?:add|follow|go|hand|kick|log|on|out|roll|round|set|sign)(?:[- ](?:of|the))?"
    r"[- ](?:clock|hours|in|live|off|on|out|over|site|up)\b",
    re.IGNORECASE,
)
"""Two words that are one matter, written apart or with a hyphen: go-live, out of hours."""
_WORD: Final = re.compile(r"[^\W_][\w'’]*")
_ENDING: Final = re.compile(r"(?<=[a-z]{3})(?:ings?|ed|e?s|e)$")
_SHOWN: Final = re.compile(rf"{_COMPOUND.pattern}|[^\W_][\w'’-]*", re.IGNORECASE)


@dataclass(frozen=True)
class Telling:
    """What a text says by which others can be recognised: words cut to their stems, and figures."""

    words: frozenset[str]
    figures: tuple[Quantity, ...]

    def shared_by(self, other: "Telling") -> "Telling":
        """What the other says as well."""
        figures = [one for one in self.figures if any(one.equals(each) for each in other.figures)]
        return Telling(self.words & other.words, tuple(figures))

    def without_contrary(self, other: "Telling") -> "Telling":
        """This without the figures that the other has otherwise: sixty days beside thirty days."""
        kept = [
            one
            for one in self.figures
            if any(one.equals(each) for each in other.figures)
            or not any(one.compares_with(each) for each in other.figures)
        ]
        return Telling(self.words, tuple(kept))

    def __len__(self) -> int:
        return len(self.words) + len(self.figures)


@dataclass(frozen=True)
class Met:
    """A line that a claim is about, how like they are (0 to 1), and what they share."""

    line: ContractLine
    likeness: float
    shared: Telling
    said: str
    """The words of the claim that are like the line."""

    @property
    def by(self) -> str:
        """What they share, as it stands in the line: “keying”, “600 notes”."""
        words = [word for word in _SHOWN.findall(self.line.text) if stems(word) & self.shared.words]
        once = {stems(word): word for word in reversed(words)}
        figures = (each.words for each in self.shared.figures)
        return ", ".join(f"“{each}”" for each in (*reversed(once.values()), *figures))


class Lines:
    """The lines of a contract, made ready to be compared with claims of one deal."""

    def __init__(self, contract: Contract, deal: Deal) -> None:
        self._names = names_of(deal)
        self.lines = tuple(sorted(contract.all_lines, key=lambda line: line.id))
        self._telling = {
            line.id: self._told(line.text, _distinct(signed(line))) for line in self.lines
        }
        self._stands_in = Counter(word for each in self._telling.values() for word in each.words)
        self._held: dict[Quantity, int] = {}

    def alike(self, claim: Claim) -> tuple[Met, ...]:
        """The lines that a claim is about, the most alike first; equals by their id.

        A summary can be cut, and a quote can hang on the words before it: either may tell.
        """
        found: dict[str, Met] = {}
        for text in wordings(claim):
            told = self._told(text, _distinct(said(text)))
            for met in (self._met(line, told, text) for line in self.lines):
                best = found.get(met.line.id)
                if self._is_enough(met, claim) and not (best and best.likeness >= met.likeness):
                    found[met.line.id] = met
        return tuple(sorted(found.values(), key=lambda each: (-each.likeness, each.line.id)))

    def words_in_common(self, claim: Claim, line: ContractLine) -> frozenset[str]:
        """The telling words, without figures, that the summary of a claim and a line share."""
        return self._told(wordings(claim)[0], ()).words & self._telling[line.id].words

    def _is_enough(self, met: Met, claim: Claim) -> bool:
        """Whether what they share is no coincidence; of two days, one word is enough."""
        money = any(each.measure == "money" for each in met.shared.figures)
        fact = claim.fact
        dated = isinstance(fact, Promise) and fact.type == "timeline" and met.line.date is not None
        least = 1 if money or dated else SHARED
        return met.likeness >= ALIKE and len(met.shared) >= least

    def _met(self, line: ContractLine, told: Telling, text: str) -> Met:
        ours = self._telling[line.id]
        shared = ours.shared_by(told)
        sides = (ours.without_contrary(told), told.without_contrary(ours))
        least = min(map(self._weight, sides))
        return Met(line, round(self._weight(shared) / least, 6) if least else 0.0, shared, text)

    def _weight(self, told: Telling) -> float:
        words = (1.0 / max(self._stands_in[word], 1) for word in told.words)
        figures = (
            (MONEY if each.measure == "money" else 1.0) / max(self._holding(each), 1)
            for each in told.figures
        )
        return math.fsum((*words, *figures))

    def _holding(self, figure: Quantity) -> int:
        """In how many lines a figure stands."""
        if figure not in self._held:
            lines = self._telling.values()
            self._held[figure] = sum(any(map(figure.equals, each.figures)) for each in lines)
        return self._held[figure]

    def _told(self, text: str, figures: tuple[Quantity, ...]) -> Telling:
        words = stems(text) - self._names - _NO_SUBJECT
        return Telling(frozenset(word for word in words if word.isalpha()), figures)


def wordings(claim: Claim) -> tuple[str, ...]:
    """What a claim says: its summary, with the value of a term, and its best quote.

    Of a promise with a history the last step counts, for that is what is owed.
    """
    value = claim.fact.value if isinstance(claim.fact, Term) else ""
    last = claim.history[-1] if claim.history else claim
    quotes = [each.quote for each in last.evidence if isinstance(each, SpokenEvidence)]
    texts = (f"{claim.summary} {value}", last.summary, *quotes[:1])
    return tuple(dict.fromkeys(in_digits(text).strip() for text in texts))


def stems(text: str) -> frozenset[str]:
    """The telling words of a text without their endings: "hosting" and "hosted" are one."""
    joined = _COMPOUND.sub(lambda match: re.sub("[- ]", "", match[0]), text.lower())
    found = (word for word in _WORD.findall(joined) if not _PARTY.fullmatch(word))
    words = [word for word in found if content_words(word)]
    return content_words(" ".join(_ENDING.sub("", word) for word in words))


_NO_SUBJECT: Final = stems(
    f"{_WHEN_AND_HOW_MUCH} {_IN_EVERY_CONTRACT} {' '.join(CARDINALS)} {' '.join(ORDINAL_DAYS)}"
)
"""Words that do not say what a line is about; figures are compared as figures."""


def names_of(deal: Deal) -> frozenset[str]:
    """The words of the names of a deal's people and companies."""
    names = [deal.seller, deal.customer, *(person.name for person in deal.participants)]
    return stems(" ".join(name for name in names if name))


def _distinct(figures: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
    """Each figure once, as it stands first."""
    kept: list[Quantity] = []
    for figure in figures:
        if not any(figure.equals(each) for each in kept):
            kept.append(figure)
    return tuple(kept)
