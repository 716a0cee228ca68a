"""Moving a call to another deal. In the one that it leaves nothing stays of what was said on it."""

from dataclasses import dataclass

from transcript2handoff.store import calls, dropping, journal_words, keeping
from transcript2handoff.store.calls import CallRecord
from transcript2handoff.store.tables import CallRow, DealRow
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
    call may have come to the wrong customer. A run makes it anew.

    Args:
        tx: the transaction; it holds both deals from here on.
        call_id: the call.
        deal_id: the deal where it belongs.

    Raises:
        StoreGoneError: there is no such call or no such deal.
        StoreConflictError: the other deal has a call with this id.
    """
    left = the_row(tx, CallRow, call_id).deal_id
    for each in sorted({left, deal_id}):
        the_row(tx, DealRow, each, lock=True)
    ref = the_row(tx, CallRow, call_id, lock=True).ref
    journal_words.quotes(tx, left, ref)
    journal_words.deeds_on_claims_of(tx, left, ref)
    moved = calls.move(tx, call_id, deal_id)
    keeping.doom(tx, dropping.made_of_deal(tx, left))
    # Answers about the deal tell words of its calls.
    dropping.answers(tx, [left])
    return Moved(call=moved, run_ids=dropping.work_begun_on(tx, left))
