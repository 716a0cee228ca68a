"""Deals of the connected CRM: found by words, and brought here with what the CRM knows of them."""

import re
from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Response

from transcript2handoff.access import Principal
from transcript2handoff.api.deps import Reader, ServicesDep, Writer, note
from transcript2handoff.api.etags import etag
from transcript2handoff.api.models.answers import ETAG, problems
from transcript2handoff.api.models.crm import CrmDealOut, CrmDealsOut, CrmsOut
from transcript2handoff.api.models.deals import DealOut
from transcript2handoff.api.services import Services
from transcript2handoff.connections import Connections, CrmName
from transcript2handoff.crm import CrmDeal, CrmLimits, Looking
from transcript2handoff.crm.found import LONGEST_WORDS
from transcript2handoff.errors import CrmGoneError, CrmNotConnectedError
from transcript2handoff.intake.deals import Told, bring, crm_of_id, same_id
from transcript2handoff.store import deals, users
from transcript2handoff.webhooks import DealFacts

router = APIRouter(tags=["crm"])
SHORT: Final = CrmLimits(
    request_seconds=4.0, deadline_seconds=8.0, attempts=2, first_wait_seconds=0.2
)
"""A person waits for the answer, and may type the deal in by hand instead."""
_FORMS: Final[Mapping[CrmName, re.Pattern[str]]] = {
    "hubspot": re.compile(r"[0-9]{1,20}"),
    "salesforce": re.compile(r"[A-Za-z0-9]{15}([A-Za-z0-9]{3})?"),
}
"""What an id of a deal looks like in each CRM."""

Words = Annotated[
    str,
    Query(
        max_length=LONGEST_WORDS,
        description="Words of the name of the deal, or of its customer; the latest deals else.",
        examples=["harborline"],
    ),
]
ExternalDealId = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9]{1,32}$",
        description="The id of the deal in its CRM.",
        examples=["4711"],
    ),
]


@router.get(
    "/crm",
    summary="Read which CRMs are connected",
    operation_id="read_crms",
    response_model=CrmsOut,
    responses=problems(),
)
def read_crms(services: ServicesDep, caller: Reader) -> object:
    """Which CRMs can be searched. None of them is asked."""
    with Connections(services.service_file) as connections:
        return CrmsOut(connected=connections.names)


@router.get(
    "/crm/deals",
    summary="Find deals in the CRM",
    operation_id="find_crm_deals",
    response_model=CrmDealsOut,
    responses=problems(409, 502),
)
def find_deals(services: ServicesDep, caller: Reader, q: Words = "") -> object:
    """Deals of the connected CRM to choose from, at most twenty of each.

    Who sees their own deals alone here is shown those alone that are theirs in the CRM: whose
    owner there has their e-mail address.
    """
    looking = Looking(q, _own_address(services, caller))
    with Connections(services.service_file, limits=SHORT) as connections:
        names = _connected(connections)
        found = [(name, deal) for name in names for deal in connections.find_deals(name, looking)]
    with services.store.read() as tx:
        note(tx, caller, "read", "crm")
        here = {
            (name, deal.external_id): deals.find(tx, name, same_id(name, deal.external_id))
            for name, deal in found
        }
    return CrmDealsOut(
        items=tuple(
            CrmDealOut.of(name, deal, _seen(caller, here[name, deal.external_id]))
            for name, deal in found
        )
    )


@router.post(
    "/crm/deals/{external_id}",
    summary="Bring a deal from the CRM",
    operation_id="bring_deal",
    response_model=DealOut,
    responses={200: {"headers": ETAG}, **problems(404, 409, 502)},
)
def bring_deal(
    services: ServicesDep, caller: Writer, external_id: ExternalDealId, response: Response
) -> object:
    """A deal with its people, amount and dates as the CRM has them; one that is here stays as is.

    It belongs to the account executive who has the e-mail address of its owner in the CRM. Who
    sees their own deals alone can bring those alone that are theirs there.
    """
    with Connections(services.service_file, limits=SHORT) as connections:
        name = _crm_of(connections, external_id)
        there = connections.read_deal(name, same_id(name, external_id))
    assert there is not None, "a CRM that is connected"
    _check_owner(services, caller, there, external_id)
    told = Told(
        source=name,
        deal_id=same_id(name, external_id),
        facts=DealFacts(),
        crm=there,
        won=there.won,
    )
    with services.store.write() as tx:
        deal = bring(tx, told, actor=caller.id)
        if _seen(caller, deal) is None:
            raise _not_yours(external_id)
        note(tx, caller, "read", "deal", deal.id)
    response.headers["ETag"] = etag(str(deal.version))
    return DealOut.of(deal, today=tx.now.date())


def _connected(connections: Connections) -> tuple[CrmName, ...]:
    if not connections.names:
        raise CrmNotConnectedError(
            "No CRM is connected, so deals are typed in by hand. Whoever runs the service can "
            "connect HubSpot or Salesforce in the service file, under crm."
        )
    return connections.names


def _crm_of(connections: Connections, external_id: str) -> CrmName:
    """The CRM that is asked for a deal: the one that is connected, or of two the one of the id."""
    names = _connected(connections)
    name = names[0] if len(names) == 1 else crm_of_id(external_id)
    if not _FORMS[name].fullmatch(external_id):
        raise _not_yours(external_id)
    return name


def _own_address(services: Services, caller: Principal) -> str | None:
    """The address of somebody who sees their own deals alone."""
    if caller.seen_by is None:
        return None
    with services.store.read() as tx:
        return users.get(tx, caller.seen_by).email


def _check_owner(services: Services, caller: Principal, there: CrmDeal, external_id: str) -> None:
    """Check that the deal is the caller's in the CRM, if they see their own alone."""
    own = _own_address(services, caller)
    if own is not None and own != (there.owner_email or "").strip().lower():
        raise _not_yours(external_id)


def _not_yours(external_id: str) -> CrmGoneError:
    return CrmGoneError(
        f"The CRM has no deal {external_id}, or it is not yours: its owner there has another "
        "e-mail address than you have here, or an administrator has given it to somebody else."
    )


def _seen(caller: Principal, deal: deals.DealRecord | None) -> str | None:
    """The id of a deal that is here, if the caller may see it."""
    is_seen = deal is not None and caller.seen_by in (None, deal.ae_id, deal.csm_id)
    return deal.id if deal and is_seen else None
