"""Lists of deals as people want to see them again, each under a name of their own."""

import datetime
from typing import Annotated, Final
from urllib.parse import unquote_plus

from pydantic import Field
from sqlalchemy import CursorResult, delete, func, select

from transcript2handoff.deal import Name, Record
from transcript2handoff.erasure import Eraser
from transcript2handoff.errors import StoreConflictError
from transcript2handoff.store.tables import UserRow, ViewRow, new_id
from transcript2handoff.store.transaction import Transaction, the_row

MOST: Final = 50
"""Views of one person."""


class SavedView(Record):
    """A list of deals that somebody has saved."""

    id: str
    user_id: str
    name: str
    query: str
    """As it stands behind the question mark of an address."""
    created: datetime.datetime


class NewView(Record):
    """A list that is to be saved."""

    user_id: str
    name: Name
    query: Annotated[str, Field(max_length=2000)]


def add(tx: Transaction, new: NewView) -> SavedView:
    """Save a list, in place of the one that the same person has under this name.

    Raises:
        StoreGoneError: there is no such person.
        StoreConflictError: they have ``MOST`` already.
    """
    # Two of their windows that save at once wait for each other.
    the_row(tx, UserRow, new.user_id, hold=True)
    row = tx.session.scalar(
        select(ViewRow).where(ViewRow.user_id == new.user_id, ViewRow.name == new.name)
    )
    if row is None:
        _check_room(tx, new.user_id)
        row = ViewRow(id=new_id("view"), created=tx.now, **new.model_dump())
        tx.session.add(row)
    row.query = new.query
    tx.session.flush()
    return _record(row)


def _check_room(tx: Transaction, user_id: str) -> None:
    count = select(func.count()).select_from(ViewRow).where(ViewRow.user_id == user_id)
    if (tx.session.scalar(count) or 0) >= MOST:
        raise StoreConflictError(
            f"You have {MOST} saved views, which is the most. Remove one, then save this one."
        )


def listed(tx: Transaction, user_id: str) -> tuple[SavedView, ...]:
    """The lists that somebody has saved, by name."""
    found = map(_record, tx.session.scalars(select(ViewRow).where(ViewRow.user_id == user_id)))
    return tuple(sorted(found, key=lambda view: (view.name.casefold(), view.id)))


def remove(tx: Transaction, view_id: str, *, user_id: str) -> bool:
    """Forget a list; whether this person had it."""
    which = delete(ViewRow).where(ViewRow.id == view_id, ViewRow.user_id == user_id)
    result = tx.session.execute(which)
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def drop_naming(tx: Transaction, eraser: Eraser) -> None:
    """Forget the lists, whoever has saved them, that name a person."""
    query = select(ViewRow.id, ViewRow.name, ViewRow.query)
    naming = [
        view_id
        for view_id, name, told in tx.session.execute(query)
        if eraser.names_them(name) or eraser.names_them(unquote_plus(told))
    ]
    tx.session.execute(delete(ViewRow).where(ViewRow.id.in_(naming)))
    tx.session.flush()


def _record(row: ViewRow) -> SavedView:
    return SavedView(**{name: getattr(row, name) for name in SavedView.model_fields})
