"""A deal as a person has it before them: its claims and questions, to be found by their ids."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from rapidfuzz import fuzz, process

from transcript2handoff.errors import JournalError
from transcript2handoff.handoff import Claim, Handoff
from transcript2handoff.journal.applying import Applied, apply
from transcript2handoff.journal.events import Added, Event, StandingEvent
from transcript2handoff.journal.proving import Heard, Wordings
from transcript2handoff.journal.standing import acting, standing
from transcript2handoff.transcript import Transcript

_NEAR: Final = 3
"""Ids that are proposed for one that is not there."""


@dataclass(frozen=True, kw_only=True)
class Calls:
    """What the calls of a deal say, before anybody has looked at it."""

    handoff: Handoff
    """As ``consolidate`` made it."""
    transcripts: Sequence[Transcript] = ()
    origin: Mapping[str, str] = field(default_factory=dict)
    """The claim that each claim of the calls is part of now (``Consolidation.origin``)."""
    wordings: Wordings = field(default_factory=dict)
    """What turns said before somebody fixed their words."""

    def applied(self, events: Sequence[Event]) -> Applied:
        """The handoff after all that people did, and what to know about it."""
        return apply(
            self.handoff, events, self.transcripts, origin=self.origin, wordings=self.wordings
        )


@dataclass(frozen=True)
class Desk:
    """A deal with all that people did to it so far."""

    calls: Calls
    events: Sequence[Event] = ()

    @cached_property
    def applied(self) -> Applied:
        """The handoff as it is shown, and what to know about the events."""
        return self.calls.applied(self.events)

    @cached_property
    def heard(self) -> Heard:
        """What was said on the calls, for words to be looked up."""
        return Heard({one.call_id: one for one in self.calls.transcripts}, self.calls.wordings)

    @cached_property
    def standing(self) -> Sequence[StandingEvent]:
        """The events that nobody has taken back."""
        return standing(self.events)

    def is_shown(self, claim: Claim) -> bool:
        """Whether nobody has rejected a claim."""
        return any(one.id == claim.id for one in self.applied.handoff.claims)

    def claim(self, given: str) -> Claim:
        """The claim with an id, or the only one whose id begins so; a rejected one, too.

        The id of a claim that became part of another one leads there.

        Raises:
            JournalError: there is none, or there are several.
        """
        ways = self._ways
        return self._claims[ways[pick(given, ways, what="claim")]]

    def knows(self, claim_id: str) -> bool:
        """Whether a claim has, or once had, this id."""
        return claim_id in self._ways

    @cached_property
    def _claims(self) -> Mapping[str, Claim]:
        """All claims as they are shown; the rejected ones as they were before that."""
        additions = [event for event in acting(self.events) if isinstance(event, Added)]
        whole = self.calls.applied(additions).handoff
        return {claim.id: claim for one in (whole, self.applied.handoff) for claim in one.claims}

    @cached_property
    def _ways(self) -> Mapping[str, str]:
        """The claim that every id leads to."""
        homes = {name: home for name, home in self.calls.origin.items() if home in self._claims}
        return {**homes, **{name: name for name in self._claims}}


def pick(given: str, ids: Mapping[str, str], *, what: str) -> str:
    """The id that was meant, in full.

    Args:
        given: an id, or how it begins.
        ids: all there are, each with what it leads to.
        what: they are ids of.

    Raises:
        JournalError: there is none, or there are several that lead to different things.
    """
    if given in ids:
        return given
    begun = sorted(name for name in ids if given and name.startswith(given))
    if len({ids[name] for name in begun}) == 1:
        return begun[0]
    if begun:
        raise JournalError(
            f"Several {what}s have an id that begins with {given}: {_listed(begun)}. "
            "Give more of the id."
        )
    near = [name for name, *_ in process.extract(given, ids.keys(), scorer=fuzz.ratio, limit=_NEAR)]
    hint = f"The nearest are {_listed(near)}." if near else f"The deal has no {what}s."
    raise JournalError(f"There is no {what} {given!r}. {hint}")


def _listed(ids: Iterable[str]) -> str:
    shown = list(ids)
    more = len(shown) - 5
    return ", ".join(shown[:5]) + (f" and {more} more" if more > 0 else "")
