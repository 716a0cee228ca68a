"""Trains the reader that ships with the engine, and says how it does beside the one that ships."""

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from transcript2handoff.audio.models import ModelSources
from transcript2handoff.engines.local.model import DECISIONS, load_model, shipped_folder
from transcript2handoff.evaluate import group_table
from transcript2handoff.files import make_folder
from transcript2handoff.training.annotated import AnnotatedCall, annotated_calls, digest
from transcript2handoff.training.base import ENCODER, base_encoder
from transcript2handoff.training.export import export, write_card
from transcript2handoff.training.fit import Training, fit
from transcript2handoff.training.measure import measured

Report = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class TrainOrder:
    """What somebody wants to have trained.

    Attributes:
        calls: the folder of annotated calls.
        without: deals that the reader must not see; it is measured on them.
        out: the folder for the model.
        training: how it is trained.
    """

    calls: Path
    without: tuple[str, ...]
    out: Path
    training: Training


def train(order: TrainOrder, sources: ModelSources, report: Report) -> None:
    """Train a reader, write it with the decisions that ship, and measure it on unseen deals.

    Raises:
        InputError: the folder holds no annotated call.
        ModelError: the encoder to start from is not there, or not the right one.
        OutputError: the folder cannot be written.
    """
    began = time.monotonic()
    base = base_encoder(sources)
    every = annotated_calls(order.calls)
    seen = [call for call in every if call.deal not in order.without]
    out = make_folder(order.out)
    report(f"read {len(every)} calls, training on {len(seen)}: {_since(began)}")
    trained = time.monotonic()
    network = fit(seen, base, order.training, report=report)
    report(f"trained: {_since(trained)}")
    exported = time.monotonic()
    export(network, base, out)
    write_card(out, card(seen, order))
    report(f"quantised and written to {out}: {_since(exported)}")
    if out != shipped_folder():
        shutil.copyfile(shipped_folder() / DECISIONS, out / DECISIONS)
    compared = time.monotonic()
    report(comparison(order.calls, [c for c in every if c.deal in order.without], out))
    report(f"measured: {_since(compared)}; all together: {_since(began)}")


def card(seen: Sequence[AnnotatedCall], order: TrainOrder) -> dict[str, object]:
    """What is written down about a model: what it was made of, and how."""
    return {
        "base": ENCODER.repository,
        "base_files": dict(ENCODER.files),
        "calls": len(seen),
        "calls_sha256": digest(seen),
        "without_deals": sorted(order.without),
        "training": asdict(order.training),
    }


def comparison(folder: Path, calls: Sequence[AnnotatedCall], out: Path) -> str:
    """The main figures of the new model and of the one that ships, on deals neither has seen."""
    if not calls:
        return "No deal was left out, so there is nothing to measure on."
    models = {"shipped": load_model(shipped_folder()), "new": load_model(out)}
    groups = {
        name: [result.scored for result in measured(folder, calls, model)]
        for name, model in models.items()
    }
    return group_table(groups)


def _since(moment: float) -> str:
    return f"{time.monotonic() - moment:.0f} s"
