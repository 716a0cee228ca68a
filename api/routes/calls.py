"""Calls: of a deal, changed, moved, heard and read."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request, Response

from transcript2handoff.access import Principal
from transcript2handoff.api.corrected import heard_call
from transcript2handoff.api.deps import Reader, ServicesDep, StoreDep, Writer, note, visible_deal
from transcript2handoff.api.etags import etag, has_already
from transcript2handoff.api.models import examples
from transcript2handoff.api.models.answers import ETAG, file, header, problems
from transcript2handoff.api.models.calls import CallChangeBody, CallList, CallOut, MoveBody
from transcript2handoff.api.models.ids import CallId, DealId
from transcript2handoff.api.models.runs import RunOut
from transcript2handoff.api.ranges import PRIVATE, blob_response
from transcript2handoff.api.receiving import check_fit
from transcript2handoff.api.routes.deals import start_run
from transcript2handoff.deal import Call
from transcript2handoff.documents.captions import captions
from transcript2handoff.errors import StoreConflictError, StoreGoneError
from transcript2handoff.intake import call_came
from transcript2handoff.jobs.proving import take_away
from transcript2handoff.policy import ProcessingPolicy
from transcript2handoff.render.proofs import label
from transcript2handoff.store import Transaction, calls, keeping, moving, runs
from transcript2handoff.store.calls import CallRecord
from transcript2handoff.transcript import Transcript, Turn

router = APIRouter(tags=["calls"])
TranscriptFormat = Literal["json", "txt", "vtt"]
_TYPES: Final[dict[TranscriptFormat, str]] = {
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
}
_SOUNDS: Final = ("audio/", "video/")
_PLAYED: Final = "audio/ogg"
"""The media type of the copy for playback."""


@router.get(
    "/deals/{deal_id}/calls",
    summary="List the calls of a deal",
    operation_id="list_calls",
    response_model=CallList,
    responses=problems(404),
)
def list_calls(store: StoreDep, caller: Reader, deal_id: DealId) -> object:
    """The calls of a deal by their dates, oldest first."""
    with store.read() as tx:
        visible_deal(tx, caller, deal_id)
        note(tx, caller, "read", "call", deal_id)
        return CallList(items=tuple(map(CallOut.of, calls.of_deal(tx, deal_id))))


@router.get(
    "/calls/{call_id}",
    summary="Read a call",
    operation_id="read_call",
    response_model=CallOut,
    responses=problems(404),
)
def read_call(store: StoreDep, caller: Reader, call_id: CallId) -> object:
    """What is known of a call, without its recording and its transcript."""
    with store.read() as tx:
        call = visible_call(tx, caller, call_id)
        note(tx, caller, "read", "call", call_id)
    return CallOut.of(call)


@router.patch(
    "/calls/{call_id}",
    summary="Change a call",
    operation_id="change_call",
    response_model=CallOut,
    responses=problems(404, 409),
)
def change_call(
    services: ServicesDep, caller: Writer, call_id: CallId, change: CallChangeBody
) -> object:
    """Set the date, the stage, the attendees or the consent of a call; it is read anew then.

    Where its consent does not allow that any more, work on it stops, and what was made stays until
    it is erased.
    """
    with services.store.write() as tx:
        before = visible_call(tx, caller, call_id, lock=True)
        told = {name: getattr(change, name) for name in change.model_fields_set}
        call = Call.model_validate({**dict(before.call), **told})
        if call == before.call:
            return CallOut.of(before)
        check_fit(visible_deal(tx, caller, before.deal_id).deal, [call])
        changed = calls.change(tx, call_id, calls.CallChanges(call=call))
        if ProcessingPolicy(services.settings.processing).missing(call):
            runs.stop_of_call(tx, call_id)
        start_run(tx, changed.deal_id, call_id=call_id)
        note(tx, caller, "change", "call", call_id)
    return CallOut.of(changed)


@router.post(
    "/calls/{call_id}/move",
    summary="Move a call to another deal",
    operation_id="move_call",
    response_model=CallOut,
    responses=problems(404, 409),
)
def move_call(services: ServicesDep, caller: Writer, call_id: CallId, target: MoveBody) -> object:
    """Put a call, with what was made of it, under another deal; both are worked on anew.

    Until then the deal that it leaves has no handoff, for that may tell what was said on the call.
    """
    with services.store.write() as tx:
        before = visible_call(tx, caller, call_id)
        deal = visible_deal(tx, caller, target.deal_id)
        if before.deal_id == deal.id:
            return CallOut.of(before)
        if before.ref in {one.ref for one in calls.of_deal(tx, deal.id)}:
            raise StoreConflictError(
                f"The deal {deal.id} has a call {before.ref} already. Erase the one that is wrong "
                "there, or send the recording to the deal anew, under another id."
            )
        check_fit(deal.deal, [before.call])
        moved = moving.call(tx, call_id, deal.id)
        call_came(tx, deal)
        start_run(tx, deal.id, call_id=call_id)
        runs.drop_vain(tx, before.deal_id)
        if calls.of_deal(tx, before.deal_id) and not runs.is_to_come(tx, before.deal_id):
            start_run(tx, before.deal_id)
        note(tx, caller, "change", "call", call_id)
    take_away(services.store, services.settings, runs=moved.run_ids, uploads=())
    keeping.collect(services.store)
    return CallOut.of(moved.call)


@router.post(
    "/calls/{call_id}/runs",
    summary="Work on a call anew",
    operation_id="start_call_run",
    status_code=202,
    response_model=RunOut,
    responses=problems(404),
)
def start_call_run(store: StoreDep, caller: Writer, call_id: CallId) -> object:
    """Take a call through all steps; those whose inputs are as before are not done again."""
    with store.write() as tx:
        call = visible_call(tx, caller, call_id)
        run = start_run(tx, call.deal_id, call_id=call_id)
        note(tx, caller, "add", "run", run.id)
    return RunOut.of(run)


@router.get(
    "/calls/{call_id}/audio",
    summary="Hear a call",
    operation_id="hear_call",
    response_class=Response,
    responses={
        200: file("All of the recording.", "audio/*"),
        206: file(
            "A range of its bytes.",
            "audio/*",
            headers={"Content-Range": header("Which bytes.", "bytes 0-65535/4194304")},
        ),
        304: {"description": "It is what If-None-Match names.", "headers": ETAG},
        **problems(404, 416),
    },
)
def hear_call(
    request: Request,
    store: StoreDep,
    caller: Reader,
    call_id: CallId,
    original: Annotated[bool, Query(description="The recording as it was sent.")] = False,
) -> Response:
    """The recording: a small copy for playback, or what was sent where there is no copy yet.

    `Range` with one range of bytes is answered with 206, `If-Range` is looked at.
    """
    with store.read() as tx:
        call = visible_call(tx, caller, call_id)
        # Of every range, for any of them may be the first one, and all but the first byte.
        note(tx, caller, "read", "recording", call_id)
    wants_copy = call.playback is not None and not original
    digest = call.playback if wants_copy else call.recording
    if digest is None:
        raise StoreGoneError(f"The call {call_id} has no recording, or not any more.")
    media_type = _PLAYED if wants_copy else call.media_type or ""
    return blob_response(
        store.blobs,
        digest,
        # A recorder elsewhere may have said anything: what is no sound is nothing to be opened.
        media_type=media_type if media_type.startswith(_SOUNDS) else "application/octet-stream",
        asked=request.headers,
    )


@router.get(
    "/calls/{call_id}/transcript",
    summary="Read a transcript",
    operation_id="read_transcript",
    response_class=Response,
    responses={
        200: {
            "description": "The transcript.",
            "model": Transcript,
            "content": {
                "application/json": {"example": examples.TRANSCRIPT},
                "text/plain": {"schema": {"type": "string"}},
                "text/vtt": {"schema": {"type": "string"}},
            },
            "headers": ETAG,
        },
        304: {"description": "It is what If-None-Match names.", "headers": ETAG},
        **problems(404),
    },
)
def read_call_transcript(
    request: Request,
    store: StoreDep,
    caller: Reader,
    call_id: CallId,
    format: Annotated[TranscriptFormat, Query(description="`vtt` needs times.")] = "json",  # noqa: A002
) -> Response:
    """Who said what and when: as JSON with every word's seconds, as text, or as WebVTT.

    What people corrected stands in it at once.
    """
    with store.read() as tx:
        heard = heard_call(tx, visible_call(tx, caller, call_id))
        note(tx, caller, "read", "transcript", call_id)
    tag = f"{heard.tag}.{format}"
    headers = {"ETag": etag(tag), "Cache-Control": PRIVATE}
    if has_already(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    content = _as_text(heard.proof(store.blobs).transcript, format)
    return Response(content, media_type=_TYPES[format], headers=headers)


def visible_call(
    tx: Transaction, caller: Principal, call_id: str, *, lock: bool = False
) -> CallRecord:
    """A call of a deal that the caller may see.

    Raises:
        StoreGoneError: there is none, or it is not theirs: both look the same from outside.
    """
    call = calls.get(tx, call_id, lock=lock)
    try:
        visible_deal(tx, caller, call.deal_id)
    except StoreGoneError as error:
        raise StoreGoneError(
            f"There is no call {call_id}, or not any more. List what is there, and take its id "
            "from the list."
        ) from error
    return call


def _as_text(transcript: Transcript, form: TranscriptFormat) -> str:
    if form == "json":
        return transcript.to_json()
    if form == "txt":
        return "".join(f"{_line(transcript, turn)}\n" for turn in transcript.turns)
    text = captions(transcript)
    if text is None:
        raise StoreGoneError("The transcript has no times, so it cannot be had as WebVTT.")
    return text


def _line(transcript: Transcript, turn: Turn) -> str:
    who = label(transcript.speaker(turn.speaker))
    said = f"{who}: {' '.join(turn.text.split())}"
    if turn.start is None:
        return said
    minutes, seconds = divmod(int(turn.start), 60)
    return f"[{minutes // 60:02}:{minutes % 60:02}:{seconds:02}] {said}"
