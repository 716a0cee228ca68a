"""A deed: one line of the audit, before it is written."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from transcript2handoff.deal import Record

Action = Literal["read", "add", "change", "send", "erase", "sign_in", "refuse"]
OpaqueId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,48}$")]
"""An id that says nothing of whom or what it names: ids of the store, or fixed words."""
Fixed = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.:-]{1,32}$")]


class Deed(Record):
    """Who did what to what. It holds no words of anybody, so that an erasure need not touch it."""

    actor: OpaqueId
    """The id of a user or of a key, or a fixed word: ``worker``, ``hubspot``."""
    action: Action
    matter: Fixed
    """The kind of thing: ``deal``, ``handoff``."""
    subject: OpaqueId = "-"
    """The id of the thing; ``-`` where that would tell who somebody was."""
    details: Annotated[Mapping[Fixed, int | bool | Fixed], Field(max_length=6)] = {}
    """Numbers and fixed words: ``{"version": 3}``."""
