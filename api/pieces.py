"""Uploads on their way: what was said of them, the parts that came, and what they become."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from transcript2handoff.access import Principal
from transcript2handoff.api.receiving import receive
from transcript2handoff.api.routes.uploads import arriving_of
from transcript2handoff.errors import (
    InputError,
    RequestError,
    StoreConflictError,
    StoreError,
    StoreGoneError,
)
from transcript2handoff.store import Store, keeping, uploads
from transcript2handoff.store.uploads import UploadRecord

PART: Final = 8 * 1024 * 1024
"""Bytes that are written at once, and most that are held of an upload."""
_KEY: Final = re.compile(r"[\x21-\x2b\x2d-\x7e]+")


def read_metadata(text: str) -> dict[str, str]:
    """The keys and values of ``Upload-Metadata``.

    Raises:
        RequestError: it is not in that form.
    """
    told: dict[str, str] = {}
    for pair in filter(None, (piece.strip() for piece in text.split(","))):
        key, _, value = pair.partition(" ")
        if not _KEY.fullmatch(key) or key in told:
            raise RequestError(f"Upload-Metadata has a key that does not fit: {key!r}.")
        try:
            told[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError) as error:
            raise RequestError(
                f"The value of {key} in Upload-Metadata is no UTF-8 text in base64."
            ) from error
    return told


def own(store: Store, caller: Principal, upload_id: str) -> UploadRecord:
    """An upload of the caller's own.

    Raises:
        StoreGoneError: there is none: both look the same from outside.
    """
    with store.read() as tx:
        upload = uploads.get(tx, upload_id)
    if upload.actor != caller.id:
        raise StoreGoneError(
            f"There is no upload {upload_id}, or not any more. List what is there, and take its id "
            "from the list."
        )
    return upload


async def append(request: Request, store: Store, upload: UploadRecord) -> UploadRecord:
    """The upload with what came, which is kept even if the sender is gone before the end."""
    held = bytearray()
    try:
        async for piece in request.stream():
            held += piece
            while len(held) >= PART:
                upload = await run_in_threadpool(_append_part, store, upload, bytes(held[:PART]))
                del held[:PART]
    except ClientDisconnect:
        pass
    finally:
        if held:
            upload = await run_in_threadpool(_append_part, store, upload, bytes(held))
    return upload


def _append_part(store: Store, upload: UploadRecord, data: bytes) -> UploadRecord:
    with store.write() as tx:
        # The row is held while the part is written: of two senders one is told that it is late.
        further = uploads.advance(tx, upload.id, offset=upload.offset, by=len(data))
        store.blobs.put_part(upload.id, upload.offset, data)
    return further


def is_whole(upload: UploadRecord) -> bool:
    """Whether all of an upload is there, and has not become a call yet."""
    return upload.offset == upload.length and upload.call_id is None


def finish(store: Store, caller: Principal, upload: UploadRecord) -> UploadRecord:
    """The upload once it has become a call, by this request or by another one at the same time.

    Raises:
        InputError: it is no recording and no transcript; the upload is gone then.
        StoreError: the call cannot be made, or not now.
    """
    try:
        _become_call(store, caller, upload)
    except StoreError:
        now = own(store, caller, upload.id)
        if now.call_id is None:
            raise
        return now
    store.blobs.remove_parts(upload.id)
    return own(store, caller, upload.id)


def _become_call(store: Store, caller: Principal, upload: UploadRecord) -> None:
    about: Mapping[str, Any] = json.loads(upload.about or "{}")
    arriving = arriving_of(about["told"], caller, file=about["file"], upload_id=upload.id)
    blob = store.blobs.put(store.blobs.read_parts(upload.id))
    if blob.bytes != upload.length:
        raise StoreConflictError(
            f"Of the {upload.length} bytes of this upload, {blob.bytes} can be read. Ask where it "
            "stands, or begin a new one."
        )
    try:
        with keeping.rows_or_nothing(store, [blob.digest]):
            receive(store, arriving, blob)
    except InputError:
        with store.write() as tx:
            uploads.remove(tx, upload.id)
        store.blobs.remove_parts(upload.id)
        raise
