"""What people do to a handoff: events over the ids of claims and questions.

An event says who did what and when, and why if they said so. It is never changed; a later event on
the same field counts instead. ``docs/journal.md`` shows each kind.
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError, model_validator

from transcript2handoff.deal import Record, Text, first_fault
from transcript2handoff.errors import JournalError
from transcript2handoff.facts import Fact, Kind
from transcript2handoff.handoff import Citation, Outcome, StatementEvidence
from transcript2handoff.journal.fields import Value, checked

SCHEMA_VERSION: Final = 1


class _Deed(Record):
    """Who did something, when, and why."""

    schema_version: Literal[1] = SCHEMA_VERSION
    by: Text
    """The person's name."""
    at: AwareDatetime
    why: Text | None = None


class Confirmed(_Deed):
    """Somebody has looked at a claim and says that it is right; it also takes back a rejection."""

    event: Literal["confirmed"] = "confirmed"
    claim_id: Text
    kind: Kind


class Change(Record):
    """A field that somebody has set: the value that stood there, and the new one."""

    was: Value
    now: Value


class Edited(_Deed):
    """Somebody has set fields of a claim: its ``summary``, or those of its kind of fact."""

    event: Literal["edited"] = "edited"
    claim_id: Text
    kind: Kind
    changes: Annotated[Mapping[str, Change], Field(min_length=1)]

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        for name, change in self.changes.items():
            if checked(self.kind, name, change.now) != change.now:
                raise ValueError(f"{name}: {change.now!r} is not written as the field holds it")
        return self


class Rejected(_Deed):
    """Somebody says that a claim is wrong; it is shown in the appendix only."""

    event: Literal["rejected"] = "rejected"
    claim_id: Text
    kind: Kind
    calls: tuple[Text, ...] = ()
    """The calls on which it had been said by then."""


class Quoted(Citation):
    """Words of a call that prove an added claim; looked for in the transcript at every run."""

    source: Literal["spoken"] = "spoken"
    call_id: Text


class NewClaim(Record):
    """What somebody adds to a handoff, with the words that prove it."""

    id: Text
    summary: Text
    fact: Fact
    evidence: Annotated[
        tuple[Annotated[Quoted | StatementEvidence, Field(discriminator="source")], ...],
        Field(min_length=1),
    ]
    """The first is the best one."""

    @property
    def kind(self) -> Kind:
        """The kind of the fact."""
        return self.fact.kind


class Added(_Deed):
    """Somebody has added a claim that no engine had found."""

    event: Literal["added"] = "added"
    claim: NewClaim

    @property
    def claim_id(self) -> str:
        """The id of the claim."""
        return self.claim.id

    @property
    def kind(self) -> Kind:
        """The kind of the claim."""
        return self.claim.kind


class Answered(_Deed):
    """Somebody has answered a question that the calls had left open."""

    event: Literal["answered"] = "answered"
    question_id: Text
    question: Text
    words: Text
    claim_ids: tuple[Text, ...] = ()
    """The claims that the question is about: the answer stands behind them as well."""


class OutcomeTold(_Deed):
    """Somebody says what came of a promise after the handoff."""

    event: Literal["outcome"] = "outcome"
    claim_id: Text
    outcome: Outcome

    @property
    def kind(self) -> Kind:
        """The kind of the claim: nothing else has an outcome."""
        return "promise"


Event = Confirmed | Edited | Rejected | Added | Answered | OutcomeTold
ClaimEvent = Confirmed | Edited | Rejected | Added | OutcomeTold
"""Events on one claim."""

_EVENT: Final[TypeAdapter[Event]] = TypeAdapter(Annotated[Event, Field(discriminator="event")])


def to_line(event: Event) -> str:
    """The event as one line of the journal, its end included."""
    return event.model_dump_json() + "\n"


def parse_event(line: str | bytes, *, where: str = "the event") -> Event:
    """Read what ``to_line`` wrote.

    Raises:
        JournalError: the line is no event of this schema version.
    """
    try:
        return _EVENT.validate_json(line)
    except ValidationError as error:
        raise JournalError(
            f"{where} is no event of schema version {SCHEMA_VERSION}: {first_fault(error)}. "
            "Mend or remove that line; the others stand."
        ) from error
