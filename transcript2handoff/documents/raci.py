"""Who does what after the sale: responsible, accountable, consulted, informed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from transcript2handoff.company import OwnershipModel
from transcript2handoff.deal import Role
from transcript2handoff.documents.customer_plan import CustomerPlan
from transcript2handoff.documents.customer_words import (
    AGREE,
    ROLE_NAMES,
    customer_of,
    name_of,
    seller_of,
    when,
)
from transcript2handoff.documents.shared import SharedDeal
from transcript2handoff.render.templates import Templates
from transcript2handoff.words import Message, Shown, message

Part = Role | Literal["sponsor", "project_lead", "lead", "commercial"]
"""A role; ``lead`` owns the use of the product and ``commercial`` the contract, by the model."""
_SHORT: Final[Mapping[Part, Message]] = {
    "customer_success_manager": message("CSM"),
    "account_manager": message("AM"),
    "onboarding_manager": message("OM"),
    "solutions_engineer": message("SE"),
    "support": message("SUP"),
    "account_executive": message("AE"),
    "sponsor": message("SP"),
    "project_lead": message("PL"),
}
_YOURS: Final[tuple[Part, ...]] = ("sponsor", "project_lead")
_ACTIVITIES: Final[tuple[tuple[Message, Mapping[Part, str]], ...]] = (
    (
        message("Kickoff"),
        {"lead": "A/R", "onboarding_manager": "R", "account_executive": "C",
         "sponsor": "I", "project_lead": "C"},
    ),
    (
        message("Onboarding plan"),
        {"lead": "A", "onboarding_manager": "R", "solutions_engineer": "C",
         "sponsor": "I", "project_lead": "C"},
    ),
    (
        message("Configuration and integration"),
        {"lead": "I", "onboarding_manager": "A", "solutions_engineer": "R", "support": "I",
         "project_lead": "R"},
    ),
    (
        message("Training"),
        {"lead": "C", "onboarding_manager": "A/R", "sponsor": "I", "project_lead": "R"},
    ),
    (
        message("Go-live"),
        {"lead": "A", "onboarding_manager": "R", "solutions_engineer": "R", "support": "I",
         "sponsor": "I", "project_lead": "R"},
    ),
    (
        message("Adoption reviews"),
        {"lead": "A/R", "commercial": "I", "sponsor": "C", "project_lead": "R"},
    ),
    (
        message("Support"),
        {"lead": "I", "support": "A/R", "solutions_engineer": "C", "project_lead": "C"},
    ),
    (
        message("Renewal"),
        {"lead": "C", "commercial": "A/R", "sponsor": "C", "project_lead": "I"},
    ),
    (
        message("Expansion"),
        {"lead": "C", "commercial": "A/R", "solutions_engineer": "C", "sponsor": "C",
         "project_lead": "I"},
    ),
    (
        message("Billing and changes of the contract"),
        {"lead": "I", "commercial": "A/R", "sponsor": "C", "project_lead": "I"},
    ),
    (
        message("Escalations"),
        {"lead": "A/R", "commercial": "C", "support": "R", "sponsor": "I", "project_lead": "C"},
    ),
)  # fmt: skip
_COMMERCIAL: Final[Mapping[OwnershipModel, Role]] = {
    "cs_only": "customer_success_manager",
    "am_only": "account_manager",
    "cs_am": "account_manager",
}


@dataclass(frozen=True, kw_only=True)
class Column:
    """A role, short for the head of the table and in full with its name."""

    short: Message
    role: Message
    name: Shown
    company: Shown


@dataclass(frozen=True, kw_only=True)
class Activity:
    """What is done after the sale; ``parts`` holds a cell for each column."""

    title: Message
    parts: tuple[str, ...]


def raci(
    deal: SharedDeal, *, plan: CustomerPlan | None = None, templates: Templates | None = None
) -> str:
    """The matrix as Markdown, with the names and with what each has taken on."""
    templates = templates or Templates()
    owned = [
        (each.words, each.owner, when(each.due, templates.words))
        for each in deal.promises
        if each.owner
    ]
    return templates.markdown(
        "raci.md.jinja",
        customer=customer_of(deal),
        seller=seller_of(deal),
        columns=_columns(deal, plan or CustomerPlan()),
        activities=activities(deal.ownership, deal.roles),
        promises=owned,
    )


def activities(model: OwnershipModel, roles: Sequence[Role]) -> tuple[Activity, ...]:
    """The rows of the matrix.

    Args:
        model: who owns accounts after the sale.
        roles: the columns of our side; the first owns the use of the product.
    """
    columns = (*roles, *_YOURS)
    return tuple(
        Activity(title=title, parts=_cells(given, columns, model=model))
        for title, given in _ACTIVITIES
    )


def _cells(
    given: Mapping[Part, str], columns: Sequence[Part], *, model: OwnershipModel
) -> tuple[str, ...]:
    """One cell a column; where one role owns both, the part in the contract counts more."""
    placed = dict(given)
    own = {"lead": columns[0], "commercial": _COMMERCIAL[model]}
    told = [(own.get(part, part), letters) for part, letters in placed.items()]
    cells: dict[Part, str] = {}
    for part, letters in told:
        if part not in cells or "A" in letters:
            cells[part] = letters
    return tuple(cells.get(column, "–") for column in columns)


def _columns(deal: SharedDeal, plan: CustomerPlan) -> tuple[Column, ...]:
    ours = [
        Column(
            short=_SHORT[role],
            role=ROLE_NAMES[role],
            name=name_of(deal, role),
            company=seller_of(deal),
        )
        for role in deal.roles
    ]
    named: tuple[tuple[Part, Message, str | None], ...] = (
        ("sponsor", message("Sponsor"), plan.sponsor),
        ("project_lead", message("Project lead"), plan.project_lead),
    )
    yours = [
        Column(
            short=_SHORT[part],
            role=title,
            name=name or AGREE,
            company=customer_of(deal),
        )
        for part, title, name in named
    ]
    return (*ours, *yours)
