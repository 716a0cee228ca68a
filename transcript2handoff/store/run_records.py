"""What a run is, as it is wanted and as it stands."""

import datetime
from typing import Annotated, Literal

from pydantic import Field

from transcript2handoff.deal import Record
from transcript2handoff.store.steps import StepRecord

RunKind = Literal["call", "deal", "documents"]
RunState = Literal["waiting", "working", "done", "failed", "cancelled", "held"]
"""``held``: those on the call have not agreed; it begins anew when they do."""
EndState = Literal["done", "failed", "cancelled", "held"]


class NewRun(Record):
    """A run that is wanted."""

    deal_id: str
    call_id: str | None = None
    kind: RunKind
    priority: Annotated[int, Field(ge=0, le=9)] = 5
    """Smaller is earlier: 1 a deal was won, 2 a person waits, 5 an upload, 9 many at once."""
    wanted: Annotated[str, Field(max_length=255)] | None = None
    """Of ``documents``: which one, as ``NAME.FORMAT LANGUAGE``."""


class RunRecord(Record):
    """A run as it stands."""

    id: str
    deal_id: str
    call_id: str | None
    kind: RunKind
    priority: int
    wanted: str | None
    state: RunState
    attempt: int
    """Counted from 1; a retry makes it one more."""
    cancel: bool
    """Somebody wants it to stop."""
    error: str | None
    steps: tuple[StepRecord, ...]
    worker: str | None
    created: datetime.datetime
    started: datetime.datetime | None
    ended: datetime.datetime | None


class QueueState(Record):
    """How much there is to do."""

    waiting: int
    oldest_seconds: float
    """How long the oldest one has waited; 0 if none waits."""
    working: int
