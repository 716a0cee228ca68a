"""Calls are searched in by their transcripts as they stand."""

from transcript2handoff.errors import ArtifactError, BlobMissingError, StoreGoneError
from transcript2handoff.jobs.shelf import made_last
from transcript2handoff.jobs.telling import transcript_of
from transcript2handoff.jobs.writing import writing
from transcript2handoff.pipeline import TRANSCRIPT
from transcript2handoff.store import Store, calls, said
from transcript2handoff.store.runs import RunRecord
from transcript2handoff.telemetry import logger


def note_said(store: Store, run: RunRecord, call_id: str, digest: str | None) -> None:
    """Have a call be searched in by what a run has made of it; nothing if it is so already.

    Args:
        store: the store.
        run: has the call read.
        call_id: the call.
        digest: of its transcript as it stands; none if there is none yet.

    Raises:
        ArtifactError: the transcript is broken.
        BlobMissingError: it is not there any more.
        StoreError: the store does not do its part.
        Cancelled: the run was cancelled or erased.
    """
    if digest is None:
        return
    with store.read() as tx:
        if said.is_of(tx, call_id, digest):
            return
    transcript = transcript_of(store.blobs, digest)
    with writing(store, run.id) as tx:
        said.put(tx, call_id, transcript, digest=digest)


def search_in_all(store: Store) -> int:
    """Have all calls be searched in that have a transcript and are not yet; the number of them.

    They are those that an earlier version of the program has heard.

    Raises:
        StoreUnreachableError: the store cannot be used.
    """
    with store.read() as tx:
        wanted = said.missing(tx)
    return sum(_search_in(store, call_id) for call_id in wanted)


def _search_in(store: Store, call_id: str) -> bool:
    try:
        with store.read() as tx:
            digest = made_last(tx, call_id, TRANSCRIPT)
        if digest is None:
            return False
        transcript = transcript_of(store.blobs, digest)
        with store.write() as tx:
            # Held, and looked at again: meanwhile it may have been erased or heard anew.
            calls.get(tx, call_id, lock=True)
            if made_last(tx, call_id, TRANSCRIPT) != digest or said.is_searched(tx, call_id):
                return False
            said.put(tx, call_id, transcript, digest=digest)
    except (ArtifactError, BlobMissingError, StoreGoneError) as error:
        logger(__name__).warning("call_not_searched", call=call_id, error=str(error))
        return False
    return True
