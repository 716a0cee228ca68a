import json
import shutil

import pytest

from transcript2handoff.engines.local.decisions import Recall
from transcript2handoff.engines.local.field_rules import RULES
from transcript2handoff.engines.local.model import DECISIONS, load_model, shipped_folder
from transcript2handoff.engines.local.named import BY_NAME, NAME_TRAITS
from transcript2handoff.engines.local.traits import TRAITS
from transcript2handoff.errors import ModelMismatchError, ModelMissingError
from transcript2handoff.facts import KINDS

LARGEST = 30 * 2**20


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(shipped_folder(), tmp_path / "model")


def test_the_shipped_model_is_small():
    assert sum(path.stat().st_size for path in shipped_folder().iterdir()) < LARGEST


def test_the_shipped_model_has_not_seen_the_recorded_calls():
    card = json.loads((shipped_folder() / "model.json").read_text())
    assert card["without_deals"] == ["harborline", "quarrystone", "redfern"]


def test_every_kind_and_field_has_its_decisions():
    decisions = load_model(shipped_folder()).decisions
    by_sentence = set(KINDS) - set(BY_NAME)
    assert set(decisions.sentences) == set(decisions.calibrations) == by_sentence
    assert {len(w.weights) for w in decisions.sentences.values()} == {TRAITS}
    assert {len(n.weights) for n in decisions.names.values()} == {NAME_TRAITS}
    assert set(decisions.thresholds) == set(Recall)
    assert set(decisions.names) == set(BY_NAME)
    assert set(decisions.fields) == set(RULES)


def test_another_model_has_another_name(copy):
    (copy / DECISIONS).write_text((copy / DECISIONS).read_text() + "\n")
    assert load_model(copy).name != load_model(shipped_folder()).name


@pytest.mark.parametrize("name", ["encoder.onnx", "heads.npz", DECISIONS])
def test_a_model_that_is_not_whole_says_which_file_is_missing(copy, name):
    (copy / name).unlink()
    with pytest.raises(ModelMissingError, match=name):
        load_model(copy)


def test_decisions_of_another_version_are_refused(copy):
    (copy / DECISIONS).write_text('{"thresholds": {}}')
    with pytest.raises(ModelMismatchError, match="not of this version"):
        load_model(copy)
