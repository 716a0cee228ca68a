"""Whose turn it is with a handoff: of the service, the account executive or customer success."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

WhoseTurn = Literal["service", "ae", "csm", "nobody"]
"""``service``: it is being made; ``nobody``: it was accepted."""
WHOSE_TURNS: Final[tuple[WhoseTurn, ...]] = get_args(WhoseTurn)
Decided = Literal["accepted", "returned"]
"""What customer success said to a handoff."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a handoff stands.

    Attributes:
        verdict: how it was judged: ``ready``, ``ask_ae`` or ``blocked``; none before it is made.
        waits_for: what has to come before work on it can go on, in words.
        open_questions: how many the account executive has not answered; none if nobody has counted.
        decided: what customer success said to it.
        is_untouched: whether nothing was done to it since they said so.
    """

    verdict: str | None
    waits_for: str | None = None
    open_questions: int | None = None
    decided: Decided | None = None
    is_untouched: bool = False


def whose_turn(standing: Standing) -> WhoseTurn:
    """Who has to do the next thing.

    The service while there is no handoff; nobody once it is accepted. What was returned is with
    the account executive until something is done, then with customer success. Otherwise questions
    go to the account executive first.
    """
    if standing.verdict is None or standing.waits_for:
        return "service"
    if standing.decided == "accepted":
        return "nobody"
    if standing.decided == "returned":
        return "ae" if standing.is_untouched else "csm"
    if standing.verdict != "ready" and standing.open_questions != 0:
        return "ae"
    return "csm"
