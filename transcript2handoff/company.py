"""The company that uses the handoffs: its team, its way of owning accounts, its words and looks."""

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from transcript2handoff.assess.checklist import SECTIONS, Section
from transcript2handoff.deal import ROLES, Country, Deal, Name, Participant, Record, Role, Text
from transcript2handoff.errors import CompanyFileError
from transcript2handoff.words import Language
from transcript2handoff.workdays import Workdays
from transcript2handoff.yaml_text import YamlTextError, described

__all__ = [
    "ROLES",
    "Company",
    "Holidays",
    "Look",
    "Member",
    "OwnershipModel",
    "Role",
    "Term",
    "parse_company",
    "with_company",
]

OwnershipModel = Literal["cs_only", "am_only", "cs_am"]
"""Who owns an account after the sale: customer success, account management, or both."""
LEAST_CONTRAST: Final = 4.5
"""Of text on white, as a ratio of luminances: WCAG 2.2, success criterion 1.4.3."""
_SELLING: Final[tuple[Role, ...]] = ("account_executive", "solutions_engineer")
"""Whoever has one of these roles in a deal may be on its calls; the others come afterwards."""


def contrast_on_white(colour: str) -> float:
    """The contrast of ``#rrggbb`` on white, from 1 (white) to 21 (black); see WCAG 2.2."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    weights = (0.2126, 0.7152, 0.0722)
    luminance = sum(weight * part for weight, part in zip(weights, linear, strict=True))
    return 1.05 / (luminance + 0.05)


def _readable(colour: str) -> str:
    if (contrast := contrast_on_white(colour)) < LEAST_CONTRAST:
        raise ValueError(
            f"{colour} on white has a contrast of {contrast:.1f} to 1, and text needs "
            f"{LEAST_CONTRAST} to 1; take a darker colour"
        )
    return colour


def _address(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", text):
        raise ValueError(f"{text!r} is no e-mail address")
    return text


def _colour(text: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError(f'{text!r} is no colour; write it in quotes, such as "#1d4e89"')
    return text


Email = Annotated[Name, AfterValidator(_address)]
Colour = Annotated[str, AfterValidator(_colour)]


class Member(Record):
    """Somebody of the seller's company."""

    name: Name
    role: Role
    email: Email | None = None
    phone: Name | None = None


class Look(Record):
    """How documents look. The logo is a path beside the company file."""

    logo: Text | None = None
    primary: Annotated[Colour, AfterValidator(_readable)] = "#1d4e89"
    """The colour of headings and links, so that it must be readable on white."""
    accent: Colour = "#c8553d"
    """The colour of lines and areas; never of text."""


class Holidays(Record):
    """Days that are no business days beside those of the customer's country."""

    country: Country | None = None
    """Ours."""
    closed: Annotated[tuple[datetime.date, ...], Field(max_length=400)] = ()


class Term(Record):
    """A word of the trade as it is spelt, and what else people call it (never a misspelling)."""

    name: Name
    also: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    is_competitor: bool = False


class Company(Record):
    """What ``company.yaml`` says; everything in it is optional."""

    name: Name | None = None
    language: Language = "en"
    ownership: OwnershipModel = "cs_only"
    team: Annotated[tuple[Member, ...], Field(max_length=500)] = ()
    look: Look = Look()
    glossary: Annotated[tuple[Term, ...], Field(max_length=500)] = ()
    holidays: Holidays = Holidays()
    sections: Annotated[tuple[Section, ...], Field(min_length=1)] = SECTIONS
    """The order of the sections of the brief; those that are not named follow."""
    templates: Text | None = None
    """A folder beside the company file whose templates go before ours, one by one."""

    @model_validator(mode="after")
    def _nothing_stands_twice(self) -> Self:
        _refuse_doubles("team", (member.name for member in self.team))
        _refuse_doubles("glossary", (term.name for term in self.glossary))
        _refuse_doubles("sections", self.sections)
        return self

    @property
    def section_order(self) -> tuple[Section, ...]:
        """All eight sections: those that ``sections`` names, then the others."""
        return tuple(dict.fromkeys((*self.sections, *SECTIONS)))

    def who(self, role: Role, deal: Deal) -> Member | None:
        """Who has a role in a deal: as the deal file says, else the only one of the team."""
        named = deal.owners.get(role)
        if named:
            known = (member for member in self.team if member.name == named)
            return next(known, Member(name=named, role=role))
        able = [member for member in self.team if member.role == role]
        return able[0] if len(able) == 1 else None

    def workdays(self, deal: Deal) -> Workdays:
        """The days on which both the customer of a deal and the company work."""
        countries = (deal.country, self.holidays.country)
        known = tuple(dict.fromkeys(country for country in countries if country))
        return Workdays(known, self.holidays.closed)


def parse_company(yaml: str, *, where: str = "company.yaml") -> Company:
    """Read the text of a ``company.yaml``.

    Args:
        yaml: the whole file; an empty one is a company of which nothing is known.
        where: what an error calls the file.

    Raises:
        CompanyFileError: no YAML, too large, or fields that do not fit; the message names them.
    """
    try:
        return described(Company, yaml, where=where, what="company", empty=Company())
    except YamlTextError as error:
        raise CompanyFileError(str(error)) from error


def with_company(deal: Deal, company: Company) -> Deal:
    """A deal with what its company knows, for who listens to the calls.

    The seller gets its name and the glossary the company's words. Who sold the deal by its
    ``owners`` is a participant, and nobody else of the team: a voice must not get the name of
    somebody who was on no call. What the deal itself says always stands.
    """
    return deal.model_copy(
        update={
            "seller": deal.seller or company.name,
            "glossary": tuple(dict.fromkeys((*deal.glossary, *_called(company.glossary)))),
            "participants": (*deal.participants, *_sellers(deal, company)),
        }
    )


def _called(glossary: Iterable[Term]) -> Iterator[str]:
    yield from (term.name for term in glossary)
    for term in glossary:
        yield from term.also


def _sellers(deal: Deal, company: Company) -> Iterator[Participant]:
    known = {person.name for person in deal.participants}
    for role in _SELLING:
        name = deal.owners.get(role)
        if name and name not in known:
            known.add(name)
            email = next((each.email for each in company.team if each.name == name), None)
            title = role.replace("_", " ").capitalize()
            yield Participant(name=name, side="seller", title=title, email=email)


def _refuse_doubles(field: str, names: Iterable[str]) -> None:
    twice = [name for name, count in Counter(map(str.casefold, names)).items() if count > 1]
    if twice:
        raise ValueError(f"{twice[0]!r} stands twice in {field}")
