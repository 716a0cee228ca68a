"""Runs, as answers show them."""

import datetime
from typing import Self

from transcript2handoff.api.models import examples
from transcript2handoff.deal import Record
from transcript2handoff.store.runs import RunKind, RunRecord, RunState, StepRecord


class StepOut(Record):
    """A step of a run."""

    name: str
    position: int
    state: str
    """`waiting`, `working`, `done`, `reused`, `failed`, `cancelled` or `held`."""
    done: float
    """The share of the step that is done, 0 to 1."""
    error: str | None
    started: datetime.datetime | None
    ended: datetime.datetime | None

    @classmethod
    def of(cls, record: StepRecord) -> Self:
        """The step of a row."""
        return cls(**record.model_dump(include=set(cls.model_fields)))


class RunOut(Record):
    """A way through the pipeline, for a deal, a call of it, or documents."""

    model_config = examples.shown(examples.RUN)

    id: str
    deal_id: str
    call_id: str | None
    kind: RunKind
    wanted: str | None
    """The document that is wanted, of a run that makes one."""
    state: RunState
    attempt: int
    cancel: bool
    """Whether somebody asked it to stop."""
    error: str | None
    """Why it failed or is held, and what to do about it."""
    steps: tuple[StepOut, ...]
    created: datetime.datetime
    started: datetime.datetime | None
    ended: datetime.datetime | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it, unless somebody retries it."""
        return self.state in ("done", "failed", "cancelled", "held")

    @classmethod
    def of(cls, record: RunRecord) -> Self:
        """The run of a row."""
        told = record.model_dump(include=set(cls.model_fields) - {"steps"})
        return cls(steps=tuple(StepOut.of(step) for step in record.steps), **told)


class Progress(Record):
    """How far a run is: the data of a `progress` event, and of the `end` event."""

    run: RunOut
    seconds_left: float | None
    """Of the step that is worked on; none where nothing can be said yet."""
