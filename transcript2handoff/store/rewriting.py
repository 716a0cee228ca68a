"""A call's transcript without a person: it stands in place of what was heard and corrected."""

from transcript2handoff.corrections import apply, left_over, parsed
from transcript2handoff.erasure import spoken_turns, without
from transcript2handoff.store import corrections, dropping, keeping, said, tracing
from transcript2handoff.store.tables import CallRow
from transcript2handoff.store.tracing import Reader, Trace
from transcript2handoff.store.transaction import Transaction
from transcript2handoff.transcript import Transcript


def rewritten(tx: Transaction, row: CallRow, trace: Trace, reader: Reader) -> str | None:
    """Put a call's transcript into the blobs without a person; its digest.

    What people corrected becomes part of it, for where they did so tells nothing of other words.
    """
    told = _without(tx, row, trace, reader)
    if told is None:
        said.drop(tx, row.id)
        corrections.drop(tx, row.id)
        return None
    lines = left_over(corrections.of(tx, row.id), told, put_out=trace.eraser.put_out_json)
    corrections.replace(tx, row.id, lines)
    blob = tx.blobs.put([told.to_json().encode()])
    keeping.keep(tx, blob.digest)
    said.put(tx, row.id, told, digest=blob.digest)
    return blob.digest


def _without(tx: Transaction, row: CallRow, trace: Trace, reader: Reader) -> Transcript | None:
    digest = tracing.heard_of(tx, row)
    heard = digest and tracing.read(tx, row, digest, reader)
    if not heard:
        return None
    # Perhaps nobody but whoever corrected it knew who speaks.
    corrected = apply(heard, parsed(corrections.of(tx, row.id))).transcript
    dropping.quotes(tx, row.deal_id, row.ref, turns=spoken_turns(corrected, trace.who))
    return without(corrected, trace.who, trace.keeping)
