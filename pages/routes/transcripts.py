"""The transcript of a call: read, heard, and with the claims that its words prove."""

from fastapi import APIRouter, Request, Response

from transcript2handoff.access import Principal
from transcript2handoff.api.deps import Reader, ServicesDep
from transcript2handoff.api.models.calls import CallOut, WaveformOut
from transcript2handoff.api.models.ids import CallId, DealId
from transcript2handoff.api.opened import Opened, open_deal
from transcript2handoff.api.routes.calls import read_call
from transcript2handoff.api.routes.waveform import read_waveform
from transcript2handoff.api.services import Services
from transcript2handoff.errors import StoreGoneError
from transcript2handoff.pages.answered import answer_as
from transcript2handoff.pages.briefs import options_of, words_of
from transcript2handoff.pages.deal_frame import deal_frame
from transcript2handoff.pages.frame import show
from transcript2handoff.pages.tracks import Timeline, timeline, tracks
from transcript2handoff.render.proofs import HeardCall, heard_calls
from transcript2handoff.render.reading import reading

router = APIRouter()


@router.get("/deals/{deal_id}/calls/{call_id}")
def transcript(
    request: Request, services: ServicesDep, caller: Reader, deal_id: DealId, call_id: CallId
) -> Response:
    """The transcript; where the call has not been read yet, what it waits for."""
    frame = deal_frame(services, caller, deal_id, tab="calls")
    try:
        opened = open_deal(services, caller, deal_id)
        call = _heard(opened, call_id)
    except StoreGoneError as error:
        known = _known(services, caller, deal_id, call_id)
        return show(request, "transcript_coming", **frame, call=known, why=str(error))
    return show(
        request,
        "transcript",
        **frame,
        call=call,
        call_id=call_id,
        read=reading(opened.dossier.handoff, call),
        tracks=[track for track in tracks(opened, [call]) if track.call_id == call_id],
        **words_of(opened),
    )


@router.get("/deals/{deal_id}/calls/{call_id}/timeline")
def call_timeline(
    services: ServicesDep, caller: Reader, deal_id: DealId, call_id: CallId
) -> Timeline:
    """What the player shows of a call: how loud it is, who speaks when, and what is claimed."""
    opened = open_deal(services, caller, deal_id)
    call = _heard(opened, call_id)
    return timeline(opened.dossier.handoff, call, _waveform(services, caller, call_id))


def _heard(opened: Opened, call_id: str) -> HeardCall:
    """A call of the deal, as far as it has been read.

    Raises:
        StoreGoneError: the deal has no such call, or nobody has read it yet.
    """
    dossier = opened.dossier
    refs = {call.id: call.ref for call in opened.on_desk.calls}
    for call in heard_calls(dossier.handoff, dossier.transcripts, options_of(opened)):
        if call.record.call.id == refs.get(call_id):
            return call
    raise StoreGoneError(
        "There is no transcript of this call yet, or not any more. The page of the deal's calls "
        "tells how far it is."
    )


def _known(services: Services, caller: Principal, deal_id: str, call_id: str) -> CallOut:
    """A call that nobody has read yet.

    Raises:
        StoreGoneError: the deal has no such call.
    """
    found = answer_as(CallOut, read_call(services.store, caller, call_id))
    if found.deal_id != deal_id:
        raise StoreGoneError("The call belongs to another deal. Open it from the page of that one.")
    return found


def _waveform(services: Services, caller: Principal, call_id: str) -> WaveformOut | None:
    try:
        return answer_as(WaveformOut, read_waveform(services.store, caller, call_id, Response()))
    except StoreGoneError:
        return None
