"""Ids and tags as they stand in addresses and headers."""

from typing import Annotated, Final

from fastapi import Header, Path

_ID: Final = r"^[A-Za-z0-9_-]{1,48}$"

DealId = Annotated[
    str,
    Path(description="The id of a deal, from a list of deals.", pattern=_ID, examples=["deal-1"]),
]
CallId = Annotated[
    str,
    Path(description="The id of a call, from a list of calls.", pattern=_ID, examples=["call-1"]),
]
RunId = Annotated[
    str, Path(description="The id of a run, from a list of runs.", pattern=_ID, examples=["run-1"])
]
ClaimId = Annotated[
    str,
    Path(
        description="The id of a claim, or how it begins.",
        pattern=r"^[A-Za-z0-9_.:-]{1,120}$",
        examples=["promise-3f2a9c01"],
    ),
]
UploadId = Annotated[
    str,
    Path(description="The id of an upload, from its address.", pattern=_ID, examples=["upload-1"]),
]
ErasureId = Annotated[
    str,
    Path(
        description="The id of a receipt, from a list of erasures.",
        pattern=_ID,
        examples=["erasure-1"],
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag that you have seen. Where it is not that of now, nothing is changed "
        "and the answer is 412.",
        max_length=100,
        examples=['"3-7"'],
    ),
]
IfNoneMatch = Annotated[
    str | None,
    Header(
        alias="If-None-Match",
        description="ETags that you have; the answer is 304 where one of them is that of now.",
        max_length=500,
        examples=['"3-7"'],
    ),
]
