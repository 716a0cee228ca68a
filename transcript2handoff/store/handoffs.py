"""Handoffs: what the calls of a deal say, a version each time that they say something else."""

import datetime
import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from transcript2handoff.deal import Record
from transcript2handoff.errors import StoreConflictError, StoreGoneError
from transcript2handoff.store.tables import DealRow, HandoffRow
from transcript2handoff.store.transaction import Transaction, the_row
from transcript2handoff.whose_turn import Decided


class Decision(Record):
    """What customer success said to a handoff."""

    what: Decided
    reasons: tuple[str, ...] = ()
    words: str | None = None
    by: str
    by_id: str
    at: datetime.datetime
    edition: str
    """What they had before them."""


class HandoffRecord(Record):
    """A version of a deal's handoff, before the events of its journal."""

    deal_id: str
    version: int
    text: str
    digest: str
    run_id: str | None
    decision: Decision | None
    created: datetime.datetime


def digest_of(text: str) -> str:
    """The digest of a handoff, by which equal ones are known."""
    return hashlib.sha256(text.encode()).hexdigest()


def add(tx: Transaction, deal_id: str, text: str, *, run_id: str | None) -> HandoffRecord:
    """Add a version; if the newest one says the same, it is that one.

    Args:
        tx: the transaction.
        deal_id: the deal.
        text: the handoff as JSON; equal handoffs have equal text.
        run_id: the run that made it.

    Raises:
        StoreGoneError: there is no such deal.
    """
    deal = the_row(tx, DealRow, deal_id, hold=True)
    digest = digest_of(text)
    before = newest(tx, deal_id)
    if before is not None and before.digest == digest:
        return before
    deal.handoff_version += 1
    deal.decided = deal.decided_edition = None
    deal.updated = tx.now
    row = HandoffRow(
        deal_id=deal_id,
        version=deal.handoff_version,
        text=text,
        digest=digest,
        run_id=run_id,
        created=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    return _record(row)


def newest(tx: Transaction, deal_id: str) -> HandoffRecord | None:
    """The newest version, if there is one."""
    row = _newest_row(tx, deal_id)
    return None if row is None else _record(row)


def get(tx: Transaction, deal_id: str, version: int) -> HandoffRecord:
    """A version.

    Raises:
        StoreGoneError: there is no such version.
    """
    return _record(the_row(tx, HandoffRow, (deal_id, version)))


def claims_in(data: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - JSON
    """The claims in the JSON of a version, wherever they stand in it."""
    match data:
        case {"id": str(), "evidence": [*_]}:
            yield data
        case dict():
            for each in data.values():
                yield from claims_in(each)
        case list():
            for each in data:
                yield from claims_in(each)


def versions(tx: Transaction, deal_id: str) -> tuple[HandoffRecord, ...]:
    """All versions, oldest first."""
    query = select(HandoffRow).where(HandoffRow.deal_id == deal_id).order_by(HandoffRow.version)
    return tuple(map(_record, tx.session.scalars(query)))


def decide(tx: Transaction, deal_id: str, decision: Decision) -> HandoffRecord:
    """Note what customer success said to the newest version, in place of what they said before.

    Raises:
        StoreGoneError: there is no such deal, or it has no handoff yet.
        StoreConflictError: what they had before them is not what the deal has by now.
    """
    deal = the_row(tx, DealRow, deal_id, hold=True)
    row = _newest_row(tx, deal_id)
    if row is None:
        raise StoreGoneError("The deal has no handoff yet. Wait until its calls are worked on.")
    check_edition(deal, decision.edition)
    row.decision = decision.model_dump_json()
    deal.decided, deal.decided_edition = decision.what, decision.edition
    deal.updated = tx.now
    tx.session.flush()
    return _record(row)


def check_edition(deal: DealRow, edition: str | None) -> None:
    """Check that somebody had the handoff before them that a deal has; none passes.

    Raises:
        StoreConflictError: it has another one by now.
    """
    here = deal.edition
    if edition is not None and edition != here:
        raise StoreConflictError(
            f"The handoff has been changed meanwhile: it is at {here}, and this was made from "
            f"{edition}. Read it again, then repeat what you did."
        )


def _newest_row(tx: Transaction, deal_id: str) -> HandoffRow | None:
    return tx.session.scalar(
        select(HandoffRow)
        .where(HandoffRow.deal_id == deal_id)
        .order_by(HandoffRow.version.desc())
        .limit(1)
    )


def _record(row: HandoffRow) -> HandoffRecord:
    told = {name: getattr(row, name) for name in HandoffRecord.model_fields if name != "decision"}
    decision = None if row.decision is None else Decision.model_validate_json(row.decision)
    return HandoffRecord(decision=decision, **told)
