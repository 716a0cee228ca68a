"""Mails with the brief of a deal, as requests tell them and answers show them."""

import datetime
from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, ValidationError

from transcript2handoff.api.models import examples
from transcript2handoff.deal import Record
from transcript2handoff.outgoing.letters import (
    LONGEST_WORDS,
    MOST_RECIPIENTS,
    Letter,
    MailAddress,
)
from transcript2handoff.store.outbox import OutboxItem
from transcript2handoff.words import Language

MailState = Literal["waiting", "sent", "failed"]


def _each_once(addresses: tuple[str, ...]) -> tuple[str, ...]:
    if len({each.lower() for each in addresses}) < len(addresses):
        raise ValueError("an address is there twice: name each once")
    return addresses


class NewMailBody(Record):
    """A mail that is to be sent."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"to": ["maeve@foldwell.example"], "words": "For Monday.", "pdf": True}]
        }
    )

    to: Annotated[
        tuple[MailAddress, ...],
        Field(min_length=1, max_length=MOST_RECIPIENTS),
        AfterValidator(_each_once),
    ]
    """Addresses without names. Each of them sees the others."""
    words: Annotated[str, StringConstraints(max_length=LONGEST_WORDS)] | None = None
    """What you say to them; it stands first."""
    pdf: bool = True
    """Whether the brief goes with it, as PDF."""
    language: Language | None = None
    """Of what is made for it; the language of the company else."""


class RecipientOut(Record):
    """How far it is with one of those who get a mail."""

    address: str | None
    """None once it was erased."""
    state: MailState
    why: str | None
    """Why it was not sent, or not yet, and what to do."""
    sent: datetime.datetime | None


class MailOut(Record):
    """A mail with the brief of a deal. ``failed`` is one that did not go to all."""

    model_config = examples.shown(examples.MAIL)

    id: str
    to: tuple[str, ...]
    by: str | None
    """Who sent it; None once it was erased."""
    words: str | None
    pdf: bool
    language: Language
    state: MailState
    recipients: tuple[RecipientOut, ...]
    created: datetime.datetime
    sent: datetime.datetime | None
    """When the last of them got it; None before all have."""

    @classmethod
    def of(cls, items: Sequence[OutboxItem]) -> Self:
        """A mail of its letters in the outbox."""
        letters = [_letter(item) for item in items]
        told = next((letter for letter in letters if letter), None)
        recipients = tuple(map(_recipient, items, letters))
        states = {one.state for one in recipients}
        state = next(each for each in ("waiting", "failed", "sent") if each in states)
        return cls(
            id=mail_id_of(items[0]),
            to=told.to if told else (),
            by=told.by if told else None,
            words=told.words if told else None,
            pdf=told.pdf if told else False,
            language=told.language if told else "en",
            state=state,
            recipients=recipients,
            created=items[0].created,
            sent=max(one.sent for one in recipients if one.sent) if state == "sent" else None,
        )


class MailsOut(Record):
    """The mails of a deal, newest first, and whether another one can be sent."""

    items: tuple[MailOut, ...]
    can_send: bool
    why: str | None
    """Why none can be sent, and what to do."""


def mail_id_of(item: OutboxItem) -> str:
    """The mail that a letter of the outbox belongs to."""
    return item.external_key.rpartition("-")[0]


def _letter(item: OutboxItem) -> Letter | None:
    """A letter; none where it was erased."""
    try:
        return Letter.model_validate_json(item.content or "null")
    except ValidationError:
        return None


def _recipient(item: OutboxItem, letter: Letter | None) -> RecipientOut:
    is_sent = item.sent_digest is not None
    is_waiting = item.state in ("waiting", "working")
    return RecipientOut(
        address=letter and letter.address,
        state="sent" if is_sent else "waiting" if is_waiting else "failed",
        why=item.why,
        sent=item.ended if is_sent else None,
    )
