"""A recorder has a call: it becomes a call of the right deal, to be fetched, with its run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from transcript2handoff.crm import CrmDeal
from transcript2handoff.deal import Call, Deal
from transcript2handoff.errors import CrmGoneError
from transcript2handoff.fetching import GongCall, ZoomFile, as_text
from transcript2handoff.intake.deals import LONGEST_ID, URGENT, call_came, crm_of_id, same_id
from transcript2handoff.intake.matching import certain
from transcript2handoff.intake.services import NO_DEAL, IntakeServices
from transcript2handoff.store import Deed, Transaction, calls, contacts, deals, runs, users
from transcript2handoff.store.calls import CallRecord, NewCall
from transcript2handoff.store.deals import DealChanges, DealRecord, NewDeal
from transcript2handoff.store.runs import NewRun
from transcript2handoff.webhooks import CallReady, RecordingReady
from transcript2handoff.webhooks.events import key_of

FETCHED: Final = 4
"""The priority of a call that is to be fetched: before uploads, for the token for it may end."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A call of a recorder.

    Attributes:
        source: the recorder.
        external_id: of the call, there.
        meeting: by which all recordings of one meeting are together, where no deal is known.
        fetch: how its recording is fetched.
        title: what the meeting was called.
        host: the e-mail address of whoever held it.
        began: when.
        deal_ids: of the CRM, where the recorder knows them.
        read: of these, what the CRM says, if it was asked.
    """

    source: str
    external_id: str
    meeting: str
    fetch: str = field(repr=False)
    title: str | None = None
    host: str | None = None
    began: datetime | None = None
    deal_ids: Sequence[str] = ()
    read: CrmDeal | None = None


def look_up(event: RecordingReady | CallReady, services: IntakeServices) -> Heard:
    """What is known of a call by now; the deal that its recorder names is asked of the CRM.

    Raises:
        CrmError: the CRM cannot be asked.
    """
    if isinstance(event, RecordingReady):
        return Heard(
            source="zoom",
            external_id=event.key,
            meeting=key_of(event.account, event.meeting_id),
            fetch=as_text(ZoomFile(file=event.sound, token=event.token)),
            title=event.topic,
            host=event.host_email,
            began=event.started,
        )
    name = event.call_id if len(event.call_id) <= LONGEST_ID else key_of(event.call_id)
    told = [each for each in event.deal_ids if len(each) <= LONGEST_ID]
    ids = tuple(dict.fromkeys(same_id(crm_of_id(each), each) for each in told))
    return Heard(
        source="gong",
        external_id=name,
        meeting=name,
        fetch=as_text(GongCall(call_id=event.call_id)),
        title=event.title,
        began=event.started,
        deal_ids=ids,
        read=_read(ids, services),
    )


def keep(tx: Transaction, heard: Heard) -> CallRecord:
    """Make the call and want its run; a call that is there already is left as it is.

    Raises:
        DeliveryFormError: what the CRM says of the deal does not fit it.
        StoreConflictError: somebody else does the same at this moment.
    """
    if known := calls.find(tx, heard.source, heard.external_id):
        return known
    deal = _deal(tx, heard)
    deals.get(tx, deal.id, lock=True)
    call = calls.add(
        tx,
        NewCall(
            deal_id=deal.id,
            call=_call(tx, deal, heard),
            source=heard.source,
            external_id=heard.external_id,
            fetch=heard.fetch,
        ),
    )
    tx.note(Deed(actor=heard.source, action="add", matter="call", subject=call.id))
    call_came(tx, deal)
    priority = URGENT if deal.won else FETCHED
    runs.start(tx, NewRun(deal_id=deal.id, call_id=call.id, kind="call", priority=priority))
    return call


def _read(deal_ids: Sequence[str], services: IntakeServices) -> CrmDeal | None:
    """The one deal that the recorder names, as the CRM has it; None if that is not connected."""
    if len(deal_ids) != 1:
        return None
    try:
        return services.connections.read_deal(crm_of_id(deal_ids[0]), deal_ids[0])
    except CrmGoneError:
        return None


def _deal(tx: Transaction, heard: Heard) -> DealRecord:
    return _of_recorder(tx, heard) or _of_topic(tx, heard) or _of_its_own(tx, heard)


def _of_recorder(tx: Transaction, heard: Heard) -> DealRecord | None:
    """The deal that the recorder names; of several, the one that is here."""
    named = [(crm_of_id(each), each) for each in heard.deal_ids]
    here = [found for crm, each in named if (found := deals.find(tx, crm, each))]
    if len(here) == 1:
        return here[0]
    if len(named) != 1:
        return None
    # It is not won yet, or nobody has said so: what is known of it helps to tell who speaks.
    ((crm, deal_id),) = named
    read = heard.read
    owner = users.by_email(tx, read.owner_email) if read and read.owner_email else None
    frame = read.facts.onto(Deal()) if read else _titled(heard)
    added = _added(
        tx,
        NewDeal(deal=frame, by=crm, source=crm, external_id=deal_id, ae_id=owner and owner.id),
    )
    if read:
        contacts.know(tx, added.id, crm, read.contacts)
    return added


def _of_topic(tx: Transaction, heard: Heard) -> DealRecord | None:
    """The deal of the host that the topic names, if it is one for certain."""
    if heard.host is None:
        return None
    found = deals.search(tx, ae_email=heard.host)
    host = users.by_email(tx, heard.host)
    return certain(found, topic=heard.title, host=host, email=heard.host)


def _of_its_own(tx: Transaction, heard: Heard) -> DealRecord:
    """A deal for the meeting alone, until somebody moves its calls."""
    if found := deals.find(tx, heard.source, heard.meeting):
        return found
    host = users.by_email(tx, heard.host) if heard.host else None
    added = _added(
        tx,
        NewDeal(
            deal=_titled(heard),
            by=heard.source,
            source=heard.source,
            external_id=heard.meeting,
            ae_id=host and host.id,
        ),
    )
    return deals.change(tx, added.id, DealChanges(waits_for=NO_DEAL))


def _added(tx: Transaction, new: NewDeal) -> DealRecord:
    added = deals.add(tx, new)
    tx.note(Deed(actor=new.by, action="add", matter="deal", subject=added.id))
    return added


def _titled(heard: Heard) -> Deal:
    title = " ".join((heard.title or "").split())
    return Deal(deal=title) if title else Deal()


def _call(tx: Transaction, deal: DealRecord, heard: Heard) -> Call:
    """The call inside of its deal; its day is that at the customer's."""
    day = heard.began.astimezone(_zone(deal.deal)).date() if heard.began else None
    name = f"{heard.source}-{day}" if day else heard.source
    taken = {call.ref for call in calls.of_deal(tx, deal.id)}
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    free = next(each for each in (name, *numbered) if each not in taken)
    return Call(id=free, date=day)


def _zone(deal: Deal) -> tzinfo:
    """The time zone of the customer; that of the moment itself where none is known."""
    try:
        return ZoneInfo(deal.timezone or "UTC")
    except (KeyError, ValueError, OSError):
        return UTC
