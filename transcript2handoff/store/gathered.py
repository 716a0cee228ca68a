"""What the store holds on a person, as it is told to them."""

import datetime
from typing import Any

from transcript2handoff.deal import Participant, Record
from transcript2handoff.erasure import Who


class Account(Record):
    """An account of theirs, with what belongs to it."""

    id: str
    created: datetime.datetime
    name: str
    email: str
    role: str
    disabled: datetime.datetime | None
    keys: tuple[str, ...]
    """Names of keys for programs."""
    views: tuple[str, ...]
    """Names of lists that they have saved."""


class DealPart(Record):
    """A deal in which they stand."""

    id: str
    name: str
    customer: str | None
    participants: tuple[Participant, ...]
    """As whom they take part."""


class TurnPart(Record):
    """A turn of a call."""

    n: int
    start: float | None
    end: float | None
    text: str


class CallPart(Record):
    """A call on which they speak, to which they were invited, or on which they are named."""

    id: str
    deal_id: str
    ref: str
    date: datetime.date | None
    consent: str
    """What is noted of the consent to the recording."""
    invited: bool
    spoken: tuple[TurnPart, ...]
    """What they say."""
    named: tuple[TurnPart, ...]
    """What others say and name them in."""
    playback: str | None
    """The digest of the copy for listening, if there is one."""


class TextPart(Record):
    """A text that names them, with the place where it stands."""

    where: str
    """The table and the column."""
    deal_id: str | None
    text: str


class DeedPart(Record):
    """A deed of the audit, by their account or about it."""

    number: int
    at: datetime.datetime
    actor: str
    action: str
    matter: str
    subject: str


class Gathered(Record):
    """Everything on a person."""

    asked_for: Who
    known_as: Who
    """Also by the names and addresses that stand beside those in deals."""
    accounts: tuple[Account, ...]
    contacts: tuple[Participant, ...]
    """As whom a CRM knows them."""
    deals: tuple[DealPart, ...]
    calls: tuple[CallPart, ...]
    claims: tuple[dict[str, Any], ...]
    """What the newest briefs state about them or by their words, with the proof of it."""
    texts: tuple[TextPart, ...]
    """What else names them: journals, letters to CRMs, mails, promises, notes."""
    deeds: tuple[DeedPart, ...]
