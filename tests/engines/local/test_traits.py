import numpy as np
import pytest
import spacy

from transcript2handoff.engines.local.encoder import Told
from transcript2handoff.engines.local.labels import width
from transcript2handoff.engines.local.reading import read
from transcript2handoff.engines.local.traits import EXTREME, TRAITS, CallTraits
from transcript2handoff.facts import KINDS

INES, PRIYA = "Ines Halloran", "Priya Raman"


@pytest.fixture
def reading(talk, context):
    said = talk(
        (PRIYA, "Can you send us the report by Friday?"),
        (INES, "Yep. I'll send it."),
        (PRIYA, "Great."),
    )
    return read(said, context, pipeline=spacy.blank("en"))


def told(reading, odds):
    sentences = np.zeros((len(reading.sentences), width()), np.float32)
    sentences[:, KINDS.index("promise")] = odds
    return Told(sentences, (), ())


def test_there_are_as_many_traits_as_weights_are_fitted_for(reading):
    for kind in ("promise", "goal"):
        traits = CallTraits(reading, told(reading, [0, 1, 2, 3])).of(kind)
        assert traits.shape == (4, TRAITS)
        assert np.isfinite(traits).all()


def test_log_odds_are_cut_off(reading):
    traits = CallTraits(reading, told(reading, [99, -99, 0, 0])).of("promise")
    assert traits[:, KINDS.index("promise")].tolist() == [EXTREME, -EXTREME, 0, 0]


def test_neighbours_are_the_sentences_before_and_after(reading):
    traits = CallTraits(reading, told(reading, [1, 2, 3, 4])).of("promise")
    assert traits[:, len(KINDS)].tolist() == [-EXTREME, 1, 2, 3]
    assert traits[:, len(KINDS) + 1].tolist() == [2, 3, 4, -EXTREME]


def test_a_yes_to_a_request_tells_for_a_promise_alone(reading):
    answered = TRAITS - 3
    assert CallTraits(reading, told(reading, 0)).of("promise")[1:3, answered].max() > 0
    assert CallTraits(reading, told(reading, 0)).of("goal")[:, answered].max() == 0
