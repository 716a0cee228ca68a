"""The e-mail in which the account executive presents who looks after the customer from now on."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from transcript2handoff.company import OwnershipModel
from transcript2handoff.documents.customer_words import (
    ROLE_NAMES,
    customer_of,
    seller_of,
)
from transcript2handoff.documents.shared import ROLES_OF, SharedContact, SharedDeal
from transcript2handoff.errors import DealFileError
from transcript2handoff.render.templates import Templates
from transcript2handoff.words import Message, Shown, Words, message


@dataclass(frozen=True, kw_only=True)
class Introduction:
    """What the e-mail says; the three answers depend on who owns accounts after the sale."""

    subject: Message
    greeting: Message
    presents: Message
    go_to: Message
    accountable: Message
    represents: Message
    contacts: tuple[Message, ...]
    sender: Shown


def introduction(deal: SharedDeal) -> Introduction:
    """The parts of the e-mail."""
    lead = _named(deal, 0)
    sender = deal.contact("account_executive")
    answers = _ANSWERS[deal.ownership]
    values = {"lead": lead, "second": _named(deal, 1) if deal.ownership == "cs_am" else lead}
    go_to, accountable, represents = (
        message(each.text, **{n: v for n, v in values.items() if "{" + n + "}" in each.text})
        for each in answers
    )
    return Introduction(
        subject=message("Your contacts at {seller} from now on", seller=seller_of(deal)),
        greeting=_greeting(deal),
        presents=_presents(deal, lead),
        go_to=go_to,
        accountable=accountable,
        represents=represents,
        contacts=tuple(_line(each) for each in deal.contacts if each.role in deal.roles[:-1]),
        sender=sender.name if sender else message("Your account executive"),
    )


_ANSWERS: Final[Mapping[OwnershipModel, tuple[Message, Message, Message]]] = {
    "cs_only": (
        message(
            "Go to {lead} with everything: questions, wishes, and anything about the contract."
        ),
        message("{lead} is accountable for the rollout, for your results, and for the renewal."),
        message("{lead} speaks for you in our company and brings your interests to our teams."),
    ),
    "am_only": (
        message("Write to {lead} about everything: the rollout, questions, and the contract."),
        message(
            "{lead} answers for the whole account: the rollout, your results, and the contract."
        ),
        message("{lead} represents you in our company and takes your wishes to our teams."),
    ),
    "cs_am": (
        message("Go to {lead} about rollout and use, and to {second} about the contract."),
        message(
            "{lead} is accountable for the rollout and your results, {second} for the contract."
        ),
        message("{lead} speaks for you in our company; {second} joins in about the contract."),
    ),
}
"""Whom do I go to now, who is accountable, who represents me."""


def _named(deal: SharedDeal, place: int) -> Shown:
    role = deal.roles[place]
    contact = deal.contact(role)
    if contact:
        return contact.name
    if role == "account_manager":
        return message("your account manager (to be named before the kickoff)")
    return message("your customer success manager (to be named before the kickoff)")


def _presents(deal: SharedDeal, lead: Shown) -> Message:
    if deal.ownership == "am_only":
        return message(
            "thank you for choosing {seller}. I would like to introduce {lead}, who looks after "
            "you from now on as your account manager.",
            seller=seller_of(deal),
            lead=lead,
        )
    return message(
        "thank you for choosing {seller}. I would like to introduce {lead}, who looks after "
        "you from now on as your customer success manager.",
        seller=seller_of(deal),
        lead=lead,
    )


def _greeting(deal: SharedDeal) -> Message:
    names = ", ".join(person.name for person in deal.of_side("customer"))
    if names:
        return message("Dear {names},", names=names)
    return message("Dear team of {customer},", customer=customer_of(deal))


def _line(contact: SharedContact) -> Message:
    reach = ", ".join(each for each in (contact.email, contact.phone) if each)
    role = ROLE_NAMES[contact.role]
    if reach:
        return message("{name}, {role}: {reach}", name=contact.name, role=role, reach=reach)
    return message("{name}, {role}", name=contact.name, role=role)


def introduction_text(deal: SharedDeal, *, templates: Templates | None = None) -> str:
    """The e-mail as plain text, without its headers."""
    return (templates or Templates()).text("introduction.txt.jinja", mail=introduction(deal))


def introduction_eml(
    deal: SharedDeal,
    *,
    templates: Templates | None = None,
    date: datetime.datetime | None = None,
) -> bytes:
    """The e-mail as a draft that mail programs open for sending; equal deals give equal bytes.

    Args:
        deal: what the customer may read.
        templates: in the reader's language.
        date: for the header of that name, which is left out without it.

    Raises:
        DealFileError: an address is none, or holds what would begin another header.
    """
    templates = templates or Templates()
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = _subject(introduction(deal), templates.words)
    if sender := deal.contact("account_executive"):
        mail["From"] = _addresses((sender.name, sender.email))
    mail["To"] = _addresses(*((each.name, each.email) for each in deal.of_side("customer")))
    leads = [deal.contact(role) for role in ROLES_OF[deal.ownership]]
    mail["Cc"] = _addresses(*((each.name, each.email) for each in leads if each))
    for name in ("From", "To", "Cc"):
        if name in mail and not str(mail[name]):
            del mail[name]
    if date:
        mail["Date"] = date
    mail["X-Unsent"] = "1"
    mail.set_content(introduction_text(deal, templates=templates), cte="quoted-printable")
    return mail.as_bytes()


def _subject(mail: Introduction, words: Words) -> str:
    return " ".join(words.say(mail.subject).split())


def _addresses(*people: tuple[str, str | None]) -> tuple[Address, ...]:
    return tuple(_address(name, email) for name, email in people if email)


def _address(name: str, email: str) -> Address:
    """An address for a header, which nothing in a deal file may end."""
    try:
        if not (name + email).isprintable():
            raise ValueError("it has a line break or another control character")
        return Address(display_name=name, addr_spec=email)
    except (ValueError, IndexError) as error:
        raise DealFileError(
            f"{email!r} is no e-mail address of {name!r}; mend it in the deal or company file."
        ) from error
