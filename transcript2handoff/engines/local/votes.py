"""Settles the fields that are one of a few values: what the reader tells, against the rules."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from transcript2handoff.engines.local.decisions import FieldVote
from transcript2handoff.engines.local.encoder import Floats
from transcript2handoff.engines.local.field_rules import RULES
from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.labels import FIELDS, columns
from transcript2handoff.engines.local.reading import Reading
from transcript2handoff.facts import KINDS

VOTED: Final = {kind: tuple(n for n in RULES if n.startswith(f"{kind}.")) for kind in KINDS}
"""The fields of each kind that are settled here, as ``kind.field``."""
SURE: Final = {"promise.owner": {"nobody": 0.7}}
"""Probability that a value needs where being wrong costs more than being unsure; else the first
value stands."""


def shares(row: Floats, name: str) -> Floats:
    """What the reader tells of a field of one sentence, as shares of its values."""
    odds = row[columns()[name]]
    grown = np.exp(odds - odds.max())
    told: Floats = grown / grown.sum()
    return told


def ballot(reading: Reading, candidate: Candidate, name: str, told: Floats) -> Floats:
    """The traits of a vote: the log of each value's share, then 1 for the value of the rule."""
    ruled = RULES[name](reading, candidate)
    by_rule = [float(value == ruled) for value in FIELDS[name]]
    return np.concatenate((np.log(told + 1e-3), by_rule)).astype(np.float32)


def labels(
    reading: Reading,
    candidate: Candidate,
    told: Mapping[str, Floats],
    votes: Mapping[str, FieldVote],
) -> dict[str, str]:
    """The values of a candidate's fields.

    Args:
        reading: the call.
        candidate: where the fact is stated.
        told: shares of the values of each field, by ``kind.field``.
        votes: the weights of each field.
    """
    settled = {}
    for name, heard in told.items():
        vote = votes[name]
        odds = np.asarray(vote.weights) @ ballot(reading, candidate, name, heard) + vote.offsets
        likely = np.exp(odds - odds.max())
        settled[name.split(".")[1]] = _chosen(name, likely / likely.sum())
    return settled


def _chosen(name: str, likely: Floats) -> str:
    values = FIELDS[name]
    best = values[int(np.argmax(likely))]
    return best if likely.max() >= SURE.get(name, {}).get(best, 0.0) else values[0]
