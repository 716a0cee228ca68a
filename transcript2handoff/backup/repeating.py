"""Erasing again, in a backup that is put back, what was erased since it was made."""

import datetime
from contextlib import closing
from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError

from transcript2handoff.deal import Record, first_fault
from transcript2handoff.errors import BackupFileError
from transcript2handoff.jobs.proving import prove, take_away
from transcript2handoff.settings import Settings
from transcript2handoff.store import (
    Store,
    Transaction,
    calls,
    erasing,
    keeping,
    migrate,
    receipts,
    retaining,
    runs,
)
from transcript2handoff.store.receipts import Receipt

ACTOR: Final = "restore"
"""Who erases, for the audit."""
_BY_AGE: Final = {
    "recordings": retaining.drop_audio_of,
    "transcripts": retaining.drop_transcripts_of,
}


class ErasureFile(Record):
    """The erasures of an installation; nobody's name is in it."""

    format: Literal[1] = 1
    made: datetime.datetime
    receipts: tuple[Receipt, ...]


class Repeated(Record):
    """What was done with a file of erasures."""

    again: tuple[str, ...] = ()
    """Receipts whose deals, calls or files were in the backup and are gone from it."""
    by_hand: tuple[str, ...] = ()
    """Receipts of people whom the backup may hold: nobody but whoever asked knows their names."""


def read_erasures(path: Path) -> ErasureFile:
    """A file that ``t2h erasure export`` has written.

    Raises:
        BackupFileError: it cannot be read, or is none.
    """
    try:
        return ErasureFile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise BackupFileError(f"The file {path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise BackupFileError(
            f"The file {path} holds no erasures: {first_fault(error)}. Write it with `t2h erasure "
            "export FILE`, out of the newer database."
        ) from error


def repeat(settings: Settings, erasures: ErasureFile, *, since: datetime.datetime) -> Repeated:
    """Erase again, in a service that does not run.

    Its database is brought to the schema of this program.

    Args:
        settings: of the service.
        erasures: what was erased.
        since: when the backup was made.

    Raises:
        StoreError: something cannot be erased.
    """
    migrate(settings.database)
    with closing(Store.open(settings.database, settings.blobs)) as store:
        in_order = sorted(erasures.receipts, key=lambda each: each.created)
        again = tuple(each.id for each in in_order if _erase(store, settings, each))
        keeping.collect(store)
        store.settle()
        with store.write() as tx:
            new = receipts.never_proven(tx)
            receipts.take_over(tx, erasures.receipts)
        for receipt_id in new:
            prove(store, settings, receipt_id, by=ACTOR)
    people = (each for each in in_order if each.kind == "person" and each.created >= since)
    return Repeated(again=again, by_hand=tuple(each.id for each in people))


def _erase(store: Store, settings: Settings, receipt: Receipt) -> bool:
    """Do once more what a receipt tells of; whether there was anything to do.

    Briefs go by the last change of their deals, and people by names that no receipt holds.
    """
    gone = receipt.gone
    with store.write() as tx:
        done = [erasing.deal(tx, each, by=ACTOR) for each in receipts.still_there(tx, gone.deals)]
        done += [_erase_call(tx, each) for each in receipts.still_there(tx, gone.calls)]
        drop = _BY_AGE.get(receipt.kind)
        old = receipts.still_there(tx, gone.changed) if drop else ()
        if drop:
            drop(tx, old)
    for each in done:
        take_away(store, settings, runs=each.run_ids, uploads=each.uploads)
    return bool(done or old)


def _erase_call(tx: Transaction, call_id: str) -> erasing.Erased:
    deal_id = calls.get(tx, call_id).deal_id
    erased = erasing.call(tx, call_id, by=ACTOR)
    if calls.of_deal(tx, deal_id) and not runs.is_to_come(tx, deal_id):
        runs.start(tx, runs.NewRun(deal_id=deal_id, kind="deal"))
    return erased
