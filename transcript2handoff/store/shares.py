"""Links to the brief of a deal for readers without an account, known by their hashes."""

import datetime
from typing import Annotated

from pydantic import Field, StringConstraints
from sqlalchemy import CursorResult, delete, or_, select, update

from transcript2handoff.deal import Record
from transcript2handoff.store.tables import DealRow, ShareRow, new_id
from transcript2handoff.store.transaction import Transaction, the_row
from transcript2handoff.words import Language


class NewShare(Record):
    """A link that is given out."""

    deal_id: str
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Field(repr=False)]
    """SHA-256 of the secret in it."""
    by: str
    by_id: str
    expires: datetime.datetime
    audio: bool
    """Whether its reader may hear the calls."""
    language: Language


class ShareRecord(NewShare):
    """A link."""

    id: str
    created: datetime.datetime
    withdrawn: datetime.datetime | None
    opened: int
    """How often."""
    last_opened: datetime.datetime | None


def add(tx: Transaction, new: NewShare) -> ShareRecord:
    """Give out a link.

    Raises:
        StoreGoneError: there is no such deal.
        StoreConflictError: its secret was given out before.
    """
    the_row(tx, DealRow, new.deal_id)
    row = ShareRow(id=new_id("share"), created=tx.now, opened=0, **new.model_dump())
    tx.session.add(row)
    tx.session.flush()
    return _record(row)


def get(tx: Transaction, share_id: str) -> ShareRecord:
    """A link, whether it still leads anywhere or not.

    Raises:
        StoreGoneError: there is none with this id.
    """
    return _record(the_row(tx, ShareRow, share_id))


def of_deal(tx: Transaction, deal_id: str) -> tuple[ShareRecord, ...]:
    """The links of a deal, newest first; those too that lead nowhere any more."""
    query = select(ShareRow).where(ShareRow.deal_id == deal_id)
    newest = query.order_by(ShareRow.created.desc(), ShareRow.id.desc())
    return tuple(map(_record, tx.session.scalars(newest)))


def by_digest(tx: Transaction, digest: str) -> ShareRecord | None:
    """The link with this digest, if it still leads somewhere."""
    row = tx.session.scalar(
        select(ShareRow).where(
            ShareRow.digest == digest, ShareRow.withdrawn.is_(None), ShareRow.expires > tx.now
        )
    )
    return None if row is None else _record(row)


def opened(tx: Transaction, share_id: str) -> None:
    """Note that somebody has followed a link; nothing if it is not there any more."""
    values = {"opened": ShareRow.opened + 1, "last_opened": tx.now}
    tx.session.execute(update(ShareRow).where(ShareRow.id == share_id).values(values))
    tx.session.expire_all()


def withdraw(tx: Transaction, share_id: str) -> ShareRecord:
    """Have a link lead nowhere from now on; once it was withdrawn, it stays so.

    Raises:
        StoreGoneError: there is none with this id.
    """
    row = the_row(tx, ShareRow, share_id, lock=True)
    row.withdrawn = row.withdrawn or tx.now
    tx.session.flush()
    return _record(row)


def drop_old(tx: Transaction, *, older: datetime.timedelta) -> int:
    """Forget the links that have led nowhere for so long; the number of them."""
    since = tx.now - older
    gone = or_(ShareRow.expires < since, ShareRow.withdrawn < since)
    result = tx.session.execute(delete(ShareRow).where(gone))
    assert isinstance(result, CursorResult)
    return result.rowcount


def _record(row: ShareRow) -> ShareRecord:
    told = {name: getattr(row, name) for name in ShareRecord.model_fields}
    return ShareRecord.model_validate(told)
