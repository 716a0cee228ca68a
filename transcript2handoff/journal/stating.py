"""What an answer states where the calls say nothing: which facts, and those that words show.

An answer never states more than its words do. Where they deny something, leave it open or ask
back, they state nothing; what they hedge is hedged.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from transcript2handoff.assess.qualifying import condition_in, hedge_in
from transcript2handoff.errors import JournalError
from transcript2handoff.extract.dates import find_dates
from transcript2handoff.extract.wording import qualifiers
from transcript2handoff.facts import Fact, Goal, NextStep, Promise, Stakeholder, Strength, Term
from transcript2handoff.journal.desk import Desk
from transcript2handoff.journal.events import TERMS, Answered

DECIDES: Final = "Decides about money"
"""The role of somebody of whom nothing else is known."""

_OPEN: Final = re.compile(
    r"\?|\b(?:unknown|unclear|undecided|unsure|uncertain|pending|tb[acd]|(?:still|is|are|left) open"
    r"|to be (?:agreed|announced|clarified|confirmed|decided|defined|determined|discussed|set)"
    r"|nein|nicht|kein\w*|niemand\w*|nichts|unbekannt|unklar|offen)\b",
    re.IGNORECASE,
)
_CONDITIONAL: Final = frozenset(
    qualifiers(
        "if unless provided providing assuming once until till subject to depends depending "
        "as long as"
    )
)
_HEDGING: Final = frozenset(
    qualifiers(
        "should might may could would probably maybe perhaps possibly hopefully hope likely think "
        "guess believe reckon suppose expect try trying aim aiming plan planned planning kind of "
        "sort of supposed seem"
    )
)
_GERMAN_HEDGE: Final = re.compile(
    r"\b(?:sollte\w*|könnte\w*|dürfte\w*|würde\w*|vielleicht|wahrscheinlich|vermutlich|eventuell"
    r"|hoffentlich|voraussichtlich|versuch\w*|glaube\w*|denke|geplant|plan\w*|möglicherweise)\b",
    re.IGNORECASE,
)
_GERMAN_CONDITION: Final = re.compile(
    r"\b(?:wenn|falls|sobald|sofern|soweit|vorausgesetzt|bedingung|vorbehaltlich|bis)\b",
    re.IGNORECASE,
)
_MONTH: Final = re.compile(r"(?<=\w )May\b")
"""The month, which is no hedge; at the head of a sentence it may be one."""


@dataclass(frozen=True)
class _Rule:
    """What an answer to a question can state."""

    what: str
    fits: Callable[[Fact], bool]


STATING: Final[Mapping[str, _Rule]] = {
    "no_goal": _Rule("goals", lambda fact: isinstance(fact, Goal)),
    "no_scope": _Rule(
        "promises of features",
        lambda fact: isinstance(fact, Promise) and fact.type == "feature" and fact.status == "open",
    ),
    "no_buyer": _Rule(
        "people who decide about the money (influence economic_buyer)",
        lambda fact: isinstance(fact, Stakeholder) and fact.influence == "economic_buyer",
    ),
    "no_terms": _Rule(
        f"terms of these types: {', '.join(TERMS)}",
        lambda fact: isinstance(fact, Term) and fact.type in TERMS,
    ),
    "no_next_step": _Rule("next steps", lambda fact: isinstance(fact, NextStep)),
}
"""The questions about what no call says, and what their answers can state."""


def check_stated(question_id: str, facts: Sequence[Fact]) -> None:
    """Check that an answer to a question can state some facts.

    Raises:
        JournalError: it cannot; the message says what it can state.
    """
    rule = STATING.get(question_id)
    if rule is None and facts:
        raise JournalError(
            f"{question_id} asks about what was said on the calls: the answer stands behind it, "
            "and states nothing else. Leave the facts out."
        )
    if rule and not all(map(rule.fits, facts)):
        raise JournalError(f"An answer to {question_id} can only state {rule.what}.")
    types = [fact.type for fact in facts if isinstance(fact, Term)]
    if len(set(types)) < len(types):
        raise JournalError("An answer states each type of term once. Put it into one value.")


def shown_by(answer: Answered, desk: Desk) -> tuple[Fact, ...]:
    """The facts that the words of an answer show; none where they state nothing for sure."""
    words = answer.words
    if qualifiers(words)["not"] or _OPEN.search(words):
        return ()
    match answer.question_id:
        case "no_goal":
            return (Goal(),)
        case "no_scope":
            return (Promise(strength=strength_of(words), type="feature"),)
        case "no_buyer":
            return (_buyer(words, desk),)
        case "no_next_step":
            return (NextStep(due=_day_in(answer)),)
    return ()


def strength_of(words: str) -> Strength:
    """How firm a promise in these words is; firm only where nothing in them weakens it."""
    weak = frozenset(qualifiers(_MONTH.sub("", words)))
    if hedge_in([words]) or weak & _HEDGING or _GERMAN_HEDGE.search(words):
        return "hedged"
    if condition_in([words]) or weak & _CONDITIONAL or _GERMAN_CONDITION.search(words):
        return "conditional"
    return "firm"


def _buyer(words: str, desk: Desk) -> Stakeholder:
    """The one person of the customer's side whom the words name; else somebody with that role."""
    named = list(_named(words, desk))
    if len(named) != 1:
        return Stakeholder(role=DECIDES, influence="economic_buyer", present=False)
    heard = {voice.name for call in desk.calls.transcripts for voice in call.speakers}
    return Stakeholder(name=named[0], influence="economic_buyer", present=named[0] in heard)


def _named(words: str, desk: Desk) -> Iterator[str]:
    plain = " ".join(words.split())
    for person in desk.calls.handoff.deal.participants:
        name = rf"(?<!\w){re.escape(person.name)}(?!\w)"
        if person.side == "customer" and re.search(name, plain, re.IGNORECASE):
            yield person.name


def _day_in(answer: Answered) -> str | None:
    """The day that an answer names, if it names exactly one and no other time."""
    times = find_dates(answer.words, said_on=answer.at.date())
    days = {one.date for one in times}
    (day,) = days if len(days) == 1 else (None,)
    return day.isoformat() if day else None
