import numpy as np
import pytest
import spacy

from transcript2handoff.engines.local.decisions import FieldVote
from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.labels import FIELDS, columns, width
from transcript2handoff.engines.local.reading import read
from transcript2handoff.engines.local.votes import ballot, labels, shares

STRENGTHS, OWNERS = FIELDS["promise.strength"], FIELDS["promise.owner"]


@pytest.fixture
def reading(talk, context):
    said = talk(("Ines Halloran", "It should be out in the next release, I think."))
    return read(said, context, pipeline=spacy.blank("en"))


@pytest.fixture
def promise(reading):
    return Candidate(kind="promise", sentence=reading.sentences[0], confidence=1.0)


def vote(name, *, reader, rule):
    """Weights of a vote that believes the reader so much, and the rule so much."""
    size = len(FIELDS[name])
    weights = np.hstack((reader * np.eye(size), rule * np.eye(size)))
    return FieldVote(weights=tuple(map(tuple, weights.tolist())), offsets=(0.0,) * size)


def test_shares_are_of_one_field_and_add_up():
    row = np.zeros(width(), np.float32)
    row[columns()["promise.strength"]] = [3.0, 1.0, 1.0]
    told = shares(row, "promise.strength")
    assert told.sum() == pytest.approx(1.0)
    assert STRENGTHS[int(told.argmax())] == STRENGTHS[0]


def test_a_ballot_holds_what_the_reader_tells_and_what_the_rule_says(reading, promise):
    told = np.asarray([0.8, 0.1, 0.1], np.float32)
    cast = ballot(reading, promise, "promise.strength", told)
    assert cast[:3] == pytest.approx(np.log(told + 1e-3))
    assert STRENGTHS[int(cast[3:].argmax())] == "hedged"


def test_weights_decide_between_reader_and_rule(reading, promise):
    told = {"promise.strength": np.asarray([0.9, 0.05, 0.05], np.float32)}
    by_reader = {"promise.strength": vote("promise.strength", reader=1, rule=0)}
    by_rule = {"promise.strength": vote("promise.strength", reader=0, rule=5)}
    assert labels(reading, promise, told, by_reader) == {"strength": STRENGTHS[0]}
    assert labels(reading, promise, told, by_rule) == {"strength": "hedged"}


def test_nobody_owns_a_promise_only_where_that_is_likely(reading, promise):
    place = OWNERS.index("nobody")
    votes = {"promise.owner": vote("promise.owner", reader=1, rule=0)}
    for share, told in ((0.5, "speaker"), (0.9, "nobody")):
        heard = np.full(len(OWNERS), (1 - share) / 2, np.float32)
        heard[place] = share
        assert labels(reading, promise, {"promise.owner": heard}, votes) == {"owner": told}
