"""Moving a call to another deal. In the one that it leaves nothing stays of what was said on it."""

import json
from dataclasses import dataclass

from transcript2handoff.errors import StoreConflictError
from transcript2handoff.store import calls, dropping, handoffs, journal_words, keeping, results
from transcript2handoff.store.calls import CallRecord
from transcript2handoff.store.tables import CallRow, DealRow, RunRow
from transcript2handoff.store.transaction import Transaction, the_row


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A call in its new deal, and what is left to be done in the old one."""

    call: CallRecord
    run_ids: tuple[str, ...]
    """Runs whose rows are gone, because they were at work on the deal as it was."""


def call(tx: Transaction, call_id: str, deal_id: str) -> Moved:
    """Put a call, with what was made of it alone, under another deal.

    What was made of all calls of the old deal goes, with words of the call in its journal: the
    call may have come to the wrong customer. A run makes it anew, for which the deal needs what
    was made of each of its calls.

    Args:
        tx: the transaction; it holds both deals from here on.
        call_id: the call.
        deal_id: the deal where it belongs.

    Raises:
        StoreGoneError: there is no such call or no such deal.
        StoreConflictError: the other deal has a call with this id, or of one that the old deal's
            handoff rests on nothing is kept any more: it could not be made anew.
        StoreUnreachableError: the blobs cannot be read; nothing is moved.
    """
    left = the_row(tx, CallRow, call_id).deal_id
    for each in sorted({left, deal_id}):
        the_row(tx, DealRow, each, lock=True)
    ref = the_row(tx, CallRow, call_id, lock=True).ref
    _check_kept(tx, left)
    journal_words.put_out(tx, left, {ref: None})
    # A run of the call that is at work has the old deal before it. Another one is started there.
    at_work = (RunRow.call_id == call_id) & (RunRow.state == "working")
    run_ids = dropping.runs_of(tx, at_work)
    moved = calls.move(tx, call_id, deal_id)
    keeping.doom(tx, dropping.made_of_deal(tx, left))
    # Answers about the deal tell words of its calls.
    dropping.answers(tx, [left])
    return Moved(call=moved, run_ids=run_ids + dropping.work_begun_on(tx, left))


def _check_kept(tx: Transaction, deal_id: str) -> None:
    newest = handoffs.newest(tx, deal_id)
    told = json.loads(newest.text)["handoff"] if newest else {}
    lost = {each["call"]["id"] for each in told.get("calls", ())} - {
        *results.calls_kept(tx, deal_id)
    }
    if lost:
        raise StoreConflictError(
            f"The handoff of the deal {deal_id} rests on {', '.join(sorted(lost))}, of which the "
            "transcript is kept no longer, so that it could not be made anew. Send the recording "
            "to the right deal once more, then erase the call here."
        )
