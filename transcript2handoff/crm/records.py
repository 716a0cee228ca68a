"""What is written to a CRM, and the requests that write it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from transcript2handoff.crm.texts import clean, one_line
from transcript2handoff.deal import Deal, Participant, Record, Text
from transcript2handoff.webhooks import DealFacts

LONGEST_LINK: Final = 255
"""Characters of a field of type URL in Salesforce."""

Kind = Literal["note", "task", "properties"]
Clean = Annotated[str, AfterValidator(clean)]
Line = Annotated[str, AfterValidator(one_line), StringConstraints(min_length=1)]
Number = Annotated[float, Field(allow_inf_nan=False)]
PropertyName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*\z")]


class Task(Record):
    """Something that somebody has to do: an open promise, or a question."""

    key: Text
    """The id of the claim or the question; the task of the same key is the same task."""
    subject: Line
    body: Clean = ""
    due: date | None = None
    owner: Text | None = None
    """The id of a user of the CRM; whoever the CRM chooses where none is given."""


class WriteBack(Record):
    """Everything that a CRM shall know of a deal, as plain text.

    Attributes:
        note: the brief; lines that begin with ``- `` are list items, empty lines separate parts.
        tasks: of open promises and of questions, each key once.
        properties: by their plain names (``readiness``, ``score``, ``tags``); each CRM has its own
            way to write these. ``link`` is added to them.
        link: where the whole brief is.
    """

    note: Annotated[Clean, Field(min_length=1)]
    tasks: tuple[Task, ...] = ()
    properties: Mapping[PropertyName, int | Number | Clean] = Field(default_factory=dict)
    link: Annotated[
        str | None, Field(max_length=LONGEST_LINK, pattern=r"^https?://[!#-;=?-~]+\z")
    ] = None

    @model_validator(mode="after")
    def _each_key_once(self) -> Self:
        keys = [task.key for task in self.tasks]
        if doubles := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"several tasks have the same key: {doubles}")
        return self

    def named(self) -> dict[str, int | float | str]:
        """The properties, with the link among them, in one order whoever gives them."""
        link = {"link": self.link} if self.link else {}
        return dict(sorted({**self.properties, **link}.items()))


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request, byte for byte; ``path`` has the query with it.

    The body is left out where a request is shown in a trace: it may hold a secret.
    """

    method: str
    path: str
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, kw_only=True)
class Write:
    """One effect in the CRM. To execute it twice is to execute it once.

    Attributes:
        key: the same for the same note, task or properties of the same deal, whatever they say.
        kind: what is written.
        content_hash: of what it says; a write whose hash was delivered changes nothing.
        request: what is sent.
        again: what is sent instead once the CRM says that it has a record of this key.
    """

    key: str
    kind: Kind
    content_hash: str
    request: Request
    again: Request | None = None


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a write came to; ``remote_id`` is None where the CRM does not tell it."""

    remote_id: str | None
    created: bool


class CrmDeal(Record):
    """A deal as it is in the CRM.

    Attributes:
        facts: its name, dates, amount and people.
        won: whether the CRM counts it as won, whatever its stage is called.
        stage: the CRM's name or id of its stage.
        customer_id: the company or account that it belongs to.
        owner_email: of its owner.
        contacts: people of the customer by the CRM's ids of them, where it tells these.
    """

    facts: DealFacts
    won: bool
    stage: str | None = None
    customer_id: str | None = None
    owner_email: str | None = None
    contacts: Mapping[str, Participant] = Field(default_factory=dict)

    @property
    def deal(self) -> Deal:
        """The deal as a handoff begins with it."""
        return self.facts.onto(Deal())


def key_of(*parts: str) -> str:
    """A key of 32 hexadecimal digits: some CRMs take dots in a key for the end of a path."""
    return digest("\x1f".join(parts).encode())[:32]


def digest(content: bytes) -> str:
    """The SHA-256 of some bytes."""
    return sha256(content).hexdigest()
