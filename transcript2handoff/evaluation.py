"""Run an engine over annotated calls, from their turns or from their recordings, and score it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transcript2handoff.assemble import Engine, Order, plan
from transcript2handoff.errors import InputError
from transcript2handoff.evaluate import GoldCall, Report, by_time, read_gold, score
from transcript2handoff.ground import ground
from transcript2handoff.importers import import_transcript
from transcript2handoff.pipeline import Plan, name_call
from transcript2handoff.settings import Settings
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


@dataclass(frozen=True)
class Bench:
    """A folder of annotated calls and the engine to measure on them."""

    folder: Path
    engine: Engine
    settings: Settings

    def read(self, watch: Watch) -> Evaluation:
        """Score the engine on the turns as people wrote them down.

        Raises:
            InputError: the folder holds no annotated call.
        """
        results = []
        for path, gold in self._calls(watch):
            _, items = self._find(path, path)
            results.append((gold, items))
        return _evaluation(results)

    def hear(self, watch: Watch) -> Evaluation:
        """Score the engine on the recordings that stand beside the annotated calls.

        Evidence is put on the reference turns by time; quotes are checked in what was heard.

        Raises:
            InputError: the folder holds no annotated call, or one has no recording beside it.
        """
        results = []
        for path, gold in self._calls(watch):
            if any(turn.start is None for turn in gold.turns):
                raise InputError(f"Turns of {path} have no times, so evidence cannot be compared.")
            transcript, items = self._find(_recording_beside(path), path)
            found = by_time(items, transcript, gold.turns) if items else []
            results.append((gold.heard_as(transcript), found))
        return _evaluation(results)

    def _calls(self, watch: Watch) -> Iterator[tuple[Path, GoldCall]]:
        paths = [path for path in sorted(self.folder.rglob("*.json")) if _is_annotated(path)]
        if not paths:
            raise InputError(f"{self.folder} holds no annotated call (CALLID.json with `gold`).")
        for done, path in enumerate(paths):
            watch.at(done / len(paths))
            yield path, read_gold(read_file(path), where=str(path))

    def _find(self, source: Path, annotated: Path) -> tuple[Transcript, Items]:
        """What the engine finds in ``source``, with the deal that the annotated call names."""
        order = Order(
            file=source,
            folder=self.folder,
            deal=import_transcript(annotated, annotated.stem).deal,
            call_id=annotated.stem,
            engine=self.engine,
        )
        return _items(plan(order, self.settings))


def _items(work: Plan) -> tuple[Transcript, Items]:
    transcript = name_call(work.listener.listen(Watch()), work.context)
    if not transcript.turns:
        return transcript, []
    draft = work.extractor.extract(transcript, work.context)
    return transcript, ground(draft, transcript, work.context).items()


def _evaluation(results: list[tuple[GoldCall, Items]]) -> Evaluation:
    return Evaluation(score(results), {gold.id: items for gold, items in results})


def _is_annotated(path: Path) -> bool:
    return b'"gold"' in read_file(path)


def _recording_beside(path: Path) -> Path:
    for suffix in SUFFIXES:
        if (beside := path.with_suffix(suffix)).exists():
            return beside
    raise InputError(f"There is no recording beside {path}: {', '.join(SUFFIXES)}.")
