"""Whom another system calls by which id: it tells nothing else when somebody is to be forgotten.

A contact is of a deal and goes with it.
"""

from collections.abc import Mapping

from sqlalchemy import delete, select

from transcript2handoff.deal import Participant, Record
from transcript2handoff.store.tables.contacts import ContactRow
from transcript2handoff.store.transaction import Transaction


class Contact(Record):
    """A person of a deal, by the id of another system."""

    deal_id: str
    source: str
    external_id: str
    name: str
    email: str | None


def know(tx: Transaction, deal_id: str, source: str, people: Mapping[str, Participant]) -> None:
    """Note who stands behind the ids of the people of a deal; others of the deal stay known."""
    for external_id, person in people.items():
        put(
            tx,
            Contact(
                deal_id=deal_id,
                source=source,
                external_id=external_id,
                name=person.name,
                email=person.email,
            ),
        )


def put(tx: Transaction, contact: Contact) -> None:
    """Note a contact, in place of what was known of it."""
    tx.session.merge(ContactRow(**contact.model_dump()))
    tx.session.flush()


def find(tx: Transaction, source: str, external_id: str) -> tuple[Contact, ...]:
    """What is known of a person by this id, in each of their deals."""
    query = (
        select(ContactRow)
        .where(ContactRow.source == source, ContactRow.external_id == external_id)
        .order_by(ContactRow.deal_id)
    )
    return tuple(_record(row) for row in tx.session.scalars(query))


def forget(tx: Transaction, source: str, external_id: str) -> None:
    """Forget whom an id means."""
    tx.session.execute(
        delete(ContactRow).where(ContactRow.source == source, ContactRow.external_id == external_id)
    )


def _record(row: ContactRow) -> Contact:
    return Contact(**{name: getattr(row, name) for name in Contact.model_fields})
