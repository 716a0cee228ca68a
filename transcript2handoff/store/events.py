"""The journal of a deal: what people did to its handoff, one event a line, in their order."""

from collections.abc import Sequence

from sqlalchemy import select

from transcript2handoff.store.handoffs import check_edition
from transcript2handoff.store.tables import DealRow, EventRow
from transcript2handoff.store.transaction import Transaction, add_all, the_row


def append(tx: Transaction, deal_id: str, lines: Sequence[str], *, edition: str | None) -> int:
    """Add events to a journal; the number of the newest one.

    Args:
        tx: the transaction.
        deal_id: the deal.
        lines: the events, as ``journal.to_line`` writes them.
        edition: the edition of the handoff that they were made from; none if it does not matter.

    Raises:
        StoreGoneError: there is no such deal.
        StoreConflictError: the deal has another edition by now; nothing is added.
    """
    deal = the_row(tx, DealRow, deal_id, hold=True)
    check_edition(deal, edition)
    rows = [
        {"deal_id": deal_id, "number": number, "text": line, "created": tx.now}
        for number, line in enumerate(lines, start=deal.event_number + 1)
    ]
    add_all(tx, EventRow, rows)
    deal.event_number += len(rows)
    if rows:
        deal.updated = tx.now
    tx.session.flush()
    return deal.event_number


def of(tx: Transaction, deal_id: str) -> tuple[str, ...]:
    """The events of a deal, oldest first."""
    query = select(EventRow.text).where(EventRow.deal_id == deal_id).order_by(EventRow.number)
    return tuple(tx.session.scalars(query))
