"""What is known about a deal before anybody listens: ``deal.toml``, a CRM record, a form."""

import datetime
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Final, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from transcript2handoff.errors import DealFileError

Side = Literal["seller", "customer"]
Stage = Literal["discovery", "demo", "technical", "negotiation", "closing"]
Consent = Literal["unknown", "given", "refused"]
"""Whether those on a call agreed that it leaves this machine to be read by a model elsewhere."""
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Role = Literal[
    "account_executive",
    "customer_success_manager",
    "account_manager",
    "solutions_engineer",
    "onboarding_manager",
    "support",
    "executive_sponsor",
]
"""What somebody of the seller's company does for a deal."""
ROLES: Final[tuple[Role, ...]] = get_args(Role)


def _known_country(code: str) -> str:
    """Refuse countries whose holidays nobody knows: days would be counted wrong in silence."""
    from holidays import list_supported_countries

    country, _, part = code.partition("-")
    parts = list_supported_countries(include_aliases=False).get(country)
    if parts is None:
        raise ValueError(f"{code!r} is no country whose holidays are known; write GB or GB-SCT")
    if part and part not in parts:
        known = ", ".join(f"{country}-{each}" for each in parts) or f"{country} alone"
        raise ValueError(f"no holidays are known of {code!r}; write {known}")
    return code


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError(f"{text!r} has a line break or another control character")
    return text


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(_one_line),
]
"""One line of at most a hundred characters: it may stand in the header of an e-mail."""
Country = Annotated[str, AfterValidator(_known_country)]
"""ISO 3166-1 alpha-2 (``GB``), or a part of a country as in ISO 3166-2 (``GB-SCT``, ``DE-BY``)."""

_EARLIEST: Final = datetime.date(2000, 1, 1)
_LATEST: Final = datetime.date(2099, 12, 31)
"""A signature outside of these days is a typing mistake."""


BESIDE_THE_CALLS: Final = (
    "deal",
    "country",
    "segment",
    "amount",
    "currency",
    "signed",
    "kickoff",
    "owners",
    "tags",
)
"""Fields of a deal on which nothing hangs that is read in a call."""

Amount = Annotated[Decimal, Field(ge=0, max_digits=18, allow_inf_nan=False)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 4217: ``EUR``."""


def _is_none(value: object) -> bool:
    return value is None


class Record(BaseModel):
    """An immutable value; unknown fields are an error, so that a typing mistake is heard."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Participant(Record):
    """Somebody who may be on a call, as the CRM or the invitation knows them."""

    name: Text
    side: Side
    title: Text | None = None
    email: Text | None = None


class Call(Record):
    """One call of a deal; relative dates ("by Friday") resolve against ``date``."""

    id: Text
    file: Text | None = None
    date: datetime.date | None = None
    stage: Stage | None = None
    attendees: tuple[Text, ...] = ()
    """Names of the participants who were invited; nothing is known of it where there are none."""
    consent: Consent = "unknown"


class Deal(Record):
    """The frame of a handoff: who sells what to whom, and who takes part."""

    deal: Text = "unnamed"
    seller: Text | None = None
    customer: Text | None = None
    product: Text | None = None
    timezone: Text | None = None
    glossary: tuple[Text, ...] = ()
    country: Country | None = None
    """The customer's country, or the part of it: its holidays are no business days."""
    segment: Text | None = None
    """The kind of customer by which reports are grouped: ``mid-market``."""
    amount: Annotated[Amount | None, Field(exclude_if=_is_none)] = None
    """What the CRM says that it is worth; what was said on a call is a claim, and has its words."""
    currency: Annotated[Currency | None, Field(exclude_if=_is_none)] = None
    signed: Annotated[datetime.date, Field(ge=_EARLIEST, le=_LATEST)] | None = None
    """The day of the signature; the kickoff is due within five business days of it."""
    kickoff: Annotated[datetime.date, Field(ge=_EARLIEST, le=_LATEST)] | None = None
    """The day of the kickoff with the customer, once it is agreed."""
    owners: Mapping[Role, Name] = Field(default_factory=dict)
    """Who has which role on the seller's side, by name."""
    tags: tuple[Text, ...] = ()
    participants: tuple[Participant, ...] = ()
    calls: tuple[Call, ...] = ()

    @model_validator(mode="after")
    def _attendees_are_participants(self) -> Self:
        names = {person.name for person in self.participants}
        for call in self.calls:
            if strangers := sorted(set(call.attendees) - names):
                raise ValueError(f"attendees of {call.id} that are no participants: {strangers}")
        return self

    def call(self, call_id: str) -> Call:
        """The listed call with this id, or a bare one if the deal does not list it."""
        return next((call for call in self.calls if call.id == call_id), Call(id=call_id))

    def expecting(self, call: Call) -> "Deal":
        """This deal as far as one call goes: its participants are those who were invited to it."""
        if not call.attendees:
            return self
        invited = tuple(person for person in self.participants if person.name in call.attendees)
        return self.model_copy(update={"participants": invited})

    def people(self) -> str:
        """Who takes part and for whom, as text: all that decides which names speakers get."""
        return self.model_dump_json(include={"seller", "customer", "product", "participants"})

    def vocabulary(self) -> tuple[str, ...]:
        """Names and terms that a listener should know, most telling first, without doubles."""
        return tuple(dict.fromkeys(self._vocabulary()))

    def _vocabulary(self) -> Iterator[str]:
        yield from (name for name in (self.seller, self.customer) if name)
        yield from (person.name for person in self.participants)
        yield from self.glossary

    def as_of(self, newer: "Deal") -> "Deal":
        """This deal with what a newer file says of it beside the calls: name, signed, owners ..."""
        told = [name for name in BESIDE_THE_CALLS if name in newer.model_fields_set]
        return self.model_copy(update={name: getattr(newer, name) for name in told})


class DealContext(Record):
    """What an engine is told beside the transcript."""

    deal: Deal = Deal()
    call: Call


def first_fault(error: ValidationError) -> str:
    """What is wrong first with data that does not fit its type, and where in the data."""
    first = error.errors()[0]
    place = ".".join(map(str, first["loc"])) or "top"
    return f"{first['msg']} (at {place})"


def _place(fault: ErrorDetails) -> str:
    return ".".join(str(step) for step in fault["loc"] if step != "[key]")


def parse_deal(toml: str, *, where: str = "deal.toml") -> Deal:
    """Read the text of a ``deal.toml``.

    Raises:
        DealFileError: no TOML, or fields that do not fit; the message names them.
    """
    try:
        return Deal.model_validate(_toml(toml, where))
    except ValidationError as error:
        faults = "; ".join(
            f"{_place(fault)}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()
        )
        raise DealFileError(f"{where} does not describe a deal: {faults}.") from error


def _toml(text: str, where: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise DealFileError(f"{where} is nested too deeply; a deal needs two levels.") from error
    except ValueError as error:  # also a number of more digits than Python reads
        raise DealFileError(f"{where} is not valid TOML: {error}.") from error
