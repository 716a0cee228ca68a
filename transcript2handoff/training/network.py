"""The reader as it is trained: a sentence encoder, and heads over sentences and tokens."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from transcript2handoff.engines.local.labels import NAMES, width

HIDDEN = 256
"""Width of the layer between a pooled sentence and what is told of it."""
EXTRA = 5
"""Numbers beside the pooled tokens: see ``engines.local.encoder.surroundings``."""


@dataclass(frozen=True)
class Batch:
    """Windows of calls as tensors.

    Attributes:
        ids: tokens; (windows, longest).
        mask: 1 where a token stands; the same shape.
        tokens: places of the tokens of each sentence in the flattened ids; (sentences, most).
        standing: 1 where a sentence has a token there; the same shape.
        extra: the surroundings of each sentence; (sentences, EXTRA).
    """

    ids: torch.Tensor
    mask: torch.Tensor
    tokens: torch.Tensor
    standing: torch.Tensor
    extra: torch.Tensor


class ReaderNetwork(nn.Module):
    """Tells of every sentence the kinds, the fields, and which tokens are names."""

    def __init__(self, base: Path, *, frozen_layers: int) -> None:
        super().__init__()
        self.encoder = _encoder(base)
        size = self.encoder.config.hidden_size
        for parameter in self.encoder.embeddings.word_embeddings.parameters():
            parameter.requires_grad = False
        for layer in self.encoder.encoder.layer[:frozen_layers]:
            for parameter in layer.parameters():
                parameter.requires_grad = False
        self.inner = nn.Linear(2 * size + EXTRA, HIDDEN)
        self.outer = nn.Linear(HIDDEN, width())
        self.names = nn.Linear(size, len(NAMES))
        self.dropout = nn.Dropout(0.2)

    def forward(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of sentences (sentences, width) and of tokens (sentences, most, names)."""
        hidden = self.encoder(input_ids=batch.ids, attention_mask=batch.mask).last_hidden_state
        spoken = hidden.float().flatten(0, 1)[batch.tokens]
        standing = batch.standing.unsqueeze(-1)
        mean = (spoken * standing).sum(1) / standing.sum(1)
        peak = spoken.masked_fill(standing == 0, -1e4).amax(1)
        pooled = self.dropout(torch.cat((mean, peak, batch.extra), dim=1))
        told = self.outer(self.dropout(nn.functional.gelu(self.inner(pooled))))
        return told, self.names(self.dropout(spoken))


def _encoder(base: Path) -> Any:  # noqa: ANN401 - transformers' models are not typed
    from transformers import AutoModel

    # Attention without dropout runs on torch's fast path on a CPU.
    return AutoModel.from_pretrained(
        base, attention_probs_dropout_prob=0.0, add_pooling_layer=False
    )
