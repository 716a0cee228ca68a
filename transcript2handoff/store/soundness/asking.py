"""Faults that a query finds by itself: each of its rows is one."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Select

from transcript2handoff.store.opening import Store
from transcript2handoff.store.soundness.fault import Fault


def asked(
    store: Store, queries: Mapping[str, Select[*tuple[Any, ...]]], *, advice: str
) -> Iterator[Fault]:
    """What queries find, all of them in one moment of the database.

    Args:
        store: the store.
        queries: by what is told of their rows, a sentence; they select ids.
        advice: what to do.
    """
    with store.read() as tx:
        found = {
            what: [tuple(map(str, row)) for row in tx.session.execute(query)]
            for what, query in queries.items()
        }
    for what, rows in found.items():
        for where in rows:
            yield Fault(what=what, where=where, advice=advice)
