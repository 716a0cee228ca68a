"""What the call itself bears out near the words that prove a claim."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from transcript2handoff.deal import DealContext
from transcript2handoff.extract.dates import find_dates
from transcript2handoff.extract.figures import said_figures, written_figures
from transcript2handoff.extract.wording import content_words
from transcript2handoff.ground.places import Ear, Unproved
from transcript2handoff.handoff import Citation, SpokenEvidence
from transcript2handoff.policy import Projection
from transcript2handoff.transcript import Transcript

AROUND: Final = 3
"""Turns around a proof in which a figure or a day of the claim may have been said."""
Cited = tuple[Citation, ...]


@dataclass(frozen=True)
class Hearing:
    """Looks up what was said; a citation of words that nobody said counts for nothing.

    Attributes:
        projection: the call as the model saw it.
        context: the deal and the call.
    """

    projection: Projection
    context: DealContext

    @property
    def transcript(self) -> Transcript:
        """The call as the model saw it."""
        return self.projection.transcript

    def figures_in(self, words: str) -> frozenset[float]:
        """The figures that a model wrote; the number of a placeholder is none."""
        return written_figures(self._unmarked(words))

    def is_proved(self, cited: Cited) -> bool:
        """Whether any of the citations stands in the call."""
        return any(True for _ in self._proofs(cited))

    def best(self, cited: Cited) -> Citation:
        """The first citation that stands in the call, in its own letters; else the first."""
        proof = next(self._proofs(cited), None)
        return Citation(turn=proof.turn, quote=proof.quote) if proof else cited[0]

    def speaker(self, turn: int) -> str | None:
        """The name of who speaks in a turn, if there is such a turn and anybody knows."""
        if not 1 <= turn <= len(self.transcript.turns):
            return None
        speaker = self.transcript.speaker_of(turn)
        return speaker.name if speaker else None

    def figures_around(self, cited: Cited) -> frozenset[float]:
        """The figures said near the proofs, and the years that a day may be written with."""
        day = self.context.call.date
        years = frozenset({float(day.year), float(day.year + 1)} if day else ())
        return years.union(*map(said_figures, self._texts_around(cited)))

    def days_around(self, cited: Cited) -> frozenset[str]:
        """The due dates named near the proofs, as ``DateMention.due`` writes them."""
        day = self.context.call.date
        return frozenset(
            mention.due
            for text in self._texts_around(cited)
            for mention in find_dates(text, said_on=day)
        )

    def says(self, words: str, cited: Cited) -> bool:
        """Whether the telling words of a few were all said near the proofs."""
        said = content_words(" ".join(self._texts_around(cited)))
        return content_words(self._unmarked(words)) <= said

    @cached_property
    def figures_anywhere(self) -> frozenset[float]:
        """The figures in the call and in the names of its people."""
        spoken = (self._unmarked(turn.text) for turn in self.transcript.turns)
        speakers = (speaker.name or "" for speaker in self.transcript.speakers)
        invited = (person.name for person in self.context.deal.participants)
        texts = (*spoken, *speakers, *invited)
        return frozenset[float]().union(*map(said_figures, texts))

    def _texts_around(self, cited: Cited) -> tuple[str, ...]:
        proved = [proof.turn for proof in self._proofs(cited)]
        near = {n for turn in proved for n in range(turn - AROUND, turn + AROUND + 1)}
        return tuple(self._unmarked(t.text) for t in self.transcript.turns if t.n in near)

    def _unmarked(self, text: str) -> str:
        """The text without what stands for hidden words, which nobody said."""
        for placeholder in self.projection.originals:
            text = text.replace(placeholder, " ")
        return text

    def _proofs(self, cited: Cited) -> Iterator[SpokenEvidence]:
        for citation in cited:
            with suppress(Unproved):
                yield self._ear.find(citation).evidence

    @cached_property
    def _ear(self) -> Ear:
        return Ear(self.transcript)
