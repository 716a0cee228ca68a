"""Lists in pages: the two parameters of every list, and the form of its answer."""

from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar

from fastapi import Depends, Query

from transcript2handoff.store import Page, Window

Item = TypeVar("Item")
Shown = TypeVar("Shown")


def _window(
    limit: Annotated[int, Query(ge=1, le=200, description="Most items of a page.")] = 50,
    after: Annotated[
        str | None,
        Query(max_length=300, description="`after` of the page before; none for the first page."),
    ] = None,
) -> Window:
    return Window(limit=limit, after=after)


Paging = Annotated[Window, Depends(_window)]
"""Which part of a list is wanted: `limit` and `after` of the query."""


LONGEST: Final = Window(limit=200)
"""The first page, as long as one may be."""


def shaped(page: Page[Item], shape: Callable[[Item], Shown]) -> Page[Any]:
    """The page with its items as they are shown; the route says ``response_model=Page[Shown]``."""
    return Page(items=tuple(map(shape, page.items)), after=page.after)
