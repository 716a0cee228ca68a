"""The kickoff brief of a deal, each line of which unfolds to its proof and can be heard."""

from fastapi import APIRouter, Request, Response

from transcript2handoff.api.deps import Reader, ServicesDep
from transcript2handoff.api.models.ids import DealId
from transcript2handoff.api.opened import open_deal
from transcript2handoff.errors import StoreGoneError
from transcript2handoff.pages.briefs import brief_page, words_of
from transcript2handoff.pages.deal_frame import deal_frame
from transcript2handoff.pages.frame import show

router = APIRouter()


@router.get("/deals/{deal_id}")
def brief(request: Request, services: ServicesDep, caller: Reader, deal_id: DealId) -> Response:
    """The brief; where there is none yet, what it waits for."""
    frame = deal_frame(services, caller, deal_id, tab="brief")
    try:
        opened = open_deal(services, caller, deal_id)
    except StoreGoneError as error:
        return show(request, "brief_coming", **frame, why=str(error))
    return show(request, "brief", **frame, page=brief_page(opened), **words_of(opened))
