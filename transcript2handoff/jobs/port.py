"""What the jobs ask of a durable engine, and what the engine asks of them."""

import datetime
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal, Protocol, Self

DEFAULT_PRIORITY = 5


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """An attempt at a run: what the engine is given of it, and nothing else."""

    run_id: str
    attempt: int
    priority: int = DEFAULT_PRIORITY
    """Smaller is earlier; 1 is the earliest."""

    @property
    def id(self) -> str:
        """The name of the attempt; the same name is never done twice."""
        return f"{self.run_id}.{self.attempt}"

    @classmethod
    def named(cls, name: str) -> Self:
        """The ticket with this ``id``; its priority is not known any more."""
        run_id, _, attempt = name.rpartition(".")
        return cls(run_id=run_id, attempt=int(attempt))


class Standing(Enum):
    """How an attempt stands with the engine."""

    QUEUED = "queued"
    WORKING = "working"
    ENDED = "ended"
    BROKEN = "broken"
    """The engine has given it up: it took its worker down again and again."""


@dataclass(frozen=True, kw_only=True)
class StepOutcome:
    """What became of a step; the key leads to what it has made."""

    state: Literal["done", "reused"]
    key: str | None = None


@dataclass(frozen=True, kw_only=True)
class Loop:
    """Something that a worker does again and again beside its runs."""

    name: str
    every: float
    """Seconds until it is called again."""
    work: Callable[[], bool]
    """Does a piece; whether there may be more, which is done at once then."""


class Interrupted(BaseException):
    """The worker stops: the step is left as it is, and the next worker begins it again.

    No ``Exception``: nothing on its way may take it for the end of the step.
    """


class Script(Protocol):
    """What the engine plays: the steps of a run, one after the other.

    Each method is called again when a worker died in it, and not any more once it has returned.
    All of them may raise ``Interrupted`` and nothing else.
    """

    def plan(self, ticket: Ticket) -> list[str]:
        """The names of the steps, in order; none if there is nothing to do, nor to finish."""
        ...

    def play(self, ticket: Ticket, name: str, position: int) -> bool:
        """Do a step; whether the run goes on."""
        ...

    def finish(self, ticket: Ticket) -> None:
        """All steps are done."""
        ...


class Register(Protocol):
    """The engine's books: whatever process has them open may write into them.

    All methods raise ``StoreUnreachableError`` if the engine's database cannot be used.
    """

    def start(self, tickets: Iterable[Ticket]) -> None:
        """Queue attempts; those that the engine knows already stay as they are."""
        ...

    def standings(self, tickets: Sequence[Ticket]) -> dict[str, Standing]:
        """How attempts stand, by their ids; those that the engine does not know are left out."""
        ...

    def known(self, *, ended_before: datetime.datetime | None = None) -> tuple[str, ...]:
        """The ids of all attempts, or of those that ended before a moment."""
        ...

    def forget(self, ids: Collection[str]) -> None:
        """Erase attempts with all that the engine has noted of them."""
        ...


class Runner(Register, Protocol):
    """An engine that works in this process."""

    def take_over(self, *, alive: Collection[str]) -> int:
        """Queue again what workers began who are not alive any more; the number of attempts."""
        ...

    def take_up_stranded(self) -> int:
        """Queue again what this worker began and lost; the number of attempts."""
        ...
