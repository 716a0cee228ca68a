"""A contract as lines that were signed, and a catalog of what the product can do."""

import datetime
from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from transcript2handoff.deal import Record, Text
from transcript2handoff.facts import TermType

LineType = Literal[TermType, "deliverable", "exclusion"]
"""What a line settles: a term, something that is delivered, or that something is not."""
FeatureStatus = Literal["available", "roadmap", "not_offered"]


class ContractLine(Record):
    """One thing that was signed.

    ``text`` is what claims are compared with; ``amount`` and ``date`` count beside the figures in
    it. ``notes`` are shown and never compared.
    """

    id: Text
    type: LineType
    text: Text
    amount: Annotated[float, Field(ge=0.0, allow_inf_nan=False)] | None = None
    currency: Text | None = None
    """ISO 4217 code of an amount of money."""
    per: Text | None = None
    """What the money buys once: year, month, user."""
    unit: Text | None = None
    """What an amount counts that is no money: percent, months, documents."""
    date: datetime.date | None = None
    notes: Text | None = None

    @model_validator(mode="after")
    def _amount_has_a_measure(self) -> Self:
        measures = [measure for measure in (self.currency, self.unit) if measure]
        if self.amount is not None and len(measures) != 1:
            raise ValueError("an amount needs either a currency or a unit")
        if self.amount is None and (measures or self.per):
            raise ValueError("currency, per and unit belong to an amount")
        if self.per and not self.currency:
            raise ValueError("per belongs to an amount of money")
        return self


class Contract(Record):
    """What was signed. Lines that the file gives no id are named by their place: L1, L2, X1."""

    title: Text | None = None
    signed: datetime.date | None = None
    lines: tuple[ContractLine, ...] = ()
    exclusions: tuple[ContractLine, ...] = ()
    """What the contract says that it does not hold; they need no type."""

    @property
    def all_lines(self) -> tuple[ContractLine, ...]:
        """The lines, then the exclusions, in the order of the file."""
        return (*self.lines, *self.exclusions)

    @field_validator("lines", mode="before")
    @classmethod
    def _name_lines(cls, given: object) -> object:
        return _named(given, "L")

    @field_validator("exclusions", mode="before")
    @classmethod
    def _name_exclusions(cls, given: object) -> object:
        return _named(given, "X", type="exclusion")

    @model_validator(mode="after")
    def _lines_are_told_apart(self) -> Self:
        if not self.all_lines:
            raise ValueError("there are no lines")
        if odd := [line.id for line in self.exclusions if line.type != "exclusion"]:
            raise ValueError(f"exclusion {odd[0]} has another type")
        _no_doubles("id", [line.id for line in self.all_lines])
        return self


class Feature(Record):
    """Something that the product does, will do or does not do."""

    name: Text
    status: FeatureStatus
    date: datetime.date | None = None
    """Since when it is available, or when the roadmap has it."""
    also: tuple[Text, ...] = ()
    """Other words for it, as people say them on calls."""
    notes: Text | None = None

    @model_validator(mode="after")
    def _what_is_not_offered_has_no_date(self) -> Self:
        if self.status == "not_offered" and self.date:
            raise ValueError("what is not offered has no date")
        return self


class Catalog(Record):
    """What the product can do, and since when."""

    product: Text | None = None
    features: tuple[Feature, ...] = ()

    @model_validator(mode="after")
    def _features_are_told_apart(self) -> Self:
        if not self.features:
            raise ValueError("there are no features")
        _no_doubles("name", [feature.name.casefold() for feature in self.features])
        return self


def _named(lines: object, letter: str, **more: str) -> object:
    """Lines with an id each; whatever is no list of mappings is left for the types to refuse."""
    if not isinstance(lines, list | tuple):
        return () if lines is None else lines
    return [
        {"id": f"{letter}{n}", **more, **line} if isinstance(line, dict) else line
        for n, line in enumerate(lines, start=1)
    ]


def _no_doubles(what: str, values: list[str]) -> None:
    doubles = sorted(value for value, times in Counter(values).items() if times > 1)
    if doubles:
        raise ValueError(f"two entries have the {what} {doubles[0]!r}")
