"""Lets coverage lead: inputs that reach new lines are kept and changed further (libFuzzer).

It needs the extra ``fuzz``, and ends with another code than 0 once something broke.

    python -m benchmarks.fuzzing.coverage subtitles --seconds 600
"""

import argparse
import logging
import sys
import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

import atheris

with atheris.instrument_imports(include=["transcript2handoff", "webvtt"]):
    from benchmarks.fuzzing.harness import try_one
    from benchmarks.robustness import FOUND, TARGETS

if TYPE_CHECKING:
    from benchmarks.fuzzing.target import Target

_LARGEST: Final = 16_384
"""Bytes of an input."""


def main() -> None:
    """Explore one target."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    named = {target.name: target for target in TARGETS}
    parser.add_argument("target", choices=named)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--keep", type=Path, default=FOUND, help="where what is found is kept")
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)
    explore(named[chosen.target], seconds=chosen.seconds, keep=chosen.keep)


def explore(target: "Target", *, seconds: int, keep: Path) -> None:
    """Try inputs for a while; the process ends here.

    Args:
        target: what is tried.
        seconds: how long.
        keep: the folder in which inputs that broke something are kept, and under ``reached`` those
            that reached something new.
    """
    reached, broken = keep / "reached" / target.name, keep / target.name
    folder = Path(tempfile.mkdtemp(prefix="t2h-fuzz-"))
    for place in (reached, broken, seeds := folder / "seeds", scratch := folder / "scratch"):
        place.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(target.seeds()):
        (seeds / str(number)).write_bytes(content)
    attempt = target.opened(scratch)

    def one(content: bytes) -> None:
        for defect in try_one(target, content, attempt).defects.values():
            raise AssertionError(f"{defect.where}\n{defect.trace}")

    def mutated(content: bytes, largest: int, seed: int) -> bytes:
        chance = Random(seed)  # noqa: S311 - no secret
        if not content or chance.random() < 0.3:
            return bytes(atheris.Mutate(content, largest))
        return target.mutate(chance, [content])[:largest]

    options = (
        f"-max_total_time={seconds}",
        f"-max_len={_LARGEST}",
        f"-artifact_prefix={broken}/",
        "-print_final_stats=1",
    )
    places = (str(reached), str(seeds))
    atheris.Setup([sys.argv[0], *options, *places], one, custom_mutator=mutated)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
