"""Inputs that nobody should send: all that ever broke something, and some new ones."""

import pytest

from benchmarks.fuzzing.harness import generated, listed, run
from benchmarks.fuzzing.target import CORPUS
from benchmarks.robustness import TARGETS

SLOW = {"decoder": 2, "documents": 3, "paper": 1, "service-api": 40}
"""New inputs of targets of which each takes its time."""
BY_NAME = {target.name: target for target in TARGETS}


@pytest.mark.parametrize("name", BY_NAME)
def test_every_input_is_taken_or_refused(name):
    target = BY_NAME[name]
    new, kept = generated(target, seed=7), target.kept()
    inputs = [*target.examples()[:3], *kept, *map(new, range(SLOW.get(name, 50)))]
    tally = run(target, range(len(inputs)), listed(inputs))
    told = "\n".join(f"{defect.where}\n{defect.trace}" for defect in tally.defects.values())
    assert not tally.broken, told
    assert tally.inputs == len(inputs)


def test_every_folder_of_the_corpus_is_that_of_a_target():
    assert {path.name for path in CORPUS.iterdir()} <= BY_NAME.keys()
