"""What customer success must ask the account executive, read off the claims of a handoff.

A question is asked where a claim is not firm enough to build on (a hedged promise, an objection
that nobody answered), where what was said is not what was signed, or where the calls are silent.
It says who said what to whom, the words that weaken it, and what is to be known. What hurts most
if it stays open comes first (``question.RANKS``); within a rank the order of the handoff holds.
One question a claim is asked at a time, and none that was answered; the list ends after ``LIMIT``.
"""

from collections.abc import Callable, Iterator
from typing import Final

from transcript2handoff.assess.about_claims import (
    questions_on_contradictions,
    questions_on_goals,
    questions_on_moves,
    questions_on_objections,
    questions_on_people,
    questions_on_weak,
)
from transcript2handoff.assess.about_contract import questions_on_contract
from transcript2handoff.assess.about_promises import questions_on_promises
from transcript2handoff.assess.about_silence import questions_on_silence
from transcript2handoff.assess.claims import due_of, is_before, is_weak, last_call_day
from transcript2handoff.assess.question import RANKS, Known, Question, Sort

__all__ = [
    "LIMIT",
    "RANKS",
    "Known",
    "Question",
    "Sort",
    "due_of",
    "is_before",
    "is_weak",
    "last_call_day",
    "questions_for",
]

LIMIT: Final = 12
"""More questions than these nobody answers."""

_SOURCES: Final[tuple[Callable[[Known], Iterator[Question]], ...]] = (
    questions_on_contract,
    questions_on_contradictions,
    questions_on_silence,
    questions_on_promises,
    questions_on_objections,
    questions_on_goals,
    questions_on_moves,
    questions_on_people,
    questions_on_weak,
)


def questions_for(known: Known) -> tuple[Question, ...]:
    """The most pressing questions, at most ``LIMIT``, the most pressing first; one a claim."""
    answered = {answer.question_id for answer in known.handoff.answers}
    asked = [one for source in _SOURCES for one in source(known) if one.id not in answered]
    pressing: dict[tuple[str, ...], Question] = {}
    for question in sorted(asked, key=lambda question: question.rank):
        pressing.setdefault(question.claim_ids or (question.id,), question)
    return tuple(pressing.values())[:LIMIT]
