"""Fixed words that several documents for the customer have in common."""

import datetime
from collections.abc import Mapping
from typing import Final

from transcript2handoff.deal import Role
from transcript2handoff.documents.shared import SharedDeal
from transcript2handoff.words import Message, Shown, Words, message

AGREE: Final = message("to be agreed at the kickoff")
ROLE_NAMES: Final[Mapping[Role, Message]] = {
    "account_executive": message("Account executive"),
    "customer_success_manager": message("Customer success manager"),
    "account_manager": message("Account manager"),
    "solutions_engineer": message("Solutions engineer"),
    "onboarding_manager": message("Onboarding manager"),
    "support": message("Support"),
    "executive_sponsor": message("Executive sponsor"),
}


def customer_of(deal: SharedDeal) -> Shown:
    """What documents call the customer."""
    return deal.customer or message("the customer")


def seller_of(deal: SharedDeal) -> Shown:
    """What documents call the seller."""
    return deal.seller or message("the supplier")


def when(due: datetime.date | str | None, words: Words) -> Shown:
    """A day, the words that were said of it, or that it is still to be agreed."""
    return words.day(due) if isinstance(due, datetime.date) else due or AGREE


def name_of(deal: SharedDeal, role: Role) -> Shown:
    """Who has a role."""
    contact = deal.contact(role)
    return contact.name if contact else AGREE
