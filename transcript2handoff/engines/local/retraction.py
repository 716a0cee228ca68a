"""What becomes of a promise in the rest of the call: taken back, done, or softened."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from transcript2handoff.engines.local.dialogue import phrases
from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.extract.numbers import CARDINALS
from transcript2handoff.extract.wording import content_words
from transcript2handoff.facts import PromiseStatus, Strength

AT_ONCE: Final = 2
"""A colleague sets a promise right within this many turns."""
SOFTENED_WITHIN: Final = 8
"""A promise is softened within this many turns; after that a hedge is about something else."""
NEAR: Final = 5
"""Within this many turns "scratch that" means one's own last promise."""
WITHIN: Final = 100
"""A promise is taken back within this many turns; what is said later is of another matter."""
ALIKE: Final = 2
"""Words that a far retraction must share with the promise; one is enough if hardly used else."""
RARE: Final = 4
"""A word that this many turns hold, or fewer, tells a matter on its own."""
DENIED: Final = 5
"""What a no denies stands within this many words after it."""
NAMED: Final = 3
"""What a retraction takes back stands in it or within this many words after it."""
FIRST: Final = 4
"""A correction stands in one of the first sentences of its turn."""
_NUMBERS: Final = content_words(" ".join(CARDINALS))


@dataclass(frozen=True, kw_only=True, slots=True)
class Fate:
    """What became of a promise by the end of the call, and the sentences that show it."""

    status: PromiseStatus = "open"
    strength: Strength | None = None
    """The strength that it was softened to later; none if it stands as it was made."""
    evidence: tuple[Sentence, ...] = ()


def fate(reading: Reading, candidate: Candidate) -> Fate:
    """Whether a promise was done during the call, taken back or softened in what follows it."""
    sentence = candidate.sentence
    if shown := _done(reading, sentence):
        return Fate(status="done", evidence=(shown,))
    if taken_back := _taken_back(reading, sentence):
        return Fate(status="withdrawn", evidence=(taken_back,))
    if softer := _softened(reading, sentence):
        conditional = phrases("fate", "condition").search(softer.plain)
        return Fate(strength="conditional" if conditional else "hedged", evidence=(softer,))
    return Fate()


def _softened(reading: Reading, sentence: Sentence) -> Sentence | None:
    """What the same voice says to weaken a promise: unasked, or when asked whether it is sure."""
    for later in _sellers_after(reading, sentence):
        gap = later.turn - sentence.turn
        if gap > SOFTENED_WITHIN:
            return None
        if not gap or _voice(reading, later) != _voice(reading, sentence):
            continue
        if phrases("fate", "softens").search(later.plain):
            shared = _telling(later.plain) & _telling(sentence.plain)
            if len(shared) >= ALIKE or (gap == AT_ONCE and _challenged(reading, later.turn - 1)):
                return later
    return None


def _challenged(reading: Reading, turn: int) -> bool:
    """Whether the customer asks in a turn how sure a promise is."""
    said = reading.of_turn(turn)
    challenge = phrases("fate", "challenge")
    return any(s.side != "seller" and challenge.search(s.plain) for s in said)


def _taken_back(reading: Reading, sentence: Sentence) -> Sentence | None:
    """The words that end a promise: a colleague's correction, or one's own "scratch that"."""
    for later in _sellers_after(reading, sentence):
        own = _voice(reading, later) == _voice(reading, sentence)
        if later.side and not own and _corrects(reading, sentence, later):
            return later
        if phrases("fate", "retracts").search(later.plain):
            about = _own_words if own else _colleagues_words
            if about(reading, sentence, later):
                return later
    return None


def _sellers_after(reading: Reading, sentence: Sentence) -> Iterator[Sentence]:
    """What the seller's side says later, the same turn's rest first."""
    for turn in range(sentence.turn, sentence.turn + WITHIN + 1):
        for said in reading.of_turn(turn):
            after = turn > sentence.turn or said.span.begin >= sentence.span.end
            if after and said.side != "customer":
                yield said


def _own_words(reading: Reading, sentence: Sentence, later: Sentence) -> bool:
    """Whether one's own retraction means this promise: it names its matter, or names nothing."""
    same_turn = later.turn == sentence.turn
    promised = _telling(sentence.plain) if same_turn else _words_of_turn(reading, sentence)
    if _matter(later.plain) & promised:
        return later.turn - sentence.turn <= NEAR or _same_matter(reading, sentence, later)
    return later.turn - sentence.turn <= NEAR and not _object(later)


def _colleagues_words(reading: Reading, sentence: Sentence, later: Sentence) -> bool:
    """Whether a colleague's retraction means this promise; "I said that" would be about his own."""
    if later.turn - sentence.turn == 1 and not phrases("fate", "my_own").search(later.plain):
        return True
    named = _calls(sentence, reading.of_turn(later.turn)[:FIRST])
    return named and _same_matter(reading, sentence, later)


def _object(later: Sentence) -> frozenset[str]:
    """What a retraction names: the zero of "take the zero back", or the words right after it."""
    named = [
        match[0] + " " + " ".join(later.plain[match.end() :].split()[:NAMED])
        for match in phrases("fate", "retracts").finditer(later.plain)
    ]
    return _matter(" ".join(named))


def _matter(said: str) -> frozenset[str]:
    """The words of a retraction that tell what it is about."""
    bare = phrases("fate", "retracting").sub(" ", said)
    return _telling(phrases("fate", "filler").sub(" ", bare))


def _corrects(reading: Reading, sentence: Sentence, later: Sentence) -> bool:
    """Whether a colleague's turn begins by contradicting the promise."""
    gap = later.turn - sentence.turn
    if not later.first or not 0 < gap <= AT_ONCE + 1:
        return False
    said = reading.of_turn(later.turn)[:FIRST]
    if any(_denies(sentence, s) for s in said):
        return True
    corrects = phrases("fate", "corrects").search(later.plain)
    if corrects and (gap == 1 or _calls(sentence, said)):
        return True
    halts = phrases("fate", "halts").search(later.plain) or _calls(sentence, said[:2])
    return bool(halts) and gap <= AT_ONCE and any(_negative(s) for s in said[:2])


def _negative(sentence: Sentence) -> bool:
    return bool(phrases("fate", "contradicts").search(sentence.plain))


def _denies(sentence: Sentence, later: Sentence) -> bool:
    """Whether words of the promise come back right after a no: "it's not bidirectional"."""
    if later.plain.endswith("?"):
        return False
    promised = _telling(sentence.plain)
    negations = phrases("fate", "contradicts").finditer(later.plain)
    after = (" ".join(later.plain[no.end() :].split()[:DENIED]) for no in negations)
    return any(_telling(words) & promised for words in after)


def _telling(text: str) -> frozenset[str]:
    """Content words without numbers, which any two matters may share."""
    return content_words(text) - _NUMBERS


def _calls(sentence: Sentence, said: list[Sentence]) -> bool:
    """Whether the one who promised is called by the first name, or spoken of."""
    if not sentence.speaker:
        return False
    first = re.escape(sentence.speaker.split()[0].lower())
    called = re.compile(phrases("fate", "called").pattern.replace("NAME", first))
    return any(called.search(s.plain) for s in said)


def _voice(reading: Reading, sentence: Sentence) -> str | None:
    return reading.transcript.turn(sentence.turn).speaker


def _words_of_turn(reading: Reading, sentence: Sentence) -> frozenset[str]:
    return _telling(reading.transcript.turn(sentence.turn).text)


def _same_matter(reading: Reading, sentence: Sentence, later: Sentence) -> bool:
    """Whether a retraction far away shares telling words with the promise."""
    shared = _telling(sentence.plain) & _words_of_turn(reading, later)
    if len(shared) >= ALIKE:
        return True
    return any(_turns_with(reading, word) <= RARE for word in shared)


def _turns_with(reading: Reading, word: str) -> int:
    return sum(word in content_words(turn.text) for turn in reading.transcript.turns)


def _done(reading: Reading, sentence: Sentence) -> Sentence | None:
    """The words that say it is there now, the promise's own or its turn's, or the receipt."""
    rest = [s for s in reading.of_turn(sentence.turn) if s.span.begin >= sentence.span.begin]
    there = phrases("fate", "there")
    if said := next((s for s in rest if there.search(s.plain)), None):
        return said
    if not any(phrases("fate", "at_once").search(s.plain) for s in rest[:2]):
        return None
    answer = reading.of_turn(sentence.turn + 1)[:1]
    received = phrases("fate", "received")
    for said in answer:
        if (there if said.side == "seller" else received).search(said.plain):
            return said
    return next(
        (
            later
            for later in _sellers_after(reading, sentence)
            if there.search(later.plain)
            and len(_telling(later.plain) & _telling(sentence.plain)) > 1
        ),
        None,
    )
