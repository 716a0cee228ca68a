"""Won deals of which no message came: the CRMs are asked now and then, and feed the same inbox."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from transcript2handoff.connections import CrmName
from transcript2handoff.crm import WonDeal
from transcript2handoff.errors import CrmError
from transcript2handoff.intake.services import IntakeServices
from transcript2handoff.store import Store, inbox
from transcript2handoff.store.inbox import NewItem
from transcript2handoff.webhooks import DealChanged
from transcript2handoff.webhooks.events import key_of, moment

POLLER: Final = "poller"
"""What the inbox names in place of a webhook."""
BACK: Final = timedelta(days=3)
"""How far back is asked each time: over a weekend without the service. What is known already
changes nothing, so no mark of the last time has to be kept."""
_log = structlog.get_logger(__name__)


def poll(store: Store, services: IntakeServices) -> bool:
    """Ask the CRMs that are to be asked; False, for the next time is later in any case.

    A CRM that cannot be asked now is asked the next time.

    Raises:
        StoreUnreachableError: what was found cannot be kept; it is found again the next time.
    """
    crms, connections = services.service.crm, services.connections
    if crms.hubspot and crms.hubspot.poll and connections.hubspot:
        _poll(store, "hubspot", connections.hubspot.won_since)
    if crms.salesforce and crms.salesforce.poll and connections.salesforce:
        _poll(store, "salesforce", connections.salesforce.won_since)
    return False


def _poll(store: Store, crm: CrmName, won_since: Callable[[datetime], tuple[WonDeal, ...]]) -> None:
    try:
        found = won_since(store.now() - BACK)
    except CrmError as error:
        _log.warning("crm_not_asked", crm=crm, why=str(error))
        return
    with store.write() as tx:
        new = sum(inbox.add_many(tx, [_item(crm, deal) for deal in found]))
    if new:
        _log.info("won_deals_found", crm=crm, new=new)


def _item(crm: CrmName, deal: WonDeal) -> NewItem:
    event = DealChanged(
        key=key_of(POLLER, deal.deal_id, deal.changed),
        at=moment(deal.changed),
        deal_id=deal.deal_id,
        won=True,
    )
    return NewItem(source=crm, key=event.key, event=event.model_dump_json(), endpoint=POLLER)
