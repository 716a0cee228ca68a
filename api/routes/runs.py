"""Runs: listed, watched, stopped, tried again."""

import datetime
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Final

import anyio
from fastapi import APIRouter, Depends, Header, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent

from transcript2handoff.access import Principal
from transcript2handoff.api.deps import Reader, StoreDep, Writer, note, visible_deal
from transcript2handoff.api.models.answers import problems
from transcript2handoff.api.models.ids import RunId
from transcript2handoff.api.models.runs import Progress, RunOut
from transcript2handoff.api.paging import Paging, shaped
from transcript2handoff.errors import StoreConflictError, StoreGoneError, StoreUnreachableError
from transcript2handoff.store import Page, Store, Transaction, runs
from transcript2handoff.store.runs import RunRecord, RunState, StepRecord

router = APIRouter(tags=["runs"])
LOOK_EVERY: Final = 0.5
"""Seconds between two looks at a run that somebody watches."""
_ENOUGH: Final = 0.02
"""The share of a step that has to be done before a guess is made how long the rest takes."""


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A run, and who watches it."""

    caller: Principal
    run_id: str


@router.get(
    "/runs",
    summary="List runs",
    operation_id="list_runs",
    response_model=Page[RunOut],
    responses=problems(),
)
def list_runs(
    store: StoreDep,
    caller: Reader,
    window: Paging,
    deal_id: Annotated[
        str | None, Query(pattern=r"^[A-Za-z0-9_-]{1,48}$", description="Only of this deal.")
    ] = None,
    state: Annotated[RunState | None, Query(description="Only those in this state.")] = None,
) -> object:
    """Runs of the deals that you see, newest first."""
    with store.read() as tx:
        note(tx, caller, "read", "run")
        found = runs.listed(tx, window, deal_id=deal_id, state=state, seen_by=caller.seen_by)
    return shaped(found, RunOut.of)


@router.get(
    "/runs/{run_id}",
    summary="Read a run",
    operation_id="read_run",
    response_model=RunOut,
    responses=problems(404),
)
def read_run(store: StoreDep, caller: Reader, run_id: RunId) -> object:
    """A run with its steps, and how far each of them is."""
    with store.read() as tx:
        run = visible_run(tx, caller, run_id)
        note(tx, caller, "read", "run", run_id)
    return RunOut.of(run)


@router.post(
    "/runs/{run_id}/cancel",
    summary="Stop a run",
    operation_id="cancel_run",
    response_model=RunOut,
    responses=problems(404, 409),
)
def cancel_run(store: StoreDep, caller: Writer, run_id: RunId) -> object:
    """Ask a run to stop: at once, or between two pieces of work; what was made stays."""
    with store.write() as tx:
        if visible_run(tx, caller, run_id).state in ("done", "failed", "held"):
            raise StoreConflictError(f"The run {run_id} has ended; there is nothing to stop.")
        note(tx, caller, "change", "run", run_id)
        return RunOut.of(runs.cancel(tx, run_id))


@router.post(
    "/runs/{run_id}/retry",
    summary="Try a run again",
    operation_id="retry_run",
    status_code=202,
    response_model=RunOut,
    responses=problems(404, 409),
)
def retry_run(store: StoreDep, caller: Writer, run_id: RunId) -> object:
    """Try a run again that failed, was stopped or held; what was done is not done again."""
    with store.write() as tx:
        visible_run(tx, caller, run_id)
        note(tx, caller, "change", "run", run_id)
        return RunOut.of(runs.retry(tx, run_id))


def _watched(store: StoreDep, caller: Reader, run_id: RunId) -> Watched:
    """The run that somebody watches; refused before the stream begins."""
    with store.read() as tx:
        visible_run(tx, caller, run_id)
        note(tx, caller, "read", "run", run_id)
    return Watched(caller=caller, run_id=run_id)


@router.get(
    "/runs/{run_id}/events",
    summary="Watch a run",
    operation_id="watch_run",
    response_class=EventSourceResponse,
    responses=problems(404),
)
async def watch_run(
    store: StoreDep,
    watched: Annotated[Watched, Depends(_watched)],
    last_event_id: Annotated[
        str | None,
        Header(max_length=100, description="What you saw last; the run is told as it is now."),
    ] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `progress` whenever something moved, then one `end`, and the stream ends.

    The data of both is a run and the seconds that its step may still take. A comment comes where
    nothing moves for a while.
    """
    number, before = _number_after(last_event_id), None
    while True:
        try:
            progress = await run_in_threadpool(_progress, store, watched)
        except StoreGoneError:
            return
        except StoreUnreachableError:
            # It passes, and the run goes on meanwhile: nobody need come again.
            await anyio.sleep(LOOK_EVERY)
            continue
        if progress.run.is_over:
            yield ServerSentEvent(data=progress, event="end", id=str(number))
            return
        if progress.run != before:
            before, number = progress.run, number + 1
            yield ServerSentEvent(data=progress, event="progress", id=str(number - 1))
        await anyio.sleep(LOOK_EVERY)


def _number_after(last_event_id: str | None) -> int:
    told = last_event_id or ""
    return int(told) + 1 if told.isascii() and told.isdigit() and len(told) < 10 else 1


def _progress(store: Store, watched: Watched) -> Progress:
    with store.read() as tx:
        # Somebody else may have been given the deal meanwhile.
        run = visible_run(tx, watched.caller, watched.run_id)
        return Progress(run=RunOut.of(run), seconds_left=seconds_left(run, tx.now))


def seconds_left(run: RunRecord, now: datetime.datetime) -> float | None:
    """How long the step that is worked on may still take, if it goes on as it began."""
    step = next((step for step in run.steps if step.state == "working"), None)
    return None if step is None else _left(step, now)


def _left(step: StepRecord, now: datetime.datetime) -> float | None:
    if step.started is None or step.done < _ENOUGH:
        return None
    taken = max((now - step.started).total_seconds(), 0.0)
    return round(taken * (1 - step.done) / step.done, 1)


def visible_run(tx: Transaction, caller: Principal, run_id: str) -> RunRecord:
    """A run of a deal that the caller may see.

    Raises:
        StoreGoneError: there is none, or it is not theirs: both look the same from outside.
    """
    run = runs.get(tx, run_id)
    try:
        visible_deal(tx, caller, run.deal_id)
    except StoreGoneError as error:
        raise StoreGoneError(
            f"There is no run {run_id}, or not any more. List what is there, and take its id "
            "from the list."
        ) from error
    return run
