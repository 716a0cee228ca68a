"""The ledger: every promise of every deal, who owes it, by when, and what came of it."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, Request, Response
from pydantic import StringConstraints

from transcript2handoff.access import Principal
from transcript2handoff.api.deps import Reader, ServicesDep, Writer
from transcript2handoff.api.models.claims import OutcomeBody
from transcript2handoff.api.models.ids import ClaimId, DealId
from transcript2handoff.api.models.journal import JournalOut, UndoBody
from transcript2handoff.api.models.lists import OwnerList, PromisePage
from transcript2handoff.api.opened import open_deal
from transcript2handoff.api.paging import Paging
from transcript2handoff.api.routes import claims, journal
from transcript2handoff.api.routes import promises as api
from transcript2handoff.api.routes.promises import WantedPromises
from transcript2handoff.api.services import Services
from transcript2handoff.handoff import Outcome
from transcript2handoff.pages.answered import answer_as
from transcript2handoff.pages.claim_view import claim_in
from transcript2handoff.pages.frame import own_path, see_other, show
from transcript2handoff.pages.queries import other_query

router = APIRouter()
OUTCOMES: Final[Mapping[str, tuple[str, str]]] = {
    "open": ("Open", ""),
    "kept": ("Kept", "good"),
    "late": ("Late", "warn"),
    "impossible": ("Could not be kept", "bad"),
}
"""What came of promises, with the kind of its chip."""
BackTo = Annotated[str, Form(max_length=4000)]
Seen = Annotated[Outcome | Literal["open"] | None, Form()]
"""What stood there when the form was shown."""
_MEANWHILE: Final = (
    "Somebody else has said meanwhile what came of it. Nothing of yours is noted: look at it first."
)
Why = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
_SAID: Final[Mapping[Outcome, str]] = {
    "kept": "Marked as kept.",
    "late": "Marked as late.",
    "impossible": "Marked as not to be kept.",
}


@router.get("/promises")
def ledger(
    request: Request,
    services: ServicesDep,
    caller: Reader,
    window: Paging,
    only: WantedPromises,
) -> Response:
    """The promises that somebody sees, as they filter them."""
    page = answer_as(PromisePage, api.list_promises(services.store, caller, window, only))
    owners = answer_as(OwnerList, api.list_owners(services.store, caller)).items
    return show(
        request,
        "promises",
        page=page,
        only=only,
        owners=owners,
        outcomes=OUTCOMES,
        own_name=caller.name,
        query=lambda **changes: other_query(request, **changes),
    )


@router.post("/promises/{deal_id}/{claim_id}/outcome")
def tell(  # noqa: PLR0913, PLR0917 - what the form holds
    request: Request,
    services: ServicesDep,
    caller: Writer,
    deal_id: DealId,
    claim_id: ClaimId,
    outcome: Annotated[Outcome, Form()],
    why: Annotated[Why | None, Form()] = None,
    seen: Seen = None,
    back_to: BackTo = "/promises",
) -> Response:
    """Say what came of a promise."""
    if not _is_as_seen(services, caller, (deal_id, claim_id), seen):
        return see_other(request, _row(back_to, claim_id), said=_MEANWHILE)
    body = OutcomeBody(outcome=outcome, why=why or None)
    claims.tell_outcome(services, caller, deal_id, claim_id, body, Response())
    return see_other(request, _row(back_to, claim_id), said=_SAID[outcome])


@router.post("/promises/{deal_id}/{claim_id}/undo")
def undo(  # noqa: PLR0913, PLR0917 - what the form holds
    request: Request,
    services: ServicesDep,
    caller: Writer,
    deal_id: DealId,
    claim_id: ClaimId,
    seen: Seen = None,
    back_to: BackTo = "/promises",
) -> Response:
    """Take back what was said last of what came of a promise."""
    if not _is_as_seen(services, caller, (deal_id, claim_id), seen):
        return see_other(request, _row(back_to, claim_id), said=_MEANWHILE)
    told = answer_as(
        JournalOut, journal.list_journal(services, caller, deal_id, Response(), claim_id)
    )
    number = next(
        (one.number for one in told.items if one.event.event == "outcome" and not one.undone_by),
        None,
    )
    if number is None:
        return see_other(request, _row(back_to, claim_id), said="There is nothing to take back.")
    journal.undo_event(services, caller, deal_id, number, UndoBody(), Response())
    return see_other(request, _row(back_to, claim_id), said="Taken back.")


def _is_as_seen(services: Services, caller: Principal, which: tuple[str, str], seen: Seen) -> bool:
    """Whether nobody else has said something else since the form was shown."""
    deal_id, claim_id = which
    opened = open_deal(services, caller, deal_id)
    return seen is None or seen == (claim_in(opened, claim_id).outcome or "open")


def _row(back_to: str, claim_id: str) -> str:
    return f"{own_path(back_to)}#promise-{claim_id}"
