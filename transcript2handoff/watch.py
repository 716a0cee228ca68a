"""How long work says how far it is, and hears that it shall stop."""

from collections.abc import Callable
from dataclasses import dataclass

from transcript2handoff.errors import Cancelled


def _ignore(_: float) -> None:
    """Nobody looks."""


def _never() -> bool:
    """Nobody asks to stop."""
    return False


STOPPED = "Stopped on request. What was finished is kept; run the command again to go on."


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Handed into long work; the work calls ``at`` between pieces that take a second or so."""

    report: Callable[[float], None] = _ignore
    """Told the share of the work that is done, 0 to 1."""
    cancelled: Callable[[], bool] = _never

    def at(self, share: float) -> None:
        """Note that ``share`` of the work is done.

        Raises:
            Cancelled: somebody asked to stop.
        """
        if self.cancelled():
            raise Cancelled(STOPPED)
        self.report(min(max(share, 0.0), 1.0))

    def part(self, begin: float, end: float) -> "Watch":
        """A watch for the piece of the work between two shares of the whole."""
        return Watch(
            report=lambda share: self.report(begin + (end - begin) * share),
            cancelled=self.cancelled,
        )


NOBODY = Watch()
"""For work that nobody watches."""
