"""The shelf of a call in the store: what its steps made, as blobs under the keys of the steps."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_random_exponential

from transcript2handoff.audio.steps import FACTS, PLAYBACK, WAVEFORM, WORDS
from transcript2handoff.errors import StoreUnreachableError
from transcript2handoff.jobs.correcting import CORRECT, HEARD
from transcript2handoff.jobs.writing import writing
from transcript2handoff.pipeline import DRAFT, EARLIER, HANDOFF, TRANSCRIPT, Files, Step
from transcript2handoff.store import Blob, Store, Transaction, keeping, results
from transcript2handoff.store.calls import CallRecord
from transcript2handoff.store.results import Result
from transcript2handoff.store.runs import RunRecord

MAKERS: Final[Mapping[str, tuple[str, ...]]] = {
    FACTS: ("decode",),
    PLAYBACK: ("decode",),
    WAVEFORM: ("decode",),
    WORDS: ("transcribe",),
    HEARD: ("diarize", "transcribe"),
    TRANSCRIPT: (CORRECT, "diarize", "transcribe"),
    DRAFT: ("extract",),
    HANDOFF: ("ground",),
    EARLIER: ("ground",),
}
"""The steps that may have made a file; of a recording, the last one of them has."""
_UNDER: Final[Mapping[str, str]] = {HEARD: TRANSCRIPT, EARLIER: TRANSCRIPT}
"""Files that are kept under another name, by the steps that made them."""
KEEP_TRYING: Final = 120.0
"""Seconds for which the store may be away while something that was made waits to be kept."""
_WITH: Final[Mapping[str, tuple[str, ...]]] = {"ground": (TRANSCRIPT,)}
"""What is kept together with that which a step makes: a handoff is read beside its transcript."""
_MEDIA_TYPES: Final = {".json": "application/json", ".ogg": "audio/ogg"}


def heard_before(tx: Transaction, call: CallRecord) -> str | None:
    """The digest of the transcript that was heard of a call last, before anybody corrected it."""
    return made_last(tx, call.id, HEARD)


def made_last(tx: Transaction, call_id: str, name: str) -> str | None:
    """The digest of a file of a call as it was made last, by the last step that may have made it.

    Args:
        tx: the transaction.
        call_id: the call.
        name: of the file, one of ``MAKERS``.
    """
    kept_as = _UNDER.get(name, name)
    made = (results.latest(tx, call_id, step) for step in MAKERS[name])
    return next((files[kept_as] for _, files in filter(None, made) if kept_as in files), None)


class StoreShelf:
    """Keeps the files of one call for one run; see ``pipeline.Shelf``."""

    def __init__(self, store: Store, call: CallRecord, run: RunRecord) -> None:
        """Look after the files of a call.

        Args:
            store: where they are.
            call: whose they are.
            run: whose steps have made the files that its later steps read.
        """
        self._store = store
        self._call = call
        self._run_id = run.id
        self._keys = {step.name: step.key for step in run.steps if step.key}
        self._read: dict[str, str] = {}

    def key(self, step: str) -> str | None:
        """Under which key the files of a step are, as far as this run knows."""
        return self._keys.get(step)

    def digest(self, name: str) -> str | None:
        """The digest of a file: what this run made, or else what was made last."""
        kept_as = _UNDER.get(name, name)
        keys = [self._keys[step] for step in MAKERS[name] if step in self._keys]
        with self._store.read() as tx:
            own = (results.of(tx, self._call.deal_id, key) for key in keys)
            here = next((files[kept_as] for files in own if kept_as in files), None)
            return here or made_last(tx, self._call.id, name)

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, or none if it was never made.

        Raises:
            BlobMissingError: it was made and is not there any more.
            StoreUnreachableError: it cannot be read.
        """
        digest = self.digest(name)
        if digest is None:
            return None
        self._read[name] = digest
        return b"".join(self._store.blobs.read(digest))

    def is_made(self, step: Step, key: str) -> bool:
        """Whether the step has been done under this key, in this run or in any other."""
        with self._store.read() as tx:
            made = results.of(tx, self._call.deal_id, key)
        if not set(step.writes) <= set(made):
            return False
        self._keys[step.name] = key
        return True

    @retry(
        retry=retry_if_exception_type(StoreUnreachableError),
        stop=stop_after_delay(KEEP_TRYING),
        wait=wait_random_exponential(multiplier=0.5, max=5),
        reraise=True,
    )
    def put(self, step: Step, key: str, files: Files) -> None:
        """Keep what a step has made: all of it or nothing.

        It is tried again here, and not by doing the step again: that may have taken an hour.

        Raises:
            StoreUnreachableError: it could not be written for minutes.
            Cancelled: the run was cancelled or erased meanwhile.
        """
        blobs = {name: self._store.blobs.put([data]) for name, data in files.items()}
        made = [blob.digest for blob in blobs.values()]
        with keeping.rows_or_nothing(self._store, made):
            for name in _WITH.get(step.name, ()):
                digest = self._read[name]
                blobs[name] = Blob(digest=digest, bytes=self._store.blobs.size(digest))
            with writing(self._store, self._run_id) as tx:
                for name, blob in blobs.items():
                    results.put(tx, self._result(step, key, name, blob))
        self._keys[step.name] = key

    def _result(self, step: Step, key: str, name: str, blob: Blob) -> Result:
        return Result(
            deal_id=self._call.deal_id,
            call_id=self._call.id,
            step=step.name,
            key=key,
            name=name,
            blob=blob,
            media_type=_MEDIA_TYPES[PurePath(name).suffix],
        )
