"""The learned numbers: ``weights.toml``, written by ``benchmarks/speakers_fit.py``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from pydantic import Field

from transcript2handoff.deal import Record


class Weights(Record):
    """Log-odds. ``signs``: kind of sign -> weight for one sign; ``lexicon``: word -> weight."""

    signs: Mapping[str, float]
    lexicon: Mapping[str, float]
    side: float = Field(ge=0)
    """How much of the lexicon's log-odds counts."""
    somebody_else: float
    """A voice of nobody that the deal lists."""
    even: float
    """Added to ``somebody_else`` where there are as many voices as people in the deal."""
    split: float = Field(le=0)
    """A second voice of one person."""


@cache
def load_weights() -> Weights:
    """The weights that ship with the package."""
    text = files(__package__).joinpath("weights.toml").read_text(encoding="utf-8")
    return Weights.model_validate(tomllib.loads(text))
