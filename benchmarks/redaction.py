"""What redaction hides, and what it hides by mistake, beside Presidio on the same words.

Private values of several countries, written and spoken, are planted in the annotated calls with a
fixed seed, and so are decoys: prices, seats, dates, numbers of tickets. A planted value counts as
hidden where none of its letters and digits is left. The deals are halved by their names: the rules
were made with the calls of the first half and the sentences of ``values.py`` and ``phrases.py``;
reported is the second half, with the sentences of ``held_out.py``. A false alarm is whatever else
is hidden, in the same turns, in the decoys and in the calls as they are; the few values that their
speakers do give are listed in ``GIVEN``.

    python -m benchmarks.redaction [--half second] [--each 40] [--seed 7] [--presidio]
"""

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from benchmarks.redacting.held_out import SENTENCES
from benchmarks.redacting.phrases import PHRASES
from benchmarks.redacting.presidio_alone import hidden_by_presidio
from benchmarks.redacting.values import DECOYS, VALUES, Value
from transcript2handoff import policy
from transcript2handoff.policy import redact
from transcript2handoff.presidio import PresidioDetector
from transcript2handoff.transcript import Span, Speaker, Transcript, Turn

BENCH: Final = Path(__file__).parent.parent / "fixtures" / "bench"
GIVEN: Final[Mapping[str, int]] = {
    "bakerstreet-1": 1,
    "bakerstreet-2": 1,
    "coastline-1": 1,
    "ironhorse-1": 1,
    "maplewood-1": 2,
    "pixelpress-1": 2,
    "redbarn-1": 2,
    "summitview-1": 1,
}
"""Places in which the speakers of a call do say an address or a telephone number."""

Hide = Callable[[Sequence[Turn]], list[list[tuple[Span, str]]]]
"""What is hidden in each turn, with the label that stands there."""


@dataclass(frozen=True)
class Planted:
    """A value in a turn."""

    value: Value
    place: int
    span: Span


@dataclass
class Tally:
    """What became of planted values, and what else was hidden."""

    count: Counter[str] = field(default_factory=Counter)

    def add(
        self, found: list[list[tuple[Span, str]]], turns: Sequence[Turn], told: Planted
    ) -> None:
        """Count what is hidden in some turns, one of which holds a value."""
        text, span = turns[told.place].text, told.span
        here = [(at, label) for at, label in found[told.place] if _meet(at, span)]
        letters = [n for n in range(*span) if text[n].isalnum()]
        covered = sum(any(at.begin <= n < at.end for at, _ in here) for n in letters)
        outcome = "hidden" if covered == len(letters) else "part" if covered else "not"
        self.count["values"] += 1
        self.count[outcome] += 1
        self.count["right"] += outcome == "hidden" and {label for _, label in here} == {
            told.value.kind
        }
        self.count["alarms"] += sum(map(len, found)) - len(here)


def main() -> None:
    """Print a row for each kind, then all together."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--half", choices=("first", "second"), default="second")
    parser.add_argument("--each", type=int, default=40, help="values of each kind and form")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--presidio", action="store_true", help="and Presidio's, alone and added")
    parser.add_argument("--misses", action="store_true", help="print what is not hidden")
    chosen = parser.parse_args()
    calls = [read(path) for path in half_of(chosen.half)]
    quiet = [call for call in calls if call.call_id not in GIVEN]
    ways: dict[str, Hide] = {"ours": hidden_by_us}
    if chosen.presidio:
        ways |= {"presidio": _labelled, "both": hidden_by_both}
    report(quiet, ways, chosen)
    unplanted(calls, ways)


def half_of(half: str) -> list[Path]:
    """The calls of every other deal, by the order of their names."""
    paths = sorted(BENCH.glob("*-*.json"))
    deals = sorted({path.stem.rpartition("-")[0] for path in paths})
    wanted = set(deals[0::2] if half == "first" else deals[1::2])
    return [path for path in paths if path.stem.rpartition("-")[0] in wanted]


def read(path: Path) -> Transcript:
    """An annotated call as a transcript."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    voices = dict.fromkeys(turn["speaker"] for turn in data["turns"])
    turns = tuple(
        Turn(n=turn["n"], speaker=turn["speaker"], text=turn["text"]) for turn in data["turns"]
    )
    speakers = tuple(Speaker(id=voice) for voice in voices if voice)
    return Transcript(call_id=data["id"], speakers=speakers, turns=turns)


def report(calls: list[Transcript], ways: Mapping[str, Hide], chosen: argparse.Namespace) -> None:
    """The rows of all kinds and forms, for each way of hiding."""
    chance = random.Random(chosen.seed)  # noqa: S311 - no secret is made with it
    names = "".join(f" {way}: hidden | in part | right kind | false alarms |" for way in ways)
    print(f"| planted | values |{names}")
    print("|---|---|" + "---|---|---|---|" * len(ways))
    whole = {way: Tally() for way in ways}
    for name, make in (VALUES | PHRASES | DECOYS).items():
        tallies = {way: Tally() for way in ways}
        for _ in range(chosen.each):
            value = make(chance)
            if chosen.half == "second" and name in SENTENCES:
                value = replace(value, before=chance.choice(SENTENCES[name]))
            turns, told = plant(value, chance.choice(calls), chance)
            for way, hide in ways.items():
                found = hide(turns)
                tallies[way].add(found, turns, told)
                if way == "ours" and chosen.misses and is_miss(found, told, name):
                    print(f"{name}: {turns[told.place].text[-120:]} {found[told.place]}")
        print(row(name, tallies.values()), flush=True)
        for way, tally in tallies.items():
            whole[way].count.update(_summed(tally, is_decoy=name in DECOYS))
    print(row("**all that is private**", whole.values()))
    for way, tally in whole.items():
        told_of = tally.count["hidden"] + tally.count["part"]
        print(
            f"\n{way}: recall {tally.count['hidden'] / tally.count['values']:.3f}, precision "
            f"{told_of / (told_of + tally.count['alarms']):.3f}"
        )


def _summed(tally: Tally, *, is_decoy: bool) -> Mapping[str, int]:
    """What counts for all together: a decoy that is hidden is nothing but a false alarm."""
    if not is_decoy:
        return tally.count
    return {"alarms": tally.count["alarms"] + tally.count["hidden"] + tally.count["part"]}


def is_miss(found: list[list[tuple[Span, str]]], told: Planted, name: str) -> bool:
    """Whether a value is not hidden as a whole, or a decoy is."""
    tally = any(_meet(at, told.span) for at, _ in found[told.place])
    whole = any(
        at.begin <= told.span.begin and told.span.end <= at.end for at, _ in found[told.place]
    )
    return tally if name in DECOYS else not whole


def row(name: str, tallies: Any) -> str:
    """A line of the table."""
    each = list(tallies)
    cells = [str(each[0].count["values"])]
    for tally in each:
        cells += [str(tally.count[what]) for what in ("hidden", "part", "right", "alarms")]
    return f"| {name} | {' | '.join(cells)} |"


def plant(
    value: Value, call: Transcript, chance: random.Random
) -> tuple[tuple[Turn, ...], Planted]:
    """Some turns of a call, one of which goes on with the sentence of the value."""
    first = chance.randrange(max(len(call.turns) - 8, 1))
    turns = call.turns[first : first + 8]
    place = chance.randrange(len(turns))
    begin = len(turns[place].text) + 1
    text = f"{turns[place].text} {value.before}{value.text}{value.after}"
    said = Span(begin + len(value.before), begin + len(value.before) + len(value.text))
    told = (
        turn.model_copy(update={"n": n, "text": text if n - 1 == place else turn.text, "words": ()})
        for n, turn in enumerate(turns, start=1)
    )
    return tuple(told), Planted(value, place, said)


def hidden_by_us(turns: Sequence[Turn]) -> list[list[tuple[Span, str]]]:
    """What the gate hides."""
    voices = dict.fromkeys(turn.speaker for turn in turns)
    speakers = tuple(Speaker(id=voice) for voice in voices if voice)
    projection = redact(Transcript(call_id="planted", speakers=speakers, turns=tuple(turns)))
    holders = "|".join(map(re.escape, projection.originals)) or "(?!)"

    def spans(text: str) -> Iterator[tuple[Span, str]]:
        position = 0
        for piece in re.split(f"({holders})", text):
            width = len(projection.originals.get(piece, piece))
            if piece in projection.originals:
                yield Span(position, position + width), piece.strip("[]").split()[-2]
            position += width

    return [list(spans(turn.text)) for turn in projection.transcript.turns]


def hidden_by_both(turns: Sequence[Turn]) -> list[list[tuple[Span, str]]]:
    """What the gate hides where ``T2H_REDACTION_ENGINE`` is ``both``."""
    policy.use((PresidioDetector(),))
    try:
        return hidden_by_us(turns)
    finally:
        policy.use(())


def _labelled(turns: Sequence[Turn]) -> list[list[tuple[Span, str]]]:
    labels = {
        "bank account": "ACCOUNT",
        "card number": "CARD",
        "e-mail address": "EMAIL",
        "national id": "ID",
        "telephone number": "PHONE",
    }
    return [[(span, labels[kind]) for kind, span in found] for found in hidden_by_presidio(turns)]


def unplanted(calls: list[Transcript], ways: Mapping[str, Hide]) -> None:
    """What is hidden in the calls as they are, against what their speakers do give."""
    turns = sum(len(call.turns) for call in calls)
    given = sum(GIVEN.get(call.call_id, 0) for call in calls)
    print(f"\n{len(calls)} calls as they are, {turns} turns, in which {given} values are given:")
    for way, hide in ways.items():
        found = {call.call_id: sum(map(len, hide(call.turns))) for call in calls}
        alarms = sum(max(number - GIVEN.get(name, 0), 0) for name, number in found.items())
        hidden = sum(min(found[name], GIVEN.get(name, 0)) for name in found)
        print(f"{way} hides {hidden} of them, and {alarms} others.")


def _meet(span: Span, other: Span) -> bool:
    return span.begin < other.end and other.begin < span.end


if __name__ == "__main__":
    main()
