"""What answers say of themselves in the OpenAPI: problems, headers, files."""

from http import HTTPStatus
from typing import Any, Final

_PROBLEM: Final = {"$ref": "#/components/schemas/Problem"}
_ALWAYS: Final = (401, 403, 422, 429, 503)
"""What any request may be answered: nobody is known, may not, does not fit, too many, not now."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems of an operation beside those that every one has, as ``responses`` takes them."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {"application/problem+json": {"schema": _PROBLEM}},
        }
        for status in sorted({*_ALWAYS, *statuses})
    }


def header(description: str, example: str) -> dict[str, Any]:
    """A header of an answer."""
    return {"description": description, "schema": {"type": "string"}, "example": example}


ETAG: Final = {"ETag": header("What If-Match and If-None-Match name.", '"3-7"')}


def file(description: str, *media_types: str, headers: Any = None) -> dict[str, Any]:  # noqa: ANN401
    """An answer that is a file of one of these types."""
    schema = {"type": "string", "format": "binary"}
    return {
        "description": description,
        "content": {each: {"schema": schema} for each in media_types},
        "headers": {**ETAG, **(headers or {})},
    }
