"""What other systems have told of is worked on: events of the inbox become deals, calls and runs.

``work_on`` takes an event, asks the CRM what it has to, and does what follows in one transaction
with the end of the event. So an event that was worked on twice has had its effect once. What fails
is tried again, later each time, and says why; after a day it is given up.
"""

from typing import Final

import structlog
from pydantic import TypeAdapter, ValidationError

from transcript2handoff.errors import (
    Cancelled,
    CrmGoneError,
    CrmPassingError,
    HandoffError,
    LeaseLostError,
)
from transcript2handoff.intake import deals, people, recordings
from transcript2handoff.intake.deals import URGENT, call_came
from transcript2handoff.intake.polling import poll
from transcript2handoff.intake.services import NO_CALL, NO_DEAL, IntakeServices
from transcript2handoff.store import Store, inbox
from transcript2handoff.store.inbox import InboxItem
from transcript2handoff.webhooks import DealChanged, Event, PersonErased

__all__ = ["NO_CALL", "NO_DEAL", "URGENT", "IntakeServices", "call_came", "poll", "work_on"]

LEASE_SECONDS: Final = 300.0
"""Longer than reading a deal from a CRM may take."""
FIRST_WAIT: Final = 30.0
LONGEST_WAIT: Final = 3600.0
GIVEN_UP_AFTER: Final = 24 * 3600.0
"""Seconds; a recorder's token lasts no longer, and people look once a day."""
MOST_ATTEMPTS: Final = 50
"""More than there are in a day, unless workers die of the event."""
_EVENT: Final[TypeAdapter[Event]] = TypeAdapter(Event)
_log = structlog.get_logger(__name__)


def work_on(store: Store, services: IntakeServices) -> bool:
    """Work on the most urgent event; False if there is none.

    Raises:
        StoreUnreachableError: the store cannot be used; the event is taken again later.
    """
    with store.write() as tx:
        taken = inbox.claim(tx, services.worker, 1, LEASE_SECONDS)
    for item in taken:
        try:
            _work_on(store, item, services)
        except LeaseLostError:
            _log.warning("event_lost", event_id=item.id)
    return bool(taken)


def _work_on(store: Store, item: InboxItem, services: IntakeServices) -> None:
    try:
        event = _EVENT.validate_json(item.event or "null")
    except ValidationError:
        # The error would show what was sent.
        _give_up(store, item, "The event cannot be read: another version has noted it.", "unread")
        return
    if item.attempts > MOST_ATTEMPTS:
        why = "It was begun again and again and never ended; the log says why."
        _give_up(store, item, why, "endless")
        return
    try:
        _do(store, item, event, services)
    except (LeaseLostError, Cancelled):
        raise
    except CrmGoneError as error:
        _give_up(store, item, str(error), type(error).__name__)
    except HandoffError as error:
        _put_off(store, item, error)


def _do(store: Store, item: InboxItem, event: Event, services: IntakeServices) -> None:
    if isinstance(event, PersonErased):
        people.erase(store, item, event, services)
        return
    if isinstance(event, DealChanged):
        told = deals.look_up(item, event, services)
        with store.write() as tx:
            deal = deals.keep(tx, told, actor=item.source) if told else None
            inbox.link(tx, item, deal_id=deal.id if deal else None)
            inbox.done(tx, item)
        return
    heard = recordings.look_up(event, services)
    with store.write() as tx:
        call = recordings.keep(tx, heard)
        inbox.link(tx, item, deal_id=call.deal_id, call_id=call.id)
        inbox.done(tx, item)


def _put_off(store: Store, item: InboxItem, error: HandoffError) -> None:
    """Have it tried again, or give it up where that has gone on for a day."""
    wait = min(FIRST_WAIT * 2 ** min(item.attempts - 1, 10), LONGEST_WAIT)
    if isinstance(error, CrmPassingError) and error.wait is not None:
        wait = max(wait, error.wait)
    with store.write() as tx:
        age = (tx.now - item.created).total_seconds()
        if age + wait > GIVEN_UP_AFTER:
            inbox.fail(tx, item, f"Given up after a day. {error}")
        else:
            inbox.wait(tx, item, str(error), wait)
    # The words of a CRM repeat what it was asked for, and stay with the event.
    _log.warning("event_put_off", event_id=item.id, seconds=wait, error=type(error).__name__)


def _give_up(store: Store, item: InboxItem, why: str, error: str) -> None:
    with store.write() as tx:
        inbox.fail(tx, item, why)
    _log.error("event_given_up", event_id=item.id, error=error)
