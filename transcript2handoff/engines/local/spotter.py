"""Finds facts by the trained reader: the kinds of a sentence, with the values of its fields."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from transcript2handoff.deal import Side
from transcript2handoff.engines.local.decisions import Recall, Scored, Weights, kept
from transcript2handoff.engines.local.encoder import Floats, Told
from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.model import Model
from transcript2handoff.engines.local.named import (
    BY_NAME,
    people_candidates,
    present_people,
    vendor_candidates,
    weighed,
)
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.engines.local.traits import CallTraits
from transcript2handoff.engines.local.votes import VOTED, labels, shares
from transcript2handoff.facts import KINDS, Kind

VOICES: Final[dict[Kind, Side]] = {
    "goal": "customer",
    "pain": "customer",
    "promise": "seller",
    "exclusion": "seller",
    "customer_commitment": "customer",
    "objection": "customer",
}
"""Whose voice a kind needs; the other side's sentences are never taken for it."""


def may_state(sentence: Sentence, kind: Kind) -> bool:
    """Whether the right side says it, as far as is known."""
    voice = VOICES.get(kind)
    return voice is None or sentence.side in (None, voice)


def spotted(
    sentences: Sequence[Sentence], traits: Floats, kind: Kind, weights: Weights
) -> Iterator[Scored]:
    """Every sentence that the right side says, with the log odds that it states the kind.

    Args:
        sentences: of one call.
        traits: of each sentence for the kind, see ``traits.CallTraits``.
        kind: the kind.
        weights: of the traits.
    """
    odds = traits @ np.asarray(weights.weights, np.float32) + weights.offset
    for place, sentence in enumerate(sentences):
        if may_state(sentence, kind):
            yield Scored(place, sentence.turn, float(odds[place]))


class TrainedFinder:
    """Candidates of all kinds, in the order of the call."""

    def __init__(self, model: Model, recall: Recall) -> None:
        self._model = model
        self._recall = recall

    @property
    def name(self) -> str:
        """Which model it finds with, and how much it keeps."""
        return f"{self._model.name}, {self._recall}"

    def find(self, reading: Reading) -> list[Candidate]:
        """The sentences and names that are kept, with the fields that the reader tells."""
        if not reading.sentences:
            return []
        told = self._model.reader.read(reading.sentences)
        found = [*self._by_sentence(reading, told), *self._by_name(reading, told)]
        return sorted(found, key=lambda c: (c.sentence.turn, c.sentence.span.begin))

    def _by_sentence(self, reading: Reading, told: Told) -> Iterator[Candidate]:
        decisions = self._model.decisions
        traits = CallTraits(reading, told)
        for kind in KINDS:
            if kind in BY_NAME:
                continue
            calibrated = decisions.calibrations[kind].probability
            weights = decisions.sentences[kind]
            scored = spotted(reading.sentences, traits.of(kind), kind, weights)
            for one in kept(scored, decisions.thresholds[self._recall][kind]):
                candidate = Candidate(
                    kind=kind,
                    sentence=reading.sentences[one.place],
                    confidence=calibrated(one.log_odds),
                )
                heard = {name: shares(told.sentences[one.place], name) for name in VOTED[kind]}
                settled = labels(reading, candidate, heard, decisions.fields)
                yield replace(candidate, labels=settled)

    def _by_name(self, reading: Reading, told: Told) -> Iterator[Candidate]:
        decisions = self._model.decisions
        people = people_candidates(reading, told)
        vendors = vendor_candidates(reading, told)
        named = (
            *present_people(reading, told),
            *weighed(people, decisions.names["stakeholder"], self._recall),
            *weighed(vendors, decisions.names["competitor"], self._recall),
        )
        for one in named:
            heard = dict.fromkeys(VOTED[one.candidate.kind], one.heard)
            settled = labels(reading, one.candidate, heard, decisions.fields)
            yield replace(one.candidate, labels=settled)
