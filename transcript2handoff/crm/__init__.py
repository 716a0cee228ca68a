"""HubSpot and Salesforce: a deal is read, a handoff is written back.

``plan`` says what is to be written and does nothing; ``dry_run`` shows it; ``execute`` of
``HubSpot`` and ``Salesforce`` does it. Whoever delivers keeps, for each write's ``key``, its
``content_hash`` once it was executed, and gives both to the next plan::

    facts = WriteBack(note=note, tasks=tasks, properties={"score": 82}, link=link)
    for write in plan(facts, known, HubSpotTarget(deal_id="42", at=now)):
        hubspot.execute(write)
        known[write.key] = write.content_hash

A write may be executed again at any time, so nothing is lost or doubled by a crash between the
last two lines. Nothing here reads a setting.
"""

from collections.abc import Mapping

from transcript2handoff.crm.client import CrmLimits
from transcript2handoff.crm.found import FoundDeal, Looking
from transcript2handoff.crm.hubspot import HUBSPOT_URL, HubSpot
from transcript2handoff.crm.hubspot_plan import (
    HubSpotAssociations,
    HubSpotTarget,
    hubspot_plan,
)
from transcript2handoff.crm.hubspot_reading import DEAL_FIELDS
from transcript2handoff.crm.plans import Planning, dry_run
from transcript2handoff.crm.records import CrmDeal, Request, Task, Write, WriteBack, Written
from transcript2handoff.crm.salesforce import Salesforce
from transcript2handoff.crm.salesforce_access import ClientCredentials
from transcript2handoff.crm.salesforce_plan import SalesforceTarget, salesforce_plan
from transcript2handoff.crm.salesforce_reading import OPPORTUNITY_FIELDS
from transcript2handoff.crm.won import WonDeal
from transcript2handoff.words import ENGLISH, Words

__all__ = [
    "DEAL_FIELDS",
    "HUBSPOT_URL",
    "OPPORTUNITY_FIELDS",
    "ClientCredentials",
    "CrmDeal",
    "CrmLimits",
    "FoundDeal",
    "HubSpot",
    "HubSpotAssociations",
    "HubSpotTarget",
    "Looking",
    "Request",
    "Salesforce",
    "SalesforceTarget",
    "Task",
    "WonDeal",
    "Write",
    "WriteBack",
    "Written",
    "dry_run",
    "plan",
]


def plan(
    facts: WriteBack,
    known: Mapping[str, str],
    target: HubSpotTarget | SalesforceTarget,
    *,
    words: Words = ENGLISH,
) -> tuple[Write, ...]:
    """What is to be written: nothing that the CRM has already.

    Args:
        facts: what the CRM shall know.
        known: the content hashes of what was delivered, by the key of the write.
        target: where it goes.
        words: of those who read the CRM.

    Raises:
        CrmRefusedError: a text does not fit, not even in part.
    """
    planning = Planning(known=known, words=words)
    match target:
        case HubSpotTarget():
            return hubspot_plan(facts, target, planning)
        case SalesforceTarget():
            return salesforce_plan(facts, target, planning)
