"""What stands above every page of a deal: its name, how ready it is, and whose turn it is."""

from dataclasses import dataclass
from typing import Any, Literal

from starlette.responses import Response

from transcript2handoff.access import Principal
from transcript2handoff.api.deps import StoreDep
from transcript2handoff.api.models.deals import DealOut
from transcript2handoff.api.routes.deals import read_deal
from transcript2handoff.api.services import Services
from transcript2handoff.deal import Deal
from transcript2handoff.pages.answered import answer_as
from transcript2handoff.whose_turn import WhoseTurn

TabName = Literal["brief", "calls", "questions", "history", "documents", "details"]


@dataclass(frozen=True, kw_only=True)
class DealFrame:
    """What ``deal_frame.html.jinja`` shows around a page of a deal.

    Attributes:
        id: of the deal.
        title: the customer, or the deal's own name where none is known.
        subtitle: what it is about; None where nothing is known.
        tab: the one that is open.
        tabs: of each its name, its address, its words, and a number to show beside them.
        days_to_kickoff: from today; negative once it is past, None where no day is agreed.
    """

    id: str
    title: str
    subtitle: str | None
    tab: TabName
    tabs: tuple[tuple[TabName, str, str, int | None], ...]
    verdict: str | None
    score: int | None
    days_to_kickoff: int | None
    waits_on: WhoseTurn
    waits_why: str | None
    deal: DealOut


def deal_of(store: StoreDep, caller: Principal, deal_id: str) -> DealOut:
    """A deal as it stands.

    Raises:
        StoreGoneError: there is no such deal, or the caller may not see it.
    """
    return answer_as(DealOut, read_deal(store, caller, deal_id, Response()))


def deal_frame(
    services: Services, caller: Principal, deal_id: str, *, tab: TabName
) -> dict[str, Any]:
    """What a page of a deal gives its template beside its own: ``show(..., **deal_frame(...))``.

    Args:
        services: of the application.
        caller: who looks.
        deal_id: of the deal.
        tab: the part of the deal that the page shows.

    Raises:
        StoreGoneError: there is no such deal, or the caller may not see it.
    """
    return {"frame": frame_of(deal_of(services.store, caller, deal_id), tab=tab)}


def frame_of(deal: DealOut, *, tab: TabName) -> DealFrame:
    """What stands around a page of a deal that was read already."""
    return DealFrame(
        id=deal.id,
        title=title_of(deal.deal),
        subtitle=_subtitle(deal),
        tab=tab,
        tabs=_tabs(deal),
        verdict=deal.verdict,
        score=deal.score,
        days_to_kickoff=deal.days_to_kickoff,
        waits_on=deal.waits_on,
        waits_why=deal.waits_why,
        deal=deal,
    )


def title_of(deal: Deal) -> str:
    """What a deal is called: its customer, as people say it."""
    return deal.customer or deal.deal


def _subtitle(deal: DealOut) -> str | None:
    known = [deal.deal.product]
    if deal.deal.customer and deal.deal.deal.casefold() not in deal.deal.customer.casefold():
        known.insert(0, deal.deal.deal)
    return " · ".join(part for part in known if part) or None


def _tabs(deal: DealOut) -> tuple[tuple[TabName, str, str, int | None], ...]:
    at = f"/deals/{deal.id}"
    return (
        ("brief", at, "Brief", None),
        ("calls", f"{at}/calls", "Calls", None),
        ("questions", f"{at}/questions", "Questions", deal.open_questions or None),
        ("history", f"{at}/history", "History", None),
        ("documents", f"{at}/documents", "Documents", None),
        ("details", f"{at}/details", "Details", None),
    )
