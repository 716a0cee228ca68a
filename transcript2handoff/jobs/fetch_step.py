"""The first step of a call: its recording, or its transcript, becomes a blob of the store."""

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from transcript2handoff.errors import RecordingError
from transcript2handoff.fetching import Fetched
from transcript2handoff.importers import looks_like_transcript
from transcript2handoff.jobs.bringing import PREFIX, plain_name
from transcript2handoff.jobs.port import StepOutcome
from transcript2handoff.jobs.writing import writing
from transcript2handoff.store import Blobs, Deed, Store, calls, keeping, uploads
from transcript2handoff.store.calls import CallChanges, CallRecord
from transcript2handoff.store.runs import RunRecord
from transcript2handoff.watch import Watch

Fetch = Callable[[str, Blobs, Watch], Fetched]
"""Brings a recording from where a recorder keeps it; see ``fetching.Fetching.fetch``."""

_HEAD: Final = 4096
"""Bytes by which a transcript is told from a recording."""


def fetched(
    store: Store, run: RunRecord, call: CallRecord, fetch: Fetch, *, watch: Watch
) -> StepOutcome:
    """Put what is to be heard or read of a call into the blobs, unless it is there.

    Raises:
        RecordingError: nobody knows where it is.
        FetchError: it cannot be fetched.
        StoreError: it cannot be kept, or its upload is not there any more.
        Cancelled: ``watch`` asked to stop, or the run was erased.
    """
    watch.at(0.0)
    if call.recording or call.transcript:
        _clear_away(store, call)
        return StepOutcome(state="reused", key=call.transcript or call.recording)
    if call.upload_id:
        changes = _put_together(store, call, call.upload_id, watch)
    elif call.fetch:
        found = fetch(call.fetch, store.blobs, watch)
        # The token to fetch it with has done its work.
        changes = CallChanges(recording=found.blob.digest, media_type=found.media_type, fetch=None)
    else:
        raise RecordingError(
            "The call has neither a recording nor a transcript. Upload one of them for it."
        )
    brought = [each for each in (changes.recording, changes.transcript) if each]
    with keeping.rows_or_nothing(store, brought), writing(store, run.id) as tx:
        call = calls.change(tx, call.id, changes)
        tx.note(Deed(actor="worker", action="add", matter="recording", subject=call.id))
    _clear_away(store, call)
    return StepOutcome(state="done", key=call.transcript or call.recording)


def _put_together(store: Store, call: CallRecord, upload_id: str, watch: Watch) -> CallChanges:
    """One blob of the parts of an upload."""
    with store.read() as tx:
        length = uploads.get(tx, upload_id).length
    parts = _watched(store.blobs.read_parts(upload_id), length, watch)
    head = next(parts, b"")
    digest = store.blobs.put(chain((head,), parts)).digest
    if _is_transcript(head[:_HEAD], call.call.file or call.ref):
        return CallChanges(transcript=digest, media_type="text/plain")
    return CallChanges(recording=digest)


def _watched(chunks: Iterator[bytes], length: int, watch: Watch) -> Iterator[bytes]:
    count = 0
    for chunk in chunks:
        count += len(chunk)
        watch.at(count / max(length, 1))
        yield chunk


def _is_transcript(head: bytes, name: str) -> bool:
    with TemporaryDirectory(prefix=PREFIX) as folder:
        path = Path(folder, plain_name(name))
        path.write_bytes(head)
        return looks_like_transcript(path)


def _clear_away(store: Store, call: CallRecord) -> None:
    """The parts of its upload, which are all in the blob; its row goes with the stale ones."""
    if call.upload_id:
        store.blobs.remove_parts(call.upload_id)
