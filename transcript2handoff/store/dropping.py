"""What goes when something is erased: results, handoffs, words in the queues, runs at work."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update

from transcript2handoff.store import runs
from transcript2handoff.store.tables import (
    AnswerRow,
    CallRow,
    DealRow,
    DocumentRow,
    HandoffRow,
    InboxRow,
    LedgerRow,
    OutboxRow,
    ResultRow,
    RunRow,
    UploadRow,
)
from transcript2handoff.store.transaction import Transaction


def results(tx: Transaction, which: ColumnElement[bool]) -> list[str]:
    """Drop results; the digests of their blobs."""
    gone = delete(ResultRow).where(which).returning(ResultRow.blob)
    return list(tx.session.scalars(gone))


def made_of_deal(tx: Transaction, deal_id: str) -> list[str]:
    """Drop what was made of all calls of a deal together; the digests of the blobs.

    Which handoff it was stays known by its number, so that the next one has another.
    """
    tx.session.execute(delete(HandoffRow).where(HandoffRow.deal_id == deal_id))
    tx.session.execute(delete(LedgerRow).where(LedgerRow.deal_id == deal_id))
    row = tx.session.get_one(DealRow, deal_id)
    _unjudge(row)
    if row.handoff_version:
        # Another edition: who had the old one before them must not bring its words back.
        row.event_number += 1
    documents = delete(DocumentRow).where(DocumentRow.deal_id == deal_id)
    blobs = list(tx.session.scalars(documents.returning(DocumentRow.blob)))
    outbox(tx, deal_id)
    return blobs + results(tx, (ResultRow.deal_id == deal_id) & ResultRow.call_id.is_(None))


def _unjudge(row: DealRow) -> None:
    """Have a deal say nothing of how its handoff stood."""
    row.verdict = row.score = row.open_promises = row.open_questions = None
    row.decided = row.decided_edition = None


def outbox(tx: Transaction, deal_id: str) -> None:
    """Drop the words of what was or is to be sent of a deal; what was sent stays known by its key.

    What a worker is just sending is left to it: it alone knows what the other system calls it.
    """
    of_deal = OutboxRow.deal_id == deal_id
    gone: dict[str, Any] = {"content": None, "digest": "", "why": None}
    tx.session.execute(update(OutboxRow).where(of_deal).values(gone))
    tx.session.execute(
        update(OutboxRow)
        .where(of_deal, OutboxRow.state.not_in(("working", "gone")))
        .values(state="erased", ended=tx.now)
    )


def inbox(tx: Transaction, which: ColumnElement[bool]) -> None:
    """Drop the words of events; their keys stay, so that a repetition is known."""
    gone: dict[str, Any] = {"event": None, "state": "erased", "why": None, "worker": None}
    tx.session.execute(update(InboxRow).where(which).values(**gone, ended=tx.now))


def answers(tx: Transaction, ids: Collection[str]) -> None:
    """Drop the words of answers that name one of these ids; that they were given stays known."""
    for each in ids:
        named = or_(AnswerRow.body.contains(each), AnswerRow.headers.contains(each))
        tx.session.execute(update(AnswerRow).where(named).values(body=None, headers=None))


def uploads(tx: Transaction, which: ColumnElement[bool]) -> tuple[str, ...]:
    """Drop uploads, and what was answered when they began; their ids, for their parts are there."""
    gone = tuple(tx.session.scalars(delete(UploadRow).where(which).returning(UploadRow.id)))
    answers(tx, gone)
    return gone


def call_blobs(tx: Transaction, which: ColumnElement[bool]) -> list[str | None]:
    """The blobs that calls name."""
    query = select(CallRow.recording, CallRow.playback, CallRow.transcript).where(which)
    return [digest for row in tx.session.execute(query) for digest in row]


def runs_of(tx: Transaction, which: ColumnElement[bool]) -> tuple[str, ...]:
    """Drop runs, and what was answered when they began; their ids.

    A worker that is at one of them finds out when it next looks.
    """
    gone = tuple(tx.session.scalars(delete(RunRow).where(which).returning(RunRow.id)))
    answers(tx, gone)
    return gone


def work_begun_on(tx: Transaction, deal_id: str) -> tuple[str, ...]:
    """Take out the runs that work with what a deal was, and want them anew; the ids of the old."""
    query = select(RunRow).where(RunRow.deal_id == deal_id, RunRow.state == "working")
    begun = [
        (row.id, runs.NewRun.model_validate({n: getattr(row, n) for n in runs.NewRun.model_fields}))
        for row in tx.session.scalars(query.with_for_update())
    ]
    gone = runs_of(tx, RunRow.id.in_([run_id for run_id, _ in begun]))
    for _, wanted in begun:
        runs.start(tx, wanted)
    vain = runs.drop_vain(tx, deal_id)
    answers(tx, vain)
    return gone + vain
