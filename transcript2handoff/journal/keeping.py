"""Claims that people vouched for stay, although no engine finds them any more.

A word that somebody fixed may be the one by which an engine had found a claim. Where a person has
looked at it since, it is not for the engine to drop it: the words stand where they stood.
"""

from collections.abc import Sequence
from dataclasses import replace

from transcript2handoff.corrections.handoffs import carried_claim, overlaps, still_stands
from transcript2handoff.handoff import Claim
from transcript2handoff.journal.desk import Calls
from transcript2handoff.journal.events import (
    Added,
    Confirmed,
    Event,
    Rejected,
    claims_of,
)
from transcript2handoff.journal.standing import by_time, standing


def vouched(events: Sequence[Event]) -> frozenset[str]:
    """The ids of the claims that somebody looked at, and did not reject in the end."""
    looked: set[str] = set()
    rejected: set[str] = set()
    for event in by_time(standing(events)):
        if isinstance(event, Rejected):
            rejected.add(event.claim_id)
        elif not isinstance(event, Added):
            looked.update(claims_of(event))
        if isinstance(event, Confirmed):
            rejected.discard(event.claim_id)
    return frozenset(looked - rejected)


def with_vouched(told: Calls, before: Calls, events: Sequence[Event]) -> Calls:
    """What the calls say, with the claims of before that people vouched for.

    A claim is kept if the calls that it was said on are the same, turn by turn, and the side that
    can state it still does. Where an engine found a new one on its words, it is that.

    Args:
        told: what the calls say now.
        before: what they said when they were read the last time.
        events: all of the journal.
    """
    there = {one.call_id: one for one in before.transcripts}
    here = {one.call_id: one for one in told.transcripts}
    claims, origin = list(told.handoff.claims), dict(told.origin)
    for claim in _lost(told, before, events):
        if not still_stands(claim, there, here):
            continue
        moved = carried_claim(claim, there, here)
        home = _home(moved, claims, before)
        if home is None:
            claims.append(moved)
        ways = {name for name, way in before.origin.items() if way == claim.id} | {claim.id}
        origin |= dict.fromkeys(ways - origin.keys(), home.id if home else claim.id)
    handoff = told.handoff.model_copy(update={"claims": tuple(claims)})
    return replace(told, handoff=handoff, origin=origin)


def _lost(told: Calls, before: Calls, events: Sequence[Event]) -> list[Claim]:
    """The claims that people vouched for and that are not there any more."""
    known = {claim.id for claim in told.handoff.claims} | told.origin.keys()
    wanted = {before.origin.get(one, one) for one in vouched(events) if one not in known}
    return [one for one in before.handoff.claims if one.id in wanted - known]


def _home(claim: Claim, claims: Sequence[Claim], before: Calls) -> Claim | None:
    """A claim on the same words that was not there before."""
    old = {one.id for one in before.handoff.claims}
    return next((one for one in claims if one.id not in old and overlaps(one, claim)), None)
