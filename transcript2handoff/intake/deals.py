"""A deal in a CRM has changed: won, it gets a row with what is known of it, and its run."""

import re
from dataclasses import dataclass
from typing import Final

from transcript2handoff.connections import CRM_OF, CrmName
from transcript2handoff.crm import CrmDeal
from transcript2handoff.deal import Deal
from transcript2handoff.errors import CrmSetupError, DeliveryFormError
from transcript2handoff.intake.services import NO_CALL, IntakeServices
from transcript2handoff.store import Deed, Transaction, calls, contacts, deals, runs, users
from transcript2handoff.store.deals import DealChanges, DealRecord, NewDeal
from transcript2handoff.store.inbox import InboxItem
from transcript2handoff.store.paging import Window
from transcript2handoff.store.runs import NewRun
from transcript2handoff.webhooks import DealChanged, DealFacts, map_fields

LONGEST_ID: Final = 255
"""Characters of an id of another system."""
URGENT: Final = 1
"""The priority of runs of a deal that was won."""
_SALESFORCE_ID: Final = re.compile(r"[0-9A-Za-z]{15}")
_CHECK: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_MOST_RUNS: Final = Window(limit=100)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What an event and the CRM tell of a deal."""

    source: str
    deal_id: str
    facts: DealFacts
    crm: CrmDeal | None
    won: bool

    def onto(self, deal: Deal) -> Deal:
        """A deal with all of it; what the CRM says now goes before what the event said.

        Raises:
            DeliveryFormError: it does not fit the deal.
        """
        told = self.facts.onto(deal)
        return self.crm.facts.onto(told) if self.crm else told

    @property
    def owner_email(self) -> str | None:
        """Of the deal's owner in the CRM."""
        return self.crm.owner_email if self.crm else None


def look_up(item: InboxItem, event: DealChanged, services: IntakeServices) -> Told | None:
    """What is known of the deal by now; None if it is none of ours.

    Raises:
        DeliveryFormError: the payload does not fit the field mapping, or nothing says which deal.
        CrmError: the CRM cannot be asked.
    """
    webhook = services.service.webhook(item.endpoint)
    mapping = webhook.mapping if webhook else None
    facts = map_fields(event.fields, mapping) if mapping else DealFacts()
    deal_id = event.deal_id or facts.deal_id
    if deal_id is None or len(deal_id) > LONGEST_ID:
        raise DeliveryFormError(
            "Nothing says which deal it is, or not in few words. Name the place of deal_id in the "
            f"field mapping of the webhook {item.endpoint}."
        )
    crm = CRM_OF.get(item.source)
    if crm is None:
        return Told(source=item.source, deal_id=deal_id, facts=facts, crm=None, won=_won(event))
    if crm == "hubspot" and services.is_of_another_portal(event.account):
        return None
    deal_id = same_id(crm, deal_id)
    read = services.connections.read_deal(crm, deal_id)
    if read is None and item.source == "hubspot":
        raise CrmSetupError(
            "HubSpot says that a deal has changed, and not whether it is won. Connect HubSpot in "
            "the service file, so that it can be asked."
        )
    won = read.won if read else _won(event)
    return Told(source=crm, deal_id=deal_id, facts=facts, crm=read, won=won)


def keep(tx: Transaction, told: Told, *, actor: str) -> DealRecord | None:
    """Make or change the row of a won deal, and want its run; None if the deal is not won.

    Raises:
        DeliveryFormError: what was told does not fit the deal.
        StoreConflictError: somebody else does the same at this moment.
    """
    record = deals.find(tx, told.source, told.deal_id)
    if not told.won:
        return None
    before = record and deals.get(tx, record.id, lock=True)
    after = _added(tx, told) if before is None else _changed(tx, told, before)
    if told.crm:
        contacts.know(tx, after.id, told.source, told.crm.contacts)
    if after != before:
        action = "change" if before else "add"
        tx.note(Deed(actor=actor, action=action, matter="deal", subject=after.id))
        after = want_run(tx, after)
    return after


def bring(tx: Transaction, told: Told, *, actor: str) -> DealRecord:
    """The row of a deal that somebody has chosen in its CRM, won or not; made if it is not there.

    Raises:
        DeliveryFormError: what the CRM tells does not fit the deal.
        StoreConflictError: somebody else does the same at this moment.
    """
    if known := deals.find(tx, told.source, told.deal_id):
        return known
    new = _added(tx, told)
    if told.crm:
        contacts.know(tx, new.id, told.source, told.crm.contacts)
    tx.note(Deed(actor=actor, action="add", matter="deal", subject=new.id))
    return want_run(tx, new)


def call_came(tx: Transaction, deal: DealRecord) -> DealRecord:
    """Note that a deal has a call, so that it does not wait for one any more."""
    if deal.waits_for != NO_CALL:
        return deal
    return deals.change(tx, deal.id, DealChanges(waits_for=None))


def want_run(tx: Transaction, deal: DealRecord) -> DealRecord:
    """Have a deal worked on at once; or note what it waits for, where no call is there."""
    if not calls.of_deal(tx, deal.id):
        return deals.change(tx, deal.id, DealChanges(waits_for=NO_CALL))
    for run in runs.listed(tx, _MOST_RUNS, deal_id=deal.id, state="waiting").items:
        if run.kind == "call":
            # What it waits for is worked on first, too.
            again = NewRun(deal_id=deal.id, call_id=run.call_id, kind="call", priority=URGENT)
            runs.start(tx, again)
    runs.start(tx, NewRun(deal_id=deal.id, kind="deal", priority=URGENT))
    return call_came(tx, deal)


def same_id(crm: CrmName, deal_id: str) -> str:
    """The one way in which an id of a CRM is written: Salesforce has two for the same thing."""
    if crm != "salesforce" or not _SALESFORCE_ID.fullmatch(deal_id):
        return deal_id
    parts = (deal_id[start : start + 5] for start in (0, 5, 10))
    bits = (sum(each.isupper() << place for place, each in enumerate(part)) for part in parts)
    return deal_id + "".join(_CHECK[each] for each in bits)


def crm_of_id(deal_id: str) -> CrmName:
    """Whose id it is: those of HubSpot are numbers."""
    return "hubspot" if deal_id.isdecimal() else "salesforce"


def _won(event: DealChanged) -> bool:
    """Whether the event itself says so: who sends it at all, sends it of won deals."""
    return event.won is not False


def _added(tx: Transaction, told: Told) -> DealRecord:
    owner = users.by_email(tx, told.owner_email) if told.owner_email else None
    new = deals.add(
        tx,
        NewDeal(
            deal=told.onto(Deal()),
            by=told.source,
            source=told.source,
            external_id=told.deal_id,
            ae_id=owner and owner.id,
        ),
    )
    return deals.change(tx, new.id, DealChanges(won=True)) if told.won else new


def _changed(tx: Transaction, told: Told, before: DealRecord) -> DealRecord:
    """The row with what is new in it; untouched if nothing is."""
    deal = told.onto(before.deal)
    wanted = {"deal": deal, "won": True, "ae_id": before.ae_id}
    is_handed_over = _owner(deal) != _owner(before.deal)
    if told.owner_email and (before.ae_id is None or is_handed_over):
        # Whom somebody has put in charge here stays so until the CRM has another owner.
        found = users.by_email(tx, told.owner_email)
        wanted["ae_id"] = found.id if found else before.ae_id
    new = {name: value for name, value in wanted.items() if value != getattr(before, name)}
    return deals.change(tx, before.id, DealChanges(**new)) if new else before


def _owner(deal: Deal) -> str | None:
    return deal.owners.get("account_executive")
