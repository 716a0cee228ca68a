"""What people do to a handoff: events over the ids of claims and questions.

An event says who did what and when, and why if they said so. It is never changed; a later event on
the same field counts instead. ``docs/journal.md`` shows each kind.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Annotated, Final, Literal, Self

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from transcript2handoff.corrections.signing import SCHEMA_VERSION, Signed
from transcript2handoff.deal import Record, Text, first_fault
from transcript2handoff.errors import JournalError
from transcript2handoff.facts import Fact, Kind, Term, TermType
from transcript2handoff.handoff import Citation, Outcome, StatementEvidence
from transcript2handoff.journal.fields import Value, checked


class Confirmed(Signed):
    """Somebody has looked at a claim and says that it is right; it also takes back a rejection."""

    event: Literal["confirmed"] = "confirmed"
    claim_id: Text
    kind: Kind


def _is_empty(value: object) -> bool:
    return value == ()


class Place(Record):
    """A turn of a call."""

    call_id: Text
    turn: Annotated[int, Field(ge=1)]


Places = Annotated[tuple[Place, ...], Field(exclude_if=_is_empty)]
"""Where that had been said which an event repeats: when those words are erased, it goes too."""


class Change(Record):
    """A field that somebody has set: the value that stood there, and the new one."""

    was: Value
    now: Value


class Edited(Signed):
    """Somebody has set fields of a claim: its ``summary``, or those of its kind of fact."""

    event: Literal["edited"] = "edited"
    claim_id: Text
    kind: Kind
    changes: Annotated[Mapping[str, Change], Field(min_length=1)]
    places: Places = ()

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        for name, change in self.changes.items():
            if checked(self.kind, name, change.now) != change.now:
                raise ValueError(f"{name}: {change.now!r} is not written as the field holds it")
        return self


class Rejected(Signed):
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


class Added(Signed):
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


TERMS: Final[Mapping[TermType, str]] = {
    "price": "Price",
    "length": "Contract length",
    "start": "Start",
}
"""The terms that an answer can state, as its claims begin."""


class Answered(Signed):
    """Somebody has answered a question that the calls had left open."""

    event: Literal["answered"] = "answered"
    question_id: Text
    question: Text
    words: Text
    claim_ids: tuple[Text, ...] = ()
    """The claims that the question is about: the answer stands behind them as well."""
    facts: Annotated[tuple[Fact, ...], Field(exclude_if=_is_empty)] = ()
    """What the answer states where the calls are silent; each fact becomes a claim."""
    places: Places = ()

    @property
    def evidence(self) -> StatementEvidence:
        """The answer as what proves a claim."""
        return StatementEvidence(
            person=self.by, at=self.at, words=self.words, question_id=self.question_id
        )

    @property
    def stated(self) -> tuple[NewClaim, ...]:
        """The claims that the answer states; another answer has the same ids for the same facts."""
        seen: Counter[str] = Counter()
        claims: list[NewClaim] = []
        for fact in self.facts:
            sort = f"{fact.kind}\x1f{fact.type}" if isinstance(fact, Term) else fact.kind
            seen[sort] += 1
            told = "\x1f".join((self.question_id, sort, str(seen[sort])))
            digest = sha256(told.encode(errors="surrogatepass")).hexdigest()
            claims.append(
                NewClaim(
                    id=f"{fact.kind}-{digest[:8]}",
                    summary=_summary(fact, self.words),
                    fact=fact,
                    evidence=(self.evidence,),
                )
            )
        return tuple(claims)


def _summary(fact: Fact, words: str) -> str:
    """A term with its value; else the words of the answer, all of them, for each may weaken it."""
    if not isinstance(fact, Term):
        return " ".join(words.split())
    value = " ".join(fact.value.split())
    end = "" if value.endswith((".", "!", "?", "…")) else "."
    return f"{TERMS.get(fact.type, fact.type.capitalize())}: {value}{end}"


class OutcomeTold(Signed):
    """Somebody says what came of a promise after the handoff."""

    event: Literal["outcome"] = "outcome"
    claim_id: Text
    outcome: Outcome

    @property
    def kind(self) -> Kind:
        """The kind of the claim: nothing else has an outcome."""
        return "promise"


class Undone(Signed):
    """Somebody takes back an event; of another ``undone``, what that took back stands again."""

    event: Literal["undone"] = "undone"
    number: Annotated[int, Field(ge=1)]
    """Of the event that is taken back: its place in the journal, from 1."""
    claim_ids: tuple[Text, ...] = ()
    """The claims that it is about."""


StandingEvent = Confirmed | Edited | Rejected | Added | Answered | OutcomeTold
"""What does something to a handoff."""
Event = StandingEvent | Undone
ClaimEvent = Confirmed | Edited | Rejected | Added | OutcomeTold
"""Events on one claim."""

_EVENT: Final[TypeAdapter[Event]] = TypeAdapter(Annotated[Event, Field(discriminator="event")])


def claims_of(event: Event) -> tuple[str, ...]:
    """The ids of the claims that an event is about; of an answer, those that it states as well."""
    match event:
        case Answered():
            return (*event.claim_ids, *(one.id for one in event.stated))
        case Undone():
            return event.claim_ids
    return (event.claim_id,)


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


def parsed(lines: Iterable[str]) -> tuple[Event, ...]:
    """The events of a journal that a store keeps, in their order.

    Raises:
        JournalError: a line is no event.
    """
    return tuple(
        parse_event(line, where=f"event {number} of the deal")
        for number, line in enumerate(lines, start=1)
    )
