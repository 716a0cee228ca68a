"""What the rest of a call does to what was said: objections that are settled, talk in jest."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, NamedTuple, cast

from transcript2handoff.deal import Side
from transcript2handoff.engines.local.dialogue import phrases
from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.engines.local.tables import load_table
from transcript2handoff.facts import ObjectionStatus

ANSWERED_WITHIN: Final = 8
"""What becomes of an objection shows within this many turns."""
FADES: Final = (1.0, 0.8, 0.5, 0.4)
"""How much a sign counts in the customer's first, second, third and later replies."""
LONG: Final = 25
"""A reply of more words than this goes on arguing, or talks of other things."""
SHORT: Final = 8
"""With fewer words than this no seller answers an objection."""


def objection_status(reading: Reading, sentence: Sentence) -> ObjectionStatus:
    """Whether an objection was settled: by what the seller answers and the customer makes of it.

    Acceptance speaks for ``addressed``, putting off for ``deferred``, doubt and silence for
    ``open``, with the weights of ``dialogue.toml``. Without any reply it is never ``addressed``.
    """
    outcome = _Signs(sentence)
    signs = outcome.read(reading)
    if not outcome.replies:
        return "deferred" if signs["finds_out"] else "open"
    weights = cast(
        Mapping[str, Mapping[ObjectionStatus, float]],
        load_table("dialogue.toml")["objection_weights"],
    )
    scores = dict(weights["start"])
    for sign, strength in signs.items():
        for status, weight in weights[sign].items():
            scores[status] += strength * weight
    return max(scores, key=lambda status: scores[status])


@dataclass
class _Signs:
    """Collects, turn by turn, what tells the outcome of one objection."""

    objection: Sentence
    found: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    answer: str = ""
    replies: int = 0

    def read(self, reading: Reading) -> dict[str, float]:
        """The signs by name, each with its strength, 0 to 1."""
        self._see("demands", self.objection.plain)
        voice = reading.transcript.turn(self.objection.turn).speaker
        first = self.objection.turn + 1
        for turn in range(first, first + ANSWERED_WITHIN):
            said = reading.of_turn(turn)
            if not said:
                continue
            text = " ".join(sentence.plain for sentence in said)
            same = reading.transcript.turn(turn).speaker == voice
            if said[0].side == "customer" or (said[0].side is None and same):
                self._hear_customer(text)
            else:
                self._hear_seller(text)
        self.found["both_put_off"] = float(self.found["puts_off"] and self.found["finds_out"])
        return self.found

    def _hear_customer(self, text: str) -> None:
        if not self.answer:
            self.found["kept_waiting"] = min(self.found["kept_waiting"] + 1, 2)
            return
        if not self.replies:
            self._see("okay", text)
            self.found["long_reply"] = float(len(text.split()) > LONG)
            self.found["short_answer"] = float(len(self.answer.split()) < SHORT)
        strength = FADES[min(self.replies, len(FADES) - 1)]
        for sign in ("accepts", "doubts"):
            self._see(sign, text, strength=strength)
        if self.replies < 2:
            self._see("puts_off", text, strength=strength)
        self.replies += 1

    def _hear_seller(self, text: str) -> None:
        self.answer = f"{self.answer} {text}".strip()
        if self.replies < 2:
            self._see("finds_out", text)

    def _see(self, sign: str, text: str, *, strength: float = 1.0) -> None:
        if phrases("objection", sign).search(text):
            self.found[sign] = max(self.found[sign], strength)


class _Jest(NamedTuple):
    """Words after which a sentence states no fact, as ``dialogue.toml`` explains them."""

    says: re.Pattern[str]
    left: float
    side: Side | None
    near: bool


@cache
def _jests() -> tuple[_Jest, ...]:
    entries = cast(list[dict[str, Any]], load_table("dialogue.toml")["no_fact"])
    return tuple(
        _Jest(re.compile(e["says"]), e["left"], e.get("side"), e.get("near", False))
        for e in entries
    )


def is_no_fact(reading: Reading, candidate: Candidate) -> float:
    """What a candidate's confidence is to be multiplied with, 1 for what is meant as said.

    Less is left of hypotheticals, of stories about other customers, and of what the speaker calls
    a joke in the same breath or right after it.
    """
    sentence = candidate.sentence
    left = 1.0
    for jest in _jests():
        if jest.side and sentence.side not in (jest.side, None):
            continue
        said = [sentence]
        if jest.near and (following := reading.following(sentence)):
            said.append(following)
        if any(jest.says.search(s.plain) for s in said):
            left = min(left, jest.left)
    return left
