"""Lists in pages: a cursor is a place in the list, so that what is added moves nothing."""

import base64
import binascii
import datetime
import json
from typing import Annotated, Generic, TypeVar

from pydantic import Field, TypeAdapter, ValidationError
from sqlalchemy import ColumnElement, Select, and_, or_

from transcript2handoff.deal import Record
from transcript2handoff.errors import InputError
from transcript2handoff.store.tables.base import Dated
from transcript2handoff.store.transaction import Transaction

Item = TypeVar("Item")


class Window(Record):
    """Which part of a list is wanted."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    after: str | None = None
    """The ``after`` of the page before; none for the first page."""


class Page(Record, Generic[Item]):
    """A part of a list, newest first."""

    items: tuple[Item, ...]
    after: str | None
    """The cursor for the next page; none if this is the last one."""


DatedRow = TypeVar("DatedRow", bound=Dated)
_PLACE = TypeAdapter(tuple[str, datetime.datetime, str])


def newest_first(
    tx: Transaction, query: Select[DatedRow], row: type[DatedRow], *, window: Window
) -> tuple[list[DatedRow], str | None]:
    """The rows of a page, and the cursor for the next one.

    Raises:
        InputError: the cursor is none of this list.
    """
    if window.after is not None:
        query = query.where(_comes_after(row, window.after))
    query = query.order_by(row.created.desc(), row.id.desc()).limit(window.limit + 1)
    found = list(tx.session.scalars(query))
    page = found[: window.limit]
    return page, _cursor(page[-1]) if len(found) > len(page) else None


def _cursor(row: Dated) -> str:
    place = json.dumps([row.__tablename__, row.created.isoformat(), row.id])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _comes_after(row: type[Dated], cursor: str) -> ColumnElement[bool]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place = base64.b64decode(padded, altchars=b"-_", validate=True)
        table, created, id_ = _PLACE.validate_json(place)
        created = created.astimezone(datetime.UTC)
    except (binascii.Error, ValueError, ValidationError, OverflowError) as error:
        raise InputError(_no_cursor()) from error
    if table != row.__tablename__:
        raise InputError(_no_cursor())
    return or_(row.created < created, and_(row.created == created, row.id < id_))


def _no_cursor() -> str:
    return "That is no cursor of this list. Take the one of the page before, or begin without one."
