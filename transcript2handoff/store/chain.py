"""The chain of the audit: each row holds the digest of the row before it."""

import datetime
import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Annotated, Final, NamedTuple, Self

from pydantic import Field, StringConstraints, ValidationError
from sqlalchemy.orm import Session

from transcript2handoff.deal import Record
from transcript2handoff.errors import AuditBrokenError, InputError
from transcript2handoff.store.deed import Deed
from transcript2handoff.store.tables import AuditHeadRow, AuditRow

BEGINNING: Final = "0" * 64
"""What the first row holds in place of a digest."""


class Link(NamedTuple):
    """A row of the audit as it is checked, wherever it was read."""

    number: int
    """From 1, without gaps."""
    at: datetime.datetime
    actor: str
    action: str
    matter: str
    subject: str
    details: str
    """JSON, letter for letter as it was written."""
    previous: str
    digest: str


class Anchor(Record):
    """A deed by its number and its digest: noted elsewhere, it proves what was written until then.

    The digest of a deed holds those of all deeds before it.
    """

    number: Annotated[int, Field(ge=0)]
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

    @classmethod
    def read(cls, text: str) -> Self:
        """An anchor as it is printed: ``NUMBER:DIGEST``.

        Raises:
            InputError: it is none.
        """
        number, _, digest = text.strip().partition(":")
        try:
            return cls.model_validate({"number": number, "digest": digest})
        except ValidationError:
            raise InputError(
                "That is no place in the audit. Give what `t2h audit head` printed: the number of "
                "a deed, a colon and 64 digits."
            ) from None

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


START: Final = Anchor(number=0, digest=BEGINNING)
"""Before the first deed."""


def digest_of(row: Link | AuditRow) -> str:
    """The digest of everything that a row says, the digest of its forerunner included."""
    told = (
        row.number,
        row.at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
        row.actor,
        row.action,
        row.matter,
        row.subject,
        row.details,
        row.previous,
    )
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def followed(links: Iterable[Link], *, since: Anchor = START) -> Anchor:
    """Follow a chain from its first deed to its last one, which is given back.

    Args:
        links: all of it, in its order.
        since: a deed that it has to hold exactly so.

    Raises:
        AuditBrokenError: a deed was changed, put in or taken out; or the chain does not hold
            ``since``. The message says where.
    """
    here, is_held = START, since == START
    for link in links:
        fits = (link.number, link.previous) == (here.number + 1, here.digest)
        if not fits or digest_of(link) != link.digest:
            raise AuditBrokenError(broken_from(here.number + 1))
        here = Anchor.model_construct(number=link.number, digest=link.digest)
        if here.number == since.number:
            if here.digest != since.digest:
                break
            is_held = True
    if not is_held:
        raise AuditBrokenError(_written_anew(since, here))
    return here


def broken_from(number: int) -> str:
    """What is said of a chain that does not hold from a deed on."""
    return (
        f"The audit is not as it was written from deed {number} on: a row was changed or taken "
        "out. Compare it with a backup, and find out who had access to the database."
    )


def _written_anew(since: Anchor, here: Anchor) -> str:
    told = (
        f"its last deed is {here.number}"
        if here.number < since.number
        else f"deed {since.number} is another one by now"
    )
    return (
        f"The audit does not hold deed {since.number} as it was noted: {told}. It was written anew "
        "or cut off since, or it is the audit of another installation. Compare it with a backup, "
        "and find out who had access to the database."
    )


def add_to_chain(session: Session, deeds: Sequence[Deed], *, at: datetime.datetime) -> None:
    """Write deeds at the end of the chain; whoever does so at the same time waits."""
    if not deeds:
        return
    head = session.get_one(AuditHeadRow, 1, with_for_update=True, populate_existing=True)
    for deed in deeds:
        row = AuditRow(
            number=head.number + 1,
            at=at,
            actor=deed.actor,
            action=deed.action,
            matter=deed.matter,
            subject=deed.subject,
            details=json.dumps(dict(deed.details), sort_keys=True, separators=(",", ":")),
            previous=head.digest,
        )
        row.digest = digest_of(row)
        session.add(row)
        head.number, head.digest = row.number, row.digest
    session.flush()
