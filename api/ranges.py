"""Blobs over HTTP: whole or a range of their bytes, with an ETag (RFC 9110)."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from fastapi import HTTPException
from fastapi.responses import Response, StreamingResponse

from transcript2handoff.api.etags import etag, has_already
from transcript2handoff.store import Blobs

_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
PRIVATE: Final = "private, no-cache"
"""It may be kept, and whether it still holds is asked every time: rights may have changed."""


def blob_response(
    blobs: Blobs, digest: str, *, media_type: str, asked: Mapping[str, str], name: str | None = None
) -> Response:
    """The bytes that were asked for; several ranges at once are answered with all of it.

    Args:
        blobs: where they are.
        digest: of the blob; it is the ETag as well.
        media_type: of the answer.
        asked: the headers of the request.
        name: of the file where somebody saves it.

    Raises:
        BlobMissingError: it is not there.
        HTTPException: 416, the range does not lie in it.
    """
    return _answer(
        _Content(digest, blobs.size(digest), partial(_piece, blobs, digest)),
        media_type=media_type,
        asked=asked,
        name=name,
    )


def bytes_response(content: bytes, *, media_type: str, asked: Mapping[str, str]) -> Response:
    """The bytes that were asked for of something that is in no blob.

    Args:
        content: all of it.
        media_type: of the answer.
        asked: the headers of the request.

    Raises:
        HTTPException: 416, the range does not lie in it.
    """
    digest = hashlib.sha256(content).hexdigest()
    whole = _Content(digest, len(content), lambda begin, end: iter((content[begin:end],)))
    return _answer(whole, media_type=media_type, asked=asked)


@dataclass(frozen=True)
class _Content:
    digest: str
    size: int
    read: Callable[[int, int], Iterator[bytes]]
    """From a byte up to and without another."""


def _piece(blobs: Blobs, digest: str, begin: int, end: int) -> Iterator[bytes]:
    return blobs.read(digest, begin=begin, end=end)


def _answer(
    content: _Content, *, media_type: str, asked: Mapping[str, str], name: str | None = None
) -> Response:
    headers = {
        "ETag": etag(content.digest),
        "Accept-Ranges": "bytes",
        "Cache-Control": PRIVATE,
        **({"Content-Disposition": f'inline; filename="{name}"'} if name else {}),
    }
    if has_already(asked.get("if-none-match"), content.digest):
        return Response(status_code=304, headers=headers)
    stretch = _stretch(asked, content.digest, content.size)
    begin, end = stretch or (0, content.size)
    headers["Content-Length"] = str(end - begin)
    if stretch:
        headers["Content-Range"] = f"bytes {begin}-{end - 1}/{content.size}"
    return StreamingResponse(
        content.read(begin, end),
        status_code=206 if stretch else 200,
        media_type=media_type,
        headers=headers,
    )


def _stretch(asked: Mapping[str, str], digest: str, size: int) -> tuple[int, int] | None:
    """From where up to and without where; none for all of it."""
    found = _RANGE.fullmatch(asked.get("range", "").strip())
    if not found or not (found[1] or found[2]):
        return None
    if asked.get("if-range", etag(digest)) != etag(digest):
        return None
    if not found[1]:
        begin, end = size - min(int(found[2]), size), size
    else:
        begin, end = int(found[1]), min(int(found[2] or size) + 1, size)
        if found[2] and int(found[2]) < begin:
            return None
    if begin >= end:
        raise HTTPException(
            416,
            f"The range {found[0]} does not lie in the {size} bytes that there are.",
            headers={"Content-Range": f"bytes */{size}"},
        )
    return begin, end
