"""An installation that somebody harms on purpose, and that is whole again afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from transcript2handoff.store import Store
from transcript2handoff.store.engine import for_writing
from transcript2handoff.store.transaction import Transaction


@dataclass
class Within:
    """A store as it looks from within a transaction that never ends well."""

    store: Store
    tx: Transaction

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        self.tx.session.expire_all()
        yield self.tx

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


@contextmanager
def harmed(store: Store, *statements: str) -> Iterator[Within]:
    """The store after statements that its guards would refuse; all of it is taken back."""
    with store._work(for_writing(store._engine)) as tx:
        unguard(tx)
        for statement in statements:
            tx.session.execute(text(statement))
        yield Within(store, tx)
        tx.session.rollback()


def unguard(tx: Transaction) -> None:
    """Have the database refuse nothing, as whoever owns it can."""
    if tx.session.get_bind().dialect.name == "postgresql":
        tx.session.execute(text("SET LOCAL session_replication_role = replica"))
        return
    tx.session.execute(text("PRAGMA defer_foreign_keys = ON"))
    names = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'"
    for name in tx.session.scalars(text(names)).all():
        tx.session.execute(text(f"DROP TRIGGER {name}"))
