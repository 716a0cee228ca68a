"""Where the words of a citation stand: in its turn, near it, or in one place of the call only."""

from dataclasses import dataclass
from functools import cached_property
from textwrap import shorten
from typing import Final, NoReturn

from transcript2handoff.ground.quotes import Concordance, Contrary, Found, Text
from transcript2handoff.handoff import Citation, SpokenEvidence, spoken_evidence
from transcript2handoff.transcript import Span, Transcript

NEAR: Final = (0, -1, 1, -2, 2)
"""Turns around the cited one in which a quote is looked for, nearest first."""
TELLING: Final = 5
"""Words that a quote needs to be looked for in the whole call, where it must be unique."""


class Unproved(Exception):  # noqa: N818 - a finding, told to the reader, never to the caller
    """Why a claim is rejected."""


@dataclass(frozen=True)
class Proof:
    """Evidence together with its characters in its turn."""

    evidence: SpokenEvidence
    span: Span

    @property
    def place(self) -> tuple[int, Span]:
        """The turn, and the characters in it."""
        return self.evidence.turn, self.span

    def overlaps(self, other: "Proof") -> bool:
        """Whether both hold some of the same characters."""
        if self.evidence.turn != other.evidence.turn:
            return False
        return self.span.begin < other.span.end and other.span.begin < self.span.end


class Ear:
    """The turns of a call, each made ready for look-ups when it is first needed."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self._ready: dict[int, Text] = {}

    def hear(self, n: int) -> Text:
        """The words of turn ``n``."""
        if n not in self._ready:
            self._ready[n] = Text(self.transcript.turn(n).text)
        return self._ready[n]

    @cached_property
    def turns(self) -> range:
        """The numbers of all turns."""
        return range(1, len(self.transcript.turns) + 1)

    @cached_property
    def _concordance(self) -> Concordance:
        return Concordance([self.hear(n) for n in self.turns])

    def find(self, citation: Citation) -> Proof:
        """The evidence for a citation.

        Raises:
            Unproved: the words are not there, or they are not the same in what matters.
        """
        quote = Text(citation.quote)
        near = [citation.turn + step for step in NEAR if citation.turn + step in self.turns]
        for n in near:
            if found := self.hear(n).find(quote):
                return self._proof(n, found)
        contrary: Contrary | None = None
        for n in near:
            alike = self.hear(n).find_alike(quote)
            if isinstance(alike, Found):
                return self._proof(n, alike)
            contrary = contrary or alike
        return self._anywhere(quote) or _give_up(citation, contrary)

    def _anywhere(self, quote: Text) -> Proof | None:
        index = self._concordance.only(quote) if len(quote.fluent.words) >= TELLING else None
        if index is None:
            return None
        found = self.hear(index + 1).find(quote)
        return self._proof(index + 1, found) if found else None

    def _proof(self, n: int, found: Found) -> Proof:
        evidence = spoken_evidence(self.transcript, n, found.span, match=found.match)
        return Proof(evidence, found.span)


def _give_up(citation: Citation, contrary: Contrary | None) -> NoReturn:
    words, turn = shorten(citation.quote, 160, placeholder=" …"), citation.turn
    if contrary:
        odd = ", ".join(f"“{word}”" for word in contrary.differs)
        raise Unproved(f"words like “{words}” stand near turn {turn}, but they differ in {odd}")
    raise Unproved(f"the words “{words}” are not in turn {turn} nor near it")
