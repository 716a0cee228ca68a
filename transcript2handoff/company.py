"""The company that uses the handoffs: its team, its way of owning accounts, its words and looks."""

import datetime
from typing import Annotated, Final, Literal, get_args

from pydantic import Field, StringConstraints

from transcript2handoff.assess.checklist import SECTIONS, Section
from transcript2handoff.deal import Deal, Record, Text
from transcript2handoff.words import Language

Role = Literal[
    "account_executive",
    "customer_success_manager",
    "account_manager",
    "solutions_engineer",
    "onboarding_manager",
    "support",
    "executive_sponsor",
]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

OwnershipModel = Literal["cs_only", "am_only", "cs_am"]
"""Who owns an account after the sale: customer success, account management, or both."""

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]


class Member(Record):
    """Somebody of the seller's company."""

    name: Text
    role: Role
    email: Text | None = None
    phone: Text | None = None


class Look(Record):
    """How documents look. The logo is a path beside the company file."""

    logo: Text | None = None
    primary: Colour = "#1d4e89"
    accent: Colour = "#c8553d"


class Holidays(Record):
    """Days that are no business days beside those of the customer's country."""

    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    """Ours, ISO 3166-1 alpha-2."""
    closed: tuple[datetime.date, ...] = ()


class Term(Record):
    """A word of the trade as it is spelt, and how else it is heard."""

    name: Text
    also: tuple[Text, ...] = ()
    is_competitor: bool = False


class Company(Record):
    """What ``company.yaml`` says; everything in it is optional."""

    name: Text | None = None
    language: Language = "en"
    ownership: OwnershipModel = "cs_only"
    team: tuple[Member, ...] = ()
    look: Look = Look()
    glossary: tuple[Term, ...] = ()
    holidays: Holidays = Holidays()
    sections: Annotated[tuple[Section, ...], Field(min_length=1)] = SECTIONS
    """The order of the sections of the brief; those that are not named follow."""
    templates: Text | None = None
    """A folder beside the company file whose templates go before ours, one by one."""

    def who(self, role: Role, deal: Deal) -> Member | None:
        """Who has a role in a deal: as the deal file says, else the only one of the team."""
        named = deal.owners.get(role)
        if named:
            known = (member for member in self.team if member.name == named)
            return next(known, Member(name=named, role=role))
        able = [member for member in self.team if member.role == role]
        return able[0] if len(able) == 1 else None
