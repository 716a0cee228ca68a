"""Erasures: what goes, and what was removed."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from transcript2handoff.api.models import examples
from transcript2handoff.api.models.runs import RunOut
from transcript2handoff.deal import Record
from transcript2handoff.erasure import Who
from transcript2handoff.store import Transaction, backups
from transcript2handoff.store.backups import BackupRecord
from transcript2handoff.store.receipts import Receipt

Email = Annotated[
    str, StringConstraints(pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+$", max_length=255)
]


class PersonBody(Who):
    """Who is to be erased, under all the names that the person has in deals and calls."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"names": ["Tom Okafor"], "emails": ["tom@harborline.example"]}]
        }
    )

    emails: Annotated[tuple[Email, ...], Field(max_length=20)] = ()


class ReceiptOut(Receipt):
    """The receipt of an erasure: what went, and what was found when it was looked for again."""

    model_config = examples.shown(examples.RECEIPT)

    held_by: tuple[BackupRecord, ...]
    """Archives that still hold what was erased: delete them when you can, and say so with `t2h
    backup gone`; when one of them is restored, have it erase again."""

    @classmethod
    def of(cls, tx: Transaction, receipt: Receipt) -> Self:
        """A receipt, with the archives that were written before."""
        return cls(**dict(receipt), held_by=backups.holding(tx, receipt))


class ErasedOut(Record):
    """What was removed; all of it is gone when this is answered."""

    model_config = examples.shown(examples.ERASED)

    deals: int
    """Deals that are gone, or that were changed because a person stood in them."""
    calls: int
    """Calls that are gone, or that were changed because a person was on them."""
    runs: int
    """Runs that are gone, from the store and from the engine."""
    blobs: int
    """Recordings, transcripts, results and documents whose bytes are gone."""
    rewritten: tuple[str, ...] = ()
    """Ids of calls whose transcripts were written anew without the person."""
    started: tuple[RunOut, ...] = ()
    """Runs that make anew what is left."""
    receipt: ReceiptOut
    """With the proof that nothing of it is left, or what is left and why."""
