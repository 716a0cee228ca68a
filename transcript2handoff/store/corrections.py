"""What people corrected in the transcript of a call: one line each, in their order."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select

from transcript2handoff.errors import StoreConflictError
from transcript2handoff.store.tables import CallRow, CorrectionRow
from transcript2handoff.store.transaction import Transaction, add_all, the_row


def append(tx: Transaction, call_id: str, line: str, *, expected: int) -> int:
    """Add a correction; its number, from 1.

    Args:
        tx: the transaction.
        call_id: the call.
        line: the correction, as JSON; the store does not look into it.
        expected: how many there were when it was made.

    Raises:
        StoreGoneError: there is no such call.
        StoreConflictError: there are others by now; nothing is added.
    """
    the_row(tx, CallRow, call_id, hold=True)
    there = count(tx, call_id)
    if there != expected:
        raise StoreConflictError(
            f"The transcript has been corrected meanwhile: there are {there} corrections, and this "
            f"one was made with {expected} before it. Read it again, then repeat what you did."
        )
    row = CorrectionRow(call_id=call_id, number=there + 1, text=line, created=tx.now)
    tx.session.add(row)
    tx.session.flush()
    return row.number


def count(tx: Transaction, call_id: str) -> int:
    """How many corrections a call has."""
    of_call = CorrectionRow.call_id == call_id
    return tx.session.scalar(select(func.count()).select_from(CorrectionRow).where(of_call)) or 0


def of(tx: Transaction, call_id: str) -> tuple[str, ...]:
    """The corrections of a call, oldest first."""
    query = select(CorrectionRow.text).where(CorrectionRow.call_id == call_id)
    return tuple(tx.session.scalars(query.order_by(CorrectionRow.number)))


def of_deal(tx: Transaction, deal_id: str) -> dict[str, tuple[str, ...]]:
    """The corrections of the calls of a deal, by the id that each call has in the deal."""
    query = (
        select(CallRow.ref, CorrectionRow.text)
        .join(CallRow, CallRow.id == CorrectionRow.call_id)
        .where(CallRow.deal_id == deal_id)
        .order_by(CallRow.ref, CorrectionRow.number)
    )
    told: dict[str, tuple[str, ...]] = {}
    for ref, text in tx.session.execute(query):
        told[ref] = (*told.get(ref, ()), text)
    return told


def replace(tx: Transaction, call_id: str, lines: Sequence[str]) -> None:
    """Have these be the corrections of a call, numbered from 1, in place of all that it has."""
    drop(tx, call_id)
    rows = [
        {"call_id": call_id, "number": number, "text": line, "created": tx.now}
        for number, line in enumerate(lines, start=1)
    ]
    add_all(tx, CorrectionRow, rows)


def drop(tx: Transaction, call_id: str) -> None:
    """Forget the corrections of a call."""
    tx.session.execute(delete(CorrectionRow).where(CorrectionRow.call_id == call_id))
