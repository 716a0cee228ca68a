"""Reads what a found fact holds: the fields of its kind."""

import re
from collections.abc import Callable
from typing import Final, cast

from transcript2handoff.engines.local.due import best_date, due
from transcript2handoff.engines.local.field_rules import label
from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.lexicon import pattern
from transcript2handoff.engines.local.owners import owner
from transcript2handoff.engines.local.promise_fields import read_promise
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.engines.local.terms import term_value
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
    TermType,
)

_FROM_TO: Final = (
    (re.compile(r"\bfrom\b"), re.compile(r"\bto\b")),
    (re.compile(r"\b(?:now|today|at)\b"), re.compile(r"\b(?:want|see|need|to)\b")),
)
"""Words for what is, and words for what shall be, behind them."""


def read_fact(reading: Reading, candidate: Candidate) -> Fact:
    """The fact that a candidate states, with its fields."""
    return _READERS[candidate.kind](reading, candidate)


def _goal(reading: Reading, candidate: Candidate) -> Goal:
    """Figures are the target, or the state today, by the words before them."""
    sentence = candidate.sentence
    amounts = find_amounts(sentence.text)
    before = {amount: sentence.plain[: amount.span.begin] for amount in amounts}
    baseline = next((a for a in amounts if pattern("goal", "baseline").search(before[a])), None)
    target = next(
        (a for a in amounts if pattern("goal", "target").search(before[a]) and a != baseline), None
    )
    if baseline is None and len(amounts) > 1 and _goes_from_to(sentence.plain):
        baseline = amounts[0]
    if target is None:
        target = next((a for a in reversed(amounts) if a != baseline), None)
    dates = find_dates(sentence.text, said_on=reading.context.call.date)
    metric = pattern("goal", "metric").search(sentence.plain)
    return Goal(
        metric=sentence.text[metric.start() : metric.end()] if metric else None,
        baseline=baseline.words if baseline else None,
        target=target.words if target else None,
        deadline=best_date(dates).due if dates else None,
    )


def _goes_from_to(plain: str) -> bool:
    """Whether words for what is stand before words for what shall be."""
    for is_now, shall_be in _FROM_TO:
        begun = is_now.search(plain)
        if begun and shall_be.search(plain, begun.end()):
            return True
    return False


def _commitment(reading: Reading, candidate: Candidate) -> CustomerCommitment:
    return CustomerCommitment(owner=owner(reading, candidate.sentence), due=due(reading, candidate))


def _objection(reading: Reading, candidate: Candidate) -> Objection:
    return Objection(
        topic=cast(ObjectionTopic, label(reading, candidate, "objection.topic")),
        status=cast(ObjectionStatus, label(reading, candidate, "objection.status")),
    )


def _stakeholder(reading: Reading, candidate: Candidate) -> Stakeholder:
    person = reading.roster.find(candidate.subject) if candidate.subject else None
    return Stakeholder(
        name=candidate.subject,
        role=candidate.detail,
        influence=cast(Influence, label(reading, candidate, "stakeholder.influence")),
        present=bool(person and person.present),
    )


def _competitor(reading: Reading, candidate: Candidate) -> Competitor:
    return Competitor(
        name=candidate.subject or candidate.sentence.text,
        status=cast(CompetitorStatus, label(reading, candidate, "competitor.status")),
        reason=_reason(reading, candidate.sentence),
    )


def _reason(reading: Reading, sentence: Sentence) -> str | None:
    """Why, in the words that say so: a clause with "because", else a verdict; none if unsure."""
    following = reading.following(sentence)
    for name in ("because", "verdict"):
        for said in (sentence, following):
            told = pattern("competitor_reason", name).search(said.plain) if said else None
            if said and told:
                return said.text[told.start("why") : told.end("why")].strip(" ,-")
    return None


def _term(reading: Reading, candidate: Candidate) -> Term:
    """A finder that only knows the type leaves the value to be read from the sentence."""
    type = cast(TermType, label(reading, candidate, "term.type"))
    value = candidate.detail if type == candidate.subject else None
    return Term(type=type, value=value or term_value(reading, candidate.sentence, type=type))


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
