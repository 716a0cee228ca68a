"""Signs that a voice belongs to a person, counted for every pair of the two."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from transcript2handoff.speakers.mentions import ADDRESSES, Mention, Use
from transcript2handoff.speakers.people import WORD, Person, fold
from transcript2handoff.transcript import Transcript

_REACH: Final = 3
"""Turns within which somebody who is addressed answers."""
_BOTH: Final = 0.6
"""One mention between two turns of the same voice is not two signs."""
_SATURATION: Final = 8.0
"""Many signs of one kind are no longer independent; this many count half."""

_ROLE_SENTENCE: Final = re.compile(
    r"\b(?:i['’]m|i am|i(?: [a-z]+)? (?:look after|run|lead|head|manage|own|handle|do)|my team"
    r"|my (?:job|role))\b(?:(?!\byou)[^.!?])*",
    re.I,
)
_SENTENCE: Final = re.compile(r"[^.!?…]+")
_OF_ANOTHER: Final = re.compile(
    r"\b(?:our|my|your|the|a|an|is|was|he['’]s|she['’]s|that['’]s|who['’]s|and|with)\b", re.I
)
_SHORT: Final = 7
"""Words in a sentence that is but a name and a title: "Ilarani, Operations Director"."""
_PLAIN_TITLE_WORDS: Final = frozenset({"of", "the", "and", "for", "head", "senior", "lead"})
_SAME_FIELD: Final = {"ops": "operations", "tech": "technical", "technology": "technical"}
_STEM: Final = 6
LEAD: Final = "lead"
_LEADS: Final = re.compile(r"\b(?:account|sales|commercial|founder|ceo|business|growth)\b", re.I)


@dataclass(frozen=True, kw_only=True)
class Sign:
    """One sign for (or against) a pair; ``turn`` is where a reader finds it."""

    speaker: str
    person: int
    kind: str
    turn: int
    weight: float = 1.0
    words: str = ""


def kinds() -> tuple[str, ...]:
    """All kinds of signs; each has a weight in the table."""
    around = [f"{when}_{use}" for when in ("before", "after") for use in sorted(_ECHOING)]
    return (*sorted(Use), *around, "role", LEAD)


_ECHOING: Final = ADDRESSES | {Use.INTRODUCES, Use.MENTIONS, Use.IT_IS}


def find_signs(
    transcript: Transcript, *, mentions: Sequence[Mention], people: Sequence[Person]
) -> list[Sign]:
    """Every sign on the call, in the order of turns within each kind."""
    signs = [sign for mention in mentions for sign in _of_mention(transcript, mention)]
    return [*signs, *_of_roles(transcript, people), *_of_lead(transcript, people)]


def _of_mention(transcript: Transcript, mention: Mention) -> Iterator[Sign]:
    """The use itself, for who says the name, and its echo, for who speaks before and after."""
    speaker = transcript.turn(mention.turn).speaker
    if speaker is None:
        return
    yield _sign(mention, speaker, kind=mention.use)
    if mention.use not in _ECHOING:
        return
    around = {
        kind: other
        for kind, step in (("after", -1), ("before", 1))
        if (other := _neighbour(transcript, mention.turn, step)) is not None
    }
    part = _BOTH if len(set(around.values())) < len(around) else 1.0
    for kind, other in around.items():
        yield _sign(mention, other, kind=f"{kind}_{mention.use}", part=part)


def _sign(mention: Mention, speaker: str, *, kind: str, part: float = 1.0) -> Sign:
    return Sign(
        speaker=speaker,
        person=mention.person,
        kind=kind,
        turn=mention.turn,
        weight=mention.weight * part,
        words=mention.words,
    )


def _neighbour(transcript: Transcript, n: int, step: int) -> str | None:
    """The nearest other speaker before (-1) or after (1) a turn, within reach."""
    own = transcript.turn(n).speaker
    for place in range(n + step, n + step * (_REACH + 1), step):
        if not 1 <= place <= len(transcript.turns):
            return None
        speaker = transcript.turn(place).speaker
        if speaker not in (None, own):
            return speaker
    return None


def _of_roles(transcript: Transcript, people: Sequence[Person]) -> Iterator[Sign]:
    """Somebody says of themself what stands in a title: "I look after IT"."""
    titles = [_field_words(person.title or "") for person in people]
    for turn in transcript.turns:
        own = set().union(*map(_field_words, _ROLE_SENTENCE.findall(turn.text)))
        bare = [_field_words(one) for one in _SENTENCE.findall(turn.text) if _is_card(one)]
        for index, title in enumerate(titles):
            whole = title if len(title) > 1 and any(title <= words for words in bare) else set()
            if turn.speaker is not None and (shared := (own & title) | whole):
                yield Sign(
                    speaker=turn.speaker,
                    person=index,
                    kind="role",
                    turn=turn.n,
                    weight=len(shared) / len(title),
                    words=", ".join(sorted(shared)),
                )


def _is_card(sentence: str) -> bool:
    """Whether a sentence may be a name and a title, as on a business card."""
    return len(sentence.split()) <= _SHORT and not _OF_ANOTHER.search(sentence)


def _field_words(text: str) -> set[str]:
    words = (fold(word) for word in WORD.findall(text) if word != "it")  # not "IT"
    full = (_SAME_FIELD.get(word, word) for word in words if word not in _PLAIN_TITLE_WORDS)
    return {word[:_STEM] for word in full if len(word) > 1}


def _of_lead(transcript: Transcript, people: Sequence[Person]) -> Iterator[Sign]:
    """Who speaks most on a sales call is often the account executive."""
    said: Counter[str] = Counter()
    for turn in transcript.turns:
        if turn.speaker is not None:
            said[turn.speaker] += len(turn.text)
    for speaker, _ in said.most_common(1):
        for index, person in enumerate(people):
            if person.side == "seller" and _LEADS.search(person.title or ""):
                yield Sign(speaker=speaker, person=index, kind=LEAD, turn=1)


def count_signs(signs: Sequence[Sign]) -> dict[tuple[str, int], dict[str, float]]:
    """(speaker, person) -> kind -> amount, where many signs of a kind count ever less."""
    sums: defaultdict[tuple[str, int], defaultdict[str, float]] = defaultdict(
        lambda: defaultdict(float)
    )
    for sign in signs:
        sums[sign.speaker, sign.person][sign.kind] += sign.weight
    return {
        pair: {kind: amount / (1 + amount / _SATURATION) for kind, amount in amounts.items()}
        for pair, amounts in sums.items()
    }
