"""Writes the decisions that ship: made on what cross-validation tells of calls, by deal.

    python -m transcript2handoff.training.decisions CALLS_DIR READERS_DIR OUT [DEAL ...]

Calls of the deals named are left out, as they are from the training of the shipped reader.
"""

import sys
from pathlib import Path

from transcript2handoff.assemble import speech_options
from transcript2handoff.settings import read_settings
from transcript2handoff.training.annotated import annotated_calls
from transcript2handoff.training.base import base_encoder
from transcript2handoff.training.crossvalidate import cross_validate
from transcript2handoff.training.deciding import decide
from transcript2handoff.training.fit import Training
from transcript2handoff.training.folds import Workshop


def main(folder: Path, readers: Path, out: Path, without: frozenset[str]) -> None:
    """Make the decisions and write them."""
    base = base_encoder(speech_options(read_settings()).models)
    work = Workshop(readers, base, Training(), _say)
    validation = cross_validate(folder, annotated_calls(folder), work)
    unseen = [one for part in validation.parts for one in part if one.call.deal not in without]
    out.write_text(decide(unseen).model_dump_json(indent=1) + "\n", encoding="utf-8")


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    calls_dir, readers_dir, target, *deals = sys.argv[1:]
    main(Path(calls_dir), Path(readers_dir), Path(target), frozenset(deals))
