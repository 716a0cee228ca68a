"""How often speakers get the right name and side; prints a Markdown table.

Every annotated call loses its names; ``name_speakers`` must find them again. Counted in turns, so
that a voice weighs as much as it speaks; a turn that the simulated diarizer gave to a wrong voice
counts as its voice.
Deals are halved by a hash of their name: the weights were fitted on the tuning half.

    python benchmarks/speakers.py
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from speakers_cases import WEARS, Anonymous, anonymous, is_tuning, read_calls

from transcript2handoff.deal import Participant, Side
from transcript2handoff.speakers import name_speakers
from transcript2handoff.speakers.people import name_words
from transcript2handoff.transcript import Speaker

BANDS: Final = ((0.93, 0.95), (0.95, 0.98), (0.98, 1.0))


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What was said of one voice, and whether it holds."""

    turns: int
    named: bool
    right: bool
    side: Side | None
    side_right: bool
    confidence: float


def main() -> None:
    """Print the table of shares and the table of how far confidences can be believed."""
    calls = read_calls()
    halves = {
        half: [c for c in calls if is_tuning(c["deal"]) == (half == "tuning")]
        for half in ("tuning", "held out")
    }
    print("| half | calls | call | named | wrong | side right | side wrong |")
    print("|---|---|---|---|---|---|---|")
    named: list[tuple[float, bool]] = []
    for half, chosen in halves.items():
        for wear in WEARS:
            worn = [anonymous(call, wear, others=calls) for call in chosen]
            judged = [judgement for one in worn for judgement in judge(one)]
            if half == "held out":
                named += [(j.confidence, j.right) for j in judged if j.named]
            print(f"| {half} | {len(chosen)} | {wear.name} | {' | '.join(_shares(judged))} |")
    print("\n| name confidence | speakers | right |\n|---|---|---|")
    for low, high in BANDS:
        hits = [right for confidence, right in named if low <= confidence < high]
        print(f"| {low} to {high} | {len(hits)} | {sum(hits) / max(len(hits), 1):.1%} |")


def judge(call: Anonymous) -> Iterator[Judgement]:
    """One judgement a voice. A voice that the annotators did not know must stay unnamed."""
    turns = Counter(turn.speaker for turn in call.transcript.turns)
    for speaker in name_speakers(call.transcript, call.deal).speakers:
        person = call.truth[speaker.id]
        yield Judgement(
            turns=turns[speaker.id],
            named=speaker.name is not None,
            right=person is not None and _is(speaker, person),
            side=speaker.side,
            side_right=person is not None and speaker.side == person.side,
            confidence=speaker.name_confidence,
        )


def _is(speaker: Speaker, person: Participant) -> bool:
    """The full name, or the part of it by which somebody introduced themself."""
    words = name_words(speaker.name or "")
    return bool(words) and set(words) <= set(name_words(person.name))


def _shares(judged: Sequence[Judgement]) -> tuple[str, str, str, str]:
    total = sum(one.turns for one in judged)
    counts = (
        sum(one.turns for one in judged if one.named),
        sum(one.turns for one in judged if one.named and not one.right),
        sum(one.turns for one in judged if one.side_right),
        sum(one.turns for one in judged if one.side and not one.side_right),
    )
    named, wrong, right, false = (f"{count / total:.1%}" for count in counts)
    return named, wrong, right, false


if __name__ == "__main__":
    main()
