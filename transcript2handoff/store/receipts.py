"""Receipts of erasures: what went, when and by whom, and what was found when it was looked for.

A receipt holds no words of anybody. Names of erased people are in it under a key of this
installation, so that it can be said whether somebody was erased, and not who was.
"""

import datetime
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints
from sqlalchemy import exists, or_, select

from transcript2handoff.deal import Record
from transcript2handoff.erasure import Who, marks
from transcript2handoff.store.blobs import Sha256
from transcript2handoff.store.deed import Deed, Fixed, OpaqueId
from transcript2handoff.store.paging import Page, Window, newest_first
from transcript2handoff.store.tables import (
    AuditRow,
    CallRow,
    DealRow,
    ErasureRow,
    SecretRow,
    new_id,
)
from transcript2handoff.store.transaction import Transaction, add_new, the_row

Kind = Literal["deal", "call", "person", "recordings", "transcripts", "briefs"]
"""What was erased; the last three are what was kept no longer."""
KINDS: Final[Mapping[str, Kind]] = {"deal": "deal", "call": "call", "person": "person"}
"""By the matter of the deed."""
_KEY: Final = "erasure"
_BY_AGE: Final = ("recordings", "transcripts", "briefs")
_LATE: Final = datetime.timedelta(minutes=3)
"""After so long, whoever erased something does not look for it any more."""
_AGAIN: Final = datetime.timedelta(days=1)
"""For so long it is looked again for what was left."""
_MOST_AGAIN: Final = 1000
Column = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,128}$")]


class Gone(Record):
    """What an erasure has taken away."""

    deals: tuple[OpaqueId, ...] = ()
    calls: tuple[OpaqueId, ...] = ()
    runs: tuple[OpaqueId, ...] = ()
    """Those whose workflows the engine has forgotten as well."""
    uploads: tuple[OpaqueId, ...] = ()
    blobs: tuple[Sha256, ...] = ()
    changed: tuple[OpaqueId, ...] = ()
    """Ids of deals and calls that are still there, without what went."""
    people: tuple[Sha256, ...] = ()
    """Names and addresses of a person, each under the key of this installation."""
    rows: Mapping[Fixed, int] = {}
    """How many rows of each table are gone, or were emptied."""
    since: datetime.datetime | None = None
    """When the oldest of it came; archives that are older do not hold it. None: nobody knows."""


class Left(Record):
    """Something that was found although it was to be gone, or that could not be looked into."""

    what: Literal["row", "words", "pages", "blob", "shared", "upload", "workflow", "unread"]
    """``pages`` are words in the file of a database where no row leads to them, ``shared`` the
    bytes of a blob that something else, which is still there, has as well, and ``unread`` blobs
    that could not be looked into, so that nobody knows."""
    where: Column
    """A table with its column, a file, or ``blobs``."""
    number: Annotated[int, Field(ge=1)]
    ids: tuple[OpaqueId | Sha256, ...] = ()
    """Where it stands; twenty at most."""
    why: str
    """What that means, and what to do."""


class Proof(Record):
    """What a search for everything that was erased has found."""

    at: datetime.datetime
    looked_through: Mapping[Column, int]
    """How much: rows, blobs, bytes of files."""
    with_names: bool
    """Whether the names of the person were looked for; they are known at the erasure alone."""
    left: tuple[Left, ...] = ()
    clean: bool
    """Whether nothing is left but what is shared."""


class Receipt(Record):
    """An erasure, and its proof."""

    id: OpaqueId
    created: datetime.datetime
    kind: Kind
    by: OpaqueId
    """The id of a user or of a key, or a fixed word: ``retention``."""
    deed: int | None
    """The number of the deed in the audit."""
    gone: Gone
    proof: Proof | None
    """None while nobody has looked for it."""
    digest: Sha256 | None
    """Of all of it, once it is proven; the audit has it too."""


def add(tx: Transaction, kind: Kind, gone: Gone, *, by: str) -> str:
    """Begin a receipt in the transaction that erases; its id."""
    row = ErasureRow(id=new_id("erasure"), created=tx.now, kind=kind, by=by)
    row.told = gone.model_dump_json(exclude_defaults=True)
    tx.session.add(row)
    tx.session.flush()
    return row.id


def get(tx: Transaction, receipt_id: str) -> Receipt:
    """A receipt.

    Raises:
        StoreGoneError: there is none with this id.
    """
    return _record(the_row(tx, ErasureRow, receipt_id))


def listed(tx: Transaction, window: Window, *, who: Who | None = None) -> Page[Receipt]:
    """The receipts, newest first.

    Args:
        tx: the transaction.
        window: which part of the list.
        who: only those of an erasure of this person, by one of their names or addresses.

    Raises:
        InputError: the cursor is none of this list.
    """
    query = select(ErasureRow)
    if who is not None:
        known = select(ErasureRow.id, ErasureRow.told).where(ErasureRow.kind == "person")
        wanted = set(under_key(tx, who))
        found = [
            receipt_id
            for receipt_id, told in tx.session.execute(known)
            if wanted & set(Gone.model_validate_json(told).people)
        ]
        query = query.where(ErasureRow.id.in_(found))
    rows, after = newest_first(tx, query, ErasureRow, window=window)
    return Page[Receipt](items=tuple(map(_record, rows)), after=after)


def unproven(tx: Transaction) -> tuple[str, ...]:
    """Receipts that nobody proves but housekeeping, oldest first.

    They are of what was kept no longer, and of erasures whose maker was stopped before the end.
    """
    late = or_(ErasureRow.created < tx.now - _LATE, ErasureRow.kind.in_(_BY_AGE))
    query = select(ErasureRow.id).where(ErasureRow.proven.is_(None), late)
    return tuple(tx.session.scalars(query.order_by(ErasureRow.created).limit(100)))


def is_any_newer(tx: Transaction, *, than: datetime.datetime) -> bool:
    """Whether something was erased since."""
    return bool(tx.session.scalar(select(exists().where(ErasureRow.created > than))))


def left_to_pass(tx: Transaction) -> tuple[str, ...]:
    """Receipts of a day of which something was left that a worker takes away, oldest first.

    Those that were looked for by name are not among them: nobody knows the name any more.
    """
    query = select(ErasureRow).where(
        ErasureRow.proven.is_not(None), ErasureRow.created > tx.now - _AGAIN
    )
    rows = tx.session.scalars(query.order_by(ErasureRow.created).limit(_MOST_AGAIN))
    proofs = ((row.id, Proof.model_validate_json(row.proof or "")) for row in rows)
    return tuple(each for each, proof in proofs if not (proof.clean or proof.with_names))


def never_proven(tx: Transaction) -> tuple[str, ...]:
    """All receipts without a proof, oldest first."""
    query = select(ErasureRow.id).where(ErasureRow.proven.is_(None))
    return tuple(tx.session.scalars(query.order_by(ErasureRow.created, ErasureRow.id)))


def still_there(tx: Transaction, ids: Sequence[str]) -> tuple[str, ...]:
    """Those of these deals and calls that are in the store."""
    found: set[str] = set()
    for begin in range(0, len(ids), 500):
        part = ids[begin : begin + 500]
        for row in (DealRow, CallRow):
            found.update(tx.session.scalars(select(row.id).where(row.id.in_(part))))
    return tuple(sorted(found))


def prove(tx: Transaction, receipt_id: str, proof: Proof, *, by: str) -> Receipt:
    """Complete a receipt with what was found, and note its digest in the audit.

    Raises:
        StoreGoneError: there is no such receipt.
    """
    row = the_row(tx, ErasureRow, receipt_id, lock=True)
    row.deed = row.deed or _deed_of(tx, receipt_id)
    row.proof = proof.model_dump_json()
    row.proven = proof.at
    row.digest = digest_of(_record(row))
    tx.session.flush()
    tx.note(
        Deed(
            actor=by,
            action="add",
            matter="receipt",
            subject=receipt_id,
            details={"clean": proof.clean, "digest": row.digest[:32]},
        )
    )
    return _record(row)


def take_over(tx: Transaction, receipts: Sequence[Receipt]) -> int:
    """Add receipts of another database of the same installation; the number of new ones."""
    there = set(tx.session.scalars(select(ErasureRow.id)))
    new = [receipt for receipt in receipts if receipt.id not in there]
    for each in new:
        # Deeds are numbered in the audit that they stand in, and that is another one.
        tx.session.add(
            ErasureRow(
                **each.model_dump(include={"id", "created", "kind", "by", "deed", "digest"}),
                told=each.gone.model_dump_json(exclude_defaults=True),
                proof=each.proof and each.proof.model_dump_json(),
                proven=each.proof and each.proof.at,
            )
        )
    tx.session.flush()
    return len(new)


def digest_of(receipt: Receipt) -> str:
    """The digest of everything that a receipt says, its own digest aside."""
    told = receipt.model_dump(mode="json", exclude={"digest"})
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def under_key(tx: Transaction, who: Who) -> tuple[str, ...]:
    """The names and addresses of a person under the key of this installation.

    Where there is no key yet, nobody was erased.
    """
    row = tx.session.get(SecretRow, _KEY)
    key = bytes.fromhex(row.value) if row else b""
    found = (hmac.new(key, mark.encode(), hashlib.sha256) for mark in marks(who))
    return tuple(sorted({each.hexdigest() for each in found}))


def make_key(tx: Transaction) -> None:
    """Make the key of this installation, if it has none."""
    value = secrets.token_hex(32)
    add_new(tx, SecretRow, name=_KEY, value=value, created=tx.now)


def is_of(tx: Transaction, receipt: Receipt, who: Who) -> bool:
    """Whether a receipt is of an erasure of this person, by all that is told of them."""
    return set(under_key(tx, who)) <= set(receipt.gone.people)


def _deed_of(tx: Transaction, receipt_id: str) -> int | None:
    query = select(AuditRow.number).where(
        AuditRow.action == "erase", AuditRow.details.contains(receipt_id, autoescape=True)
    )
    return tx.session.scalar(query.order_by(AuditRow.number.desc()).limit(1))


def _record(row: ErasureRow) -> Receipt:
    return Receipt.model_validate(
        {
            **{name: getattr(row, name) for name in ("id", "created", "kind", "by", "deed")},
            "gone": Gone.model_validate_json(row.told),
            "proof": row.proof and Proof.model_validate_json(row.proof),
            "digest": row.digest,
        }
    )
