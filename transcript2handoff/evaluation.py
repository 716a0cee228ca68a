"""Run an engine over annotated calls, from their turns or from their recordings, and score it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from transcript2handoff.assemble import Extraction, Order, plan, speech_options
from transcript2handoff.engines.local import Recall
from transcript2handoff.errors import ExtraMissingError, InputError
from transcript2handoff.evaluate import (
    GoldCall,
    Report,
    Section,
    by_time,
    group_table,
    read_authors,
    read_gold,
    score,
    table,
)
from transcript2handoff.files import make_folder
from transcript2handoff.ground import ground
from transcript2handoff.handoff import Handoff
from transcript2handoff.importers import import_transcript
from transcript2handoff.pipeline import Plan, name_call
from transcript2handoff.settings import Settings, read_settings
from transcript2handoff.shelf import read_file
from transcript2handoff.transcript import Transcript
from transcript2handoff.watch import Watch

SUFFIXES = (".wav", ".mp3", ".m4a", ".mp4", ".ogg", ".opus", ".flac", ".webm", ".mkv")
Items = list[dict[str, Any]]


@dataclass(frozen=True)
class Evaluation:
    """The figures, and what was found in each call, by call id."""

    report: Report
    found: dict[str, Items]
    calls: tuple[tuple[GoldCall, Items], ...]
    """Every call with its gold and what was found."""
    handoffs: Mapping[str, Handoff]
    """The handoff of each call that has any turns, by call id."""
    more: tuple[Section, ...] = ()
    """Tables beside the usual ones."""


@dataclass(frozen=True)
class Bench:
    """A folder of annotated calls and the engine to measure on them."""

    folder: Path
    extraction: Extraction
    settings: Settings

    def read(self, watch: Watch) -> Evaluation:
        """Score the engine on the turns as people wrote them down.

        Raises:
            InputError: the folder holds no annotated call.
        """
        results, handoffs = [], {}
        for path, gold in self._calls(watch):
            _, handoff = self._find(path, path)
            handoffs[gold.id] = handoff
            results.append((gold, _items(handoff)))
        return _evaluation(results, handoffs)

    def hear(self, watch: Watch) -> Evaluation:
        """Score the engine on the recordings that stand beside the annotated calls.

        Evidence is put on the reference turns by time; quotes are checked in what was heard.

        Raises:
            InputError: the folder holds no annotated call, or one has no recording beside it.
        """
        results, handoffs = [], {}
        for path, gold in self._calls(watch):
            if any(turn.start is None for turn in gold.turns):
                raise InputError(f"Turns of {path} have no times, so evidence cannot be compared.")
            transcript, handoff = self._find(_recording_beside(path), path)
            items = _items(handoff)
            handoffs[gold.id] = handoff
            found = by_time(items, transcript, gold.turns) if items else []
            results.append((gold.heard_as(transcript), found))
        return _evaluation(results, handoffs)

    def cross_validate(
        self, readers: Path, watch: Watch, *, report: Callable[[str], None]
    ) -> Evaluation:
        """Score readers that were trained on other deals, with decisions made on other deals.

        Args:
            readers: a folder that keeps the trained readers, so that a second run is short.
            watch: is told how far the measuring has come.
            report: is told how the training goes.

        Raises:
            InputError: the folder holds no annotated call, or the extra ``train`` is missing.
        """
        with _extra():
            from transcript2handoff.training.annotated import annotated_calls
            from transcript2handoff.training.base import base_encoder
            from transcript2handoff.training.crossvalidate import cross_validate
            from transcript2handoff.training.fit import Training
            from transcript2handoff.training.folds import Workshop
        base = base_encoder(speech_options(self.settings).models)
        work = Workshop(make_folder(readers), base, Training(), report)
        calls = annotated_calls(self.folder)
        validation = cross_validate(self.folder, calls, work)
        points: dict[Recall, list[tuple[GoldCall, Items]]] = {recall: [] for recall in Recall}
        handoffs = {}
        for n, recall in enumerate(Recall):
            for done, result in enumerate(validation.results(recall)):
                watch.at((n + done / len(calls)) / len(Recall))
                points[recall].append((result.gold, result.items))
                if recall is self.extraction.recall:
                    handoffs[result.gold.id] = result.handoff
        evaluation = _evaluation(points[self.extraction.recall], handoffs)
        other = next(point for point in Recall if point is not self.extraction.recall)
        more = (
            Section(f"at the other point, --recall {other}", table(score(points[other]))),
            *self._by_author(points[self.extraction.recall]),
        )
        return replace(evaluation, more=more)

    def _by_author(self, calls: list[tuple[GoldCall, Items]]) -> Iterator[Section]:
        """The main figures by author and by style, where the folder says who wrote what."""
        listed = self.folder / "AUTHORS.md"
        if listed.exists():
            authors = read_authors(listed.read_text(encoding="utf-8"))
            yield Section("by author and by style", group_table(authors.groups(calls)))

    def _calls(self, watch: Watch) -> Iterator[tuple[Path, GoldCall]]:
        paths = [path for path in sorted(self.folder.rglob("*.json")) if _is_annotated(path)]
        if not paths:
            raise InputError(f"{self.folder} holds no annotated call (CALLID.json with `gold`).")
        for done, path in enumerate(paths):
            watch.at(done / len(paths))
            yield path, read_gold(read_file(path), where=str(path))

    def _find(self, source: Path, annotated: Path) -> tuple[Transcript, Handoff | None]:
        """What the engine finds in ``source``, with the deal that the annotated call names."""
        order = Order(
            file=source,
            folder=self.folder,
            deal=import_transcript(annotated, annotated.stem).deal,
            call_id=annotated.stem,
            extraction=self.extraction,
        )
        return _handoff(plan(order, self.settings))


def train_reader(
    folder: Path, out: Path, *, without: tuple[str, ...], report: Callable[[str], None]
) -> None:
    """Train a reader on annotated calls; see ``training.train``.

    Raises:
        InputError: the folder holds no annotated call, or the extra ``train`` is missing.
        ModelError: the encoder to start from is not there.
        OutputError: ``out`` cannot be written.
    """
    with _extra():
        from transcript2handoff.training.fit import Training
        from transcript2handoff.training.train import TrainOrder, train
    order = TrainOrder(calls=folder, without=without, out=out, training=Training())
    train(order, speech_options(read_settings()).models, report)


@contextmanager
def _extra() -> Iterator[None]:
    """Says which extra to install where a library of it is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ExtraMissingError(
            f"Training needs {error.name}, which is not installed. "
            'Run `pip install "transcript2handoff[train]"`.'
        ) from error


def _handoff(work: Plan) -> tuple[Transcript, Handoff | None]:
    """A call and its handoff; none where nobody speaks."""
    transcript = name_call(work.listener.listen(Watch()), work.context)
    if not transcript.turns:
        return transcript, None
    draft = work.extractor.extract(transcript, work.context)
    return transcript, ground(draft, transcript, work.context)


def _items(handoff: Handoff | None) -> Items:
    return handoff.items() if handoff else []


def _evaluation(
    results: list[tuple[GoldCall, Items]], handoffs: Mapping[str, Handoff | None]
) -> Evaluation:
    return Evaluation(
        report=score(results),
        found={gold.id: items for gold, items in results},
        calls=tuple(results),
        handoffs={call: handoff for call, handoff in handoffs.items() if handoff},
    )


def _is_annotated(path: Path) -> bool:
    return b'"gold"' in read_file(path)


def _recording_beside(path: Path) -> Path:
    for suffix in SUFFIXES:
        if (beside := path.with_suffix(suffix)).exists():
            return beside
    raise InputError(f"There is no recording beside {path}: {', '.join(SUFFIXES)}.")
