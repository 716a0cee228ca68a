"""Which fields of a payload are the deal, its people and its dates."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Final, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    JsonValue,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from transcript2handoff.deal import (
    Amount,
    Country,
    Currency,
    Deal,
    Name,
    Participant,
    Record,
    Role,
    Side,
    Text,
)
from transcript2handoff.errors import DeliveryFormError
from transcript2handoff.yaml_text import faults

_MILLISECONDS: Final = re.compile(r"[0-9]{12,14}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST_PEOPLE: Final = 200


def _steps(given: object) -> object:
    return tuple(given.split(".")) if isinstance(given, str) else given


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone; write Europe/Vienna or UTC") from error
    return name


Path = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    Field(min_length=1, max_length=20),
    BeforeValidator(_steps),
]
"""Names of fields from the outside in, ``properties.dealname``; a number counts in a list, from 0.

As a list of names where a name has a dot in it.
"""
Zone = Annotated[str, AfterValidator(_zone)]


class PeopleMapping(Record):
    """Where people stand: one object, or a list of objects."""

    at: Path
    name: Path
    """This and the following are looked for in each person."""
    email: Path | None = None
    title: Path | None = None
    side: Side = "customer"


class FieldMapping(Record):
    """Where each thing stands in a payload; what has no place here is not read."""

    deal_id: Path | None = None
    deal: Path | None = None
    """What the deal is called."""
    customer: Path | None = None
    product: Path | None = None
    country: Path | None = None
    segment: Path | None = None
    timezone: Path | None = None
    signed: Path | None = None
    amount: Path | None = None
    currency: Path | None = None
    owners: Mapping[Role, Path] = Field(default_factory=dict)
    people: Annotated[tuple[PeopleMapping, ...], Field(max_length=20)] = ()
    days_in: Zone = "UTC"
    """In which time zone a moment becomes a day."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.owners or self.people or any(True for _ in self.plain())):
            raise ValueError("the mapping names no field of the payload")
        return self

    def plain(self) -> Iterator[tuple[str, Path]]:
        """The fields of the deal that are one value, with their places."""
        for name in _PLAIN:
            if path := getattr(self, name):
                yield name, path


def _as_text(value: object) -> object:
    """Numbers are texts here: an id is no amount."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _as_day(value: object, info: ValidationInfo) -> object:
    """A day, or the day of a moment; HubSpot writes some moments as milliseconds."""
    zone = ZoneInfo((info.context or {}).get("days_in", "UTC"))
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or _DAY.fullmatch(text):
        return value
    try:
        if _MILLISECONDS.fullmatch(text):
            return datetime.fromtimestamp(int(text) / 1000, UTC).astimezone(zone).date()
        told = datetime.fromisoformat(text)
        return told.astimezone(zone).date() if told.tzinfo else told.date()
    except (ValueError, OverflowError) as error:
        raise ValueError(
            "this is no day; send 2026-11-20, a moment in ISO 8601 or milliseconds since 1970"
        ) from error


_Text = Annotated[Text, BeforeValidator(_as_text)]


class DealFacts(Record):
    """What a payload says of a deal. What it does not say is None, and named in ``missing``."""

    deal_id: _Text | None = None
    deal: _Text | None = None
    customer: _Text | None = None
    product: _Text | None = None
    country: Country | None = None
    segment: _Text | None = None
    timezone: Zone | None = None
    signed: Annotated[date, BeforeValidator(_as_day)] | None = None
    amount: Amount | None = None
    currency: Currency | None = None
    owners: Mapping[Role, Name] = Field(default_factory=dict)
    people: Annotated[tuple[Participant, ...], Field(max_length=_MOST_PEOPLE)] = ()
    missing: tuple[str, ...] = ()
    """Places that the mapping names and where nothing stands."""

    def onto(self, deal: Deal) -> Deal:
        """A deal with these facts in place of its own; people are added to those it has.

        Raises:
            DeliveryFormError: the facts do not fit the deal; the message says why.
        """
        told = {name: value for name in _OF_DEAL if (value := getattr(self, name)) is not None}
        known = {person.name for person in deal.participants}
        added = tuple(person for person in self.people if person.name not in known)
        told["owners"] = {**deal.owners, **self.owners}
        told["participants"] = (*deal.participants, *added)
        try:
            return Deal.model_validate({**dict(deal), **told})
        except ValidationError as error:
            raise DeliveryFormError(
                f"The payload does not fit the deal: {faults(error)}."
            ) from error


_OF_DEAL: Final = (
    "deal",
    "customer",
    "product",
    "country",
    "segment",
    "timezone",
    "signed",
    "amount",
    "currency",
)
_PLAIN: Final = ("deal_id", *_OF_DEAL)


def map_fields(payload: Mapping[str, JsonValue], mapping: FieldMapping) -> DealFacts:
    """What a payload says of a deal.

    Raises:
        DeliveryFormError: something stands where the mapping says and is not what it should be;
            the message names all of it.
    """
    found = {name: _at(payload, path) for name, path in mapping.plain()}
    owners = {role: _at(payload, path) for role, path in mapping.owners.items()}
    people = [one for each in mapping.people for one in _people(payload, each)]
    values: dict[str, object] = {name: one for name, one in found.items() if one is not None}
    values["owners"] = {role: value for role, value in owners.items() if value is not None}
    values["people"] = people
    values["missing"] = tuple(_missing(payload, mapping))
    try:
        return DealFacts.model_validate(values, context={"days_in": mapping.days_in})
    except ValidationError as error:
        raise DeliveryFormError(
            f"The payload does not fit the field mapping: {faults(error)}. "
            "Mend the mapping in the settings, or what is sent."
        ) from error


def _at(payload: JsonValue | Mapping[str, JsonValue], path: Sequence[str]) -> JsonValue:
    """What stands at a place; None if nothing does, or an empty text."""
    value: object = payload
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and step.isascii():
            # The slice is empty past the end; four digits are further than lists here go.
            value = next(iter(value[int(step[:5]) :]), None)
        else:
            return None
    is_empty = isinstance(value, str) and not value.strip()
    return None if is_empty else value  # type: ignore[return-value]  # what JSON is made of


def _people(payload: Mapping[str, JsonValue], mapping: PeopleMapping) -> Iterator[JsonValue]:
    """Everybody who has a name; a person without one is nobody whom a voice could belong to."""
    there = _at(payload, mapping.at)
    for one in there if isinstance(there, list) else [there]:
        if (name := _at(one, mapping.name)) is None:
            continue
        person: dict[str, JsonValue] = {"name": name, "side": mapping.side}
        for field, path in (("email", mapping.email), ("title", mapping.title)):
            if path and (value := _at(one, path)) is not None:
                person[field] = value
        yield person


def _missing(payload: Mapping[str, JsonValue], mapping: FieldMapping) -> Iterator[str]:
    places = [
        *mapping.plain(),
        *((f"owners, {role}", path) for role, path in mapping.owners.items()),
        *(("people", each.at) for each in mapping.people),
    ]
    for name, path in places:
        if _at(payload, path) is None:
            yield f"{name}: nothing at {'.'.join(path)}"
