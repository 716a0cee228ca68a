"""Uploads in pieces, by tus 1.0 (core, creation, termination): what came stays when a line breaks.

https://tus.io/protocols/resumable-upload. The bytes of a piece go into the blob store in parts as
they come, so that no more than one part is held, however large the recording is.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

from transcript2handoff.api.deps import ServicesDep, StoreDep, Writer, note, visible_deal
from transcript2handoff.api.headers import TUS
from transcript2handoff.api.models.answers import header, problems
from transcript2handoff.api.models.ids import UploadId
from transcript2handoff.api.pieces import append, finish, is_whole, own, read_metadata
from transcript2handoff.api.receiving import check_welcome
from transcript2handoff.api.routes.uploads import arriving_of
from transcript2handoff.errors import StoreConflictError
from transcript2handoff.store import uploads
from transcript2handoff.store.uploads import NewUpload, UploadRecord

VERSION: Final = TUS["Tus-Resumable"]
_TYPE: Final = "application/offset+octet-stream"
_EXTENSIONS: Final = "creation,termination"
_TOLD: Final = ("deal", "deal_id", "call")
"""Keys of the metadata that are the fields of POST /v1/calls."""
_RESUMABLE: Final = {"Tus-Resumable": header("The version of the protocol.", VERSION)}
_OFFSET: Final = {
    **_RESUMABLE,
    "Upload-Offset": header("How many bytes are there.", "8388608"),
    "T2H-Call": header("The call that it became, once all bytes are there.", "call-1"),
}
_PIECE: Final = {
    "requestBody": {
        "required": True,
        "content": {
            _TYPE: {"schema": {"type": "string", "format": "binary"}, "example": "(the bytes)"}
        },
    }
}


def _check_version(
    tus_resumable: Annotated[
        str | None, Header(description="The version of the protocol: `1.0.0`.", max_length=20)
    ] = None,
) -> None:
    if tus_resumable != VERSION:
        raise HTTPException(
            412,
            f"Send the header Tus-Resumable: {VERSION}, the version of the protocol that is "
            "spoken here.",
            headers={"Tus-Version": VERSION, "Tus-Resumable": VERSION},
        )


router = APIRouter(tags=["uploads"])
_versioned: Final = [Depends(_check_version)]


@router.options(
    "/uploads",
    summary="What is spoken here",
    operation_id="describe_uploads",
    status_code=204,
    response_class=Response,
    responses={
        204: {
            "headers": {
                **_RESUMABLE,
                "Tus-Version": header("All versions.", VERSION),
                "Tus-Extension": header("What goes beyond the core.", _EXTENSIONS),
                "Tus-Max-Size": header("Most bytes of an upload.", "2147483648"),
            }
        }
    },
)
def describe_uploads(services: ServicesDep) -> Response:
    """The version and the extensions of tus that are spoken here, and the largest upload."""
    told = {
        "Tus-Version": VERSION,
        "Tus-Extension": _EXTENSIONS,
        "Tus-Max-Size": str(services.settings.max_recording_bytes),
    }
    return _answer(204, told)


@router.post(
    "/uploads",
    summary="Begin an upload",
    operation_id="begin_upload",
    status_code=201,
    response_class=Response,
    dependencies=_versioned,
    responses={
        201: {
            "description": "Send the bytes to the address in Location.",
            "headers": {**_RESUMABLE, "Location": header("Of it.", "/v1/uploads/upload-1")},
        },
        **problems(400, 404, 409, 412, 413),
    },
)
def begin_upload(
    services: ServicesDep,
    caller: Writer,
    upload_length: Annotated[int, Header(ge=1, description="How many bytes will come.")],
    upload_metadata: Annotated[
        str,
        Header(
            max_length=64_000,
            description="Keys with values in base64, with commas between them: `filename`, and "
            "`deal`, `deal_id` and `call` as in POST /v1/calls.",
            examples=["filename Y2FsbC5vcHVz,deal_id ZGVhbC0x"],
        ),
    ],
) -> Response:
    """Say how long a recording or a transcript is and where it belongs; then send its bytes."""
    largest = services.settings.max_recording_bytes
    if upload_length > largest:
        raise HTTPException(
            413,
            f"{upload_length} bytes are more than the {largest} that are allowed. Export the "
            "recording as audio only, or cut it into parts.",
        )
    texts = read_metadata(upload_metadata)
    told = {name: value for name, value in texts.items() if name in _TOLD}
    name = texts.get("filename") or texts.get("name") or "call"
    arriving = arriving_of(told, caller, file=name)
    check_welcome(arriving, services.settings)
    new = NewUpload(
        actor=caller.id,
        deal_id=arriving.deal_id,
        length=upload_length,
        metadata=upload_metadata,
        about=json.dumps({"file": name, "told": told}),
    )
    with services.store.write() as tx:
        if arriving.deal_id is not None:
            visible_deal(tx, caller, arriving.deal_id)
        added = uploads.add(tx, new)
        note(tx, caller, "add", "upload", added.id)
    return _answer(201, {"Location": f"/v1/uploads/{added.id}"})


@router.head(
    "/uploads/{upload_id}",
    summary="Where an upload stands",
    operation_id="look_at_upload",
    response_class=Response,
    dependencies=_versioned,
    responses={
        200: {"headers": {**_OFFSET, "Upload-Length": header("How many will come.", "41943040")}},
        **problems(404, 409, 412),
    },
)
def look_at_upload(store: StoreDep, caller: Writer, upload_id: UploadId) -> Response:
    """How many bytes are there, so that the sender goes on from that place.

    Where all of them are there and the call could not be made of them, it is made now: a sender
    that hears of the last byte takes the upload for done, and does not come again.
    """
    upload = own(store, caller, upload_id)
    if is_whole(upload):
        upload = finish(store, caller, upload)
    told = {"Upload-Length": str(upload.length), "Cache-Control": "no-store"}
    if upload.metadata:
        told["Upload-Metadata"] = upload.metadata
    return _answer(200, {**_state(upload), **told})


@router.patch(
    "/uploads/{upload_id}",
    summary="Send bytes of an upload",
    operation_id="send_piece",
    status_code=204,
    response_class=Response,
    dependencies=_versioned,
    responses={204: {"headers": _OFFSET}, **problems(404, 409, 412, 413, 415)},
    openapi_extra=_PIECE,
)
async def send_piece(
    request: Request,
    store: StoreDep,
    caller: Writer,
    upload_id: UploadId,
    upload_offset: Annotated[int, Header(ge=0, description="The place of the first byte.")],
) -> Response:
    """Append bytes; pieces of 8 MiB are a good size.

    With the last one the call and its run are made, and the header `T2H-Call` names the call.
    """
    if request.headers.get("content-type") != _TYPE:
        raise HTTPException(415, f"Send the bytes with Content-Type: {_TYPE}.")
    upload = await run_in_threadpool(own, store, caller, upload_id)
    if upload.offset != upload_offset:
        raise StoreConflictError(
            f"{upload.offset} bytes are there, and Upload-Offset is {upload_offset}. Ask with HEAD "
            "where the upload stands, and go on from there."
        )
    _check_room(request, upload)
    upload = await append(request, store, upload)
    if is_whole(upload):
        upload = await run_in_threadpool(finish, store, caller, upload)
    return _answer(204, _state(upload))


@router.delete(
    "/uploads/{upload_id}",
    summary="Give an upload up",
    operation_id="give_up_upload",
    status_code=204,
    response_class=Response,
    dependencies=_versioned,
    responses={204: {"headers": _RESUMABLE}, **problems(404, 412)},
)
def give_up_upload(store: StoreDep, caller: Writer, upload_id: UploadId) -> Response:
    """Remove an upload and its bytes. A call that it became already stays."""
    own(store, caller, upload_id)
    with store.write() as tx:
        uploads.remove(tx, upload_id)
        note(tx, caller, "erase", "upload", upload_id)
    store.blobs.remove_parts(upload_id)
    return _answer(204, {})


def _check_room(request: Request, upload: UploadRecord) -> None:
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdigit() and int(told) > upload.length - upload.offset:
        raise HTTPException(
            413,
            f"{upload.length - upload.offset} bytes are to come, and these are {told}. Begin a new "
            "upload with the right length.",
        )


def _state(upload: UploadRecord) -> dict[str, str]:
    told = {"Upload-Offset": str(upload.offset)}
    return {**told, "T2H-Call": upload.call_id} if upload.call_id else told


def _answer(status: int, headers: Mapping[str, str]) -> Response:
    return Response(status_code=status, headers={"Tus-Resumable": VERSION, **headers})
