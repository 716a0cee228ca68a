"""From a transcript and a deal to the weighed problem of who is who."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from transcript2handoff.deal import Deal, Side
from transcript2handoff.speakers.assign import MAX_PEOPLE, SIDES, Floats, Problem
from transcript2handoff.speakers.evidence import Sign, count_signs, find_signs, kinds
from transcript2handoff.speakers.guests import find_guests
from transcript2handoff.speakers.labels import Label, read_label
from transcript2handoff.speakers.mentions import find_mentions
from transcript2handoff.speakers.people import Forms, Person, listed
from transcript2handoff.speakers.sides import side_score, side_words
from transcript2handoff.speakers.weights import Weights
from transcript2handoff.transcript import Transcript

SIDE_ORDER: Final[tuple[Side, Side]] = ("seller", "customer")
_SAME_SIDE: Final = -3.0
"""All channels on one side: a sales call has two."""
_KNOWN_SIDE: Final = 4.0
"""Log-odds of a side that the transcript came with."""
_WRITTEN: Final = 8.0
"""Log-odds that a label which fits one participant means that participant."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that is known about the voices of a call, before it is weighed."""

    voices: tuple[str, ...]
    people: tuple[Person, ...]
    labels: tuple[Label, ...]
    signs: tuple[Sign, ...]
    counts: Floats
    """(voices, people, kinds)."""
    words: tuple[Counter[str], ...]
    """What each voice says, for the lexicon."""
    groups: Mapping[int, int]
    given_sides: tuple[Side | None, ...]

    @property
    def is_even(self) -> bool:
        """Whether there are as many voices as people in the deal."""
        return len(self.voices) == sum(person.listed for person in self.people)


def build_case(transcript: Transcript, deal: Deal) -> Case:
    """Collect what speaks for and against every pair of voice and person."""
    voices = tuple(speaker.id for speaker in transcript.speakers)
    people = _candidates(transcript, deal)
    forms = Forms(people)
    signs = find_signs(transcript, mentions=find_mentions(transcript, forms), people=people)
    words = side_words(transcript, deal)
    return Case(
        voices=voices,
        people=people,
        labels=tuple(
            read_label(speaker.name, forms=forms, deal=deal) for speaker in transcript.speakers
        ),
        signs=tuple(signs),
        counts=_counts(signs, voices, people),
        words=tuple(words[voice] for voice in voices),
        groups=_groups(transcript),
        given_sides=tuple(speaker.side for speaker in transcript.speakers),
    )


def _candidates(transcript: Transcript, deal: Deal) -> tuple[Person, ...]:
    """The listed people, most talked about first if there are too many, and who named themself."""
    people = listed(deal.participants)
    guests = find_guests(transcript, Forms(people))
    if len(people) + len(guests) > MAX_PEOPLE:
        heard = Counter(mention.person for mention in find_mentions(transcript, Forms(people)))
        told = {
            read_label(one.name, forms=Forms(people), deal=deal).fits for one in transcript.speakers
        }
        for fits in told:
            heard.update(dict.fromkeys(fits, len(transcript.turns)))
        order = sorted(range(len(people)), key=lambda index: -heard[index])
        people = tuple(people[index] for index in sorted(order[:MAX_PEOPLE]))
    return (*people, *guests[: MAX_PEOPLE - len(people)])


def _counts(signs: Sequence[Sign], voices: Sequence[str], people: Sequence[Person]) -> Floats:
    order = {kind: index for index, kind in enumerate(kinds())}
    place = {voice: index for index, voice in enumerate(voices)}
    counts = np.zeros((len(voices), len(people), len(order)))
    for (voice, person), amounts in count_signs(signs).items():
        for kind, amount in amounts.items():
            counts[place[voice], person, order[kind]] = amount
    return counts


def _groups(transcript: Transcript) -> dict[int, int]:
    """Voices that share a channel stand on one side; two voices alone stand on two sides.

    One channel for everybody says nothing.
    """
    channels = {i: s.channel for i, s in enumerate(transcript.speakers) if s.channel is not None}
    if len(set(channels.values())) > 1:
        return channels
    return {0: 0, 1: 1} if len(transcript.speakers) == SIDES else {}


def weigh(case: Case, weights: Weights) -> Problem:
    """The problem with a score for every voice, person and side."""
    table = np.array([weights.signs[kind] for kind in kinds()])
    sides = side_scores(case, weights)
    people = (case.counts @ table)[:, :, None] + sides[:, None, :]
    for index, person in enumerate(case.people):
        for order, side in enumerate(SIDE_ORDER):
            if person.side not in (None, side):
                people[:, index, order] = -np.inf
    others = weights.somebody_else + weights.even * case.is_even + sides
    for voice, label in enumerate(case.labels):
        if label.is_name:
            strangers = [i for i in range(len(case.people)) if i not in label.fits]
            people[voice, strangers] = -np.inf
            others[voice] += -_WRITTEN if len(label.fits) == 1 else 0.0
    return Problem(
        people=people,
        others=others,
        split=weights.split,
        groups=case.groups,
        same_side=_SAME_SIDE,
    )


def side_scores(case: Case, weights: Weights) -> Floats:
    """(voices, sides): log weights of each voice standing on a side, before names."""
    odds = np.array([side_score(words, weights.lexicon) for words in case.words]) * weights.side
    for voice, (label, given) in enumerate(zip(case.labels, case.given_sides, strict=True)):
        for side in {label.side, given} - {None}:
            odds[voice] += _KNOWN_SIDE if side == "seller" else -_KNOWN_SIDE
    scores: Floats = np.stack([odds / 2, -odds / 2], axis=1)
    return scores


def signed_forces(case: Case, *, voice: int, person: int, weights: Weights) -> dict[str, float]:
    """Kind of sign -> log-odds that it adds for (or takes from) a pair."""
    amounts = case.counts[voice, person]
    return {
        kind: weights.signs[kind] * float(amount)
        for kind, amount in zip(kinds(), amounts, strict=True)
        if amount
    }
