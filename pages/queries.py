"""Queries of lists, as links within a page repeat and change them."""

from urllib.parse import urlencode

from starlette.requests import Request


def other_query(request: Request, **changes: object) -> str:
    """The query of a request with some parameters set, and others (None) left out.

    The place in a list is left out too, for it is one of another list then.
    """
    told = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in changes and name != "after"
    ]
    set_now = [(name, str(value)) for name, value in changes.items() if value is not None]
    return urlencode([*told, *set_now])
