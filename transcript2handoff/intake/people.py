"""A person was forgotten in a CRM, and is forgotten here."""

from typing import Final

import structlog
from pydantic import ValidationError

from transcript2handoff.erasure import Who
from transcript2handoff.errors import StoreError
from transcript2handoff.intake.services import IntakeServices
from transcript2handoff.store import Store, contacts, erasing, inbox, keeping
from transcript2handoff.store.contacts import Contact
from transcript2handoff.store.erasing import ErasedPerson
from transcript2handoff.store.inbox import InboxItem
from transcript2handoff.webhooks import PersonErased

ACTOR: Final = "hubspot"
HELD_SECONDS: Final = 3600.0
"""Longer than it takes to look through the transcripts of all calls there are."""
_log = structlog.get_logger(__name__)


def erase(store: Store, item: InboxItem, event: PersonErased, services: IntakeServices) -> None:
    """Erase a person, and end the event in the same transaction.

    Raises:
        StoreUnreachableError: nothing was erased.
        LeaseLostError: another worker does it.
    """
    is_ours = not services.is_of_another_portal(event.account)
    with store.write() as tx:
        inbox.hold(tx, item, HELD_SECONDS)
    with store.read() as tx:
        who = _who(contacts.find(tx, ACTOR, event.person_id)) if is_ours else None
        heard_in = erasing.heard(tx, who) if who else None
    erased = None
    with store.write() as tx:
        if who:
            erased = erasing.person(tx, who, by=ACTOR, heard_in=heard_in)
        if is_ours:
            contacts.forget(tx, ACTOR, event.person_id)
        inbox.done(tx, item)
    if erased:
        _clear_away(store, erased, services)


def _who(known: tuple[Contact, ...]) -> Who | None:
    """A person by all that is known of them; none if it would fit too many others."""
    names = tuple(dict.fromkeys(each.name for each in known))
    emails = tuple(dict.fromkeys(each.email for each in known if each.email))
    for told in ({"names": names, "emails": emails}, {"emails": emails}):
        try:
            return Who.model_validate(told)
        except ValidationError:
            continue
    return None


def _clear_away(store: Store, erased: ErasedPerson, services: IntakeServices) -> None:
    """Take away what rows no longer name; what is left of it goes with the housekeeping."""
    try:
        services.forget(erased.run_ids)
        for upload in erased.uploads:
            store.blobs.remove_parts(upload)
        keeping.collect(store)
        store.settle()
        services.prove(erased.receipt_id, erased.who)
    except StoreError as error:
        _log.warning("erasure_not_cleared_away", why=str(error))
