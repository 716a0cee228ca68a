"""A mail with the brief of a deal: what the outbox keeps of it, and the message it becomes. Pure.

The outbox keeps who wants it sent to whom, and nothing of the brief: that is made when it is sent,
of what the calls may be told of then. Nobody's words get into a header: an address has one form,
and names are put there by the library for it.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from transcript2handoff.deal import Name, Record
from transcript2handoff.settings import MAIL_ADDRESS
from transcript2handoff.words import Language, Words, message

TARGET: Final = "mail"
"""In the outbox."""
KIND: Final = "mail"
MOST_RECIPIENTS: Final = 10
LONGEST_WORDS: Final = 4000
LONGEST_ADDRESS: Final = 254
"""Characters; by RFC 5321."""
MailAddress = Annotated[
    str, StringConstraints(max_length=LONGEST_ADDRESS, pattern=rf"^{MAIL_ADDRESS}$")
]
"""One address and nothing else: no name, no comment, no line end; a domain in its ASCII form."""
_KEPT: Final = "\n\t"
_FILE: Final = re.compile(r"[^A-Za-z0-9]+")


class Letter(Record):
    """What one of those who get a mail is sent.

    Attributes:
        mail_id: the same for all who get it.
        to: everybody who gets it, as each of them sees.
        address: whom this one goes to.
        by: the name of the person who sends it.
        reply_to: where answers go; nowhere if the person has no address that mail can be sent to.
        words: what the person says.
        pdf: whether the brief goes with it.
        language: of what is made for it.
    """

    mail_id: Annotated[str, StringConstraints(pattern=r"^mail-[0-9a-f]{20}\z")]
    to: Annotated[tuple[MailAddress, ...], Field(min_length=1, max_length=MOST_RECIPIENTS)]
    address: MailAddress
    by: Name
    reply_to: MailAddress | None = None
    words: Annotated[str, StringConstraints(max_length=LONGEST_WORDS)] | None = None
    pdf: bool = True
    language: Language = "en"

    @property
    def key(self) -> str:
        """Of this one in the outbox."""
        return f"{self.mail_id}-{self.to.index(self.address) + 1}"


@dataclass(frozen=True, kw_only=True)
class Enclosed:
    """What is made of the deal for a letter.

    Attributes:
        customer: whom the deal is with.
        note: the brief in a few lines.
        link: to the page of the deal.
        pdf: the whole brief, if it goes with the letter.
    """

    customer: str
    note: str
    link: str
    pdf: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What a message has beside what it says.

    Attributes:
        sender: the address that the service sends from, with a name if it has one.
        domain: of the message's id.
        at: when it is sent, with its time zone.
    """

    sender: Address
    domain: str
    at: datetime


def sender_of(text: str) -> Address:
    """The address of ``NAME <ADDRESS>`` or ``ADDRESS``, which the settings have checked."""
    name, _, rest = text.rpartition("<")
    return Address(display_name=name.strip().strip('"'), addr_spec=rest.rstrip(">").strip())


def is_address(text: str) -> bool:
    """Whether mail can be sent to it."""
    return len(text) <= LONGEST_ADDRESS and re.fullmatch(MAIL_ADDRESS, text) is not None


def message_id(letter: Letter, domain: str) -> str:
    """The same each time that the letter is sent, so that a mailbox shows it once."""
    return f"<{letter.key}@{domain}>"


def written(letter: Letter, enclosed: Enclosed, stamp: Stamp) -> EmailMessage:
    """The message of a letter, in lines that end as SMTP wants it."""
    words = Words.of(letter.language)
    # Not every server takes eight bits.
    made = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    made["From"] = stamp.sender
    made["To"] = [Address(addr_spec=each) for each in letter.to]
    if letter.reply_to:
        made["Reply-To"] = Address(display_name=letter.by, addr_spec=letter.reply_to)
    customer = " ".join(_plain(enclosed.customer).split())
    made["Subject"] = words.say(message("Kickoff brief: {customer}", customer=customer))
    made["Date"] = format_datetime(stamp.at)
    made["Message-ID"] = message_id(letter, stamp.domain)
    made.set_content(_text(letter, enclosed, words))
    if enclosed.pdf is not None:
        made.add_attachment(
            enclosed.pdf,
            maintype="application",
            subtype="pdf",
            filename=f"{_FILE.sub('-', f'kickoff-brief {customer}').strip('-')[:80]}.pdf",
        )
    return made


def _text(letter: Letter, enclosed: Enclosed, words: Words) -> str:
    parts = (
        _plain(letter.words or ""),
        enclosed.note,
        words.say(message("The whole brief: {link}", link=enclosed.link)),
        words.say(message("Sent by {name} with transcript2handoff.", name=letter.by)),
    )
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def _plain(text: str) -> str:
    """Without characters that are no text; a lone surrogate would be in no encoding."""
    lined = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in lined if each in _KEPT or each.isprintable())
