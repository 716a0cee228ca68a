"""Annotated calls without their names: what ``speakers`` is fitted and measured on."""

import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from transcript2handoff.deal import Deal, Participant
from transcript2handoff.transcript import Speaker, Transcript, Turn

CALLS: Final = Path(__file__).resolve().parent.parent / "fixtures" / "bench"
RECORDED: Final = frozenset({"harborline", "quarrystone", "redfern"})
"""Deals whose calls exist as recordings: never fitted on."""


@dataclass(frozen=True, kw_only=True)
class Wear:
    """What a call has gone through before it reaches us."""

    name: str
    flipped: float = 0.0
    """Share of turns that the diarizer gave to another voice."""
    misheard: float = 0.0
    """Share of the names in the text with one letter wrong."""
    split: int = 0
    """Voices of more than ten turns that became two."""
    bare: bool = False
    """Lower case without punctuation."""
    absent: int = 0
    """At most so many people in the deal are not on the call."""
    strangers: int = 0
    """People on the call who are not in the deal."""
    listed: bool = True
    """Whether there is a deal at all."""


WEARS: Final = (
    Wear(name="clean"),
    Wear(name="5 % of turns to another voice, 30 % of names misheard", flipped=0.05, misheard=0.3),
    Wear(name="lower case, no punctuation", bare=True),
    Wear(name="one voice split in two", split=1),
    Wear(
        name="up to two people of the deal absent, one on the call not listed",
        absent=2,
        strangers=1,
    ),
    Wear(name="clean, no deal", listed=False),
    Wear(name="5 % of turns to another voice, no deal", flipped=0.05, listed=False),
)


@dataclass(frozen=True, kw_only=True)
class Anonymous:
    """A worn call and who its voices really are (none for somebody who is not in the deal)."""

    deal_id: str
    transcript: Transcript
    deal: Deal
    truth: dict[str, Participant | None]


def read_calls(folder: Path = CALLS) -> list[dict[str, Any]]:
    """All annotated calls, in the order of their file names."""
    paths = sorted(folder.glob("*-*.json"))
    calls = (json.loads(path.read_text(encoding="utf-8")) for path in paths)
    return [call for call in calls if isinstance(call, dict) and "turns" in call]


def is_tuning(deal_id: str) -> bool:
    """Which half a deal belongs to; the recorded ones are always held out."""
    digest = hashlib.sha256(deal_id.encode()).digest()
    return digest[0] % 2 == 0 and deal_id not in RECORDED


def anonymous(call: dict[str, Any], wear: Wear, *, others: list[dict[str, Any]]) -> Anonymous:
    """Take the names away and wear the call, always in the same way."""
    dice = random.Random(f"{call['id']} {wear.name}")  # noqa: S311 - no secret
    people = {one["name"]: Participant(**one) for one in call["participants"]}
    names = [turn["speaker"] for turn in call["turns"]]
    names = _split(names, wear, dice)
    ids = {name: f"S{n}" for n, name in enumerate(dict.fromkeys(names), 1)}
    voices = [ids[_flip(name, names, wear, dice)] for name in names]
    turns = tuple(
        Turn(n=n, speaker=voice, text=_text(turn["text"], people, wear, dice))
        for n, (voice, turn) in enumerate(zip(voices, call["turns"], strict=True), 1)
    )
    transcript = Transcript(
        call_id=call["id"],
        speakers=tuple(Speaker(id=one) for one in dict.fromkeys(voices)),
        turns=turns,
    )
    truth = {ids[name]: people.get(name.removesuffix("#2")) for name in ids}
    present = [name for name in people if name in names]
    unlisted = dice.sample(present, min(wear.strangers, len(present) - 2))
    listed = [one for name, one in people.items() if name not in unlisted]
    listed += _absent(call, wear, others, dice)
    dice.shuffle(listed)
    deal = (
        Deal(seller=call["seller"], customer=call["customer"], participants=tuple(listed))
        if wear.listed
        else Deal()
    )
    return Anonymous(deal_id=call["deal"], transcript=transcript, deal=deal, truth=truth)


def _split(names: list[str], wear: Wear, dice: random.Random) -> list[str]:
    large = [name for name, turns in Counter(names).items() if turns > 10]
    for name in dice.sample(large, min(wear.split, len(large))):
        names = [f"{one}#2" if one == name and dice.random() < 0.4 else one for one in names]
    return names


def _flip(name: str, names: list[str], wear: Wear, dice: random.Random) -> str:
    return dice.choice(names) if dice.random() < wear.flipped else name


def _absent(
    call: dict[str, Any], wear: Wear, others: list[dict[str, Any]], dice: random.Random
) -> list[Participant]:
    taken = {one["name"].split()[0] for one in call["participants"]}
    pool = [
        Participant(**one)
        for other in others
        if other["deal"] != call["deal"]
        for one in other["participants"]
        if one["name"].split()[0] not in taken
    ]
    return dice.sample(pool, dice.randint(0, wear.absent))


def _text(text: str, people: dict[str, Participant], wear: Wear, dice: random.Random) -> str:
    for word in _said(people):
        if word in text and dice.random() < wear.misheard:
            text = re.sub(rf"\b{re.escape(word)}\b", _mishear(word, dice), text)
    return re.sub(r"[^\w\s'’-]", "", text.lower()) if wear.bare else text


def _said(people: dict[str, Participant]) -> Iterator[str]:
    for name in people:
        yield from (word for word in name.split() if len(word) > 3)


def _mishear(word: str, dice: random.Random) -> str:
    place = dice.randrange(1, len(word))
    return word[:place] + dice.choice(["", "a", "e", "i", "r", "n"]) + word[place + 1 :]
