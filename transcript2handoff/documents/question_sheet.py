"""The questions to the account executive, on a sheet with space for the answers.

Each question has an id; who answers gives it along, so that the answer finds its question.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from transcript2handoff.assess.question import Question, Sort
from transcript2handoff.documents.inside import Inside
from transcript2handoff.documents.seats import who_is
from transcript2handoff.handoff import Answer
from transcript2handoff.render.proofs import Proof
from transcript2handoff.words import Message, Shown, Words, message

MATTERS: Final[Mapping[Sort, Message]] = {
    "contract": message("The customer believes what was said, and the contract says otherwise."),
    "catalog": message("The customer expects more than the product can do."),
    "unsigned": message("The customer counts on it, and no paper holds it."),
    "contradiction": message("Both cannot hold, and the customer remembers the better one."),
    "no_goal": message("Nobody can say what success is."),
    "hedged": message("The customer remembers the promise, not the hedge."),
    "conditional": message("The customer remembers the promise, not the condition."),
    "changed": message("The customer may still count on what was said first."),
    "overdue": message("If it was not kept, the first meeting begins with it."),
    "no_scope": message("Without it no plan can be made."),
    "no_buyer": message("Nobody knows whose consent counts."),
    "no_terms": message("Without it nobody knows what was sold."),
    "signed": message("The customer may believe what was said, and it was signed otherwise."),
    "objection": message("A doubt without an answer comes back after the signature."),
    "figure": message("Without a figure nobody can show that the goal is reached."),
    "blocker": message("This person can stop the rollout."),
    "ended": message("The customer may still count on it."),
    "deferred": message("It was put off and comes back after the signature."),
    "deadline": message("Without a date nobody can plan towards the goal."),
    "unowned": message("What nobody owns is not done."),
    "owner": message("What nobody owns is not done."),
    "due": message("The customer has a date in mind, and we do not know it."),
    "customer": message("Our work waits for it."),
    "no_next_step": message("Without a next date the handover stands still."),
    "rival": message("The customer may still compare us."),
    "weak": message("It may have been heard wrongly."),
}
"""Why a question of each sort matters."""


@dataclass(frozen=True, kw_only=True)
class AskedQuestion:
    """A question, why it matters, and the words that raised it; none where the calls are silent."""

    id: str
    text: Shown
    matters: Message
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, kw_only=True)
class AnsweredQuestion:
    """What was answered to a question, by whom, and on which day."""

    question: str
    words: str
    person: str
    day: str


def question_sheet(inside: Inside) -> str:
    """The sheet as Markdown.

    Raises:
        ArtifactError: the transcript of a call is not among those given.
    """
    return inside.templates.markdown(
        "question_sheet.md.jinja",
        customer=inside.customer,
        executive=who_is(inside, "account_executive"),
        questions=asked_questions(inside),
        answered=tuple(_answered(each, inside.words) for each in inside.handoff.answers),
    )


def asked_questions(inside: Inside) -> tuple[AskedQuestion, ...]:
    """All questions that have no answer yet, the most pressing first."""
    return tuple(
        AskedQuestion(
            id=question.id,
            text=question.text,
            matters=MATTERS[question.sort],
            proofs=tuple(_proofs(inside, question)),
        )
        for question in inside.assessment.questions
    )


def _proofs(inside: Inside, question: Question) -> Iterator[Proof]:
    """The best proof of each claim that raised the question."""
    claims = {claim.id: claim for claim in inside.handoff.claims}
    for claim_id in question.claim_ids:
        yield inside.proofs.telling(claims[claim_id])


def _answered(answer: Answer, words: Words) -> AnsweredQuestion:
    evidence = answer.evidence
    return AnsweredQuestion(
        question=answer.question,
        words=evidence.words,
        person=evidence.person,
        day=words.day(evidence.at.date()),
    )
