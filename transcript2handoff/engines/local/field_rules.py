"""What the words around a fact say about its fields, by rule alone.

``votes`` weighs these values against what the trained reader tells.
"""

import re
from collections.abc import Callable
from typing import Final, cast

from transcript2handoff.engines.local.conversation import objection_status
from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.lexicon import most_said, pattern
from transcript2handoff.engines.local.owners import owner
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.engines.local.tables import load_table
from transcript2handoff.engines.local.terms import term_type
from transcript2handoff.facts import PromiseType, Strength

SHORT: Final = 8
"""A sentence of at most this many words can complete the one before it ("By Friday.")."""
IN_PERSON: Final = ("commercial", "document")
""""We" that grants or sends something is the speaker; that builds or trains, the company."""

_CONDITION: Final = re.compile(
    r"\b(?:if|once|unless|provided|providing|assuming|as long as|as soon as (?:you|we have)"
    r"|when (?:you|we have|i have|i get|the))\b[^,.;?!]*"
)


def strength(reading: Reading, sentence: Sentence) -> Strength:
    """How firmly it is promised, never firmer than the words; its turn's neighbours count too."""
    said = sentence.plain
    following, preceding = reading.following(sentence), reading.preceding(sentence)
    if following and len(following.text.split()) <= SHORT:
        said += f" {following.plain}"
    if preceding and _CONDITION.match(preceding.plain):
        said = f"{preceding.plain} {said}"
    if pattern("strength", "conditional").search(said):
        return "conditional"
    hedged = pattern("strength", "hedged").search(said)
    return "hedged" if hedged and not pattern("strength", "firm").search(said) else "firm"


def _promise_type(reading: Reading, candidate: Candidate) -> PromiseType:
    """By the words of the promise and the request it grants; those of its turn count less."""
    said = " ".join(s.plain for s in (candidate.sentence, *candidate.support))
    turn, before = (
        " ".join(s.plain for s in reading.of_turn(candidate.sentence.turn - back))
        for back in (0, 1)
    )
    found = most_said("promise_type", said, around=turn) or most_said("promise_type", before)
    return cast(PromiseType, found or "support")


def _owner_class(reading: Reading, candidate: Candidate) -> str:
    """Whether the speaker does it, somebody else by name, or nobody in person."""
    firmness, about = strength(reading, candidate.sentence), _promise_type(reading, candidate)
    said = candidate.sentence.plain
    planned = firmness == "hedged" and pattern("owner", "roadmap").search(said)
    company = pattern("owner", "we").search(said) and about not in IN_PERSON
    who = owner(reading, candidate.sentence, impersonal=bool(planned or company))
    if who is None:
        return "nobody"
    return "speaker" if who == candidate.sentence.speaker else "other"


def _topic(reading: Reading, candidate: Candidate) -> str:
    """By the sentence's words; those of its turn and the turn before count less."""
    sentence = candidate.sentence
    turns = (sentence.turn, sentence.turn - 1)
    around = " ".join(s.plain for turn in turns for s in reading.of_turn(turn))
    found = most_said("objection_topic", sentence.plain, around=around)
    return found or "product_gap"


def _influence(reading: Reading, candidate: Candidate) -> str:
    """The champion as ``_champion`` has it; else by role, then by what is said."""
    role = (candidate.detail or "").lower()
    if candidate.subject and candidate.subject == _champion(reading):
        return "champion"
    for label in load_table("lexicon.toml")["influence"]:
        if role and re.search(label["role"], role):
            return str(label["is"])
        if re.search(label["said"], candidate.sentence.plain):
            return str(label["is"])
    return "influencer"


def _champion(reading: Reading) -> str | None:
    """The customer who talks most and does not hold the money, if there are several."""
    payer = next(e for e in load_table("lexicon.toml")["influence"] if e["is"] == "economic_buyer")
    for name, _ in reading.customers_talk.most_common():
        person = reading.roster.find(name)
        title = (person.title or "").lower() if person else ""
        if not re.search(payer["role"], title):
            return name
    return None


def _competitor_status(reading: Reading, candidate: Candidate) -> str:
    """By the words of the whole turn: the verdict often stands in the next sentence.

    A spreadsheet or a whiteboard is what is used today, whatever else is said of it.
    """
    name = candidate.subject or candidate.sentence.text
    if pattern("vendors", "own").search(name.lower()):
        return "incumbent"
    said = " ".join(sentence.plain for sentence in reading.of_turn(candidate.sentence.turn))
    return most_said("competitor_status", said) or "mentioned"


Rule = Callable[[Reading, Candidate], str]
RULES: Final[dict[str, Rule]] = {
    "promise.strength": lambda reading, candidate: strength(reading, candidate.sentence),
    "promise.type": _promise_type,
    "promise.owner": _owner_class,
    "objection.topic": _topic,
    "objection.status": lambda reading, candidate: objection_status(reading, candidate.sentence),
    "term.type": lambda _, candidate: candidate.subject or term_type(candidate.sentence) or "price",
    "stakeholder.influence": _influence,
    "competitor.status": _competitor_status,
}
"""The rule of each field that is one of a few values, by ``kind.field``."""


def label(reading: Reading, candidate: Candidate, name: str) -> str:
    """The value of a field, ``kind.field``: what the finder says, else what the rule says."""
    told = candidate.labels.get(name.split(".")[1])
    return told or RULES[name](reading, candidate)
