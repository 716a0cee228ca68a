"""Runs the engine over annotated calls with a given model."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from transcript2handoff.assemble import context
from transcript2handoff.deal import Deal, DealContext
from transcript2handoff.engines.local import LocalEngine
from transcript2handoff.engines.local.decisions import Recall
from transcript2handoff.engines.local.model import Model
from transcript2handoff.evaluate import GoldCall, read_gold
from transcript2handoff.extract import Extractor
from transcript2handoff.ground import ground
from transcript2handoff.handoff import Handoff
from transcript2handoff.importers import import_transcript
from transcript2handoff.pipeline import name_call
from transcript2handoff.training.annotated import AnnotatedCall
from transcript2handoff.transcript import Transcript


@dataclass(frozen=True)
class Result:
    """A call with its gold, and what the engine found in it."""

    gold: GoldCall
    handoff: Handoff

    @property
    def items(self) -> list[dict[str, Any]]:
        """What was found, as flat records."""
        return self.handoff.items()

    @property
    def scored(self) -> tuple[GoldCall, list[dict[str, Any]]]:
        """The gold and what was found, as ``evaluate.score`` takes them."""
        return self.gold, self.items


class Given(NamedTuple):
    """A call as the engine is given it, and its gold."""

    transcript: Transcript
    context: DealContext
    gold: GoldCall


def given(folder: Path, call: AnnotatedCall) -> Given:
    """An annotated call of a folder as the engine is given it."""
    path = next(folder.rglob(f"{call.id}.json"))
    known = context(import_transcript(path, call.id).deal or Deal(), call.id)
    gold = read_gold(path.read_bytes(), where=str(path))
    return Given(name_call(call.transcript, known), known, gold)


def found(engine: Extractor, call: Given) -> Result:
    """What an engine finds in a call."""
    draft = engine.extract(call.transcript, call.context)
    return Result(call.gold, ground(draft, call.transcript, call.context))


def measured(folder: Path, calls: Iterable[AnnotatedCall], model: Model) -> list[Result]:
    """What the engine finds in calls with a model, at the balanced point."""
    engine = LocalEngine(model, recall=Recall.BALANCED)
    return [found(engine, given(folder, call)) for call in calls]
