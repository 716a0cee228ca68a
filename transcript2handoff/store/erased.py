"""What an erasure leaves to be done, and how each of them ends: doomed blobs, a deed, a receipt."""

from collections.abc import Iterable
from typing import TypeVar

from pydantic import Field

from transcript2handoff.deal import Record
from transcript2handoff.erasure import Who
from transcript2handoff.store import keeping, receipts, said
from transcript2handoff.store.deed import Deed
from transcript2handoff.store.transaction import Transaction


class Erased(Record):
    """What is left to do after the transaction of an erasure."""

    receipt_id: str = ""
    """Its receipt, which is to be proven when all of this is done."""
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

    who: Who | None = Field(None, repr=False)
    """The person, by all names that their deals know for them; to be looked for once more."""
    deal_ids: tuple[str, ...] = ()
    """The deals in which the person stood."""
    calls: tuple[TouchedCall, ...] = ()
    started: tuple[str, ...] = ()
    """Runs that wait: they make new handoffs of what is left."""


AnErased = TypeVar("AnErased", bound=Erased)


def told(digests: Iterable[str | None]) -> tuple[str, ...]:
    """Digests, each once, in an order that all erasures have in common."""
    return tuple(sorted({digest for digest in digests if digest}))


def end(tx: Transaction, erased: AnErased, gone: receipts.Gone, deed: Deed) -> AnErased:
    """Doom the blobs, note what was done, and begin its receipt.

    Args:
        tx: the transaction of the erasure.
        erased: what is left to do after it.
        gone: what went, without that.
        deed: what was done, for the audit.
    """
    tx.session.flush()
    said.settle(tx)
    tx.session.expire_all()
    keeping.doom(tx, erased.blobs)
    kind = receipts.KINDS[deed.matter]
    # What a person was erased from may be, byte for byte, what it was before.
    left = keeping.doomed(tx, erased.blobs) if kind == "person" else erased.blobs
    complete = gone.model_copy(
        update={"runs": erased.run_ids, "uploads": erased.uploads, "blobs": left}
    )
    receipt_id = receipts.add(tx, kind, complete, by=deed.actor)
    details = {**deed.details, "receipt": receipt_id}
    tx.note(deed.model_copy(update={"details": details}))
    return erased.model_copy(update={"receipt_id": receipt_id})
