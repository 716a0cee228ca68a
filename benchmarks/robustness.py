"""How the product stands inputs that nobody should send: a value, or an error that says why.

Inputs are made out of small examples, each from the seed and its number alone, and tried in a
child process with limits on processor time and memory. What ends otherwise than with a value or an
error of ``transcript2handoff.errors`` is a defect: it is kept in a folder and the exit code is 1.

    python -m benchmarks.robustness --inputs 1000000 --seed 1
    python -m benchmarks.robustness --replay
"""

import argparse
import sys
from pathlib import Path
from typing import Final

from benchmarks.fuzzing import delivered, imported, kept, media, papers, said, served, written
from benchmarks.fuzzing.harness import Defect, Tally, generated, lines, listed, run, say
from benchmarks.fuzzing.target import ROOT, Target

TARGETS: Final[tuple[Target, ...]] = (
    *imported.targets(),
    *written.targets(),
    *kept.targets(),
    *delivered.targets(),
    *said.targets(),
    *media.targets(),
    *papers.targets(),
    *served.targets(),
)
FOUND: Final = ROOT / "build" / "fuzz"


def main() -> None:
    """Try inputs, print the table, and fail if anything broke."""
    chosen = _arguments()
    targets = [target for target in TARGETS if target.name in (chosen.only or _names())]
    tallies = [(target, tried(target, chosen)) for target in targets]
    print("\n".join(lines(tallies)))
    sys.exit(1 if any(tally.broken for _, tally in tallies) else 0)


def _names() -> list[str]:
    return [target.name for target in TARGETS]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=10_000, help="if all targets are tried")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--only", nargs="+", choices=_names(), help="these alone, each with its share of all inputs"
    )
    parser.add_argument("--replay", action="store_true", help="try the examples and the corpus")
    parser.add_argument("--keep", type=Path, default=FOUND, help="where what breaks is kept")
    return parser.parse_args()


def tried(target: Target, chosen: argparse.Namespace) -> Tally:
    """What comes of the share of all inputs that is this target's, or of its kept ones."""
    if chosen.replay:
        kept = [*target.examples(), *target.kept()]
        tally = run(target, range(len(kept)), listed(kept))
    else:
        shares = sum(one.share for one in TARGETS)
        count = -(-chosen.inputs * target.share // shares)
        tally = run(target, range(count), generated(target, chosen.seed))
    say(f"{target.name}: {tally.inputs:,} inputs, {tally.broken:,} broken, {tally.cpu:,.0f} s")
    for defect in tally.defects.values():
        report(defect, chosen.keep)
    return tally


def report(defect: Defect, folder: Path) -> None:
    """Keep the input and say how it ended."""
    path = folder / defect.target / defect.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(defect.content)
    say(f"{defect.target}: {defect.where}\n  kept as {path}\n{defect.trace}")


if __name__ == "__main__":
    main()
