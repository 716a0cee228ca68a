"""Erasing: of a deal, of a call, and of a person; from rows, blobs and the words in the queues.

The audit stays: it holds no words of anybody, and gets a deed for every erasure. The bytes of
blobs go with ``keeping.collect`` after the transaction, the parts of uploads with
``Blobs.remove_parts``, and the workflows of the runs with the engine's tables. What was written to
other systems is theirs.
"""

from collections.abc import Collection, Iterable
from typing import TypeVar

from sqlalchemy import delete, or_, select, update

from transcript2handoff.deal import Call, Deal, Record
from transcript2handoff.erasure import ERASED, Eraser, Who
from transcript2handoff.store import deals, dropping, keeping, runs, said, tracing, views, wording
from transcript2handoff.store.deed import Deed
from transcript2handoff.store.rewriting import rewritten
from transcript2handoff.store.tables import (
    CallRow,
    DealRow,
    DocumentRow,
    InboxRow,
    KeyRow,
    ResultRow,
    RunRow,
    TokenRow,
    UploadRow,
    UserRow,
    ViewRow,
)
from transcript2handoff.store.tracing import Reader, Trace, heard
from transcript2handoff.store.transaction import Transaction, the_row

__all__ = ["Erased", "ErasedPerson", "TouchedCall", "Who", "call", "deal", "heard", "person"]


class Erased(Record):
    """What is left to do after the transaction of an erasure."""

    run_ids: tuple[str, ...] = ()
    """Runs whose workflows are to be forgotten."""
    blobs: tuple[str, ...] = ()
    """Digests of blobs that ``keeping.collect`` takes away, unless something else names them."""
    uploads: tuple[str, ...] = ()
    """Uploads whose parts are to be removed."""


class TouchedCall(Record):
    """A call in which an erased person took part or is named; a run makes its results anew."""

    call_id: str
    deal_id: str
    transcript_digest: str | None
    """Of its transcript without the person; none if it had none, or none that could be read."""


class ErasedPerson(Erased):
    """The same, and which calls and deals are worked on anew."""

    deal_ids: tuple[str, ...] = ()
    """The deals in which the person stood."""
    calls: tuple[TouchedCall, ...] = ()
    started: tuple[str, ...] = ()
    """Runs that wait: they make new handoffs of what is left."""


AnErased = TypeVar("AnErased", bound=Erased)


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
    tx.session.delete(row)
    return _end(
        tx,
        Erased(run_ids=run_ids, blobs=_told(blobs), uploads=uploads),
        Deed(
            actor=by, action="erase", matter="deal", subject=deal_id, details={"calls": len(calls)}
        ),
    )


def call(tx: Transaction, call_id: str, *, by: str) -> Erased:
    """Erase a call, and all that was made of its deal's calls together; a run makes that anew.

    What people did to the handoff stays, but for words of the call that they had quoted.

    Args:
        tx: the transaction.
        call_id: the call.
        by: the id of who erases it, for the audit.

    Raises:
        StoreGoneError: there is no such call.
    """
    deal_id = the_row(tx, CallRow, call_id).deal_id
    the_row(tx, DealRow, deal_id, lock=True)
    row = the_row(tx, CallRow, call_id, lock=True)
    blobs = [*dropping.call_blobs(tx, CallRow.id == call_id)]
    blobs += dropping.results(tx, ResultRow.call_id == call_id)
    dropping.quotes(tx, deal_id, row.ref)
    dropping.deeds_on_claims_of(tx, deal_id, row.ref)
    blobs += dropping.made_of_deal(tx, deal_id)
    uploads = dropping.uploads(tx, UploadRow.call_id == call_id)
    dropping.inbox(tx, InboxRow.call_id == call_id)
    dropping.answers(tx, [call_id])
    run_ids = dropping.runs_of(tx, RunRow.call_id == call_id)
    run_ids += dropping.work_begun_on(tx, deal_id)
    tx.session.delete(row)
    return _end(
        tx,
        Erased(run_ids=run_ids, blobs=_told(blobs), uploads=uploads),
        Deed(actor=by, action="erase", matter="call", subject=call_id),
    )


def person(
    tx: Transaction,
    who: Who,
    *,
    by: str,
    heard_in: Collection[str] | None = None,
    reader: Reader = tracing.native,
) -> ErasedPerson:
    """Erase a person from all deals and calls, from the queues, and their account if they have one.

    Of a call in which they took part or are named, the recording goes, and so does all that was
    made of it; its transcript is kept without them. Of such a deal, all handoffs and documents go,
    and runs make new ones. In all rows their name is put out. An account is theirs if it has one of
    the addresses.

    Args:
        tx: the transaction.
        who: the person.
        by: the id of who erases them, for the audit.
        heard_in: what ``heard`` found just before, so that others need not wait while transcripts
            are looked through; looked through here if it is not given.
        reader: reads transcripts of other tools; one that it cannot read goes as a whole.

    Raises:
        StoreUnreachableError: the blobs cannot be read or written; nothing is erased.
    """
    known = heard(tx, who) if heard_in is None else heard_in
    rows = _deals(tx, wording.deals_with(tx, who), known)
    who = tracing.names_of(rows, who)
    traces = {row.id: Trace.of(who, Deal.model_validate_json(row.deal)) for row in rows}
    parts = [_from_deal(tx, row, traces[row.id], reader) for row in rows]
    accounts = _accounts(tx, who)
    views.drop_naming(tx, Eraser.anywhere(who))
    wording.put_out(tx, who, {deal_id: trace.eraser for deal_id, trace in traces.items()})
    deals.describe_all(tx)
    touched = tuple(call for part in parts for call in part.calls)
    erased = ErasedPerson(
        run_ids=tuple(run_id for part in parts for run_id in part.run_ids),
        blobs=tuple(digest for part in parts for digest in part.blobs),
        uploads=tuple(upload for part in parts for upload in part.uploads),
        deal_ids=tuple(traces),
        calls=touched,
        started=tuple(run_id for part in parts for run_id in part.started),
    )
    counts = {"deals": len(rows), "calls": len(touched), "accounts": accounts}
    return _end(tx, erased, Deed(actor=by, action="erase", matter="person", details=counts))


def _deals(tx: Transaction, found: Collection[str], known: Collection[str]) -> list[DealRow]:
    """Their deals, held until the end in an order that all erasures have in common."""
    heard_of = select(CallRow.deal_id).where(CallRow.id.in_(known))
    query = select(DealRow).where(or_(DealRow.id.in_(found), DealRow.id.in_(heard_of)))
    held = query.order_by(DealRow.id).with_for_update()
    return list(tx.session.scalars(held.execution_options(populate_existing=True)))


def _from_deal(tx: Transaction, row: DealRow, trace: Trace, reader: Reader) -> ErasedPerson:
    """Erase a person from the calls of a deal, and what was made of these together."""
    calls = tracing.touched(tx, row, trace)
    blobs: list[str | None] = list(dropping.made_of_deal(tx, row.id))
    told = []
    for each in calls:
        digest = rewritten(tx, each, trace, reader)
        blobs += (each.recording, each.playback, each.transcript)
        blobs += dropping.results(tx, ResultRow.call_id == each.id)
        each.recording = each.playback = each.fetch = each.upload_id = None
        each.transcript = digest
        told.append(TouchedCall(call_id=each.id, deal_id=row.id, transcript_digest=digest))
    said.drop_naming(tx, row.id, trace.eraser)
    for each in tx.session.scalars(select(CallRow).where(CallRow.deal_id == row.id)):
        each.call = tracing.call_without(
            Call.model_validate_json(each.call), trace
        ).model_dump_json()
    now = tracing.deal_without(Deal.model_validate_json(row.deal), trace)
    row.deal = now.model_dump_json(exclude_defaults=True)
    row.version += 1
    row.updated = tx.now
    tx.session.flush()
    uploads = dropping.uploads(tx, UploadRow.call_id.in_([each.id for each in calls]))
    run_ids = dropping.work_begun_on(tx, row.id)
    return ErasedPerson(
        run_ids=run_ids,
        blobs=_told(blobs),
        uploads=uploads,
        calls=tuple(told),
        started=_started(tx, row.id, told),
    )


def _started(tx: Transaction, deal_id: str, calls: Iterable[TouchedCall]) -> tuple[str, ...]:
    """Want what is left of a deal to be worked on: its touched calls, or else the deal alone."""
    left = [each.call_id for each in calls if each.transcript_digest]
    wanted = [runs.NewRun(deal_id=deal_id, call_id=each, kind="call", priority=2) for each in left]
    if not wanted:
        wanted = [runs.NewRun(deal_id=deal_id, kind="deal", priority=2)]
    return tuple(runs.start(tx, each).id for each in wanted)


def _accounts(tx: Transaction, who: Who) -> int:
    """Erase the accounts with one of a person's addresses; what they did stays without a name."""
    found = [row for row in tx.session.scalars(select(UserRow)) if who.is_email(row.email)]
    for row in found:
        row.name, row.email = ERASED, f"{row.id}@erased.invalid"
        row.password_hash = row.subject = None
        row.disabled = row.disabled or tx.now
    ids = [row.id for row in found]
    tx.session.execute(delete(ViewRow).where(ViewRow.user_id.in_(ids)))
    tx.session.execute(delete(TokenRow).where(TokenRow.user_id.in_(ids)))
    tx.session.execute(
        update(KeyRow).where(KeyRow.user_id.in_(ids)).values(name=ERASED, expires=tx.now)
    )
    tx.session.flush()
    return len(found)


def _told(digests: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({digest for digest in digests if digest}))


def _end(tx: Transaction, erased: AnErased, deed: Deed) -> AnErased:
    """Doom the blobs, and note what was done."""
    tx.session.flush()
    said.settle(tx)
    tx.session.expire_all()
    keeping.doom(tx, erased.blobs)
    tx.note(deed)
    return erased
