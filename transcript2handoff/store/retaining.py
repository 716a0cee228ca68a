"""What is kept no longer: recordings, transcripts and briefs whose time is over.

Each pass leaves one receipt for all that it took away.
"""

import datetime
from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import ColumnElement, delete, exists, or_, select

from transcript2handoff.store import calls, corrections, dropping, keeping, receipts, results, said
from transcript2handoff.store.deed import Deed
from transcript2handoff.store.tables import (
    CallRow,
    DealRow,
    DocumentRow,
    EventRow,
    HandoffRow,
    ResultRow,
    RunRow,
    ShareRow,
)
from transcript2handoff.store.transaction import Transaction

SOUND_STEPS: Final = ("fetch", "decode")
"""Steps whose files hold sound."""
BRIEF_STEPS: Final = ("extract", "ground")
"""Steps of a call whose files hold what becomes a brief."""
ACTOR: Final = "retention"
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
    drop_audio_of(tx, found)
    return len(found)


def drop_audio_of(tx: Transaction, call_ids: Collection[str]) -> None:
    """Forget the recordings of these calls."""
    blobs: list[str | None] = []
    for call_id in call_ids:
        blobs += dropping.call_blobs(tx, CallRow.id == call_id)[:2]
        calls.change(tx, call_id, calls.CallChanges(**_NO_SOUND))
        of_sound = (ResultRow.call_id == call_id) & ResultRow.step.in_(SOUND_STEPS)
        blobs += dropping.results(tx, of_sound)
        _note(tx, "recording", call_id)
    _end(tx, "recordings", call_ids, blobs)


def drop_transcripts(tx: Transaction, *, older: datetime.timedelta) -> int:
    """Forget all that was made of calls that were added so long ago; the number of these calls.

    What the deal's handoff says stays, and so do its documents.
    """
    of_call = exists().where(ResultRow.call_id == CallRow.id)
    columns = (CallRow.transcript, CallRow.recording, CallRow.upload_id)
    has_words = or_(*(column.is_not(None) for column in columns), of_call)
    found = _calls(tx, has_words, older=older)
    drop_transcripts_of(tx, found)
    return len(found)


def drop_transcripts_of(tx: Transaction, call_ids: Collection[str]) -> None:
    """Forget all that was made of these calls."""
    gone = calls.CallChanges(**_NO_SOUND, transcript=None)
    blobs: list[str | None] = []
    for call_id in call_ids:
        blobs += dropping.call_blobs(tx, CallRow.id == call_id)
        blobs += tx.session.scalars(select(ResultRow.blob).where(ResultRow.call_id == call_id))
        calls.change(tx, call_id, gone)
        results.drop_of_call(tx, call_id)
        said.drop(tx, call_id)
        corrections.drop(tx, call_id)
        _note(tx, "transcript", call_id)
    if call_ids:
        said.settle(tx)
    _end(tx, "transcripts", call_ids, blobs)


def drop_briefs(tx: Transaction, *, older: datetime.timedelta) -> int:
    """Forget the briefs of deals that nothing has changed for so long; the number of these deals.

    A brief is all versions of the handoff with what people did to them, all documents, promises
    and links to it, what its calls gave for it, and what was written of it to be sent. The deal
    and its calls stay.
    """
    # What people did goes with the brief that they did it to: its events repeat words of it.
    made = (HandoffRow.deal_id, DocumentRow.deal_id, EventRow.deal_id, ShareRow.deal_id)
    has_brief = or_(
        *(exists().where(column == DealRow.id) for column in made),
        exists().where(ResultRow.deal_id == DealRow.id, ResultRow.step.in_(BRIEF_STEPS)),
        exists().where(ResultRow.deal_id == DealRow.id, ResultRow.call_id.is_(None)),
    )
    wanted = exists().where(RunRow.deal_id == DealRow.id, RunRow.state.in_(("waiting", "working")))
    query = select(DealRow.id).where(DealRow.updated < tx.now - older, has_brief, ~wanted)
    found = list(tx.session.scalars(query.order_by(DealRow.updated, DealRow.id).limit(_AT_ONCE)))
    drop_briefs_of(tx, found)
    return len(found)


def drop_briefs_of(tx: Transaction, deal_ids: Collection[str]) -> None:
    """Forget the briefs of these deals."""
    blobs: list[str | None] = []
    for deal_id in deal_ids:
        tx.session.get_one(DealRow, deal_id, with_for_update=True, populate_existing=True)
        blobs += dropping.made_of_deal(tx, deal_id)
        of_deal = (ResultRow.deal_id == deal_id) & ResultRow.step.in_(BRIEF_STEPS)
        blobs += dropping.results(tx, of_deal)
        for row in (EventRow, ShareRow):
            tx.session.execute(delete(row).where(row.deal_id == deal_id))
        dropping.answers(tx, [deal_id])
        _note(tx, "brief", deal_id)
    _end(tx, "briefs", deal_ids, blobs)


def _calls(tx: Transaction, which: ColumnElement[bool], *, older: datetime.timedelta) -> list[str]:
    wanted = exists().where(RunRow.call_id == CallRow.id, RunRow.state.in_(("waiting", "working")))
    query = (
        select(CallRow.id)
        .where(CallRow.created < tx.now - older, which, ~wanted)
        .order_by(CallRow.created)
        .limit(_AT_ONCE)
    )
    return list(tx.session.scalars(query))


def _note(tx: Transaction, matter: str, subject: str) -> None:
    tx.note(Deed(actor=ACTOR, action="erase", matter=matter, subject=subject))


def _end(
    tx: Transaction, kind: receipts.Kind, changed: Collection[str], blobs: Collection[str | None]
) -> None:
    """Doom the blobs, and leave a receipt of all together."""
    if not changed:
        return
    tx.session.flush()
    keeping.doom(tx, blobs)
    # What another call has as well is not kept too long: that call has its own time.
    gone = keeping.doomed(tx, {digest for digest in blobs if digest})
    receipts.add(tx, kind, receipts.Gone(changed=tuple(changed), blobs=gone), by=ACTOR)


def gone(tx: Transaction, run_ids: Collection[str]) -> set[str]:
    """Those of these runs that are not in the store, or not any more."""
    wanted = sorted(set(run_ids))
    there: set[str] = set()
    for begin in range(0, len(wanted), 500):
        part = wanted[begin : begin + 500]
        there.update(tx.session.scalars(select(RunRow.id).where(RunRow.id.in_(part))))
    return set(wanted) - there
