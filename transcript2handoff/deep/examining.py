"""Looking at an installation, and once more at what was found."""

import datetime
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from pydantic import ValidationError

from transcript2handoff.deal import Record
from transcript2handoff.deep.installation import Installation, Look
from transcript2handoff.deep.looks import LOOKS
from transcript2handoff.errors import Cancelled, HandoffError, StoreUnreachableError
from transcript2handoff.jobs.engine import attempts_known
from transcript2handoff.settings import Settings
from transcript2handoff.startup import open_existing, papers_of
from transcript2handoff.store.soundness import Fault
from transcript2handoff.watch import NOBODY, Watch

SETTLE_SECONDS: Final = 3.0
"""After which what was found is looked at again: what was under way is over then."""
GRACE: Final = datetime.timedelta(hours=3)
"""Orphans are swept once an hour, when they are an hour old."""

_UNREADABLE: Final = "A row cannot be read: nothing further was looked at in this matter."
_RESTORE: Final = (
    "Somebody has changed rows by hand, or another version of the program has written them. "
    "Compare with a backup."
)


class Examined(Record):
    """One matter, and what does not hold of it."""

    name: str
    faults: tuple[Fault, ...]
    seconds: float


class DeepReport(Record):
    """Everything that was looked at."""

    matters: tuple[Examined, ...]

    @property
    def is_sound(self) -> bool:
        """Whether everything holds."""
        return not any(matter.faults for matter in self.matters)


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How an installation is looked at.

    Attributes:
        grace: how long bytes may lie there that no row names.
        settle: seconds until what was found is looked at again.
        wait: waits for so many seconds.
    """

    grace: datetime.timedelta = GRACE
    settle: float = SETTLE_SECONDS
    wait: Callable[[float], None] = time.sleep


USUAL: Final = Manner()


def examine_installation(
    settings: Settings, *, manner: Manner = USUAL, watch: Watch = NOBODY
) -> DeepReport:
    """Look at the installation of these settings, which may be at work; nothing is written.

    Raises:
        SettingsError: an address or a file of the settings is not right.
        StoreNotMigratedError: the database has another schema than this program.
        StoreUnreachableError: there is no database, or something cannot be read.
        Cancelled: somebody asked to stop.
    """
    store = open_existing(settings)
    try:
        whole = Installation(
            store=store,
            attempts=partial(attempts_known, settings),
            papers=papers_of(settings),
            grace=manner.grace,
        )
        return examine(whole, manner=manner, watch=watch)
    finally:
        store.close()


def examine(
    whole: Installation,
    *,
    manner: Manner = USUAL,
    watch: Watch = NOBODY,
    looks: Mapping[str, Look] = LOOKS,
) -> DeepReport:
    """Look at everything, and once more at what does not seem to hold."""
    first = []
    for number, (name, look) in enumerate(looks.items()):
        watch.at(number / len(looks))
        first.append(_examined(name, look, whole))
    if any(matter.faults for matter in first):
        manner.wait(manner.settle)
    watch.at(1.0)
    again = (
        _seen_twice(matter, looks[matter.name], whole) if matter.faults else matter
        for matter in first
    )
    return DeepReport(matters=tuple(again))


def _examined(name: str, look: Look, whole: Installation) -> Examined:
    began = time.monotonic()
    faults = tuple(_told(look, whole))
    return Examined(name=name, faults=faults, seconds=round(time.monotonic() - began, 3))


def _told(look: Look, whole: Installation) -> Iterator[Fault]:
    """What a look finds; it ends at something that cannot be read at all."""
    try:
        yield from look(whole)
    except (StoreUnreachableError, Cancelled):
        raise
    except (HandoffError, ValueError) as error:
        # Its words may be those of a call: its kind has to do.
        kind = error.title if isinstance(error, ValidationError) else type(error).__name__
        yield Fault(what=_UNREADABLE, where=(kind,), advice=_RESTORE)


def _seen_twice(matter: Examined, look: Look, whole: Installation) -> Examined:
    again = set(_told(look, whole))
    left = tuple(fault for fault in matter.faults if fault in again)
    return matter.model_copy(update={"faults": left})
