"""ETags: what somebody has seen, held against what is there now (RFC 9110)."""

import re
from typing import Final

from transcript2handoff.errors import PreconditionError

_TAG: Final = re.compile(r'(?:W/)?"([\x21\x23-\x7e]*)"')


def etag(value: str) -> str:
    """A value as an ETag."""
    return f'"{value}"'


def check_match(if_match: str | None, here: str) -> None:
    """Check that somebody had before them what is there now; no header and ``*`` pass.

    Raises:
        PreconditionError: they had something else.
    """
    if if_match is None or if_match.strip() == "*":
        return
    # A weak tag never matches where something is to be changed.
    strong = [found[1] for found in _TAG.finditer(if_match) if not found[0].startswith("W/")]
    if here not in strong:
        raise PreconditionError(
            f'It is at "{here}" by now, and If-Match names {if_match}. Read it again, then repeat '
            "the change."
        )


def has_already(if_none_match: str | None, here: str) -> bool:
    """Whether somebody has what is there now, so that it need not be sent."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or here in _TAG.findall(if_none_match)
