"""Papers of a deal beside its calls: the contract that was signed, and the plan that was agreed.

Each change of them is counted with the deal, and so makes another edition of its handoff.
"""

import datetime
from typing import Literal

from sqlalchemy import select

from transcript2handoff.deal import Record
from transcript2handoff.store.tables import DealRow, PaperRow
from transcript2handoff.store.transaction import Transaction, the_row

PaperName = Literal["contract", "plan"]


class NewPaper(Record):
    """A paper that is to be kept, in place of the one that a deal has of this name."""

    deal_id: str
    name: PaperName
    text: str
    """A Record as JSON; the store does not look into it."""
    by: str


class PaperRecord(NewPaper):
    """A paper as it is stored."""

    created: datetime.datetime


def put(tx: Transaction, new: NewPaper) -> PaperRecord:
    """Keep a paper; nothing changes where the deal has it already, letter for letter.

    Raises:
        StoreGoneError: there is no such deal.
    """
    deal = the_row(tx, DealRow, new.deal_id, hold=True)
    row = tx.session.get(PaperRow, (new.deal_id, new.name), populate_existing=True)
    if row is not None and row.text == new.text:
        return _record(row)
    row = tx.session.merge(PaperRow(**new.model_dump(), created=tx.now))
    _count(tx, deal)
    return _record(row)


def get(tx: Transaction, deal_id: str, name: PaperName) -> PaperRecord | None:
    """The paper of this name, if the deal has it."""
    row = tx.session.get(PaperRow, (deal_id, name))
    return None if row is None else _record(row)


def of(tx: Transaction, deal_id: str) -> dict[PaperName, PaperRecord]:
    """The papers of a deal, by their names."""
    rows = tx.session.scalars(select(PaperRow).where(PaperRow.deal_id == deal_id))
    return {paper.name: paper for paper in map(_record, rows)}


def remove(tx: Transaction, deal_id: str, name: PaperName) -> bool:
    """Remove a paper; whether it was there.

    Raises:
        StoreGoneError: there is no such deal.
    """
    deal = the_row(tx, DealRow, deal_id, hold=True)
    row = tx.session.get(PaperRow, (deal_id, name), populate_existing=True)
    if row is None:
        return False
    tx.session.delete(row)
    _count(tx, deal)
    return True


def _count(tx: Transaction, deal: DealRow) -> None:
    deal.paper_number += 1
    deal.updated = tx.now
    tx.session.flush()


def _record(row: PaperRow) -> PaperRecord:
    return PaperRecord(**{name: getattr(row, name) for name in PaperRecord.model_fields})
