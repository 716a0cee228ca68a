"""What two turns make together: a yes to a request is a promise, a no to an offer ends one."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any, Final, NamedTuple, cast

from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.engines.local.tables import load_table
from transcript2handoff.extract.wording import content_words

SHORT: Final = 10
"""An answer of more words than this says for itself what is promised."""
FIRST: Final = 2
"""An answer stands in one of the first sentences of its turn."""
BACKCHANNEL: Final = 3
"""A turn of at most this many words ("mm", "right, okay") does not part question and answer."""
BACK: Final = 3
"""A request is answered within this many turns."""
ECHOED: Final = 0.5
"""An answer with this share of its words from the request repeats it: "Forty-five we can do"."""
UNSURE: Final = 0.7
"""What a finding is worth where it is not known who sells."""
THIN: Final = 0.35
"""How sure a bare yes to a request is: two of three only say "I hear you"."""


@cache
def phrases(section: str, name: str) -> re.Pattern[str]:
    """A pattern of ``dialogue.toml``, compiled."""
    return re.compile(load_table("dialogue.toml")[section][name])


class _Grant(NamedTuple):
    """Words that grant something, as ``dialogue.toml`` explains them."""

    says: re.Pattern[str]
    sure: float
    asked: bool


@cache
def _grants() -> tuple[_Grant, ...]:
    entries = cast(list[dict[str, Any]], load_table("dialogue.toml")["grants"])
    return tuple(
        _Grant(re.compile(entry["says"]), entry["sure"], entry.get("asked", False))
        for entry in entries
    )


class AnswerFinder:
    """A customer's request that the seller grants; the request is the candidate's support."""

    def find(self, reading: Reading) -> Iterator[Candidate]:
        """At most one candidate a turn of the seller: its first sentence that grants something."""
        for turn in reading.transcript.turns:
            candidates = (_granted(reading, s) for s in reading.of_turn(turn.n)[:FIRST])
            found = next((candidate for candidate in candidates if candidate), None)
            if found:
                yield found


def _granted(reading: Reading, sentence: Sentence) -> Candidate | None:
    if sentence.side == "customer" or len(sentence.text.split()) > SHORT:
        return None
    requests = requests_before(reading, sentence)
    sure = _sureness(sentence, requests)
    if not sure or not _others_spoke(reading, sentence):
        return None
    return Candidate(
        kind="promise",
        sentence=sentence,
        confidence=sure * (UNSURE if sentence.side is None else 1.0),
        support=requests[-1:],
    )


def _sureness(sentence: Sentence, requests: tuple[Sentence, ...]) -> float:
    """How likely a short answer grants something; 0 where it does not look like it."""
    asked = any(_wants(request) for request in requests[-1:])
    said = [
        grant.sure
        for grant in _grants()
        if grant.says.search(sentence.plain) and (asked or not grant.asked)
    ]
    if said:
        return max(said)
    if not asked or not sentence.first or phrases("answer", "hollow").search(sentence.plain):
        return 0.0
    return THIN if phrases("answer", "yes").search(sentence.plain) else 0.0


def _others_spoke(reading: Reading, sentence: Sentence) -> bool:
    """Whether the other side had the word just before; nobody grants his own request."""
    before = reading.of_turn(sentence.turn - 1)
    if not before or before[0].side == "seller":
        return False
    return before[0].side is not None or sentence.side is None


def requests_before(reading: Reading, sentence: Sentence) -> tuple[Sentence, ...]:
    """What the customer asks for just before a seller's sentence, the last last.

    A turn or two of a few words ("mm", "right") may stand between the request and the answer.
    """
    for back in range(1, BACK + 1):
        said = reading.of_turn(sentence.turn - back)
        if not said:
            return ()
        if said[0].side != "seller" and (asking := tuple(s for s in said if _asks(s))):
            return asking
        if sum(len(s.text.split()) for s in said) > BACKCHANNEL:
            return ()
    return ()


def _asks(sentence: Sentence) -> bool:
    return _wants(sentence) or bool(phrases("answer", "question").search(sentence.plain))


def _wants(sentence: Sentence) -> bool:
    """Whether somebody asks for something to be done, and not only how things are."""
    said = sentence.plain
    return bool(
        phrases("answer", "request").search(said) or phrases("answer", "order").search(said)
    )


def with_request(reading: Reading, candidate: Candidate) -> Candidate:
    """The candidate with the request that it answers, where its words alone do not say enough.

    A promise that stands at the beginning of its turn is an answer if it is short or repeats words
    of the request; others keep the support that they have.
    """
    sentence = candidate.sentence
    if candidate.kind != "promise" or candidate.support or sentence.side == "customer":
        return candidate
    if sentence not in reading.of_turn(sentence.turn)[:FIRST]:
        return candidate
    requests = requests_before(reading, sentence)
    if not requests or not _answers(sentence, requests[-1]):
        return candidate
    return replace(candidate, support=requests[-1:])


def _answers(sentence: Sentence, request: Sentence) -> bool:
    own = content_words(sentence.plain)
    echoed = len(own & content_words(request.plain))
    return len(own) < 2 or echoed >= ECHOED * len(own)


def turned_down(reading: Reading, candidate: Candidate) -> bool:
    """Whether the customer declines what the seller offers, before talking of other things.

    A bare "no" declines only an offer or a question, and only if nothing in its turn accepts;
    "no, leave it" and "we don't need that" always do.
    """
    turn = candidate.sentence.turn
    for later in range(turn + 1, turn + BACK + 1):
        said = reading.of_turn(later)
        if said and said[0].side == "customer":
            if _declines(said, candidate.sentence):
                return True
            if sum(len(s.text.split()) for s in said) > BACKCHANNEL:
                return False
    return False


def _declines(said: list[Sentence], offer: Sentence) -> bool:
    first = said[0].plain
    if any(phrases("declined", "taken").search(s.plain) for s in said):
        return False
    if phrases("declined", "clear").search(first):
        return True
    if not phrases("declined", "bare").search(first):
        return False
    named = content_words(first) & content_words(offer.plain)
    return bool(named) or bool(phrases("declined", "offer").search(offer.plain))
