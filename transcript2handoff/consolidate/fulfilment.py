"""Which promises were kept, as the words of a later call show: "Duncan's read your page".

A kept promise is seldom stated; it is talked of as something that is there. So for each promise
the turn of each later call is found that holds most of its words, the rarer in that call the more.
Beside it counts whether somebody there speaks of having got, read, run or asked something, and
whether the promise was to find something out: that is talked of again when there is an answer.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from transcript2handoff.consolidate.limits import (
    AROUND,
    DENIAL,
    DUE_BONUS,
    FULFILLED,
    INQUIRY_BONUS,
    INTENT,
    INVITED_BONUS,
    POSSESSION_BONUS,
    QUOTE_AGAIN,
    RECEIPT_BONUS,
    USUAL,
)
from transcript2handoff.consolidate.phrases import (
    DENIED,
    FUTURE,
    INVITATION,
    NEXT_CALL,
    PAST,
    RECEIPT,
    is_inquiry,
)
from transcript2handoff.consolidate.sources import call_order
from transcript2handoff.consolidate.words import rarity, stem, telling, terms
from transcript2handoff.facts import Promise
from transcript2handoff.handoff import (
    CallRecord,
    SpokenEvidence,
    Turning,
    spoken_evidence,
)
from transcript2handoff.transcript import Span, Transcript

_WORD: Final = re.compile(r"[^\W_]+")
_SENTENCE: Final = re.compile(r"[^.!?]*[.!?]*")
_LASTING: Final = frozenset(["feature", "commercial"])
"""Types of promises that are talked of as long as they are owed, so that talk shows nothing."""


class LaterCall:
    """A call in which signs are looked for that earlier promises were kept."""

    def __init__(self, transcript: Transcript, record: CallRecord) -> None:
        self.transcript, self.record = transcript, record
        self._turns = [frozenset(terms(turn.text)) for turn in transcript.turns]
        self._counts = Counter(word for words in self._turns for word in words)

    @cached_property
    def _sellers(self) -> frozenset[str]:
        return frozenset(
            word
            for speaker in self.transcript.speakers
            if speaker.side == "seller"
            for word in terms(speaker.name or "")
        )

    def shows(self, promise: Promise, last: Turning, *, is_next: bool) -> Turning | None:
        """The step that says that a promise was kept, if the call shows it.

        ``last`` is the newest step of the promise, whose words are looked for; ``is_next`` says
        whether this is the first call after it.
        """
        if promise.type in _LASTING and not is_inquiry(last.summary):
            return None
        words = self._worth(last)
        bonus = INQUIRY_BONUS * is_inquiry(last.summary) + self._due_bonus(promise, last, is_next)
        owned = frozenset(terms(last.summary)) if promise.type == "document" else frozenset()
        strengths = (
            (n, self._strength(n, words) + POSSESSION_BONUS * self._is_had(n, owned))
            for n, turn in enumerate(self.transcript.turns)
            if turn.text.strip()
        )
        best = max((_Sign(strength, -n) for n, strength in strengths), default=_Sign(0.0, 0))
        if best.strength + bonus < FULFILLED:
            return None
        evidence = self._evidence(-best.place, words)
        return Turning.model_construct(
            call_id=self.record.call.id,
            date=self.record.call.date,
            state="done",
            summary=last.summary,
            evidence=(evidence,),
        )

    def _due_bonus(self, promise: Promise, last: Turning, is_next: bool) -> float:
        """What counts for a promise that was for this very call, or for the call to come about."""
        if is_next and INVITATION.search(last.summary):
            return INVITED_BONUS
        if is_next and NEXT_CALL.search(f"{last.summary} {promise.due}"):
            return DUE_BONUS
        date = self.record.call.date
        return DUE_BONUS if date and promise.due == date.isoformat() else 0.0

    def _is_had(self, n: int, thing: frozenset[str]) -> bool:
        """Whether a turn speaks of something as the other's or one's own: "your security pack"."""
        words = _WORD.findall(self.transcript.turns[n].text.casefold())
        return any(
            word in ("your", "my") and not thing.isdisjoint(map(stem, words[place + 1 : place + 4]))
            for place, word in enumerate(words)
        )

    def _worth(self, last: Turning) -> dict[str, float]:
        """The words of a promise with what each says about a turn of this call; about 1 in all."""
        quotes = [piece.quote for piece in last.evidence if isinstance(piece, SpokenEvidence)]
        weights = dict.fromkeys(telling(" ".join(quotes[:1]), self._sellers), QUOTE_AGAIN)
        weights |= dict.fromkeys(telling(last.summary, self._sellers), 1.0)
        worth = {word: weight * self._rarity(word) for word, weight in weights.items()}
        usual = USUAL * self._rarity("")
        length = math.sqrt(math.fsum(worth.values()) * usual)
        return {word: value / length for word, value in worth.items()} if length else {}

    def _rarity(self, word: str) -> float:
        return rarity(self._counts[word], among=len(self._turns))

    def _strength(self, n: int, words: dict[str, float]) -> float:
        here = _share(words, self._turns[n])
        if not here:
            return 0.0
        near = _share(words, frozenset().union(*self._turns[max(0, n - 1) : n + 2]))
        spoken = " ".join(turn.text for turn in self.transcript.turns[n : n + 2])
        text = self.transcript.turns[n].text
        intent = bool(FUTURE.search(text)) and not PAST.search(text)
        for_it = RECEIPT_BONUS * bool(RECEIPT.search(spoken))
        against = INTENT * intent + DENIAL * bool(DENIED.search(spoken))
        return here + AROUND * (near - here) + for_it - against

    def _evidence(self, n: int, words: dict[str, float]) -> SpokenEvidence:
        """The sentence of a turn that holds most of the words."""
        text = self.transcript.turns[n].text
        spans = [span for span in _sentences(text) if span.end > span.begin]
        best = max(
            spans,
            key=lambda span: (_share(words, terms(text[span.begin : span.end])), -span.begin),
        )
        return spoken_evidence(self.transcript, n + 1, best, match="exact")


class _Sign(NamedTuple):
    strength: float
    place: int
    """The turn's index below zero, so that of equals the first is the greatest."""


def _share(words: dict[str, float], said: Iterable[str]) -> float:
    return math.fsum(words.get(word, 0.0) for word in frozenset(said))


def _sentences(text: str) -> Iterator[Span]:
    for match in _SENTENCE.finditer(text):
        said = match[0]
        begin = match.start() + len(said) - len(said.lstrip())
        yield Span(begin, match.start() + len(said.rstrip()))


class LaterCalls:
    """The calls of a deal in order, and their words where these are at hand."""

    def __init__(
        self, records: Iterable[CallRecord], transcripts: Iterable[Transcript] = ()
    ) -> None:
        known = {transcript.call_id: transcript for transcript in transcripts}
        ordered = sorted(records, key=call_order)
        self._places = {record.call.id: n for n, record in enumerate(ordered)}
        self._calls = [
            LaterCall(known[record.call.id], record)
            for record in ordered
            if record.call.id in known
        ]

    def fulfilled(self, promise: Promise, steps: Sequence[Turning]) -> Turning | None:
        """The first call after the last of a promise's steps that shows that it was kept."""
        if not steps or steps[-1].state not in ("open", "changed"):
            return None
        last = self._places[steps[-1].call_id]
        for call in self._calls:
            place = self._places[call.record.call.id]
            if place > last and (kept := call.shows(promise, steps[-1], is_next=place == last + 1)):
                return kept
        return None
