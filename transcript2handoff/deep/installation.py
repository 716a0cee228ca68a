"""An installation as it is examined: its store, its engine, and what stands beside deals."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from transcript2handoff.dossier import Papers
from transcript2handoff.store import Store
from transcript2handoff.store.soundness import Fault


@dataclass(frozen=True, kw_only=True)
class Installation:
    """What looks look at.

    Attributes:
        store: rows and blobs.
        attempts: tells the ids of all attempts that the durable engine knows.
        papers: what stands beside every deal.
        grace: how long bytes may lie there that no row names.
    """

    store: Store
    attempts: Callable[[], tuple[str, ...]]
    papers: Papers
    grace: datetime.timedelta


Look = Callable[[Installation], Iterator[Fault]]
"""Looks at one matter, and gives what does not hold."""
