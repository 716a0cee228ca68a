"""The list of deals: what is on the way, how ready it is, and whose turn it is."""

import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from transcript2handoff.api.deps import Caller, Reader, ServicesDep, StoreDep
from transcript2handoff.api.models.lists import ViewBody, ViewList
from transcript2handoff.api.paging import Paging
from transcript2handoff.api.routes import deals, views
from transcript2handoff.api.routes.views import ViewId
from transcript2handoff.api.wanted import WantedDeals
from transcript2handoff.errors import StoreConflictError
from transcript2handoff.pages.answered import answer_as, listed
from transcript2handoff.pages.deal_lists import CHOICES, DealList, views_for
from transcript2handoff.pages.forms import FormFault, read_form
from transcript2handoff.pages.frame import is_fragment, see_other, show

router = APIRouter()
KickoffIn = Annotated[int | None, Query(ge=0, le=3650)]
"""The kickoff is in so many days at the latest: a list that is saved stays true."""


@router.get("/deals")
def list_of_deals(  # noqa: PLR0913, PLR0917 - what the request holds
    request: Request,
    services: ServicesDep,
    caller: Reader,
    window: Paging,
    only: WantedDeals,
    kickoff_in: KickoffIn = None,
) -> Response:
    """Deals as they are wanted, with the lists that somebody has saved."""
    if kickoff_in is not None:
        until = services.clock().date() + datetime.timedelta(days=kickoff_in)
        only = only.model_copy(update={"kickoff_until": until})
    page = listed(deals.list_deals(services.store, caller, window, only))
    saved = answer_as(ViewList, views.list_views(services.store, caller))
    wanted = DealList.of(request.query_params.multi_items())
    answer = show(
        request,
        "deals",
        page=page,
        wanted=wanted,
        choices=CHOICES,
        views=views_for(caller.role, saved, wanted),
    )
    if is_fragment(request):
        answer.headers["HX-Push-Url"] = wanted.path
    return answer


@router.post("/deals/views")
def save_list(request: Request, store: StoreDep, caller: Caller) -> Response:
    """Save a list under a name."""
    told = read_form(request, ViewBody)
    if isinstance(told, FormFault):
        return see_other(request, "/deals", said="Give the list a name first.")
    path = f"/deals?{told.query}"
    try:
        views.save_view(store, caller, told)
    except StoreConflictError as error:
        return see_other(request, path, said=str(error))
    return see_other(request, path, said=f"“{told.name}” is kept above the list.")


@router.post("/deals/views/{view_id}/removal")
def forget_list(request: Request, store: StoreDep, caller: Caller, view_id: ViewId) -> Response:
    """Forget a list that was saved."""
    views.remove_view(store, caller, view_id)
    return see_other(request, "/deals", said="The list is forgotten; its deals stay.")
