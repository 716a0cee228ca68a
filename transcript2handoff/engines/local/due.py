"""When something is owed: which of the times said around a commitment belongs to it."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.lexicon import pattern
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.extract.dates import DateMention, find_dates
from transcript2handoff.extract.numbers import ORDINAL

SHORT: Final = 8
"""A sentence of at most this many words can complete the one before it ("By Friday.")."""
WITHIN: Final = 5
"""Sentences of the same turn after a commitment in which its date may still stand."""
TAKEN_UP_WITHIN: Final = 2
"""Turns after an offer in which it is taken up and said when it is fulfilled."""
CONFIRMED_WITHIN: Final = 5
"""Turns after a commitment in which its day may be said more exactly."""
MOVED_WITHIN: Final = 5
"""Turns after a commitment in which its day may be moved to another one."""

_TAKEN_ON: Final = re.compile(r"\b(?:i|you|we'll|i'?(?:ll|d|m|ve)|you'?(?:ll|re|d))\b")
_ANOTHER_MATTER: Final = re.compile(
    r"[,;]? (?:and|but|so|then)\b.{0,16}\b(?:he|she|they|we|it)(?:'?(?:s|ll|d|re|ve))?\b"
)


class _Found(NamedTuple):
    mention: DateMention
    sentence: Sentence


def due(reading: Reading, candidate: Candidate) -> str | None:
    """When it is owed: an ISO date, else the words; the date of a mere condition does not count."""
    for sentence in _where_dates_stand(reading, candidate):
        mentions = [
            mention
            for mention in find_dates(sentence.text, said_on=reading.context.call.date)
            if not _is_aside(mention, sentence)
        ]
        if mentions:
            found = _Found(_owed(mentions, sentence), sentence)
            mention = _corrected(reading, candidate, found)
            counted = mention.counted and _hangs_on_something(sentence, mention)
            return mention.words if counted else mention.due
    return None


def _owed(mentions: list[DateMention], sentence: Sentence) -> DateMention:
    """The last that names one day, else the first: conditions and beginnings are said before.

    What somebody else does then is another matter: "you get it tomorrow, and she signs Tuesday".
    """
    exact = [mention for mention in mentions if mention.date]
    if not exact:
        return mentions[-1]
    first = exact[0].span
    head, rest = sentence.plain[: first.begin], sentence.plain[first.end :]
    alone = _TAKEN_ON.search(head) and not _TAKEN_ON.search(rest)
    return exact[0] if alone and _ANOTHER_MATTER.match(rest) else exact[-1]


def best_date(mentions: Iterable[DateMention]) -> DateMention:
    """The first that names one day, else the first."""
    ordered = list(mentions)
    return next((mention for mention in ordered if mention.date), ordered[0])


def _where_dates_stand(reading: Reading, candidate: Candidate) -> Iterator[Sentence]:
    """The sentence itself, then those that can complete it, the likelier first."""
    own = candidate.sentence
    yield own
    following = reading.following(own)
    if following and _completes(following):
        yield following
    yield from candidate.support
    yield from _request(reading, own)
    preceding = reading.preceding(own)
    if preceding and _completes(preceding):
        yield preceding
    said = reading.of_turn(own.turn)
    at = said.index(own)
    yield from said[at + 1 : at + 1 + WITHIN]
    yield from _told_when(reading, own)


def _completes(sentence: Sentence) -> bool:
    return len(sentence.text.split()) <= SHORT


def _request(reading: Reading, own: Sentence) -> Iterator[Sentence]:
    """The question of the other side that a short answer accepts: "By Friday?" "Yep."."""
    before = reading.of_turn(own.turn - 1)
    if not (own.first and before and before[-1].side != own.side and _completes(own)):
        return
    yield from (said for said in reversed(before[-2:]) if said.plain.endswith("?"))
    if pattern("answer", "yes").search(own.plain):
        yield before[-1]


def _told_when(reading: Reading, own: Sentence) -> Iterator[Sentence]:
    """The answer, if the other side asks at once by when; or the day that it names itself."""
    asked = reading.of_turn(own.turn + 1)
    if any(pattern("due", "when").search(s.plain) and _asks(s) for s in asked):
        yield from asked
        yield from reading.of_turn(own.turn + 2)
    yield from _accepted(reading, own)


def _accepted(reading: Reading, own: Sentence) -> Iterator[Sentence]:
    """How the speaker's side fulfils an offer when the other side has taken it up.

    "I could do a one-pager." "Please." "You'll have it Friday." Or the day that is asked for at
    once: "Can you do it by Tuesday?".
    """
    for turn in range(own.turn + 1, own.turn + 1 + TAKEN_UP_WITHIN):
        said = reading.of_turn(turn)
        if said and said[0].side == own.side:
            yield from (s for s in said if pattern("due", "delivers").search(s.plain))
        else:
            yield from (s for s in said if _asks_for(s))


def _asks_for(sentence: Sentence) -> bool:
    """Whether the other side asks for something by a day, or is content with one in a few words."""
    content = _completes(sentence) and pattern("due", "content").search(sentence.plain)
    return bool(content or pattern("due", "asks_for").search(sentence.plain))


def _asks(sentence: Sentence) -> bool:
    """Recognisers leave the question mark out, so a short sentence may ask without one."""
    return sentence.plain.endswith("?") or _completes(sentence)


def _is_aside(mention: DateMention, sentence: Sentence) -> bool:
    """Whether a time belongs to a condition, to how things are at present, or to what is past."""
    past = pattern("due", "past").search(sentence.plain[: mention.span.begin])
    return (past and not mention.date) or any(
        match.start() <= mention.span.begin < match.end()
        for aside in ("condition", "present")
        for match in pattern("due", aside).finditer(sentence.plain)
    )


def _hangs_on_something(sentence: Sentence, mention: DateMention) -> bool:
    """Whether a span ("in two weeks") is counted from an event, not from the call."""
    rest = sentence.plain[: mention.span.begin] + " … " + sentence.plain[mention.span.end :]
    return bool(pattern("due", "hangs").search(rest))


def _corrected(reading: Reading, candidate: Candidate, found: _Found) -> DateMention:
    """The day as it is said at last: moved, or said more exactly, in the next turns."""
    mention = found.mention
    instead = _instead(reading, candidate, found)
    if instead:
        return instead
    if not mention.date or mention.date == reading.context.call.date:
        return mention  # what is done today is not moved by days named for other matters
    until = candidate.sentence.turn + CONFIRMED_WITHIN
    moved_until = candidate.sentence.turn + MOVED_WITHIN
    before = found
    for later, sentence in _later(reading, found, until=until):
        if _says_exactly(mention, later):
            return later
        own = before is found or before.sentence.turn != sentence.turn
        if own and sentence.turn <= moved_until and _moves(found, later, sentence):
            return later
        before = _Found(later, sentence)
    return mention


def _instead(reading: Reading, candidate: Candidate, found: _Found) -> DateMention | None:
    """The day that the speaker's side names after somebody refused the first: "not Tuesday"."""
    refusal = re.compile(
        rf"\bnot (?:on |by |till |until )?{re.escape(found.mention.words.lower())}"
    )
    own = candidate.sentence
    refused = False
    for turn in range(found.sentence.turn, own.turn + 1 + MOVED_WITHIN):
        for sentence in reading.of_turn(turn):
            refused = refused or bool(refusal.search(sentence.plain))
            if refused and sentence.side == own.side:
                named = find_dates(sentence.text, said_on=reading.context.call.date)
                other = [m for m in named if m.date and m.date != found.mention.date]
                if other:
                    return other[0]
    return None


def _later(
    reading: Reading, found: _Found, *, until: int
) -> Iterator[tuple[DateMention, Sentence]]:
    """The days said after the one that was found, with their sentences."""
    begin = (found.sentence.turn, found.sentence.span.begin)
    said_on = reading.context.call.date
    for turn in range(found.sentence.turn, until + 1):
        for sentence in reading.of_turn(turn):
            place = (sentence.turn, sentence.span.begin)
            for mention in find_dates(sentence.text, said_on=said_on):
                after = place > begin or mention.span.begin > found.mention.span.begin
                if place >= begin and after and mention.date:
                    yield mention, sentence


def _says_exactly(mention: DateMention, later: DateMention) -> bool:
    """Whether a later day is the same one with more said of it: "Wednesday", "the twenty-first"."""
    if not (mention.date and later.date) or mention.date == later.date:
        return False
    said, again = mention.words.lower(), later.words.lower()
    weekday = re.fullmatch(r"(?:next |this )?(\w+day)", said)
    distance = (later.date - mention.date).days
    if weekday:
        return distance in (7, 14) and weekday[1] in again and len(again.split()) > 2
    numbered = re.fullmatch(rf"(?:the )?{ORDINAL}", said)
    return bool(numbered) and distance > 0 and mention.date.day == later.date.day


def _moves(found: _Found, later: DateMention, sentence: Sentence) -> bool:
    """Whether a day is said in place of another one: "no, sorry, Friday", "make it Monday"."""
    before = sentence.plain[: later.span.begin]
    if sentence == found.sentence:
        return bool(pattern("due", "corrects").search(before))
    short = len(sentence.text.split()) <= SHORT
    return short and bool(pattern("due", "moves").search(before))
