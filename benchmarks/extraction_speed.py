"""What the local engine costs: seconds and memory for transcripts of growing length.

Longer calls are made by joining annotated ones, fifteen turns for each minute. Each length runs in
a process of its own, so that its peak of memory is its own; a first call of a few turns loads what
is loaded once.

    python benchmarks/extraction_speed.py [--minutes 15 60 240]
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from transcript2handoff.deal import Call, Deal, DealContext
from transcript2handoff.engines.local import LocalEngine
from transcript2handoff.importers import import_transcript
from transcript2handoff.transcript import Speaker, Transcript, Turn

BENCH: Final = Path(__file__).parent.parent / "fixtures" / "bench"
TURNS_A_MINUTE: Final = 15
FEW: Final = 4


def main() -> None:
    """Measure each length and print a row for it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=int, nargs="+", default=[15, 60, 240])
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        print(json.dumps(measure(chosen.measure)))
        return
    print("| minutes | turns | words | loading | extracting | a minute of call | peak memory |")
    print("|---|---|---|---|---|---|---|")
    for minutes in chosen.minutes:
        command = [sys.executable, __file__, "--measure", str(minutes)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        print(row(minutes, json.loads(done.stdout)), flush=True)


def row(minutes: int, found: dict[str, float]) -> str:
    """The cells of one length."""
    cells = (
        f"{minutes}",
        f"{found['turns']:.0f}",
        f"{found['words']:.0f}",
        f"{found['loading']:.1f} s",
        f"{found['extracting']:.1f} s",
        f"{found['extracting'] / minutes * 1000:.0f} ms",
        f"{found['peak'] / 2**30:.2f} GiB",
    )
    return f"| {' | '.join(cells)} |"


def measure(minutes: int) -> dict[str, float]:
    """Seconds for loading and extracting, and the process's peak of memory in bytes."""
    transcript = joined(minutes * TURNS_A_MINUTE)
    context = DealContext(deal=Deal(), call=Call(id=transcript.call_id))
    first = transcript.model_copy(update={"turns": transcript.turns[:FEW]})
    began = time.perf_counter()
    engine = LocalEngine()
    engine.extract(first, context)
    loaded = time.perf_counter()
    engine.extract(transcript, context)
    return {
        "turns": len(transcript.turns),
        "words": len(transcript.text.split()),
        "loading": loaded - began,
        "extracting": time.perf_counter() - loaded,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def joined(turns: int) -> Transcript:
    """A transcript of so many turns out of the annotated calls, sides kept, names left off."""
    speakers = (Speaker(id="S1", side="seller"), Speaker(id="S2", side="customer"))
    by_side = {speaker.side: speaker.id for speaker in speakers}
    said = islice(_turns(by_side), turns)
    numbered = tuple(
        Turn(n=n, speaker=speaker, text=text) for n, (speaker, text) in enumerate(said, 1)
    )
    return Transcript(call_id="joined-1", speakers=speakers, turns=numbered)


def _turns(by_side: dict[str | None, str]) -> Iterator[tuple[str | None, str]]:
    """Speaker and words of turn after turn, without an end."""
    for path in cycle(sorted(BENCH.glob("*-*.json"))):
        call = import_transcript(path, path.stem).transcript
        for turn in call.turns:
            yield by_side.get(call.side_of(turn.n)), turn.text


if __name__ == "__main__":
    main()
