"""What is cleared away now and then."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from transcript2handoff.errors import HandoffError, StoreGoneError
from transcript2handoff.jobs import bringing, proving, searching
from transcript2handoff.jobs.port import Register, Ticket
from transcript2handoff.policy import ProcessingPolicy
from transcript2handoff.settings import Settings
from transcript2handoff.store import (
    Store,
    Transaction,
    answers,
    calls,
    inbox,
    keeping,
    receipts,
    retaining,
    runs,
    shares,
    tokens,
    uploads,
)
from transcript2handoff.store.uploads import UploadRecord
from transcript2handoff.telemetry import logger

_AT_ONCE = 1000
_DAY = datetime.timedelta(days=1)


class _Drop(Protocol):
    def __call__(self, tx: Transaction, *, older: datetime.timedelta) -> int: ...


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How long what is kept that nobody asks for any more."""

    attempts: datetime.timedelta = _DAY
    """What the engine notes of attempts that have ended."""
    answers: datetime.timedelta = _DAY
    """Answers to requests with an idempotency key."""
    events: datetime.timedelta = 7 * _DAY
    """What was sent with events that are done, or were given up."""
    uploads: datetime.timedelta = 3 * _DAY
    """Uploads that do not go on."""
    shares: datetime.timedelta = 30 * _DAY
    """Links to briefs that lead nowhere any more."""
    orphans: datetime.timedelta = datetime.timedelta(hours=1)
    """Bytes that no row names: its transaction may not have ended yet. A worker that is killed
    right there leaves them behind, and what they say may be erased meanwhile."""
    rewriting: datetime.timedelta = datetime.timedelta(minutes=15)
    """A little more than from one time of tidying to the next."""
    temporary: datetime.timedelta = _DAY
    """Files of steps: one of a worker that lives may be read for hours."""


@dataclass(frozen=True, kw_only=True)
class Housekeeping:
    """Clears away; it does not matter how many workers do so, nor when one is killed in it."""

    store: Store
    register: Register
    settings: Settings
    terms: Terms = Terms()

    def tidy(self) -> bool:
        """Do all chores that are quick; nothing more is to be done then."""
        for chore in (
            self.drop_stale_uploads,
            self.drop_passed_rows,
            self.drop_what_is_kept_no_longer,
            self.wake_held,
            self.search_in_all,
            self.collect,
            self.rewrite,
            self.prove_erasures,
            self.forget_attempts,
            self.clear_temporary_folder,
        ):
            _do(chore)
        return False

    def sweep(self) -> bool:
        """Look through all blobs for bytes that no row names; nothing more is to be done then.

        Raises:
            StoreUnreachableError: the store cannot be used.
        """
        swept = keeping.sweep(self.store, older=self.terms.orphans)
        logger(__name__).info("blobs_swept", number=swept)
        return False

    def drop_stale_uploads(self) -> None:
        """Uploads that do not go on, and those that their calls have taken in."""
        with self.store.read() as tx:
            stale = uploads.stale(tx, self.terms.uploads)
            left = [upload.id for upload in stale if not _is_wanted(tx, upload)]
        for upload_id in left:
            self.store.blobs.remove_parts(upload_id)
            with self.store.write() as tx:
                uploads.remove(tx, upload_id)

    def drop_passed_rows(self) -> None:
        """Answers nobody asks for again, tokens and links that are over, what came with events."""
        with self.store.write() as tx:
            answers.drop_old(tx, self.terms.answers)
            tokens.drop_expired(tx)
            shares.drop_old(tx, older=self.terms.shares)
            inbox.drop_words(tx, older=self.terms.events)

    def drop_what_is_kept_no_longer(self) -> None:
        """Recordings, transcripts and briefs whose time is over, if the settings give one."""
        for days, drop in (
            (self.settings.keep_audio_days, retaining.drop_audio),
            (self.settings.keep_transcript_days, retaining.drop_transcripts),
            (self.settings.keep_brief_days, retaining.drop_briefs),
        ):
            if days is not None:
                self._drop_all(drop, older=days * _DAY)

    def _drop_all(self, drop: _Drop, *, older: datetime.timedelta) -> None:
        dropped = True
        while dropped:
            with self.store.write() as tx:
                dropped = bool(drop(tx, older=older))

    def wake_held(self) -> None:
        """Runs of calls that may be worked on since the company's policy was changed."""
        policy = ProcessingPolicy(self.settings.processing)
        with self.store.write() as tx:
            for run in runs.held(tx, _AT_ONCE):
                if run.call_id and not policy.missing(calls.get(tx, run.call_id).call):
                    runs.retry(tx, run.id)

    def search_in_all(self) -> None:
        """Calls that were heard before one could search in them."""
        if number := searching.search_in_all(self.store):
            logger(__name__).info("calls_searched", number=number)

    def collect(self) -> None:
        """The bytes of blobs that no row names any more."""
        keeping.collect(self.store)

    def rewrite(self) -> None:
        """The file of the database, where something was erased since it was last done."""
        with self.store.read() as tx:
            is_new = receipts.is_any_newer(tx, than=self.store.now() - self.terms.rewriting)
        if is_new:
            self.store.rewrite()

    def prove_erasures(self) -> None:
        """What nobody else proves, and what had left something that was taken away since.

        The first is what was kept no longer, and erasures whose maker was stopped before the end.
        """
        self.store.settle()
        with self.store.read() as tx:
            wanted = (*receipts.unproven(tx), *receipts.left_to_pass(tx))
        for receipt_id in wanted:
            receipt = proving.prove(self.store, self.settings, receipt_id, by="worker")
            if receipt.proof and not receipt.proof.clean:
                logger(__name__).warning("erasure_left_something", receipt=receipt_id)

    def clear_temporary_folder(self) -> None:
        """What killed workers have left on this machine."""
        bringing.clear_left(older=self.terms.temporary)

    def forget_attempts(self) -> None:
        """What the engine notes of runs that have ended, or that were erased."""
        ended = self.register.known(ended_before=self.store.now() - self.terms.attempts)
        known = {one: Ticket.named(one).run_id for one in self.register.known()}
        with self.store.read() as tx:
            gone = retaining.gone(tx, known.values())
        erased = {one for one, run_id in known.items() if run_id in gone}
        if left := erased | set(ended):
            self.register.forget(left)


def _is_wanted(tx: Transaction, upload: UploadRecord) -> bool:
    """Whether its parts are all that there is of a call, whose run may wait for long."""
    if upload.call_id is None:
        return False
    try:
        call = calls.get(tx, upload.call_id)
    except StoreGoneError:
        return False
    return call.upload_id == upload.id and not (call.recording or call.transcript)


def _do(chore: Callable[[], None]) -> None:
    """Do it; what fails today is left for the next time, and the other chores are done."""
    try:
        chore()
    except HandoffError as error:
        logger(__name__).warning("chore_left", chore=chore.__name__, error=str(error))
