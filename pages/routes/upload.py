"""The upload page: which deal the calls belong to, and the files.

The bytes go to ``/v1/uploads`` by themselves. The deal is chosen before that: among those that are
here, from the CRM, or typed with its people.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, get_args

from fastapi import APIRouter, Form, Query, Request, Response

from transcript2handoff.access import Principal
from transcript2handoff.api.deps import ServicesDep, Writer
from transcript2handoff.api.models.crm import CrmDealsOut
from transcript2handoff.api.models.deals import DealFields, DealOut, NewDealBody
from transcript2handoff.api.paging import Paging
from transcript2handoff.api.routes import crm
from transcript2handoff.api.routes import deals as api
from transcript2handoff.api.services import Services
from transcript2handoff.api.wanted import WantedDeals
from transcript2handoff.audio.decode import ACCEPTED
from transcript2handoff.deal import Consent, Record, Stage
from transcript2handoff.errors import HandoffError
from transcript2handoff.pages.answered import answer_as, listed
from transcript2handoff.pages.deal_details import people_in
from transcript2handoff.pages.deal_frame import deal_of
from transcript2handoff.pages.forms import BLANK, FormFault, again, fields_of, form_of, read_form
from transcript2handoff.pages.frame import is_fragment, see_other, show

router = APIRouter()
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
CONSENTS: Final[Mapping[Consent, str]] = {
    "unknown": "Not known",
    "given": "Yes, they agreed",
    "refused": "No, somebody refused",
}
"""Whether those on a call agreed that it leaves this machine, as a form asks for it."""
_SHOWN: Final = 8


class _Typed(Record):
    """A deal as it is typed; its people stand in columns of the form."""

    deal: DealFields
    person_name: tuple[str, ...] = ()
    person_side: tuple[str, ...] = ()
    person_title: tuple[str, ...] = ()
    person_email: tuple[str, ...] = ()


DealQuery = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9_-]{1,48}$")]


@router.get("/upload")
def upload(  # noqa: PLR0913, PLR0917 - what the request holds
    request: Request,
    services: ServicesDep,
    caller: Writer,
    window: Paging,
    only: WantedDeals,
    deal_id: DealQuery = None,
) -> Response:
    """Files, and which deal they belong to."""
    if deal_id is not None:
        return _page(request, services, chosen=deal_of(services.store, caller, deal_id))
    found = listed(api.list_deals(services.store, caller, window, only)).items[:_SHOWN]
    sought = (only.text or "").strip()
    in_crm = _in_crm(services, caller, sought)
    return _page(request, services, sought=sought, found=found, in_crm=in_crm)


@router.post("/upload/deal")
def type_deal(request: Request, services: ServicesDep, caller: Writer) -> Response:
    """Make a deal of what was typed."""
    found = fields_of(form_of(request)).get("deal")
    told = found if isinstance(found, dict) else {}
    told.setdefault("deal", told.get("customer", "unnamed"))
    if people := people_in(form_of(request)):
        told["participants"] = [one.told() for one in people]
    typed = read_form(request, _Typed, deal=told)
    if isinstance(typed, FormFault):
        return _page(request, services, form=typed, status=422)
    try:
        new = NewDealBody(deal=typed.deal)
        made = api.make_deal(services.store, caller, new, Response())
    except HandoffError as error:
        return _page(request, services, form=again(request, error), status=409)
    return _taken(request, services, answer_as(DealOut, made))


@router.post("/upload/crm")
def take_deal(
    request: Request,
    services: ServicesDep,
    caller: Writer,
    external_id: Annotated[str, Form(pattern=r"^[A-Za-z0-9]{1,32}$")],
) -> Response:
    """Take a deal over from the CRM, with its people."""
    brought = crm.bring_deal(services, caller, external_id, Response())
    return _taken(request, services, answer_as(DealOut, brought))


def _taken(request: Request, services: Services, deal: DealOut) -> Response:
    if is_fragment(request):
        return _page(request, services, chosen=deal)
    return see_other(request, f"/upload?deal_id={deal.id}")


def _page(request: Request, services: Services, *, status: int = 200, **told: Any) -> Response:  # noqa: ANN401
    before = {"chosen": None, "sought": "", "found": (), "in_crm": None, "form": BLANK}
    name = "upload_deal" if is_fragment(request) else "upload"
    return show(
        request,
        name,
        status=status,
        **{**before, **told},
        stages=STAGES,
        consents=CONSENTS,
        accepted=ACCEPTED,
        most_bytes=services.settings.max_recording_bytes,
    )


def _in_crm(services: Services, caller: Principal, wanted: str) -> object:
    """What the CRM has, or why it says nothing; None where nothing is asked of it."""
    if not wanted:
        return None
    try:
        return answer_as(CrmDealsOut, crm.find_deals(services, caller, wanted)).items
    except HandoffError as error:
        return str(error)
