"""What redaction hides, and what it hides by mistake.

Private values of several countries, written and spoken, are planted in the annotated calls with a
fixed seed, and so are decoys: prices, seats, dates, numbers of tickets. A planted value counts as
hidden where none of its letters and digits is left. The calls are also redacted as they are; the
few addresses and telephone numbers that their speakers do give are listed in ``GIVEN``.

    python benchmarks/redaction.py [--each 40] [--seed 7]
"""

import argparse
import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent))

from redaction_values import DECOYS, VALUES, Value

from transcript2handoff.policy import Projection, redact
from transcript2handoff.transcript import Span, Speaker, Transcript, Turn

BENCH: Final = Path(__file__).parent.parent / "fixtures" / "bench"
GIVEN: Final[Mapping[str, int]] = {
    "bakerstreet-1": 1,
    "bakerstreet-2": 1,
    "coastline-1": 1,
    "ironhorse-1": 1,
    "maplewood-1": 1,
    "pixelpress-1": 2,
    "redbarn-1": 2,
    "summitview-1": 1,
}
"""Places in which the speakers of a call do say an address or a telephone number."""


@dataclass(frozen=True)
class Planted:
    """A value in a turn."""

    value: Value
    place: int
    span: Span


def main() -> None:
    """Print what is hidden of the planted values, then the false alarms."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=40, help="values of each kind and form")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--misses", action="store_true", help="print what is not hidden")
    chosen = parser.parse_args()
    chance = random.Random(chosen.seed)  # noqa: S311 - no secret is made with it
    calls = [read(path) for path in sorted(BENCH.glob("*-*.json"))]
    print("| planted | values | hidden | in part | not | with the right kind |")
    print("|---|---|---|---|---|---|")
    for name, make in (VALUES | DECOYS).items():
        planted = [make(chance) for _ in range(chosen.each)]
        report(name, planted, calls, chance=chance, misses=chosen.misses)
    unplanted(calls)


def read(path: Path) -> Transcript:
    """An annotated call as a transcript."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    voices = dict.fromkeys(turn["speaker"] for turn in data["turns"])
    turns = tuple(
        Turn(n=turn["n"], speaker=turn["speaker"], text=turn["text"]) for turn in data["turns"]
    )
    speakers = tuple(Speaker(id=voice) for voice in voices if voice)
    return Transcript(call_id=data["id"], speakers=speakers, turns=turns)


def report(
    name: str, values: list[Value], calls: list[Transcript], *, chance: random.Random, misses: bool
) -> None:
    """The row of one kind and form."""
    count: Counter[str] = Counter()
    for value in values:
        transcript, planted = plant(value, chance.choice(calls), chance)
        projection = redact(transcript)
        outcome, kinds = judge(projection, transcript, planted)
        count[outcome] += 1
        count["right"] += kinds == {value.kind}
        if misses and outcome != "hidden":
            print(f"{outcome}: {projection.transcript.turns[planted.place].text[-120:]}")
    shown = (len(values), count["hidden"], count["part"], count["not"], count["right"])
    print(f"| {name} | {' | '.join(map(str, shown))} |", flush=True)


def plant(value: Value, call: Transcript, chance: random.Random) -> tuple[Transcript, Planted]:
    """Some turns of a call, one of which goes on with the sentence of the value."""
    first = chance.randrange(max(len(call.turns) - 8, 1))
    turns = call.turns[first : first + 8]
    place = chance.randrange(len(turns))
    begin = len(turns[place].text) + 1
    text = f"{turns[place].text} {value.before}{value.text}{value.after}"
    said = Span(begin + len(value.before), begin + len(value.before) + len(value.text))
    told = [
        turn.model_copy(update={"n": n, "text": text if n - 1 == place else turn.text, "words": ()})
        for n, turn in enumerate(turns, start=1)
    ]
    return call.model_copy(update={"turns": tuple(told)}), Planted(value, place, said)


def judge(projection: Projection, transcript: Transcript, planted: Planted) -> tuple[str, set[str]]:
    """Whether a value is hidden, in part or not at all, and as what."""
    pieces = list(hidden_spans(projection, planted.place))
    text = transcript.turns[planted.place].text
    letters = [n for n in range(*planted.span) if text[n].isalnum()]
    covered = [n for n in letters if any(span.begin <= n < span.end for span, _ in pieces)]
    kinds = {
        kind
        for span, kind in pieces
        if span.begin < planted.span.end and planted.span.begin < span.end
    }
    outcome = "hidden" if len(covered) == len(letters) else "part" if covered else "not"
    return outcome, kinds


def hidden_spans(projection: Projection, place: int) -> Iterator[tuple[Span, str]]:
    """The characters of the original turn that are hidden, with the label that stands there."""
    position = 0
    holders = "|".join(map(re.escape, projection.originals)) or "(?!)"
    for piece in re.split(f"({holders})", projection.transcript.turns[place].text):
        width = len(projection.originals.get(piece, piece))
        if piece in projection.originals:
            label = piece.strip("[]").split()[-2]
            yield Span(position, position + width), label
        position += width


def unplanted(calls: list[Transcript]) -> None:
    """What is hidden in the calls as they are, against what their speakers do give."""
    found: dict[str, int] = defaultdict(int)
    for call in calls:
        projection = redact(call)
        for place in range(len(call.turns)):
            found[call.call_id] += len(list(hidden_spans(projection, place)))
    alarms = sum(max(number - GIVEN.get(name, 0), 0) for name, number in found.items())
    given = sum(min(found[name], number) for name, number in GIVEN.items())
    turns = sum(len(call.turns) for call in calls)
    print(
        f"\n{len(calls)} calls as they are, {turns} turns: {given} of {sum(GIVEN.values())} given"
    )
    print(f"values hidden, {alarms} false alarms.")


if __name__ == "__main__":
    main()
