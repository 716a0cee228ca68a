"""Trains the reader: batches, losses, and one pass after the other."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from transcript2handoff.engines.local.encoder import TOKENIZER, surroundings
from transcript2handoff.engines.local.labels import FIELDS, columns
from transcript2handoff.engines.local.reading import Sentence
from transcript2handoff.engines.local.windows import (
    Piece,
    Window,
    packed_windows,
    padded,
    pieces,
    read_tokenizer,
    tokens_of,
)
from transcript2handoff.training.annotated import (
    AnnotatedCall,
    Targets,
    roughened,
    sentences_of,
    side_unknown,
    targets,
)
from transcript2handoff.training.network import Batch, ReaderNetwork


@dataclass(frozen=True, kw_only=True)
class Training:
    """How the reader is trained.

    Attributes:
        passes: times that every call is read.
        rows: windows in a step.
        rate: highest learning rate of the encoder.
        head_rate: highest learning rate of the heads.
        frozen_layers: lowest layers of the encoder that stay as they are.
        rough: share of calls that are read without capitals and punctuation in a pass.
        unknown: share of calls that are read with unknown sides in a pass.
        seed: of every choice by chance.
        threads: of torch; other numbers give other roundings.
    """

    passes: int = 8
    rows: int = 4
    rate: float = 2e-4
    head_rate: float = 1e-3
    frozen_layers: int = 2
    rough: float = 0.2
    unknown: float = 0.05
    seed: int = 7
    threads: int = 2


class _Laid(NamedTuple):
    """A version of a call, laid out for the encoder."""

    sentences: list[Sentence]
    said: list[Piece]
    targets: Targets


class _Versions(NamedTuple):
    clean: _Laid
    rough: _Laid
    unknown: _Laid


def _laid(call: AnnotatedCall, tokenizer: Any) -> _Laid:  # noqa: ANN401
    sentences = sentences_of(call)
    said = pieces(sentences, tokenizer)
    return _Laid(sentences, said, targets(call, sentences, said))


def fit(
    calls: Sequence[AnnotatedCall],
    base: Path,
    training: Training,
    *,
    report: Callable[[str], None],
) -> ReaderNetwork:
    """Train a reader on calls, from the encoder in the folder ``base``."""
    torch.manual_seed(training.seed)
    torch.set_num_threads(training.threads)
    chance = np.random.default_rng(training.seed)
    tokenizer = read_tokenizer(base / TOKENIZER)
    versions = [
        _Versions(
            _laid(call, tokenizer),
            _laid(roughened(call), tokenizer),
            _laid(side_unknown(call), tokenizer),
        )
        for call in calls
    ]
    network = ReaderNetwork(base, frozen_layers=training.frozen_layers)
    steps = _steps(versions, training) * training.passes
    optimiser, schedule = _optimiser(network, training, steps=steps)
    for n in range(training.passes):
        began, losses = time.monotonic(), []
        network.train()
        for rows in _rows_of_pass(versions, training, chance):
            losses.append(_step(network, rows, optimiser))
            schedule.step()
        loss = float(np.mean(losses))
        seconds = time.monotonic() - began
        report(f"pass {n + 1} of {training.passes}: loss {loss:.4f}, {seconds:.0f} s")
    return network.eval()


def _optimiser(
    network: ReaderNetwork, training: Training, *, steps: int
) -> tuple[torch.optim.Optimizer, Any]:
    slow = [p for p in network.encoder.parameters() if p.requires_grad]
    fast = [p for n, p in network.named_parameters() if not n.startswith("encoder.")]
    groups = [
        {"params": slow, "lr": training.rate},
        {"params": fast, "lr": training.head_rate},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    rates = [training.rate, training.head_rate]
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, rates, total_steps=steps + 1, pct_start=0.1, anneal_strategy="linear"
    )
    return optimiser, schedule


Row = tuple[_Laid, Window]


def _steps(versions: Sequence[_Versions], training: Training) -> int:
    """An upper bound of the steps of a pass: the roughest cut makes the most windows."""
    most = sum(
        max(len(list(packed_windows(laid.said, begin=0))) for laid in version) + 1
        for version in versions
    )
    return -(-most // training.rows)


def _rows_of_pass(
    versions: Sequence[_Versions], training: Training, chance: np.random.Generator
) -> Iterator[list[Row]]:
    rows: list[Row] = []
    for version in versions:
        draw = chance.random()
        laid = version.clean
        if draw < training.rough:
            laid = version.rough
        elif draw > 1 - training.unknown:
            laid = version.unknown
        begin = int(chance.integers(min(20, len(laid.said))))
        rows.extend((laid, window) for window in packed_windows(laid.said, begin=begin))
    order = chance.permutation(len(rows))
    for at in range(0, len(rows), training.rows):
        yield [rows[n] for n in order[at : at + training.rows]]


def _step(network: ReaderNetwork, rows: list[Row], optimiser: torch.optim.Optimizer) -> float:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        told, names = network(_batch(rows))
    loss = _loss(told, names, rows)
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()
    return loss.item()


def _batch(rows: list[Row]) -> Batch:
    laid = [tokens_of(window, row.said) for row, window in rows]
    ids, mask = padded([tokens for tokens, _ in laid])
    longest = ids.shape[1]
    spans = [
        (n * longest + begin, n * longest + end)
        for n, (_, places) in enumerate(laid)
        for begin, end in places
    ]
    most = max(end - begin for begin, end in spans)
    tokens = np.zeros((len(spans), most), np.int64)
    standing = np.zeros((len(spans), most), np.float32)
    for place, (begin, end) in enumerate(spans):
        tokens[place, : end - begin] = np.arange(begin, end)
        standing[place, : end - begin] = 1
    extra = [
        surroundings(sentence, share=sentence.turn / row.sentences[-1].turn)
        for row, window in rows
        for sentence in row.sentences[window.first : window.last]
    ]
    return Batch(
        ids=torch.from_numpy(ids),
        mask=torch.from_numpy(mask),
        tokens=torch.from_numpy(tokens),
        standing=torch.from_numpy(standing),
        extra=torch.tensor(extra, dtype=torch.float32),
    )


STATED_WEIGHT = 2.0
"""Weight of a sentence that states a fact beside one that does not: the latter are many."""
FIELD_SHARE = 1.5
"""Weight of a field's loss beside the loss of the kinds."""
NAME_SHARE = 0.5


def _loss(told: torch.Tensor, names: torch.Tensor, rows: list[Row]) -> torch.Tensor:
    wanted = _joined(rows, lambda t: t.kinds)
    counted = _joined(rows, lambda t: t.counted)
    places = columns()
    told = told.float()
    kinds = nn.functional.binary_cross_entropy_with_logits(
        told[:, places["kinds"]],
        wanted,
        reduction="none",
        pos_weight=torch.tensor(STATED_WEIGHT),
    )
    loss = (kinds * counted).sum(1).mean()
    for field in FIELDS:
        right = torch.from_numpy(
            np.concatenate([r.targets.fields[field][w.first : w.last] for r, w in rows])
        )
        if (right >= 0).any():
            every = nn.functional.cross_entropy(
                told[:, places[field]], right, ignore_index=-1, reduction="sum"
            )
            loss = loss + FIELD_SHARE * every / len(right)
    return loss + NAME_SHARE * _name_loss(names.float(), rows)


def _name_loss(names: torch.Tensor, rows: list[Row]) -> torch.Tensor:
    marks = [m for r, w in rows for m in r.targets.names[w.first : w.last]]
    wanted = torch.zeros_like(names)
    standing = torch.zeros_like(names)
    for place, mark in enumerate(marks):
        wanted[place, : len(mark)] = torch.from_numpy(mark)
        standing[place, : len(mark)] = 1
    each = nn.functional.binary_cross_entropy_with_logits(names, wanted, reduction="none")
    return (each * standing).sum() / len(marks)


def _joined(rows: list[Row], part: Callable[[Targets], Any]) -> torch.Tensor:
    return torch.from_numpy(np.concatenate([part(r.targets)[w.first : w.last] for r, w in rows]))
