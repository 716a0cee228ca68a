"""Whether the audit is whole, and whether what it says was done is there."""

import json
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Select, select

from transcript2handoff.errors import AuditBrokenError
from transcript2handoff.store import audit
from transcript2handoff.store.opening import Store
from transcript2handoff.store.soundness.fault import Fault
from transcript2handoff.store.tables import AuditRow, DealRow, EventRow, HandoffRow

_LOST: Final = (
    "The audit tells of it, and of no erasure. Compare with a backup: the rows may be there."
)


def chain(store: Store) -> Iterator[Fault]:
    """The audit, if it is not as it was written.

    Raises:
        StoreUnreachableError: it cannot be read.
    """
    try:
        with store.read() as tx:
            audit.verify(tx)
    except AuditBrokenError as error:
        yield Fault(what="The audit is not as it was written.", where=("audit",), advice=str(error))


def deals(store: Store) -> Iterator[Fault]:
    """Deals that were added and are not there, although nobody has erased them."""
    with store.read() as tx:
        added, erased = (
            set(tx.session.scalars(_subjects(action, "deal"))) for action in ("add", "erase")
        )
        there = set(tx.session.scalars(select(DealRow.id)))
    for deal_id in sorted(added - erased - there):
        yield Fault(what="A deal was added and is not there.", where=(deal_id,), advice=_LOST)


def _subjects(action: str, matter: str) -> Select[str]:
    return select(AuditRow.subject).where(AuditRow.action == action, AuditRow.matter == matter)


def events(store: Store) -> Iterator[Fault]:
    """Events that people were told are noted, and that are in no journal.

    An erasure of a call takes those of its claims away, with all handoffs of the deal.
    """
    deeds = select(AuditRow.subject, AuditRow.details).where(
        AuditRow.action == "change",
        AuditRow.matter == "handoff",
        AuditRow.details.contains('"event":'),
    )
    untouched = select(HandoffRow.deal_id).where(HandoffRow.version == 1)
    with store.read() as tx:
        told = [
            (deal_id, json.loads(details)["event"])
            for deal_id, details in tx.session.execute(deeds)
        ]
        whole = set(tx.session.scalars(untouched))
        there = {
            (one, n) for one, n in tx.session.execute(select(EventRow.deal_id, EventRow.number))
        }
    for deal_id, number in sorted({(one, n) for one, n in told if one in whole} - there):
        yield Fault(
            what="An event of a journal was noted and is not there.",
            where=(deal_id, str(number)),
            advice=_LOST,
        )
