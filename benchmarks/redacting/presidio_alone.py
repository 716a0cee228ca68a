"""The baseline: what Presidio's own recognisers hide, as it is installed, for English."""

from collections.abc import Sequence

from transcript2handoff.presidio import PresidioDetector
from transcript2handoff.transcript import Span, Turn


def hidden_by_presidio(turns: Sequence[Turn]) -> list[list[tuple[str, Span]]]:
    """What is hidden in each turn; names, places and days are left to be read, as by our rules."""
    finder = PresidioDetector()
    return [list(finder.find(turn.text)) for turn in turns]
