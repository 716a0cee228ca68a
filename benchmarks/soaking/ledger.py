"""What the load of a soak did, and what it was answered: a line of JSON for each request."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final, TextIO

import numpy as np

LOST: Final = 0
"""The status of a request whose answer never came."""
_AFTER: Final = 20.0
"""Seconds after a disturbance in which what it has broken may still be felt."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request, and what came of it.

    Attributes:
        actor: who of the load has sent it.
        what: which kind of deed it was.
        began: in seconds, of the clock of the soak.
        seconds: until the answer, or until the line broke.
        status: of the answer; ``LOST`` where none came.
        mark: what is written into it, to be found again; empty where nothing is.
        deal: the id of the deal that it was about; empty where it was about none.
        call: the id of a call, likewise.
        words: what the answer said where it was a refusal.
    """

    actor: str
    what: str
    began: float
    seconds: float
    status: int
    mark: str = ""
    deal: str = ""
    call: str = ""
    words: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether it was acknowledged."""
        return 200 <= self.status < 400


@dataclass(frozen=True)
class Disturbance:
    """Something that was broken on purpose, from when until when."""

    what: str
    began: float
    ended: float


@dataclass
class Ledger:
    """All of it; threads share it."""

    file: TextIO
    asked: list[Asked] = field(default_factory=list)
    disturbances: list[Disturbance] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def at(cls, path: Path) -> "Ledger":
        """A new one, whose lines are written there as well."""
        return cls(path.open("w", encoding="utf-8"))

    @property
    def now(self) -> float:
        """Seconds since the soak began."""
        return time.monotonic() - self._began

    def note(self, asked: Asked) -> None:
        """Keep what came of a request."""
        with self._lock:
            self.asked.append(asked)
            self.file.write(json.dumps(asdict(asked)) + "\n")

    def disturb(self, what: str, began: float) -> None:
        """Keep that something was broken, from a moment until now."""
        with self._lock:
            self.disturbances.append(Disturbance(what, began, self.now))
            self.file.write(json.dumps(asdict(self.disturbances[-1])) + "\n")

    def marks(self, *, deal: str, taken: bool) -> Counter[str]:
        """The marks of requests about a deal: how often each was acknowledged, or was not."""
        with self._lock:
            return Counter(
                one.mark for one in self.asked
                if one.mark and one.deal == deal and one.is_taken == taken
            )  # fmt: skip

    def unexplained(self) -> list[Asked]:
        """Requests that were not answered, or with a fault of the server, while all was well."""
        return [one for one in self.asked if not self._is_explained(one)]

    def _is_explained(self, one: Asked) -> bool:
        if one.status != LOST and one.status < 500:
            return True
        # A 500 is a defect whatever else was broken: what is away is told as 503.
        if one.status == 500:
            return False
        ended = one.began + one.seconds
        return any(
            each.began <= ended and one.began <= each.ended + _AFTER for each in self.disturbances
        )

    def latencies(self) -> Iterator[tuple[str, str, str, str, str, str, str]]:
        """For each kind of deed its number, the answers that were none or refusals, and times."""
        with self._lock:
            asked = list(self.asked)
        for what in sorted({one.what for one in asked}):
            mine = [one for one in asked if one.what == what]
            refused = sum(400 <= one.status < 500 for one in mine)
            broken = sum(one.status == LOST or one.status >= 500 for one in mine)
            times = np.array([one.seconds for one in mine if one.is_taken] or [0.0]) * 1000
            shown = (f"{np.percentile(times, share):.0f} ms" for share in (50, 95, 100))
            p50, p95, most = shown
            yield what, str(len(mine)), str(refused), str(broken), p50, p95, most
