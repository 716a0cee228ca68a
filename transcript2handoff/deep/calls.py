"""Whether the transcripts of calls are as they were heard and corrected, and are searched in."""

from collections.abc import Iterator
from typing import Final

from transcript2handoff.corrections import apply, parsed
from transcript2handoff.errors import ArtifactError, BlobMissingError, StoreGoneError
from transcript2handoff.jobs.shelf import heard_before, made_last
from transcript2handoff.jobs.telling import transcript_of
from transcript2handoff.pipeline import TRANSCRIPT
from transcript2handoff.store import Store, calls, corrections, runs, said
from transcript2handoff.store.calls import CallRecord
from transcript2handoff.store.paging import Window
from transcript2handoff.store.soundness import Fault
from transcript2handoff.transcript import Transcript

_RUN: Final = "Start a run of the call: it makes this anew."


def transcripts(store: Store, deal_id: str) -> Iterator[Fault]:
    """Calls of a deal whose transcript is broken, not corrected as it should be, or not found."""
    try:
        with store.read() as tx:
            of_deal = calls.of_deal(tx, deal_id)
            page = runs.listed(tx, Window(limit=200), deal_id=deal_id)
    except StoreGoneError:
        return
    reading = [run for run in page.items if run.kind != "documents"]
    open_runs = {run.call_id for run in reading if run.state in ("waiting", "working")}
    # The newest come first.
    last = {run.call_id: run.state for run in reversed(reading)}
    for call in of_deal:
        # A run of the whole deal may be the one that reads its calls anew.
        if not open_runs & {call.id, None}:
            yield from _call(store, call, is_done=last.get(call.id) == "done")


def _call(store: Store, call: CallRecord, *, is_done: bool) -> Iterator[Fault]:
    with store.read() as tx:
        digest = made_last(tx, call.id, TRANSCRIPT)
        heard = heard_before(tx, call)
        lines = corrections.of(tx, call.id)
        searched = said.digest_of(tx, call.id)
    if digest is None:
        if searched is not None and call.transcript is None:
            yield Fault(
                what="A call is searched in by words that are kept no longer.",
                where=(call.id,),
                advice="Erase the call, or start a run of it.",
            )
        return
    try:
        told = transcript_of(store.blobs, digest)
        first = transcript_of(store.blobs, heard) if heard else told
    except (ArtifactError, BlobMissingError):
        yield Fault(what="The transcript of a call cannot be read.", where=(call.id,), advice=_RUN)
        return
    if is_done and lines and apply(first, parsed(lines)).transcript != told:
        yield Fault(
            what="A transcript is not what its corrections make of it.",
            where=(call.id,),
            advice=_RUN,
        )
    # Those that are not searched in yet, the worker finds by itself.
    if searched is not None:
        yield from _found(store, call.id, told, is_current=searched == digest)


def _found(store: Store, call_id: str, told: Transcript, *, is_current: bool) -> Iterator[Fault]:
    with store.read() as tx:
        left = said.left_out(tx, call_id, told)
    if not is_current or left:
        yield Fault(
            what="A call is searched in by other words than its transcript has.",
            where=(call_id, *(str(turn) for turn in left[:10])),
            advice=_RUN,
        )
