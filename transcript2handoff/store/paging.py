"""Lists in pages: a cursor is a place in the list, so that what is added moves nothing."""

import base64
import binascii
import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import to_json
from sqlalchemy import ColumnElement, Select, and_, or_

from transcript2handoff.deal import Record
from transcript2handoff.errors import InputError
from transcript2handoff.store.tables.base import Dated
from transcript2handoff.store.transaction import Transaction

Item = TypeVar("Item")
_MOST: Final = 200
"""Items of a page."""


class Window(Record):
    """Which part of a list is wanted."""

    limit: Annotated[int, Field(ge=1, le=_MOST)] = 50
    after: str | None = None
    """The ``after`` of the page before; none for the first page."""


class Page(Record, Generic[Item]):
    """A part of a list."""

    items: tuple[Item, ...]
    after: str | None
    """The cursor for the next page; none if this is the last one."""


def every(listed: Callable[[Window], Page[Item]]) -> Iterator[Item]:
    """Every item of a list that comes in pages, a page in memory at once.

    Args:
        listed: the page of a window.
    """
    window = Window(limit=_MOST)
    while True:
        page = listed(window)
        yield from page.items
        if page.after is None:
            return
        window = Window(limit=_MOST, after=page.after)


DatedRow = TypeVar("DatedRow", bound=Dated)
Sorted = str | int | datetime.date
"""A value that lists are sorted by."""
_LIST: Final = TypeAdapter(list[Any])


@dataclass(frozen=True, kw_only=True)
class Key:
    """What a list is sorted by.

    Attributes:
        column: a value that every row has.
        kind: its type.
        falling: whether the greatest come first.
    """

    column: ColumnElement[Any]
    kind: type[Sorted]
    falling: bool = False


@dataclass(frozen=True, kw_only=True)
class Order:
    """How a list is sorted.

    Attributes:
        name: of the list and of its order; a cursor of another one is refused.
        keys: what it is sorted by, the weightiest first; no two rows have the same.
    """

    name: str
    keys: tuple[Key, ...]


def newest_first(
    tx: Transaction, query: Select[DatedRow], row: type[DatedRow], *, window: Window
) -> tuple[list[DatedRow], str | None]:
    """The rows of a page, and the cursor for the next one.

    Raises:
        InputError: the cursor is none of this list.
    """
    keys = (
        Key(column=row.created.expression, kind=datetime.datetime, falling=True),
        Key(column=row.id.expression, kind=str, falling=True),
    )
    order = Order(name=row.__tablename__, keys=keys)
    found, after = in_order(tx, query, order, window=window)
    return [told for told, *_ in found], after


def in_order(
    tx: Transaction, query: Select[*tuple[Any, ...]], order: Order, *, window: Window
) -> tuple[list[tuple[Any, ...]], str | None]:
    """The rows of a page, and the cursor for the next one.

    Raises:
        InputError: the cursor is none of this list, or of another order of it.
    """
    if window.after is not None:
        query = query.where(_comes_after(order, _read(order, window.after)))
    sorting = (key.column.desc() if key.falling else key.column.asc() for key in order.keys)
    keys = [key.column.label(f"key_{n}") for n, key in enumerate(order.keys)]
    query = query.add_columns(*keys).order_by(*sorting).limit(window.limit + 1)
    found = list(tx.session.execute(query))
    page = [tuple(row) for row in found[: window.limit]]
    width = len(order.keys)
    after = _cursor(order, page[-1][-width:]) if len(found) > len(page) else None
    return [row[:-width] for row in page], after


def _cursor(order: Order, place: Sequence[Any]) -> str:
    told = to_json([order.name, *place])
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


def _read(order: Order, cursor: str) -> tuple[Sorted, ...]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place = base64.b64decode(padded, altchars=b"-_", validate=True)
        name, *values = _LIST.validate_json(place)
        told = tuple(_value(key, each) for key, each in zip(order.keys, values, strict=True))
    except (binascii.Error, ValueError, ValidationError, OverflowError) as error:
        raise InputError(_no_cursor()) from error
    if name != order.name or any("\0" in each for each in told if isinstance(each, str)):
        raise InputError(_no_cursor())
    return told


def _value(key: Key, told: Any) -> Sorted:  # noqa: ANN401 - whatever stands in a cursor
    value = TypeAdapter(key.kind).validate_json(to_json(told), strict=True)
    return value.astimezone(datetime.UTC) if isinstance(value, datetime.datetime) else value


def _comes_after(order: Order, place: Sequence[Sorted]) -> ColumnElement[bool]:
    """Where the first key that differs is further on."""
    further = []
    same: list[ColumnElement[bool]] = []
    for key, value in zip(order.keys, place, strict=True):
        column = key.column
        further.append(and_(*same, column < value if key.falling else column > value))
        same.append(column == value)
    return or_(*further)


def _no_cursor() -> str:
    return "That is no cursor of this list. Take the one of the page before, or begin without one."
