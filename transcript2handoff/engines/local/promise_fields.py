"""Reads the fields of promises and commitments: strength, type, owner, due date, status."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, cast

from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.lexicon import most_said, pattern
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.extract.dates import DateMention, find_dates
from transcript2handoff.extract.wording import content_words
from transcript2handoff.facts import Promise, PromiseStatus, PromiseType, Strength

RETRACTED_WITHIN: Final = 8
"""A promise is taken back within this many turns, or by words of its own later."""
_WHEN: Final = re.compile(r"\b(?:when|what (?:day|date)|how (?:soon|long)|by \w+day)\b.*\?")
SHORT: Final = 8
"""A sentence of at most this many words can complete the one before it ("By Friday.")."""
COMPLETED_WITHIN: Final = 3
"""Sentences of the same turn after a promise in which its date may still stand."""

_CONDITION: Final = re.compile(
    r"\b(?:if|once|unless|provided|providing|assuming|as long as|as soon as (?:you|we have)"
    r"|when (?:you|we have|i have|i get|the))\b[^,.;?!]*"
)
# "We don't have that today" says how things are, not when something is owed.
_PRESENT: Final = re.compile(
    r"\b(?:not|no|none|never|is|are|works?|\w+n'?t)\b[^,.;]{0,25}"
    r"\b(?:today|right now|this morning)\b"
)
_FIRST_PERSON: Final = re.compile(
    r"\b(?:i|i'?ll|i'?m|i'?d|i've|let me|lemme|leave (?:it|that) with me|will do|my)\b"
)
_HANDING: Final = re.compile(
    r"\byou(?:'?ll| will|'?d| would| get| can)? (?:have|get|see|hear)\b"
    r"|\b(?:in your inbox|with you (?:by|on|in|this|before|today|tomorrow|tonight)|to you by)\b"
)
_ASKED_OF_YOU: Final = re.compile(
    r"\b(?:can|could|would|will|'?ll) you\b|\byou'?ll\b|\b(?:send|give|get|show) (?:me|us)\b"
)
_OTHERS: Final = re.compile(r"\b(?:he|she)(?:'?ll| will|'?d| can| does)?\b")
_DELEGATED: Final = r"\b(?:get|have|ask|let) {name} (?!in\b|on\b|up\b|for\b)"
_ACTS: Final = r"\b{name}(?:'?ll| will| can| does| goes| comes|'?d| would|'s going|'?s)\b"


def read_promise(reading: Reading, candidate: Candidate) -> Promise:
    """The fields of a promise, from its sentence, the request it answers and what follows."""
    return Promise(
        strength=strength(reading, candidate.sentence),
        type=_type(reading, candidate),
        owner=_promised_by(reading, candidate),
        due=due(reading, candidate),
        status=_status(reading, candidate.sentence),
    )


def _type(reading: Reading, candidate: Candidate) -> PromiseType:
    """By the words of the promise and the request it grants; those of its turn count less."""
    said = " ".join(s.plain for s in (candidate.sentence, *candidate.support))
    turn, before = (
        " ".join(s.plain for s in reading.of_turn(candidate.sentence.turn - back))
        for back in (0, 1)
    )
    found = most_said("promise_type", said, around=turn) or most_said("promise_type", before)
    return cast(PromiseType, found or "support")


def strength(reading: Reading, sentence: Sentence) -> Strength:
    """How firmly it is promised, never firmer than the words; its turn's neighbours count too."""
    said = sentence.plain
    following, preceding = reading.following(sentence), reading.preceding(sentence)
    if following and _completes(following):
        said += f" {following.plain}"
    if preceding and _CONDITION.match(preceding.plain):
        said = f"{preceding.plain} {said}"
    if pattern("strength", "conditional").search(said):
        return "conditional"
    hedged = pattern("strength", "hedged").search(said)
    return "hedged" if hedged and not pattern("strength", "firm").search(said) else "firm"


def _promised_by(reading: Reading, candidate: Candidate) -> str | None:
    """The owner by the words, else whoever says yes to "can you …"."""
    found = owner(reading, candidate.sentence)
    asked = any(_ASKED_OF_YOU.search(request.plain) for request in candidate.support)
    in_person = asked and not re.search(r"\bwe\b", candidate.sentence.plain)
    return found or (candidate.sentence.speaker if in_person else None)


def _completes(sentence: Sentence) -> bool:
    return len(sentence.text.split()) <= SHORT


def owner(reading: Reading, sentence: Sentence) -> str | None:
    """The full name of whoever is to do it, else the speaker who takes it on, else none."""
    named = _named_owner(reading, sentence)
    if named:
        return named
    said = sentence.plain
    if _OTHERS.search(said) and not _FIRST_PERSON.search(said):
        return _spoken_of_before(reading, sentence)
    takes_on = _FIRST_PERSON.search(said) or _HANDING.search(said)
    return sentence.speaker if takes_on else None


def _named_owner(reading: Reading, sentence: Sentence) -> str | None:
    for spelling, name in _people(reading, sentence):
        escaped = re.escape(spelling.lower())
        acts = re.search(_ACTS.format(name=escaped), sentence.plain)
        if acts or re.search(_DELEGATED.format(name=escaped), sentence.plain):
            return name
    return None


def _people(reading: Reading, sentence: Sentence) -> Iterator[tuple[str, str]]:
    """The names in a sentence: as said, and in full where the roster knows them."""
    for person in reading.roster.mentioned(sentence.plain):
        for part in (person.name, *person.name.split()):
            yield part, person.name
    for entity in reading.entities_in(sentence):
        if entity.label == "PERSON":
            name = re.sub(r"['’].*$", "", entity.text)
            yield name, name


def _spoken_of_before(reading: Reading, sentence: Sentence) -> str | None:
    """The last person named in the turn before the sentence's end."""
    names = [
        name
        for earlier in reading.of_turn(sentence.turn)
        if earlier.span.begin <= sentence.span.begin
        for _, name in _people(reading, earlier)
    ]
    return names[-1] if names else None


def due(reading: Reading, candidate: Candidate) -> str | None:
    """When it is owed; the date of a mere condition does not count."""
    said_on = reading.context.call.date
    for sentence in _where_dates_stand(reading, candidate):
        mentions = [
            mention
            for mention in find_dates(sentence.text, said_on=said_on)
            if not _is_aside(mention, sentence)
        ]
        if mentions:
            return best_date(mentions).due
    return None


def best_date(mentions: Iterable[DateMention]) -> DateMention:
    """The first that names one day, else the first."""
    ordered = list(mentions)
    return next((mention for mention in ordered if mention.date), ordered[0])


def _where_dates_stand(reading: Reading, candidate: Candidate) -> Iterator[Sentence]:
    """The sentence itself, then those that can complete it, the likelier first."""
    yield candidate.sentence
    following = reading.following(candidate.sentence)
    if following and _completes(following):
        yield following
    yield from candidate.support
    preceding = reading.preceding(candidate.sentence)
    if preceding and _completes(preceding):
        yield preceding
    yield from islice(_rest_of_turn(reading, candidate.sentence), COMPLETED_WITHIN)
    yield from _told_when(reading, candidate.sentence)


def _rest_of_turn(reading: Reading, sentence: Sentence) -> Iterator[Sentence]:
    following = reading.following(sentence)
    while following:
        yield following
        following = reading.following(following)


def _told_when(reading: Reading, sentence: Sentence) -> Iterator[Sentence]:
    """The answer, if the other side asks at once by when."""
    asked = reading.of_turn(sentence.turn + 1)
    if any(_WHEN.search(question.plain) for question in asked):
        yield from asked
        yield from reading.of_turn(sentence.turn + 2)


def _is_aside(mention: DateMention, sentence: Sentence) -> bool:
    """Whether a time belongs to a condition, or to how things are at present."""
    return any(
        match.start() <= mention.span.begin < match.end()
        for aside in (_CONDITION, _PRESENT)
        for match in aside.finditer(sentence.plain)
    )


def _status(reading: Reading, sentence: Sentence) -> PromiseStatus:
    if pattern("strength", "done").search(sentence.plain):
        return "done"
    return "withdrawn" if _retracted(reading, sentence) else "open"


def _retracted(reading: Reading, sentence: Sentence) -> bool:
    """Whether a seller takes it back: soon after, in words that share something with it."""
    retracting = pattern("strength", "withdrawn_words")
    own = content_words(sentence.plain)
    for turn in range(sentence.turn + 1, sentence.turn + RETRACTED_WITHIN + 1):
        said = [s for s in reading.of_turn(turn) if s.side != "customer"]
        if any(retracting.search(s.plain) for s in said):
            words = content_words(" ".join(s.plain for s in said))
            if own & words:
                return True
    return False
