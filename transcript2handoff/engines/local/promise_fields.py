"""Reads the fields of promises: strength, type, owner, due date, status."""

from typing import cast

from transcript2handoff.engines.local.due import due
from transcript2handoff.engines.local.field_rules import label
from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.owners import owner
from transcript2handoff.engines.local.reading import Reading
from transcript2handoff.engines.local.retraction import fate
from transcript2handoff.facts import Promise, PromiseType, Strength


def read_promise(reading: Reading, candidate: Candidate) -> Promise:
    """The fields of a promise: how it was made, and what became of it in the call."""
    outcome = fate(reading, candidate)
    made = label(reading, candidate, "promise.strength")
    return Promise(
        strength=outcome.strength or cast(Strength, made),
        type=cast(PromiseType, label(reading, candidate, "promise.type")),
        owner=_promised_by(reading, candidate),
        due=due(reading, candidate),
        status=outcome.status,
    )


def _promised_by(reading: Reading, candidate: Candidate) -> str | None:
    """Whoever is to do it; nobody in person where only the company will."""
    if label(reading, candidate, "promise.owner") == "nobody":
        return None
    return owner(reading, candidate.sentence)
