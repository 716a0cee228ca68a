"""The journal of a deal: who did what, and when; and taking it back."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from transcript2handoff.api.deps import Reader, ServicesDep, Writer
from transcript2handoff.api.etags import etag
from transcript2handoff.api.models.answers import ETAG, problems
from transcript2handoff.api.models.claims import NotedOut
from transcript2handoff.api.models.ids import DealId, IfMatch
from transcript2handoff.api.models.journal import (
    EntryClaim,
    JournalEntry,
    JournalOut,
    TakenBack,
    UndoBody,
)
from transcript2handoff.api.opened import Deed, Opened, do, open_deal
from transcript2handoff.journal import Desk, Event, Signature, claims_of, making, taken_back

router = APIRouter(tags=["claims"])
Number = Annotated[
    int,
    Path(description="Its place in the list, from 1.", ge=1, le=1_000_000, examples=[12]),
]


@router.get(
    "/deals/{deal_id}/journal",
    summary="List what people did to a handoff",
    operation_id="list_journal",
    response_model=JournalOut,
    responses={200: {"headers": ETAG}, **problems(404)},
)
def list_journal(
    services: ServicesDep,
    caller: Reader,
    deal_id: DealId,
    response: Response,
    claim_id: Annotated[
        str | None, Query(max_length=120, description="Only what was done to this claim.")
    ] = None,
) -> object:
    """Who did what to which claim, and when, newest first; what was taken back among it."""
    opened = open_deal(services, caller, deal_id)
    response.headers["ETag"] = etag(opened.edition)
    entries = journal_of(opened.desk)
    if claim_id is not None:
        entries = tuple(one for one in entries if any(it.id == claim_id for it in one.claims))
    return JournalOut(edition=opened.edition, items=entries)


@router.post(
    "/deals/{deal_id}/journal/{number}/undo",
    summary="Take something back",
    operation_id="undo_event",
    response_model=NotedOut,
    responses={200: {"headers": ETAG}, **problems(404, 409, 412)},
)
def undo_event(  # noqa: PLR0913, PLR0917 - what the request holds
    services: ServicesDep,
    caller: Writer,
    deal_id: DealId,
    number: Number,
    told: UndoBody,
    response: Response,
    if_match: IfMatch = None,
) -> object:
    """Take back what somebody did to a handoff; of an `undone`, what it took back stands again."""

    def make(opened: Opened, signature: Signature) -> Event:
        return making.undone(opened.desk, number, signature)

    deed = Deed(deal_id=deal_id, why=told.why, if_match=if_match, make=make)
    noted = do(services, caller, deed)
    response.headers["ETag"] = etag(noted.edition)
    return noted


def journal_of(desk: Desk) -> tuple[JournalEntry, ...]:
    """The events of a deal, newest first, each with the claims that it is about."""
    taken = taken_back(desk.events)
    return tuple(
        JournalEntry(
            number=number,
            event=event,
            claims=tuple(_claim(desk, claim_id) for claim_id in claims_of(event)),
            undone_by=_taken(desk, taken.get(number)),
        )
        for number, event in reversed(list(enumerate(desk.events, start=1)))
    )


def _claim(desk: Desk, claim_id: str) -> EntryClaim:
    if not desk.knows(claim_id):
        return EntryClaim(id=claim_id, summary=None)
    claim = desk.claim(claim_id)
    return EntryClaim(id=claim.id, summary=claim.summary)


def _taken(desk: Desk, number: int | None) -> TakenBack | None:
    if number is None:
        return None
    event = desk.events[number - 1]
    return TakenBack(number=number, by=event.by, at=event.at)
