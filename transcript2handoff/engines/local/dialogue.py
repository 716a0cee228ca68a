"""Finds promises that take two: the customer asks, and the seller's answer is yes."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.lexicon import pattern
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.transcript import Turn

SHORT: Final = 8
"""A "yes" or "okay" before more words than this opens a talk; it need not grant anything."""


class AnswerFinder:
    """A customer's request that the seller grants; the request is the candidate's support."""

    def find(self, reading: Reading) -> Iterator[Candidate]:
        """A candidate for each seller's turn that begins with a yes to a request just before."""
        for before, turn in pairwise(reading.transcript.turns):
            request = _request(reading, before)
            answer = _answer(reading, turn)
            if request and answer:
                thin = pattern("answer", "thin").search(answer.plain)
                yield Candidate(
                    kind="promise",
                    sentence=answer,
                    confidence=0.5 if thin else 0.65,
                    support=(request,),
                )


def _request(reading: Reading, turn: Turn) -> Sentence | None:
    """The last sentence of a customer's turn that asks for something."""
    asks = pattern("answer", "request")
    asking = [
        sentence
        for sentence in reading.of_turn(turn.n)
        if sentence.side == "customer" and asks.search(sentence.plain)
    ]
    return asking[-1] if asking else None


def _answer(reading: Reading, turn: Turn) -> Sentence | None:
    sentences = reading.of_turn(turn.n)
    if not sentences or sentences[0].side == "customer":
        return None
    first = sentences[0]
    thin = pattern("answer", "thin").search(first.plain)
    if thin and len(first.text.split()) > SHORT:
        return None
    return first if pattern("answer", "yes").search(first.plain) else None


def turned_down(reading: Reading, candidate: Candidate) -> bool:
    """Whether the customer refuses, in the next turn, what the seller offers."""
    following = reading.of_turn(candidate.sentence.turn + 1)
    if not following or following[0].side != "customer":
        return False
    return bool(pattern("answer", "no").search(following[0].plain))
