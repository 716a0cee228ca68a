"""What fields would score if nobody read the call: always the same value, or the speaker."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from transcript2handoff.evaluate.gold import GoldCall
from transcript2handoff.evaluate.scoring import FIELDS, OPTIONAL, Field, Item, agree, pairs_of

SPEAKER: Final = "owner"
"""The constant of this field is whoever says the words."""


def constants(calls: Iterable[tuple[GoldCall, Sequence[Item]]]) -> dict[Field, tuple[str, float]]:
    """The best constant of each field and the share it gets right, on the matched items.

    Where a field is asked for only if the gold has it (``scoring.OPTIONAL``), the constant is
    the speaker for an owner, and none for a date, which is right nowhere.
    """
    values: dict[Field, Counter[Any]] = defaultdict(Counter)
    speakers: dict[Field, list[bool]] = defaultdict(list)
    for call, items in calls:
        speaks = {turn.n: turn.speaker for turn in call.turns}
        for kind, names in FIELDS.items():
            for _, gold in pairs_of(kind, items, call.gold):
                for name in names:
                    true = gold.get(name)
                    if name == SPEAKER and true:
                        said = agree(name, speaks.get(gold.turns[0]), true)
                        speakers[kind, name].append(said)
                    elif true is not None or name not in OPTIONAL:
                        values[kind, name][true] += 1
    best = {where: _best(where, counted) for where, counted in values.items()}
    by_speaker = {where: ("the speaker", sum(said) / len(said)) for where, said in speakers.items()}
    return best | by_speaker


def _best(where: Field, counted: Counter[Any]) -> tuple[str, float]:
    if where[1] in OPTIONAL:
        return "none", 0.0
    value, times = counted.most_common(1)[0]
    return str(value).lower(), times / counted.total()
