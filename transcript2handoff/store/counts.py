"""Sums for the metrics. An erasure leaves them as they are: they name nobody."""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from transcript2handoff.deal import Record
from transcript2handoff.store.tables.counts import CountRow
from transcript2handoff.store.transaction import Transaction


class Count(Record):
    """How often something has happened, and what it added up to."""

    what: str
    """``step``, ``run`` or ``tokens``."""
    label: str
    """What exactly, between slashes: ``transcribe/done``."""
    number: int
    amount: float = 0.0
    """Seconds, where something took time."""


def add(tx: Transaction, count: Count) -> None:
    """Add to what has been counted under the same name."""
    values = count.model_dump()
    postgres = tx.session.get_bind().dialect.name == "postgresql"
    insert = (postgresql.insert if postgres else sqlite.insert)(CountRow).values(**values)
    more = {
        "number": CountRow.number + count.number,
        "amount": CountRow.amount + count.amount,
    }
    tx.session.execute(insert.on_conflict_do_update(index_elements=["what", "label"], set_=more))


def of_all(tx: Transaction) -> tuple[Count, ...]:
    """Everything that has been counted."""
    rows = tx.session.scalars(select(CountRow).order_by(CountRow.what, CountRow.label))
    return tuple(
        Count(what=row.what, label=row.label, number=row.number, amount=row.amount) for row in rows
    )
