"""How well recordings are heard, clean and made worse; prints Markdown tables.

Every recording beside a reference of the same name (``X.opus`` and ``X.json``, with ``turns`` of
``text``, ``speaker``, ``start`` and ``end``, and ``participants``) is heard whole, and an excerpt
of it under each condition of ``listening.sounds``, by this package and by two others with the same
model, precision and threads, one after the other (``listening.hearing``). A recording without a
reference is heard whole, and only its words are counted.

Each result is kept at once as a line of ``benchmarks/work/speech/RUN.jsonl``: a run that was
broken off goes on where it ended, and a finished one prints its tables again.

    python -m benchmarks.speech CALLS_DIR --run NAME [--threads 1] [--seconds 60]
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from benchmarks.listening.hearing import ON_ALL, ON_CLEAN, Hearing, Order, heard
from benchmarks.listening.measures import (
    SOUND,
    deal_of,
    judge_voices,
    judge_words,
    said_in,
    with_reference,
)
from benchmarks.listening.sounds import CONDITIONS, Excerpt, excerpt_of, write
from benchmarks.listening.tables import print_tables
from transcript2handoff.audio.decode import decode
from transcript2handoff.audio.models import ModelSources, find_model
from transcript2handoff.deal import Deal
from transcript2handoff.speakers import name_speakers
from transcript2handoff.transcript import Transcript

WORK: Final = Path(__file__).parent / "work"
WHOLE: Final = "whole"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One recording under one condition, to be heard by one system."""

    path: Path
    condition: str
    system: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What its result is kept under."""
        return self.path.stem, self.condition, self.system


def main() -> None:
    """Hear what was not heard yet and print the tables."""
    chosen = _arguments()
    folder = find_model(chosen.model, ModelSources(cache=WORK / "models"))
    rows = WORK / "speech" / f"{chosen.run}.jsonl"
    rows.parent.mkdir(parents=True, exist_ok=True)
    done = {(r["recording"], r["condition"], r["system"]) for r in _read(rows)}
    for case in () if chosen.tables else _cases(chosen):
        if case.key not in done:
            row = _result(case, folder, chosen)
            with rows.open("a") as file:
                file.write(json.dumps(row) + "\n")
    print_tables(_read(rows))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("calls", type=Path, help="a folder with recordings and references")
    parser.add_argument("--run", default="run", help="the name under which results are kept")
    parser.add_argument("--model", default="base")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60.0, help="of an excerpt, about")
    parser.add_argument("--only", nargs="+", default=[""], help="recordings that begin so")
    parser.add_argument("--conditions", nargs="+", default=[WHOLE, *CONDITIONS])
    parser.add_argument("--systems", nargs="+", default=list(ON_CLEAN))
    parser.add_argument("--tables", action="store_true", help="hear nothing more, print tables")
    return parser.parse_args()


def _cases(chosen: argparse.Namespace) -> Iterator[Case]:
    """Condition by condition, the systems one after the other on the same sound."""
    paths = [
        path
        for path in sorted(chosen.calls.rglob("*"))
        if path.suffix in SOUND and path.stem.startswith(tuple(chosen.only))
    ]
    for condition in chosen.conditions:
        for path in paths:
            if condition != WHOLE and not path.with_suffix(".json").exists():
                continue
            for system in ON_CLEAN if condition == "clean" else ON_ALL:
                if system in chosen.systems:
                    yield Case(path=path, condition=condition, system=system)


def _result(case: Case, folder: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    reference = _reference(case.path)
    deal = deal_of(reference) if reference else Deal()
    order = {
        "system": case.system,
        "folder": folder,
        "model": chosen.model,
        "threads": chosen.threads,
        "vocabulary": deal.vocabulary(),
    }
    if case.condition == WHOLE:
        whole = _whole(case.path)
        found = heard(Order(path=case.path, **order))
        return _row(case, whole, found, deal)
    excerpt = _worse(case, chosen)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"{case.path.stem}.wav"
        write(excerpt, path)
        return _row(case, excerpt, heard(Order(path=path, **order)), deal)


def _row(case: Case, excerpt: Excerpt, found: Hearing, deal: Deal) -> dict[str, Any]:
    row: dict[str, Any] = {
        "recording": case.path.stem,
        "condition": case.condition,
        "system": case.system,
        "length": excerpt.seconds,
        "seconds": found.seconds,
        "processor": found.processor,
        "peak": found.peak,
        "heard": sum(len(segment.text.split()) for segment in found.segments),
    }
    if excerpt.turns:
        row["words"] = asdict(judge_words(found.segments, excerpt.turns, excerpt.empty))
    if excerpt.turns and found.transcript is not None:
        named = name_speakers(Transcript.model_validate(found.transcript), deal)
        side_of = {person.name: person.side for person in deal.participants}
        row["voices"] = asdict(judge_voices(named, excerpt.turns, side_of))
    return row


def _worse(case: Case, chosen: argparse.Namespace) -> Excerpt:
    others = [_whole(path).samples for path in with_reference(chosen.calls) if path != case.path]
    whole = _whole(case.path)
    excerpt = excerpt_of(whole.samples, whole.turns, seconds=chosen.seconds)
    return CONDITIONS[case.condition](excerpt, others)


@cache
def _whole(path: Path) -> Excerpt:
    reference = _reference(path)
    turns = said_in(reference) if reference else ()
    return Excerpt(samples=decode(path).samples, turns=turns)


def _reference(path: Path) -> dict[str, Any] | None:
    beside = path.with_suffix(".json")
    return json.loads(beside.read_text()) if beside.exists() else None


def _read(rows: Path) -> Sequence[dict[str, Any]]:
    return [json.loads(line) for line in rows.open()] if rows.exists() else []


if __name__ == "__main__":
    main()
