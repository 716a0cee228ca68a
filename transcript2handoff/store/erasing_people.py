"""Erasing a person: from all deals and calls, from the queues, and their account."""

from collections.abc import Collection, Iterable

from sqlalchemy import and_, delete, or_, select, update

from transcript2handoff.deal import Call, Deal
from transcript2handoff.erasure import ERASED, Eraser, Who
from transcript2handoff.store import (
    deals,
    dropping,
    receipts,
    runs,
    said,
    tallying,
    tracing,
    views,
    wording,
)
from transcript2handoff.store.deed import Deed
from transcript2handoff.store.erased import ErasedPerson, TouchedCall, end, told
from transcript2handoff.store.rewriting import rewritten
from transcript2handoff.store.tables import (
    CallRow,
    DealRow,
    KeyRow,
    ResultRow,
    TokenRow,
    UploadRow,
    UserRow,
    ViewRow,
)
from transcript2handoff.store.tracing import Reader, Trace
from transcript2handoff.store.transaction import Transaction


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
    known = tracing.heard(tx, who) if heard_in is None else heard_in
    rows = _deals(tx, wording.deals_with(tx, who), known)
    who = tracing.names_of(rows, who)
    before = tallying.rows_of(tx, [row.id for row in rows])
    traces = {row.id: Trace.of(who, Deal.model_validate_json(row.deal)) for row in rows}
    parts = [_from_deal(tx, row, traces[row.id], reader) for row in rows]
    accounts = _accounts(tx, who)
    views.drop_naming(tx, Eraser.anywhere(who))
    changed = wording.put_out(tx, who, {deal_id: trace.eraser for deal_id, trace in traces.items()})
    deals.describe_all(tx)
    touched = tuple(call for part in parts for call in part.calls)
    erased = ErasedPerson(
        run_ids=tuple(run_id for part in parts for run_id in part.run_ids),
        blobs=tuple(digest for part in parts for digest in part.blobs),
        uploads=tuple(upload for part in parts for upload in part.uploads),
        deal_ids=tuple(traces),
        calls=touched,
        started=tuple(run_id for part in parts for run_id in part.started),
        who=who,
    )
    after = tallying.rows_of(tx, list(traces))
    receipts.make_key(tx)
    gone = receipts.Gone(
        changed=tuple(sorted({*traces, *(each.call_id for each in touched)})),
        people=receipts.under_key(tx, who),
        rows={**tallying.fewer(before, after), **changed},
    )
    counts = {"deals": len(rows), "calls": len(touched), "accounts": accounts}
    return end(tx, erased, gone, Deed(actor=by, action="erase", matter="person", details=counts))


def _deals(tx: Transaction, found: Collection[str], known: Collection[str]) -> list[DealRow]:
    """Their deals, held until the end in an order that all erasures have in common."""
    heard_of = select(CallRow.deal_id).where(CallRow.id.in_(known))
    query = select(DealRow).where(or_(DealRow.id.in_(found), DealRow.id.in_(heard_of)))
    held = query.order_by(DealRow.id).with_for_update()
    return list(tx.session.scalars(held.execution_options(populate_existing=True)))


def _from_deal(tx: Transaction, row: DealRow, trace: Trace, reader: Reader) -> ErasedPerson:
    """Erase a person from the calls of a deal, and what was made of these together."""
    calls = tracing.touched(tx, row, trace)
    blobs: list[str | None] = []
    touched = []
    digests = rewritten(tx, row, calls, trace, reader)
    for each in calls:
        blobs += (each.recording, each.playback, each.transcript)
        each.recording = each.playback = each.fetch = each.upload_id = None
        each.transcript = digest = digests[each.id]
        touched.append(TouchedCall(call_id=each.id, deal_id=row.id, transcript_digest=digest))
    blobs += dropping.results(tx, ResultRow.call_id.in_([each.id for each in calls]))
    blobs += dropping.made_of_deal(tx, row.id)
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
    # What is still on its way to the deal may name them: whoever sends it begins anew.
    is_on_its_way = and_(UploadRow.deal_id == row.id, UploadRow.call_id.is_(None))
    of_calls = UploadRow.call_id.in_([each.id for each in calls])
    uploads = dropping.uploads(tx, or_(is_on_its_way, of_calls))
    # Answers about the deal tell words of its calls, and call people by a single name there.
    dropping.answers(tx, [row.id, *(each.id for each in calls)])
    run_ids = dropping.work_begun_on(tx, row.id)
    return ErasedPerson(
        run_ids=run_ids,
        blobs=told(blobs),
        uploads=uploads,
        calls=tuple(touched),
        started=_started(tx, row.id, touched),
    )


def _started(tx: Transaction, deal_id: str, calls: Iterable[TouchedCall]) -> tuple[str, ...]:
    """Want what is left of a deal to be worked on: its touched calls, or else the deal alone."""
    left = [each.call_id for each in calls if each.transcript_digest]
    wanted = [runs.NewRun(deal_id=deal_id, call_id=each, kind="call", priority=2) for each in left]
    if not wanted and not runs.is_to_come(tx, deal_id):
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
