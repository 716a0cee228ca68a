"""Erasing: of a deal, of a call, and of a person; from rows, blobs and the words in the queues.

Each leaves a receipt, which is to be proven when all that is left to do after it is done.

The audit stays: it holds no words of anybody, and gets a deed for every erasure. The bytes of
blobs go with ``keeping.collect`` after the transaction, the parts of uploads with
``Blobs.remove_parts``, and the workflows of the runs with the engine's tables. What was written to
other systems is theirs.
"""

from sqlalchemy import or_, select

from transcript2handoff.erasure import Who
from transcript2handoff.store import dropping, journal_words, receipts, tallying
from transcript2handoff.store.deed import Deed
from transcript2handoff.store.erased import Erased, ErasedPerson, TouchedCall, end, told
from transcript2handoff.store.erasing_people import person
from transcript2handoff.store.tables import (
    CallRow,
    DealRow,
    DocumentRow,
    InboxRow,
    ResultRow,
    RunRow,
    UploadRow,
)
from transcript2handoff.store.tracing import heard
from transcript2handoff.store.transaction import Transaction, the_row

__all__ = ["Erased", "ErasedPerson", "TouchedCall", "Who", "call", "deal", "heard", "person"]


def deal(tx: Transaction, deal_id: str, *, by: str) -> Erased:
    """Erase a deal with all that belongs to it. That there was one stays known to the audit.

    Args:
        tx: the transaction.
        deal_id: the deal.
        by: the id of who erases it, for the audit.

    Raises:
        StoreGoneError: there is no such deal.
    """
    row = the_row(tx, DealRow, deal_id, lock=True)
    before = tallying.rows_of(tx, [deal_id])
    calls = list(tx.session.scalars(select(CallRow.id).where(CallRow.deal_id == deal_id)))
    blobs = [*dropping.call_blobs(tx, CallRow.deal_id == deal_id)]
    for column, owner in (
        (ResultRow.blob, ResultRow.deal_id),
        (DocumentRow.blob, DocumentRow.deal_id),
    ):
        blobs += tx.session.scalars(select(column).where(owner == deal_id))
    uploads = dropping.uploads(tx, or_(UploadRow.deal_id == deal_id, UploadRow.call_id.in_(calls)))
    dropping.inbox(tx, or_(InboxRow.deal_id == deal_id, InboxRow.call_id.in_(calls)))
    dropping.answers(tx, [deal_id, *calls])
    run_ids = dropping.runs_of(tx, RunRow.deal_id == deal_id)
    since = row.created
    tx.session.delete(row)
    erased = Erased(run_ids=run_ids, blobs=told(blobs), uploads=uploads)
    gone = receipts.Gone(
        deals=(deal_id,),
        calls=tuple(sorted(calls)),
        rows=tallying.fewer(before, tallying.rows_of(tx, [deal_id])),
        since=since,
    )
    return end(
        tx,
        erased,
        gone,
        Deed(
            actor=by, action="erase", matter="deal", subject=deal_id, details={"calls": len(calls)}
        ),
    )


def call(tx: Transaction, call_id: str, *, by: str) -> Erased:
    """Erase a call, and all that was made of its deal's calls together; a run makes that anew.

    What people did to the handoff stays, but for what retells the call (``journal_words``).

    Args:
        tx: the transaction.
        call_id: the call.
        by: the id of who erases it, for the audit.

    Raises:
        StoreGoneError: there is no such call.
        StoreUnreachableError: the blobs cannot be read; nothing is erased.
    """
    deal_id = the_row(tx, CallRow, call_id).deal_id
    the_row(tx, DealRow, deal_id, lock=True)
    row = the_row(tx, CallRow, call_id, lock=True)
    before = tallying.rows_of(tx, [deal_id])
    blobs = [*dropping.call_blobs(tx, CallRow.id == call_id)]
    journal_words.put_out(tx, deal_id, {row.ref: None})
    blobs += dropping.results(tx, ResultRow.call_id == call_id)
    blobs += dropping.made_of_deal(tx, deal_id)
    uploads = dropping.uploads(tx, UploadRow.call_id == call_id)
    dropping.inbox(tx, InboxRow.call_id == call_id)
    # Answers about the deal tell words of its calls.
    dropping.answers(tx, [call_id, deal_id])
    run_ids = dropping.runs_of(tx, RunRow.call_id == call_id)
    run_ids += dropping.work_begun_on(tx, deal_id)
    since = row.created
    tx.session.delete(row)
    erased = Erased(run_ids=run_ids, blobs=told(blobs), uploads=uploads)
    gone = receipts.Gone(
        calls=(call_id,),
        changed=(deal_id,),
        rows=tallying.fewer(before, tallying.rows_of(tx, [deal_id])),
        since=since,
    )
    return end(tx, erased, gone, Deed(actor=by, action="erase", matter="call", subject=call_id))
