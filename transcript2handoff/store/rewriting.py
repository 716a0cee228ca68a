"""Transcripts without a person: they stand in place of what was heard and corrected."""

from collections.abc import Iterable

from sqlalchemy import select

from transcript2handoff.corrections import left_over
from transcript2handoff.deal import Call
from transcript2handoff.erasure import spoken_turns, without
from transcript2handoff.store import corrections, journal_words, keeping, said, tracing
from transcript2handoff.store.tables import CallRow, DealRow
from transcript2handoff.store.tracing import Reader, Trace
from transcript2handoff.store.transaction import Transaction
from transcript2handoff.transcript import Transcript


def rewritten(
    tx: Transaction, deal: DealRow, calls: Iterable[CallRow], trace: Trace, reader: Reader
) -> dict[str, str | None]:
    """Put the transcripts of a deal's calls into the blobs without a person; the digests, by call.

    What people corrected becomes part of them, for where they did so tells nothing of other words.
    The journal loses what retells the person's words, for which the deal's newest handoff has to be
    there still. Of a transcript that nobody can read, nothing is left.
    """
    heard = [(row, tracing.corrected(tx, row, reader)) for row in calls]
    turns = {row.ref: spoken_turns(told, trace.who) if told else None for row, told in heard}
    journal_words.put_out(tx, deal.id, turns)
    return {row.id: _rewritten(tx, row, told, trace) for row, told in heard}


def _rewritten(
    tx: Transaction, row: CallRow, corrected: Transcript | None, trace: Trace
) -> str | None:
    _rename(tx, row, trace)
    if corrected is None:
        said.drop(tx, row.id)
        corrections.drop(tx, row.id)
        return None
    told = without(corrected, trace.who, trace.keeping)
    if trace.is_in_id(told.call_id):
        told = told.model_copy(update={"call_id": row.ref})
    lines = left_over(corrections.of(tx, row.id), told, put_out=trace.eraser.put_out_json)
    corrections.replace(tx, row.id, lines)
    blob = tx.blobs.put([told.to_json().encode()])
    keeping.keep(tx, blob.digest)
    said.put(tx, row.id, told, digest=blob.digest)
    return blob.digest


def _rename(tx: Transaction, row: CallRow, trace: Trace) -> None:
    """Have a call be called otherwise inside of its deal, if what it is called names the person.

    Calls are often called after the file that was sent in.
    """
    if not trace.is_in_id(row.ref):
        return
    taken = set(tx.session.scalars(select(CallRow.ref).where(CallRow.deal_id == row.deal_id)))
    before = row.ref
    row.ref = next(name for n in range(1, len(taken) + 2) if (name := f"call-{n}") not in taken)
    call = Call.model_validate_json(row.call).model_copy(update={"id": row.ref})
    row.call = call.model_dump_json()
    tx.session.flush()
    journal_words.rename_call(tx, row.deal_id, before, row.ref)
