"""The history of a deal: who changed what and when, before and after; and taking it back."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from transcript2handoff.access import Principal
from transcript2handoff.api.deps import Reader, ServicesDep, Writer
from transcript2handoff.api.models.claims import NotedOut
from transcript2handoff.api.models.corrections import (
    CorrectedOut,
    CorrectionList,
    UndoCorrectionBody,
)
from transcript2handoff.api.models.ids import DealId
from transcript2handoff.api.models.journal import UndoBody
from transcript2handoff.api.opened import Opened, open_deal
from transcript2handoff.api.routes import corrections, journal
from transcript2handoff.api.services import Services
from transcript2handoff.errors import StoreGoneError
from transcript2handoff.pages.answered import answer_as
from transcript2handoff.pages.briefs import call_names
from transcript2handoff.pages.changing import At
from transcript2handoff.pages.claim_shown import shown_after
from transcript2handoff.pages.correct_shown import shown_corrected
from transcript2handoff.pages.corrected import correction_deeds
from transcript2handoff.pages.correcting import AtCallDep
from transcript2handoff.pages.deal_frame import deal_frame
from transcript2handoff.pages.deeds import DeedView, deed_of
from transcript2handoff.pages.forms import form_of
from transcript2handoff.pages.frame import see_other, show

router = APIRouter()
_Number = Annotated[int, Path(ge=1, le=1_000_000)]
_UNDONE = "Taken back."


@router.get("/deals/{deal_id}/history")
def history(request: Request, services: ServicesDep, caller: Reader, deal_id: DealId) -> Response:
    """What people did to the handoff and to its transcripts, the last first."""
    frame = deal_frame(services, caller, deal_id, tab="history")
    try:
        opened = open_deal(services, caller, deal_id)
    except StoreGoneError:
        return show(request, "history", deeds=(), **frame)
    deeds = [*_of_handoff(opened), *_of_calls(services, caller, opened)]
    deeds.sort(key=lambda deed: deed.at, reverse=True)
    return show(request, "history", deeds=deeds, **frame)


@router.post("/deals/{deal_id}/history/{number}/undo")
def undo(
    request: Request, services: ServicesDep, caller: Writer, deal_id: DealId, number: _Number
) -> Response:
    """Take back what somebody did to the handoff."""
    undone = journal.undo_event(services, caller, deal_id, number, UndoBody(), Response())
    noted = answer_as(NotedOut, undone)
    claim_id = str(form_of(request).get("claim", ""))
    opened = open_deal(services, caller, deal_id)
    if claim_id and opened.desk.knows(claim_id):
        at = At(services=services, caller=caller, deal_id=deal_id, claim_id=claim_id)
        return shown_after(request, at, _UNDONE, notes=noted.notes)
    said = " ".join([_UNDONE, *noted.notes])
    return see_other(request, f"/deals/{deal_id}/history", said=said)


@router.post("/deals/{deal_id}/calls/{call_id}/corrections/{number}/undo")
def undo_correction(request: Request, at: AtCallDep, number: _Number) -> Response:
    """Take back what somebody put right in a transcript."""
    told = UndoCorrectionBody()
    done = corrections.undo_correction(at.services, at.caller, at.call_id, number, told)
    return shown_corrected(
        request, answer_as(CorrectedOut, done), _UNDONE, back_to=f"/deals/{at.deal_id}/history"
    )


def _of_handoff(opened: Opened) -> Iterator[DeedView]:
    for entry in journal.journal_of(opened.desk):
        yield deed_of(opened.deal_id, entry, opened.desk.events)


def _of_calls(services: Services, caller: Principal, opened: Opened) -> Iterator[DeedView]:
    transcripts = {one.call_id: one for one in opened.dossier.transcripts}
    names = call_names(opened)
    for call in opened.on_desk.calls:
        if call.ref in transcripts:
            told = corrections.list_corrections(services.store, caller, call.id)
            path = f"/deals/{opened.deal_id}/calls/{call.id}"
            entries = answer_as(CorrectionList, told).items
            yield from correction_deeds(path, names[call.ref], entries, transcripts[call.ref])
