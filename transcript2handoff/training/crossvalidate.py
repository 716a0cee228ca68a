"""Measures the engine on calls that neither its reader nor its decisions have seen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from transcript2handoff.engines.entities import entity_recogniser
from transcript2handoff.engines.local import LocalEngine
from transcript2handoff.engines.local.decisions import Decisions, Recall
from transcript2handoff.engines.local.encoder import Told
from transcript2handoff.engines.local.model import Model
from transcript2handoff.engines.local.reading import Sentence, read
from transcript2handoff.training.annotated import AnnotatedCall
from transcript2handoff.training.deciding import Unseen, decide
from transcript2handoff.training.folds import Workshop, fold_of
from transcript2handoff.training.measure import Given, Result, found, given


@dataclass(frozen=True)
class _Recited:
    """A reader that tells what was told of one call before."""

    told: Told

    def read(self, _: Sequence[Sentence]) -> Told:
        """What was told."""
        return self.told


@dataclass(frozen=True)
class CrossValidation:
    """Every call of a folder, read by a reader that has not seen its deal."""

    parts: tuple[tuple[Unseen, ...], ...]
    """The calls by fold."""

    @cached_property
    def decisions(self) -> tuple[Decisions, ...]:
        """For each fold, decisions that were made on the other folds."""
        return tuple(
            decide([call for n, part in enumerate(self.parts) if n != fold for call in part])
            for fold in range(len(self.parts))
        )

    def results(self, recall: Recall) -> Iterator[Result]:
        """What the engine finds in each call with decisions made on the other folds."""
        for part, decisions in zip(self.parts, self.decisions, strict=True):
            for unseen in part:
                yield recited(unseen, decisions, recall)


def cross_validate(folder: Path, calls: Sequence[AnnotatedCall], work: Workshop) -> CrossValidation:
    """Train a reader for each fold of deals, and let it read the deals it has not seen."""
    folds = fold_of(call.deal for call in calls)
    parts = []
    for n in sorted(set(folds.values())):
        seen = [call for call in calls if folds[call.deal] != n]
        strangers = [call for call in calls if folds[call.deal] == n]
        parts.append(unseen(folder, strangers, seen=seen, work=work))
    return CrossValidation(tuple(parts))


def unseen(
    folder: Path, calls: Iterable[AnnotatedCall], *, seen: Sequence[AnnotatedCall], work: Workshop
) -> tuple[Unseen, ...]:
    """What a reader that has seen other calls tells of these."""
    strangers = list(calls)
    told = work.told(strangers, seen)
    return tuple(_unseen(folder, call, told[call.id]) for call in strangers)


def _unseen(folder: Path, call: AnnotatedCall, told: Told) -> Unseen:
    known = given(folder, call)
    reading = read(known.transcript, known.context, pipeline=entity_recogniser())
    return Unseen(call, known.gold, reading, told)


def recited(unseen: Unseen, decisions: Decisions, recall: Recall) -> Result:
    """What the engine finds in a call with given decisions."""
    engine = LocalEngine(Model(_Recited(unseen.told), decisions, "cross-validated"), recall=recall)
    known = Given(unseen.reading.transcript, unseen.reading.context, unseen.gold)
    return found(engine, known)
