"""Promises that moved: a later call names the day for which something was promised before.

"I told you end of June. It's end of September now": the words of the two promises may have nothing
in common, the day that did not hold is what they share.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

from transcript2handoff.consolidate.matching import Alike, Link, Pair, nearest
from transcript2handoff.extract.dates import find_dates
from transcript2handoff.facts import Promise, PromiseType
from transcript2handoff.handoff import Claim
from transcript2handoff.transcript import Transcript

MOVING: Final[frozenset[PromiseType]] = frozenset(["feature", "timeline"])
"""What has one day, and is told again when that moves."""
_STRETCH: Final = re.compile(r"\b(?:hours?|days?|weeks?|months?|today|now)\b", re.IGNORECASE)
BEFORE: Final = 2
"""Turns before the new promise in which the old day is named."""
NAMED: Final = 1.0
"""Added to the likeness of two promises of which the later names the day of the earlier one."""


def slips(pair: Pair, transcripts: Mapping[str, Transcript]) -> Iterator[Link]:
    """The promises of two sources of which the later one moves the earlier one.

    Args:
        pair: the sources.
        transcripts: of the calls, by id; nothing is found in a call whose transcript is missing.
    """
    found = [
        Alike(NAMED + pair.words.likeness(one, other), one, other)
        for one, other in product(pair.earlier.claims, pair.later.claims)
        if _may_move(one, other) and _names(other, _due(one), pair, transcripts)
    ]
    for alike in nearest(found):
        yield alike.link


def _may_move(one: Claim, other: Claim) -> bool:
    match one.fact, other.fact:
        case Promise(type=ours), Promise(type=theirs):
            return {ours, theirs} <= MOVING and _due(one) != _due(other)
    return False


def _due(claim: Claim) -> str | None:
    """When a promise is due, unless that is a stretch of time, which any matter can take."""
    due = claim.fact.due if isinstance(claim.fact, Promise) else None
    return None if due is None or _STRETCH.search(due) else due


def _names(
    claim: Claim, due: str | None, pair: Pair, transcripts: Mapping[str, Transcript]
) -> bool:
    """Whether the day is named where a promise is made."""
    if due is None:
        return False
    days = {record.call.id: record.call.date for record in pair.later.handoff.calls}
    for evidence in claim.spoken:
        heard = transcripts.get(evidence.call_id)
        if heard is None or evidence.call_id not in days:
            continue
        for n in range(max(1, evidence.turn - BEFORE), evidence.turn + 1):
            named = find_dates(heard.turn(n).text, said_on=days[evidence.call_id])
            if due.casefold() in {mention.due.casefold() for mention in named}:
                return True
    return False
