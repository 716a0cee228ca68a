"""Claims, and what people do to them."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from transcript2handoff.api.models import examples
from transcript2handoff.api.models.runs import RunOut
from transcript2handoff.deal import Record
from transcript2handoff.facts import Fact
from transcript2handoff.handoff import Claim, Outcome
from transcript2handoff.journal import Event

Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]


class ConfirmBody(Record):
    """Somebody says that a claim is right; a rejection is taken back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"why": "Asked Tom on the phone."}]})

    why: Why | None = None


class RejectBody(Record):
    """Somebody says that a claim is wrong."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"why": "That was a joke."}]})

    why: Why


class EditBody(Record):
    """Somebody sets fields of a claim."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"changes": {"due": "2026-05-15"}, "why": "By e-mail."}]}
    )

    changes: Annotated[
        Mapping[FieldName, bool | Annotated[str, StringConstraints(max_length=2000)] | None],
        Field(min_length=1, max_length=20),
    ]
    """`summary`, or fields of the kind of fact; null empties a field."""
    why: Why


class OutcomeBody(Record):
    """Somebody says what came of a promise after the handoff."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "kept"}]})

    outcome: Outcome
    why: Why | None = None


class QuoteBody(Record):
    """Words of a call."""

    call_id: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    """The call's id inside of the deal (`ref`)."""
    turn: Annotated[int, Field(ge=1, le=1_000_000)]
    quote: Line


class AddBody(Record):
    """Somebody adds a claim that nobody had found, with the words that prove it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "summary": "Training for the dispatchers is included",
                    "fact": {"kind": "promise", "strength": "firm", "type": "resource"},
                    "quotes": [{"call_id": "harborline-1", "turn": 12, "quote": "is included"}],
                    "why": "It was missing.",
                }
            ]
        }
    )

    summary: Line
    fact: Fact
    quotes: Annotated[tuple[QuoteBody, ...], Field(max_length=20)] = ()
    """Words of calls, the best ones first."""
    statement: Line | None = None
    """What you know yourself: it stands as your word, beside what was said on calls."""
    why: Why

    @model_validator(mode="after")
    def _is_proved(self) -> Self:
        if not (self.quotes or self.statement):
            raise ValueError("a claim needs quotes or a statement that prove it")
        return self


class ClaimList(Record):
    """Claims of a handoff, in its order."""

    model_config = examples.shown(examples.CLAIMS)

    edition: str
    items: tuple[Claim, ...]


class NotedOut(Record):
    """What was noted, and what came of it."""

    model_config = examples.shown(examples.NOTED)

    event: Annotated[Event, Field(discriminator="event")]
    claim: Claim | None
    """As it stands now; none for a rejection or an answer."""
    edition: str
    notes: tuple[str, ...]
    """What you should know about it."""
    run: RunOut
    """It makes the documents anew."""
