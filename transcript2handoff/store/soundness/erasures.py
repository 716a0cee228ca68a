"""Whether erasures are proven, and what they took away has not come back."""

import datetime
from collections.abc import Iterator
from typing import Final

from transcript2handoff.store import receipts
from transcript2handoff.store.opening import Store
from transcript2handoff.store.paging import Page, Window, every
from transcript2handoff.store.receipts import Receipt
from transcript2handoff.store.soundness.fault import Fault

_LATE: Final = datetime.timedelta(minutes=40)
"""The worker proves every ten minutes what nobody else has proven."""
_WORDS: Final = ("row", "words")
"""What may not be left: the rest is shared with something that is there, or goes by itself."""
_VERIFY: Final = "Run `t2h erasure verify` with this id, and do what it says."


def erasures(store: Store) -> Iterator[Fault]:
    """Receipts that are changed or not proven, and erasures that left something or came back."""

    def listed(window: Window) -> Page[Receipt]:
        with store.read() as tx:
            return receipts.listed(tx, window)

    for receipt in every(listed):
        yield from _of(store, receipt)


def _of(store: Store, receipt: Receipt) -> Iterator[Fault]:
    with store.read() as tx:
        back = receipts.still_there(tx, (*receipt.gone.deals, *receipt.gone.calls))
    if back:
        yield Fault(what="What was erased is there.", where=(receipt.id, *back), advice=_VERIFY)
    if receipt.proof is None:
        if receipt.created < store.now() - _LATE:
            what = "Nobody has looked whether what was erased is gone."
            yield Fault(what=what, where=(receipt.id,), advice=_VERIFY)
        return
    if receipt.digest != receipts.digest_of(receipt):
        yield Fault(
            what="The receipt of an erasure is not the one that was written.",
            where=(receipt.id,),
            advice="The audit holds the digest that it had. Compare with a backup.",
        )
    if any(left.what in _WORDS for left in receipt.proof.left):
        yield Fault(
            what="An erasure has left something behind.", where=(receipt.id,), advice=_VERIFY
        )
