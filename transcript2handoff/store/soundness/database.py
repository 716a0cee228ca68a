"""Whether the database is whole, and guards what it shall guard."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ForeignKeyConstraint, Table, and_, exists, select, text
from sqlalchemy.orm import Session

from transcript2handoff.store.opening import Store
from transcript2handoff.store.soundness.fault import Fault
from transcript2handoff.store.tables import Base

_RESTORE: Final = "Stop the service, and restore the newest backup from before the damage."
_GUARDS: Final = {
    "sqlite": frozenset(
        {
            "audit_no_update",
            "audit_no_delete",
            "audit_in_order",
            "audit_head_forward",
            "audit_head_no_delete",
            "audit_head_no_insert",
        }
    ),
    "postgresql": frozenset({"audit_append_only", "audit_head_forward", "audit_head_stays"}),
}
"""Triggers of the audit, by the kind of database."""
_TRIGGERS: Final = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled = 'O' AND NOT tgisinternal "
    "AND tgrelid IN ('audit'::regclass, 'audit_head'::regclass)",
}
_BROKEN_INDEXES: Final = (
    "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
    "JOIN pg_class t ON t.oid = i.indrelid WHERE NOT (i.indisvalid AND i.indisready) "
    "AND t.relnamespace = current_schema()::regnamespace"
)


def damage(store: Store) -> Iterator[Fault]:
    """Pages, indexes and rows that the database itself finds broken.

    Raises:
        StoreUnreachableError: the database cannot be read at all.
    """
    with store.read() as tx:
        kind = tx.session.get_bind().dialect.name
        if kind == "postgresql":
            broken = list(tx.session.scalars(text(_BROKEN_INDEXES)))
        else:
            told = tx.session.scalars(text("PRAGMA integrity_check(20)"))
            broken = [line for line in told if line != "ok"]
    for line in broken:
        yield Fault(what="The database is damaged.", where=(line,), advice=_RESTORE)


def references(store: Store) -> Iterator[Fault]:
    """Rows that belong to a row which is not there.

    The database refuses to make them, unless somebody has switched that off.
    """
    for table in Base.metadata.sorted_tables:
        for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
            with store.read() as tx:
                left = _left(tx.session, table, key)
            for row in left:
                yield Fault(
                    what=f"A row of {table.name} belongs to one of "
                    f"{key.referred_table.name} that is not there.",
                    where=tuple(map(str, row)),
                    advice=_RESTORE,
                )


def _left(session: Session, table: Table, key: ForeignKeyConstraint) -> list[tuple[Any, ...]]:
    pairs = [(one.parent, one.column) for one in key.elements]
    # A table may refer to itself.
    other = key.referred_table.alias()
    there = exists().where(*(other.c[to.name] == own for own, to in pairs))
    named = and_(*(own.is_not(None) for own, _ in pairs))
    query = select(*table.primary_key.columns).where(named, ~there).limit(100)
    return [tuple(row) for row in session.execute(query)]


def guards(store: Store) -> Iterator[Fault]:
    """Triggers of the audit that are not there, or are switched off."""
    with store.read() as tx:
        kind = tx.session.get_bind().dialect.name
        there = set(tx.session.scalars(text(_TRIGGERS[kind])))
    for name in sorted(_GUARDS[kind] - there):
        yield Fault(
            what="The database does not refuse to change the audit any more.",
            where=(name,),
            advice="Find out who has taken the trigger away. A backup that is restored has it.",
        )
