"""Trains for real, on two short calls: what comes out is read by the engine's own reader."""

from dataclasses import replace

import numpy as np
import pytest

from transcript2handoff.audio.models import ModelSources
from transcript2handoff.engines.local.decisions import Recall
from transcript2handoff.engines.local.encoder import TrainedReader
from transcript2handoff.engines.local.labels import NAMES, width
from transcript2handoff.facts import KINDS
from transcript2handoff.training.annotated import annotated_calls, sentences_of
from transcript2handoff.training.base import base_encoder
from transcript2handoff.training.crossvalidate import cross_validate
from transcript2handoff.training.export import export
from transcript2handoff.training.fit import Training, fit
from transcript2handoff.training.folds import Workshop

pytestmark = pytest.mark.slow
SHORT = Training(passes=2, rows=2, threads=2)
TURNS = 40


def beginning(call):
    """The first turns of a call, with what is annotated in them."""
    turns = call.transcript.turns[:TURNS]
    return replace(
        call,
        transcript=call.transcript.model_copy(update={"turns": turns}),
        items=tuple(item for item in call.items if item.at.turn <= TURNS),
        names={
            kind: tuple(place for place in places if place.turn <= TURNS)
            for kind, places in call.names.items()
        },
    )


@pytest.fixture(scope="module")
def calls(request):
    found = annotated_calls(request.config.rootpath / "fixtures/bench")
    return [beginning(call) for call in found if call.id in ("halcyon-1", "redfern-1")]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return base_encoder(ModelSources(cache=tmp_path_factory.mktemp("cache"), hub=False))


@pytest.fixture(scope="module")
def trained(calls, base, tmp_path_factory):
    """A folder with a reader, and what was reported on the way."""
    said = []
    folder = tmp_path_factory.mktemp("reader")
    export(fit(calls, base, SHORT, report=said.append), base, folder)
    return folder, said


def test_every_pass_reports_its_loss_which_falls(trained):
    _, said = trained
    losses = [float(line.split("loss ")[1].split(",")[0]) for line in said]
    assert len(losses) == SHORT.passes
    assert losses[-1] < losses[0]


def test_the_engine_reads_with_what_was_trained(trained, calls):
    folder, _ = trained
    sentences = sentences_of(calls[0])
    told = TrainedReader(folder).read(sentences)
    assert told.sentences.shape == (len(sentences), width())
    assert {row.shape[1] for row in told.names} == {len(NAMES)}
    assert [len(row) for row in told.names] == [len(piece.offsets) for piece in told.pieces]
    assert np.isfinite(told.sentences).all()


def test_training_again_gives_the_same_reader(trained, calls, base, tmp_path):
    folder, _ = trained
    export(fit(calls, base, SHORT, report=lambda _: None), base, tmp_path)
    sentences = sentences_of(calls[0])
    one, other = (TrainedReader(path).read(sentences).sentences for path in (folder, tmp_path))
    kinds = slice(0, len(KINDS))
    np.testing.assert_allclose(one[:, kinds], other[:, kinds], atol=0.05)


def test_a_workshop_makes_each_reader_once(calls, base, tmp_path):
    said = []
    work = Workshop(tmp_path, base, replace(SHORT, passes=1), said.append)
    first = work.told(calls[:1], calls[1:])
    again = work.told(calls[:1], calls[1:])
    assert [line for line in said if line.startswith("training")] == ["training on 1 calls"]
    (call,) = calls[:1]
    np.testing.assert_array_equal(first[call.id].sentences, again[call.id].sentences)


def test_a_workshop_does_not_measure_on_what_was_seen(calls, base, tmp_path):
    work = Workshop(tmp_path, base, SHORT, lambda _: None)
    with pytest.raises(ValueError, match="not seen"):
        work.told(calls, calls)


def test_a_cross_validation_measures_every_call_by_strangers(request, base, tmp_path):
    folder = request.config.rootpath / "fixtures/bench"
    some = ("halcyon-1", "redfern-1", "fjord-1", "redbarn-1", "kestrel-1", "clyde-1")
    calls = [call for call in annotated_calls(folder) if call.id in some]
    work = Workshop(tmp_path, base, replace(SHORT, passes=1), lambda _: None)
    validation = cross_validate(folder, calls, work)
    results = list(validation.results(Recall.BALANCED))
    assert sorted(result.gold.id for result in results) == sorted(some)
    assert len(validation.decisions) == len(validation.parts)
    for result in results:
        texts = result.gold.texts()
        assert all(e["quote"] in texts[e["turn"]] for i in result.items for e in i["evidence"])
