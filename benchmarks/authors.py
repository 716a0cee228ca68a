"""Leaves authors out altogether: how the local engine does on styles that it has not seen.

A reader is trained on the calls of all authors but those named, who are left out at once, and the
decisions are made on what cross-validation told of the others' calls. Beside stand the same
authors' figures in the cross-validation by deal, whose readers saw about as many calls. Readers
are kept, so that a second run is short.

    python benchmarks/authors.py [--authors D F N] [--readers .readers]
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from transcript2handoff.assemble import speech_options
from transcript2handoff.engines.local import Recall
from transcript2handoff.evaluate import Authors, GoldCall, group_table, read_authors
from transcript2handoff.settings import read_settings
from transcript2handoff.training.annotated import annotated_calls
from transcript2handoff.training.base import base_encoder
from transcript2handoff.training.crossvalidate import (
    CrossValidation,
    cross_validate,
    recited,
    unseen,
)
from transcript2handoff.training.deciding import decide
from transcript2handoff.training.fit import Training
from transcript2handoff.training.folds import Workshop
from transcript2handoff.training.measure import Result

BENCH: Final = Path(__file__).parent.parent / "fixtures" / "bench"
Items = list[dict[str, Any]]


def main() -> None:
    """Print two lines for each author: seen in other deals, and not seen at all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--authors", nargs="+", default=["D", "F", "N"])
    parser.add_argument("--readers", type=Path, default=Path(".readers"))
    chosen = parser.parse_args()
    base = base_encoder(speech_options(read_settings()).models)
    work = Workshop(chosen.readers, base, Training(), lambda line: print(line, file=sys.stderr))
    authors = read_authors((BENCH / "AUTHORS.md").read_text(encoding="utf-8"))
    validation = cross_validate(BENCH, annotated_calls(BENCH), work)
    seen = list(validation.results(Recall.BALANCED))
    unseen_results = left_out(chosen.authors, authors, validation, work)
    groups = {}
    for author in chosen.authors:
        groups[f"{author}, seen"] = by(author, authors, seen)
        groups[f"{author}, left out"] = by(author, authors, unseen_results)
    print(group_table(groups))


def by(author: str, authors: Authors, results: list[Result]) -> list[tuple[GoldCall, Items]]:
    """The gold of one author's calls, and what was found in them."""
    return [result.scored for result in results if authors.of(result.gold.id) == author]


def left_out(
    names: Sequence[str], authors: Authors, validation: CrossValidation, work: Workshop
) -> list[Result]:
    """What is found in the calls of some authors by an engine that has seen none of them."""
    calls = annotated_calls(BENCH)
    others = [call for call in calls if authors.of(call.id) not in names]
    own = [call for call in calls if authors.of(call.id) in names]
    told = [one for part in validation.parts for one in part]
    decisions = decide([one for one in told if authors.of(one.call.id) not in names])
    return [
        recited(one, decisions, Recall.BALANCED)
        for one in unseen(BENCH, own, seen=others, work=work)
    ]


if __name__ == "__main__":
    main()
