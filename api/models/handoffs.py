"""Handoffs, what is asked about them, and what customer success says to them."""

import datetime
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from transcript2handoff.api.models import examples
from transcript2handoff.assess import CONDITIONS, Assessment
from transcript2handoff.assess.checklist import TITLES
from transcript2handoff.deal import Record
from transcript2handoff.facts import Fact, TermType
from transcript2handoff.handoff import Handoff
from transcript2handoff.store.handoffs import Decision, HandoffRecord
from transcript2handoff.words import Message, Words

ReturnReason = Literal[
    "missing_evidence",
    "scope_unclear",
    "promise_not_deliverable",
    "wrong_stakeholders",
    "terms_unclear",
    "other",
]
"""Why customer success gives a handoff back."""
Saying = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class DecisionBody(Record):
    """Customer success takes a handoff over, or gives it back and says why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"what": "accepted"},
                {
                    "what": "returned",
                    "reasons": ["promise_not_deliverable"],
                    "words": "The SAP connector is not there before autumn.",
                },
            ]
        }
    )

    what: Literal["accepted", "returned"]
    reasons: Annotated[tuple[ReturnReason, ...], Field(max_length=6)] = ()
    """Of a handoff that is given back: one at least. `other` needs `words`."""
    words: Saying | None = None

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.what == "returned" and not self.reasons:
            raise ValueError("say in reasons why the handoff is given back")
        if self.what == "accepted" and self.reasons:
            raise ValueError("reasons are for a handoff that is given back; leave them out")
        if "other" in self.reasons and not self.words:
            raise ValueError("say in words what the other reason is")
        return self


class DecisionOut(Record):
    """What customer success said to a handoff."""

    model_config = examples.shown(examples.DECISION)

    what: Literal["accepted", "returned"]
    reasons: tuple[str, ...]
    words: str | None
    by: str
    at: datetime.datetime
    edition: str
    """The edition that was before the person."""

    @classmethod
    def of(cls, decision: Decision | None) -> Self | None:
        """The decision of a row, if there is one."""
        if decision is None:
            return None
        return cls(**decision.model_dump(include=set(cls.model_fields)))


class HandoffOut(Record):
    """The handoff of a deal as it stands: what the calls say, and what people did to it."""

    model_config = examples.shown(examples.HANDOFF)

    deal_id: str
    edition: str
    """Also the ETag."""
    handoff: Handoff
    notes: tuple[str, ...]
    """What somebody should know about what people did."""
    decision: DecisionOut | None


class VersionOut(Record):
    """A version of what the calls say, before people did anything to it."""

    model_config = examples.shown(examples.VERSION)

    version: int
    digest: str
    run_id: str | None
    decision: DecisionOut | None
    created: datetime.datetime

    @classmethod
    def of(cls, record: HandoffRecord) -> Self:
        """The version of a row."""
        return cls(
            version=record.version,
            digest=record.digest,
            run_id=record.run_id,
            decision=DecisionOut.of(record.decision),
            created=record.created,
        )


class VersionList(Record):
    """The versions of a handoff, newest first."""

    items: tuple[VersionOut, ...]

    @classmethod
    def of(cls, records: Iterator[HandoffRecord] | tuple[HandoffRecord, ...]) -> Self:
        """The versions of rows, in any order."""
        newest = sorted(records, key=lambda record: -record.version)
        return cls(items=tuple(VersionOut.of(record) for record in newest))


class QuestionOut(Record):
    """Something to ask the account executive."""

    model_config = examples.shown(examples.QUESTION)

    id: str
    sort: str
    text: str
    section: str
    rank: int
    """1 is the most pressing."""
    about: str | None
    claim_ids: tuple[str, ...]


class QuestionList(Record):
    """The questions that are open, the most pressing first."""

    edition: str
    items: tuple[QuestionOut, ...]
    absent_terms: tuple[TermType, ...]
    """The needed terms that nobody has stated; an answer to `no_terms` can state them."""


class AnswerBody(Record):
    """An answer to a question that the calls had left open."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "question_id": "no_terms",
                    "words": "12,000 euros a year, for three years.",
                    "facts": [
                        {"kind": "term", "type": "price", "value": "12,000 euros a year"},
                        {"kind": "term", "type": "length", "value": "three years"},
                    ],
                }
            ]
        }
    )

    question_id: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    """Of a question that is open or was answered before, or how it begins."""
    words: Saying
    facts: Annotated[tuple[Fact, ...], Field(max_length=20)] | None = None
    """What the answer states; each fact becomes a claim with you as its source. Only an answer to a
    question about what no call says can state something: `no_goal` goals, `no_scope` promised
    features, `no_buyer` who decides about the money, `no_terms` price, length and start,
    `no_next_step` next steps. Without facts the answer states what its words show (terms it states
    in facts alone); an empty list states nothing."""
    why: Saying | None = None


class SectionOut(Record):
    """A section of the checklist."""

    section: str
    title: str
    state: str
    """`complete`, `thin` or `missing`."""
    reasons: tuple[str, ...]
    claim_ids: tuple[str, ...]


class ConditionOut(Record):
    """One of the four conditions of a handoff that can be taken over."""

    name: str
    title: str
    is_met: bool
    reasons: tuple[str, ...]


class ReadinessOut(Record):
    """Whether a handoff can be taken over, and why not."""

    model_config = examples.shown(examples.READINESS)

    edition: str
    verdict: str
    """`ready`, `ask_ae` or `blocked`."""
    score: int
    """0 to 100."""
    reasons: tuple[str, ...]
    sections: tuple[SectionOut, ...]
    conditions: tuple[ConditionOut, ...]

    @classmethod
    def of(cls, judged: Assessment, *, edition: str, words: Words) -> Self:
        """The readiness of a deal.

        Args:
            judged: how its handoff was judged.
            edition: of the handoff.
            words: the language of the reader.
        """

        def said(reasons: tuple[Message, ...]) -> tuple[str, ...]:
            return tuple(map(words.say, reasons))

        return cls(
            edition=edition,
            verdict=judged.verdict,
            score=judged.score,
            reasons=said(judged.reasons),
            sections=tuple(
                SectionOut(
                    section=one.section,
                    title=words.say(TITLES[one.section]),
                    state=one.state,
                    reasons=said(one.reasons),
                    claim_ids=one.claim_ids,
                )
                for one in judged.sections
            ),
            conditions=tuple(
                ConditionOut(
                    name=one.name,
                    title=words.say(CONDITIONS[one.name]),
                    is_met=one.met,
                    reasons=said(one.reasons),
                )
                for one in judged.conditions
            ),
        )
