"""Cross-validation: readers that have not seen a call, made once and kept in a folder."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from transcript2handoff.engines.local.encoder import Told, TrainedReader
from transcript2handoff.engines.local.windows import Piece
from transcript2handoff.training.annotated import AnnotatedCall, digest, sentences_of
from transcript2handoff.training.export import export
from transcript2handoff.training.fit import Training, fit

FOLDS = 4


@dataclass(frozen=True)
class Workshop:
    """Where readers are trained and kept.

    Attributes:
        folder: for the readers; what stands there already is not made again.
        base: the folder of the encoder to start from.
        training: how they are trained.
        report: is told what happens.
    """

    folder: Path
    base: Path
    training: Training
    report: Callable[[str], None]

    def reader(self, calls: Sequence[AnnotatedCall]) -> Path:
        """The folder of a reader that was trained on just these calls."""
        made_of = json.dumps([digest(calls), asdict(self.training)], sort_keys=True)
        target = self.folder / hashlib.sha256(made_of.encode()).hexdigest()[:16]
        if not (target / "done").exists():
            self.report(f"training on {len(calls)} calls")
            export(fit(calls, self.base, self.training, report=self.report), self.base, target)
            (target / "done").touch()
        return target

    def told(
        self, calls: Sequence[AnnotatedCall], seen: Sequence[AnnotatedCall]
    ) -> dict[str, Told]:
        """What a reader that has ``seen`` some calls tells of others, by call id."""
        strangers = {call.id for call in calls}.isdisjoint(call.id for call in seen)
        if not strangers:
            raise ValueError("a reader is only measured on calls that it has not seen")
        folder = self.reader(seen)
        reader = TrainedReader(folder)
        return {call.id: self._read(reader, folder, call) for call in calls}

    def _read(self, reader: TrainedReader, folder: Path, call: AnnotatedCall) -> Told:
        kept = folder / f"{call.id}.npz"
        sentences = sentences_of(call)
        said = reader.pieces(sentences)
        if kept.exists():
            return _loaded(kept, said)
        told = reader.read(sentences)
        np.savez(kept, sentences=told.sentences, names=np.concatenate(told.names))
        return told


def _loaded(kept: Path, said: Sequence[Piece]) -> Told:
    with np.load(kept) as held:
        sentences, names = held["sentences"], held["names"]
    ends = np.cumsum([len(piece.offsets) for piece in said])
    return Told(sentences, tuple(np.split(names, ends[:-1])), tuple(said))


def fold_of(deals: Iterable[str], *, folds: int = FOLDS) -> dict[str, int]:
    """The fold of every deal: by the order of their digests, so that none depends on a name."""
    ordered = sorted(set(deals), key=lambda deal: hashlib.sha256(deal.encode()).hexdigest())
    return {deal: place % folds for place, deal in enumerate(ordered)}
