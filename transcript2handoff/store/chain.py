"""The chain of the audit: each row holds the digest of the row before it."""

import datetime
import hashlib
import json
from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from transcript2handoff.store.deed import Deed
from transcript2handoff.store.tables import AuditHeadRow, AuditRow

BEGINNING: Final = "0" * 64
"""What the first row holds in place of a digest."""


def digest_of(row: AuditRow) -> str:
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
