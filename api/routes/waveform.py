"""The outline of a recording, for players that draw it."""

from fastapi import APIRouter, Response

from transcript2handoff.api.deps import Reader, StoreDep, note
from transcript2handoff.api.etags import etag
from transcript2handoff.api.models.answers import ETAG, problems
from transcript2handoff.api.models.calls import WaveformOut
from transcript2handoff.api.models.ids import CallId
from transcript2handoff.api.ranges import PRIVATE
from transcript2handoff.api.routes.calls import visible_call
from transcript2handoff.audio.steps import WAVEFORM
from transcript2handoff.errors import StoreGoneError
from transcript2handoff.store import results

router = APIRouter(tags=["calls"])


@router.get(
    "/calls/{call_id}/waveform",
    summary="Read the waveform of a call",
    operation_id="read_waveform",
    response_model=WaveformOut,
    responses={200: {"headers": ETAG}, **problems(404)},
)
def read_waveform(store: StoreDep, caller: Reader, call_id: CallId, response: Response) -> object:
    """How loud the recording gets, piece by piece: what a player draws without decoding it."""
    with store.read() as tx:
        call = visible_call(tx, caller, call_id)
        note(tx, caller, "read", "recording", call_id)
        _, files = results.latest(tx, call_id, "decode") or ("", {})
    if call.playback is None or WAVEFORM not in files:
        raise StoreGoneError(
            f"The call {call_id} has no waveform. If it has a recording, a run of the call makes "
            f"one: POST /v1/calls/{call_id}/runs."
        )
    response.headers.update({"ETag": etag(files[WAVEFORM]), "Cache-Control": PRIVATE})
    return WaveformOut.model_validate_json(b"".join(store.blobs.read(files[WAVEFORM])))
