"""A recording or a transcript in one request: a form with the file and what is known of it."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from email.message import Message as Head
from typing import BinaryIO, Final, TypeVar

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.datastructures import FormData, UploadFile

from transcript2handoff.access import Principal
from transcript2handoff.api.deps import ServicesDep, Writer
from transcript2handoff.api.models.answers import header, problems
from transcript2handoff.api.models.calls import CallBody, Received
from transcript2handoff.api.models.deals import DealFields
from transcript2handoff.api.models.examples import FRAME
from transcript2handoff.api.receiving import Arriving, check_welcome, receive
from transcript2handoff.deal import Deal
from transcript2handoff.store import Blob, Store, keeping
from transcript2handoff.store.bucket import CHUNK

router = APIRouter(tags=["calls"])
_FIELDS: Final = ("file", "deal", "deal_id", "call")
_TEXT_BYTES: Final = 256 * 1024
"""Of a field that is no file."""
_FORM: Final = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {
                        "type": "string",
                        "format": "binary",
                        "description": "A recording (wav, mp3, m4a, mp4, ogg, opus, flac, webm, "
                        "mkv), or the transcript of another tool.",
                    },
                    "deal": {
                        "type": "string",
                        "contentMediaType": "application/json",
                        "description": "The fields of `deal.toml` as JSON: a deal is made of them.",
                    },
                    "deal_id": {
                        "type": "string",
                        "pattern": "^[A-Za-z0-9_-]{1,48}$",
                        "description": "The deal that the call belongs to, in place of `deal`.",
                    },
                    "call": {
                        "type": "string",
                        "contentMediaType": "application/json",
                        "description": "Of the call, as JSON: id, date, stage, attendees, consent.",
                    },
                },
                "additionalProperties": False,
            },
            "encoding": {
                "deal": {"contentType": "application/json"},
                "call": {"contentType": "application/json"},
            },
            "example": {
                "file": "(the bytes)",
                "deal": json.dumps(FRAME),
                "call": '{"date": "2026-04-08", "stage": "discovery"}',
            },
        }
    },
}
_DEAL: Final[TypeAdapter[Deal]] = TypeAdapter(DealFields)
Body = TypeVar("Body", bound=BaseModel)


@router.post(
    "/calls",
    summary="Send a call",
    operation_id="send_call",
    status_code=201,
    response_model=Received,
    responses={
        201: {"headers": {"Location": header("Of the call.", "/v1/calls/call-1")}},
        **problems(400, 404, 409, 413, 415),
    },
    openapi_extra={"requestBody": _FORM},
)
async def send_call(
    request: Request, services: ServicesDep, caller: Writer, response: Response
) -> Received:
    """Send a recording, or a transcript that another tool wrote, as `multipart/form-data`.

    Give `deal` for a deal that is new, or `deal_id` for one that is there. The run that is
    answered reads the call; `/v1/runs/{run_id}/events` tells how far it is.
    """
    async with _form(request) as form:
        arriving, file = _read(form, caller)
        check_welcome(arriving, services.settings)
        received = await run_in_threadpool(_keep, services.store, arriving, file.file)
    response.headers["Location"] = f"/v1/calls/{received.call.id}"
    return received


def _keep(store: Store, arriving: Arriving, file: BinaryIO) -> Received:
    blob: Blob = store.blobs.put(_chunks(file))
    with keeping.rows_or_nothing(store, [blob.digest]):
        return receive(store, arriving, blob)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


@asynccontextmanager
async def _form(request: Request) -> AsyncIterator[FormData]:
    """The form; its file lies on the disk, whatever its size, and is gone afterwards."""
    head = Head()
    head["content-type"] = request.headers.get("content-type", "")
    if head.get_content_type() != "multipart/form-data":
        raise HTTPException(415, "Send the file as multipart/form-data, in the field `file`.")
    if head.get_content_charset("utf-8") != "utf-8":
        # The names of fields would be read by it, and some make no text at all.
        raise HTTPException(415, "The texts of the form are UTF-8; leave `charset` out.")
    async with request.form(max_files=1, max_fields=8, max_part_size=_TEXT_BYTES) as form:
        yield form


def _read(form: FormData, caller: Principal) -> tuple[Arriving, UploadFile]:
    """What the form says.

    Raises:
        RequestValidationError: something in it does not fit.
    """
    fields = form.multi_items()
    told = dict(fields)
    for name in told:
        if name not in _FIELDS:
            raise _fault(name, "there is no such field")
    if len(fields) > len(told):
        raise _fault("file", "a field is there twice")
    file = told.get("file")
    if not isinstance(file, UploadFile):
        raise _fault("file", "send the bytes of a recording or a transcript, with a file name")
    texts = {name: value for name, value in told.items() if isinstance(value, str)}
    return arriving_of(texts, caller, file=file.filename or "call"), file


def arriving_of(
    texts: Mapping[str, str], caller: Principal, *, file: str, upload_id: str | None = None
) -> Arriving:
    """What was said of a file: the texts ``deal``, ``deal_id`` and ``call``.

    Raises:
        RequestValidationError: something in it does not fit.
    """
    if ("deal" in texts) == ("deal_id" in texts):
        raise _fault("deal_id", "give one of deal and deal_id")
    return Arriving(
        by=caller,
        file=file,
        upload_id=upload_id,
        call=_json("call", TypeAdapter(CallBody), texts.get("call", "{}")),
        deal=_json("deal", _DEAL, texts["deal"]) if "deal" in texts else None,
        deal_id=_id(texts["deal_id"]) if "deal_id" in texts else None,
    )


def _id(text: str) -> str:
    if not text.isprintable() or not 1 <= len(text) <= 48:
        raise _fault("deal_id", "that is no id of a deal")
    return text


def _json(field: str, kind: TypeAdapter[Body], text: str) -> Body:
    try:
        return kind.validate_json(text)
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", field, *fault["loc"])} for fault in error.errors()]
        raise RequestValidationError(faults) from error


def _fault(field: str, what: str) -> RequestValidationError:
    return RequestValidationError([{"type": "value_error", "loc": ("body", field), "msg": what}])
