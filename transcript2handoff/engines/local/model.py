"""The model that ships with the engine: a trained reader, and the decisions that go with it."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from transcript2handoff.deal import first_fault
from transcript2handoff.engines.local.decisions import Decisions
from transcript2handoff.engines.local.encoder import ENCODER, HEADS, Reads, TrainedReader
from transcript2handoff.errors import ModelMismatchError, ModelMissingError

DECISIONS: Final = "decisions.json"


@dataclass(frozen=True)
class Model:
    """What the engine finds facts with.

    Attributes:
        name: tells this model from every other.
    """

    reader: Reads
    decisions: Decisions
    name: str


def shipped_folder() -> Path:
    """Where the files of the shipped model stand."""
    return Path(str(resources.files(__package__).joinpath("model")))


@cache
def shipped_model() -> Model:
    """The model that this package ships, loaded once."""
    return load_model(shipped_folder())


def load_model(folder: Path) -> Model:
    """The model of a folder: ``encoder.onnx``, ``heads.npz``, ``tokenizer.json``, decisions.

    Raises:
        ModelMissingError: a file is missing.
        ModelMismatchError: the decisions are of another version of this package.
    """
    try:
        text = (folder / DECISIONS).read_text(encoding="utf-8")
        digest = hashlib.sha256(text.encode())
        for name in (ENCODER, HEADS):
            digest.update((folder / name).read_bytes())
        decisions = Decisions.model_validate_json(text)
    except OSError as error:
        raise ModelMissingError(
            f"The model of the local engine is not whole: {error.filename} cannot be read. "
            "Install the package again, or train a model with `t2h train`."
        ) from error
    except ValidationError as error:
        raise ModelMismatchError(
            f"{folder / DECISIONS} is not of this version: {first_fault(error)}. "
            "Train the model again with `t2h train`."
        ) from error
    return Model(TrainedReader(folder), decisions, f"reader {digest.hexdigest()[:12]}")
