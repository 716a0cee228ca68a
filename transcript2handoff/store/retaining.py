"""What is kept no longer: recordings and transcripts whose time is over."""

import datetime
from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import ColumnElement, exists, or_, select

from transcript2handoff.store import calls, corrections, keeping, results, said
from transcript2handoff.store.deed import Deed
from transcript2handoff.store.tables import CallRow, ResultRow, RunRow
from transcript2handoff.store.transaction import Transaction

SOUND_STEPS: Final = ("fetch", "decode")
"""Steps whose files hold sound."""
_NO_SOUND: Final[Mapping[str, None]] = {
    "recording": None,
    "playback": None,
    "upload_id": None,
    "fetch": None,
}
_AT_ONCE: Final = 50


def drop_audio(tx: Transaction, *, older: datetime.timedelta) -> int:
    """Forget the recordings of calls that were added so long ago; the number of these calls.

    Calls that a run still wants wait until it has ended, and more than fifty for the next time.
    """
    of_sound = exists().where(ResultRow.call_id == CallRow.id, ResultRow.step.in_(SOUND_STEPS))
    # An upload that was never put together is sound as well; its parts go once no call names it.
    columns = (CallRow.recording, CallRow.playback, CallRow.upload_id)
    has_sound = or_(*(column.is_not(None) for column in columns), of_sound)
    found = _calls(tx, has_sound, older=older)
    for call_id in found:
        calls.change(tx, call_id, calls.CallChanges(**_NO_SOUND))
        _drop_results(tx, call_id)
        tx.note(Deed(actor="retention", action="erase", matter="recording", subject=call_id))
    return len(found)


def drop_transcripts(tx: Transaction, *, older: datetime.timedelta) -> int:
    """Forget all that was made of calls that were added so long ago; the number of these calls.

    What the deal's handoff says stays, and so do its documents.
    """
    of_call = exists().where(ResultRow.call_id == CallRow.id)
    columns = (CallRow.transcript, CallRow.recording, CallRow.upload_id)
    has_words = or_(*(column.is_not(None) for column in columns), of_call)
    found = _calls(tx, has_words, older=older)
    gone = calls.CallChanges(**_NO_SOUND, transcript=None)
    for call_id in found:
        calls.change(tx, call_id, gone)
        results.drop_of_call(tx, call_id)
        said.drop(tx, call_id)
        corrections.drop(tx, call_id)
        tx.note(Deed(actor="retention", action="erase", matter="transcript", subject=call_id))
    if found:
        said.settle(tx)
    return len(found)


def _calls(tx: Transaction, which: ColumnElement[bool], *, older: datetime.timedelta) -> list[str]:
    wanted = exists().where(RunRow.call_id == CallRow.id, RunRow.state.in_(("waiting", "working")))
    query = (
        select(CallRow.id)
        .where(CallRow.created < tx.now - older, which, ~wanted)
        .order_by(CallRow.created)
        .limit(_AT_ONCE)
    )
    return list(tx.session.scalars(query))


def _drop_results(tx: Transaction, call_id: str) -> None:
    rows = tx.session.scalars(
        select(ResultRow).where(ResultRow.call_id == call_id, ResultRow.step.in_(SOUND_STEPS))
    ).all()
    for row in rows:
        tx.session.delete(row)
    tx.session.flush()
    keeping.doom(tx, [row.blob for row in rows])


def gone(tx: Transaction, run_ids: Collection[str]) -> set[str]:
    """Those of these runs that are not in the store, or not any more."""
    wanted = sorted(set(run_ids))
    there: set[str] = set()
    for begin in range(0, len(wanted), 500):
        part = wanted[begin : begin + 500]
        there.update(tx.session.scalars(select(RunRow.id).where(RunRow.id.in_(part))))
    return set(wanted) - there
