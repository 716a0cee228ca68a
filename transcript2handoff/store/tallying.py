"""How many rows belong to deals, table by table; a table that is added later is counted as well."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select

from transcript2handoff.store.tables import Base, CallRow, RunRow
from transcript2handoff.store.transaction import Transaction


def deal_of(table: Table) -> ColumnElement[Any] | None:
    """Of which deal a row of a table is; none where rows are of no deal."""
    columns = table.columns
    if table.name == "deals":
        return columns["id"]
    if "deal_id" in columns:
        return columns["deal_id"]
    if "call_id" in columns:
        calls = select(CallRow.deal_id).where(CallRow.id == columns["call_id"])
        return calls.scalar_subquery()
    if "run_id" in columns:
        runs = select(RunRow.deal_id).where(RunRow.id == columns["run_id"])
        return runs.scalar_subquery()
    return None


def rows_of(tx: Transaction, deal_ids: Collection[str]) -> Counter[str]:
    """The number of rows that belong to deals, by their tables."""
    tx.session.flush()
    counted: Counter[str] = Counter()
    for table in Base.metadata.sorted_tables:
        if (deal := deal_of(table)) is not None:
            query = select(func.count()).select_from(table).where(deal.in_(list(deal_ids)))
            counted[table.name] = tx.session.scalar(query) or 0
    return counted


def fewer(before: Counter[str], after: Counter[str]) -> Mapping[str, int]:
    """How many rows are gone, by their tables, without those of which all are there."""
    return dict(sorted((before - after).items()))
