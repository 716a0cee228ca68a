"""Writes a trained reader as the files that the engine reads: int8 ONNX, heads, tokenizer."""

import json
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from transcript2handoff.engines.local.encoder import ENCODER, HEADS, TOKENIZER
from transcript2handoff.training.network import ReaderNetwork


class _EncoderAlone(nn.Module):
    def __init__(self, network: ReaderNetwork) -> None:
        super().__init__()
        self.encoder = network.encoder

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> Any:  # noqa: ANN401
        return self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state


def export(network: ReaderNetwork, base: Path, folder: Path) -> None:
    """Write ``encoder.onnx``, ``heads.npz`` and ``tokenizer.json`` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    _export_encoder(network, folder / ENCODER)
    heads = {
        name: value.detach().numpy().astype(np.float16)
        for name, value in network.state_dict().items()
        if not name.startswith("encoder.")
    }
    np.savez(folder / HEADS, **heads)
    shutil.copyfile(base / TOKENIZER, folder / TOKENIZER)


def _export_encoder(network: ReaderNetwork, target: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    network.encoder.config._attn_implementation = "eager"
    example = torch.ones((2, 16), dtype=torch.int64)
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        # The older exporter warns of its age and of branches on shapes, which are the same for
        # every input here; the newer one's graph is not what dynamic quantisation expects.
        warnings.simplefilter("ignore")
        whole = Path(scratch) / "whole.onnx"
        torch.onnx.export(
            _EncoderAlone(network).eval(),
            (example, example),
            str(whole),
            input_names=["ids", "mask"],
            output_names=["hidden"],
            dynamic_axes={name: {0: "rows", 1: "tokens"} for name in ("ids", "mask", "hidden")},
            dynamo=False,
        )
        quantize_dynamic(whole, target, weight_type=QuantType.QInt8, per_channel=True)


def write_card(folder: Path, about: dict[str, Any]) -> None:
    """Write ``model.json``: what the model is and how it was made."""
    text = json.dumps(about, indent=1, sort_keys=True) + "\n"
    (folder / "model.json").write_text(text, encoding="utf-8")
