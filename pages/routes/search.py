"""Search in everything that was said on calls."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from transcript2handoff.api.deps import Reader, StoreDep
from transcript2handoff.api.paging import Paging
from transcript2handoff.api.routes import search as api
from transcript2handoff.api.routes.search import LookedFor, OfDeal
from transcript2handoff.deal import Side
from transcript2handoff.pages.answered import listed
from transcript2handoff.pages.frame import show

router = APIRouter()
SaidBy = Annotated[Side | None, Query()]


@router.get("/search")
def search(  # noqa: PLR0913, PLR0917 - what the request holds
    request: Request,
    store: StoreDep,
    caller: Reader,
    window: Paging,
    q: LookedFor = "",
    deal_id: OfDeal = None,
    side: SaidBy = None,
) -> Response:
    """Turns of calls in which the words stand."""
    found = listed(api.search(store, caller, window, q, deal_id, side)) if q.strip() else None
    return show(request, "search", found=found, sought=q, deal_id=deal_id, side=side)
