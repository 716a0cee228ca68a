"""How a step writes what it has made: not at all once its run was cancelled or erased."""

from collections.abc import Iterator
from contextlib import contextmanager

from transcript2handoff.errors import BlobMissingError, Cancelled, StoreConflictError
from transcript2handoff.store import Store, Transaction, runs
from transcript2handoff.watch import STOPPED


@contextmanager
def writing(store: Store, run_id: str) -> Iterator[Transaction]:
    """A transaction for what a step has made, taken back whole if nobody wants it any more.

    An erasure takes the runs of what it erases away. Whoever writes waits for it, and looks for
    the run only then: so nothing that was erased comes back.

    Raises:
        Cancelled: the run was cancelled, or is not there any more.
        StoreConflictError: bytes that were put for it were taken away meanwhile, for equal ones had
            been given up before; the step is to be done again.
        StoreError: it cannot be written.
    """
    with store.write() as tx:
        try:
            yield tx
        except BlobMissingError as error:
            raise StoreConflictError(f"{error} Retry the run.") from error
        tx.session.flush()
        if runs.is_cancelled(tx, run_id):
            raise Cancelled(STOPPED)
