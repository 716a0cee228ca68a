"""Reads what a found fact holds: the fields of its kind."""

import re
from collections.abc import Callable
from typing import Final, cast

from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.lexicon import most_said, pattern
from transcript2handoff.engines.local.promise_fields import best_date, due, owner, read_promise
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.engines.local.tables import load_table
from transcript2handoff.extract.dates import find_dates
from transcript2handoff.extract.money import find_amounts
from transcript2handoff.facts import (
    Competitor,
    CompetitorStatus,
    CustomerCommitment,
    Exclusion,
    Expansion,
    Fact,
    Goal,
    Influence,
    Kind,
    NextStep,
    Objection,
    ObjectionStatus,
    ObjectionTopic,
    Pain,
    Requirement,
    Risk,
    Stakeholder,
    Term,
)

ANSWERED_WITHIN: Final = 5
"""An objection is accepted or put off within this many turns."""
_FROM_TO: Final = re.compile(r"\bfrom\b.*\bto\b|\b(?:now|today|at)\b.*\b(?:want|see|need|to)\b")


def read_fact(reading: Reading, candidate: Candidate) -> Fact:
    """The fact that a candidate states, with its fields."""
    return _READERS[candidate.kind](reading, candidate)


def _goal(reading: Reading, candidate: Candidate) -> Goal:
    amounts = find_amounts(candidate.sentence.text)
    dates = find_dates(candidate.sentence.text, said_on=reading.context.call.date)
    two = len(amounts) > 1 and _FROM_TO.search(candidate.sentence.plain)
    return Goal(
        baseline=amounts[0].words if two else None,
        target=amounts[-1].words if amounts else None,
        deadline=best_date(dates).due if dates else None,
    )


def _commitment(reading: Reading, candidate: Candidate) -> CustomerCommitment:
    return CustomerCommitment(owner=owner(reading, candidate.sentence), due=due(reading, candidate))


def _objection(reading: Reading, candidate: Candidate) -> Objection:
    topic: ObjectionTopic = _topic(reading, candidate.sentence)
    return Objection(topic=topic, status=_objection_status(reading, candidate.sentence))


def _topic(reading: Reading, sentence: Sentence) -> ObjectionTopic:
    """By the sentence's words; those of its turn and the turn before count less."""
    turns = (sentence.turn, sentence.turn - 1)
    around = " ".join(s.plain for turn in turns for s in reading.of_turn(turn))
    found = most_said("objection_topic", sentence.plain, around=around)
    return cast(ObjectionTopic, found or "product_gap")


def _objection_status(reading: Reading, sentence: Sentence) -> ObjectionStatus:
    """``addressed`` if a customer accepts soon after a seller spoke, ``deferred`` if put off."""
    accepted = pattern("objection_status", "accepted")
    put_off = answered = False
    for turn in range(sentence.turn + 1, sentence.turn + ANSWERED_WITHIN + 1):
        for said in reading.of_turn(turn)[:2]:
            if said.side != "customer":
                answered = True
                put_off |= bool(pattern("objection_status", "deferred").search(said.plain))
            elif answered and accepted.search(said.plain):
                return "deferred" if put_off else "addressed"
    return "deferred" if put_off else "open"


def _stakeholder(reading: Reading, candidate: Candidate) -> Stakeholder:
    person = reading.roster.find(candidate.subject) if candidate.subject else None
    return Stakeholder(
        name=candidate.subject,
        role=candidate.detail,
        influence=_influence(reading, candidate),
        present=bool(person and person.present),
    )


def _influence(reading: Reading, candidate: Candidate) -> Influence:
    """The champion as ``_champion`` has it; else by role, then by what is said."""
    role = (candidate.detail or "").lower()
    if candidate.subject and candidate.subject == _champion(reading):
        return "champion"
    for label in load_table("lexicon.toml")["influence"]:
        if role and re.search(label["role"], role):
            return cast(Influence, label["is"])
        if re.search(label["said"], candidate.sentence.plain):
            return cast(Influence, label["is"])
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


def _competitor(reading: Reading, candidate: Candidate) -> Competitor:
    """The status by the words of the whole turn: the verdict often stands in the next sentence.

    A spreadsheet or a whiteboard is what is used today, whatever else is said of it.
    """
    name = candidate.subject or candidate.sentence.text
    if pattern("vendors", "own").search(name.lower()):
        return Competitor(name=name, status="incumbent")
    said = " ".join(sentence.plain for sentence in reading.of_turn(candidate.sentence.turn))
    status = most_said("competitor_status", said) or "mentioned"
    return Competitor(name=name, status=cast(CompetitorStatus, status))


def _term(_: Reading, candidate: Candidate) -> Term:
    return Term.model_validate({"type": candidate.subject, "value": candidate.detail})


def _next_step(reading: Reading, candidate: Candidate) -> NextStep:
    """The date stands in the sentence, in its turn, or in one of the turns around."""
    said_on = reading.context.call.date
    turn = candidate.sentence.turn
    around = [s for n in (turn, turn - 1, turn + 1) for s in reading.of_turn(n)]
    mentions = [
        mention
        for sentence in (candidate.sentence, *around)
        for mention in find_dates(sentence.text, said_on=said_on)
    ]
    return NextStep(due=best_date(mentions).due if mentions else None)


_READERS: Final[dict[Kind, Callable[[Reading, Candidate], Fact]]] = {
    "goal": _goal,
    "pain": lambda _, __: Pain(),
    "promise": read_promise,
    "exclusion": lambda _, __: Exclusion(),
    "customer_commitment": _commitment,
    "objection": _objection,
    "stakeholder": _stakeholder,
    "competitor": _competitor,
    "term": _term,
    "requirement": lambda _, __: Requirement(),
    "risk": lambda _, __: Risk(),
    "expansion": lambda _, __: Expansion(),
    "next_step": _next_step,
}
