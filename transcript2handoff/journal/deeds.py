"""What people did to one claim: of several events on the same field the last one counts."""

from collections.abc import Iterator
from dataclasses import dataclass

from transcript2handoff.handoff import Review
from transcript2handoff.journal.events import (
    Added,
    Answered,
    ClaimEvent,
    Confirmed,
    Edited,
    OutcomeTold,
    Rejected,
)
from transcript2handoff.journal.fields import STATUS, Value, values_of


@dataclass(frozen=True)
class Written:
    """The value that stands in a field, who wrote it, and what the field is known to have held."""

    value: Value
    event: Edited | Added
    known: frozenset[Value]

    def follows(self, other: "Written") -> "Written":
        """This, knowing what the one before it knew."""
        return Written(self.value, self.event, self.known | other.known)


@dataclass(frozen=True)
class Deeds:
    """The events on one claim, the oldest first; all of its kind."""

    events: tuple[ClaimEvent, ...] = ()
    answers: tuple[Answered, ...] = ()

    @property
    def rejection(self) -> Rejected | None:
        """The rejection, unless somebody has taken it back; an edit does not."""
        verdicts = [one for one in self.events if isinstance(one, Confirmed | Rejected)]
        last = verdicts[-1] if verdicts else None
        return last if isinstance(last, Rejected) else None

    @property
    def review(self) -> Review | None:
        """The last time that somebody looked at the claim."""
        looks = [one for one in self.events if isinstance(one, Confirmed | Edited | Added)]
        if not looks:
            return None
        last = looks[-1]
        return Review(action=last.event, by=last.by, at=last.at, why=last.why)

    @property
    def outcome(self) -> OutcomeTold | None:
        """What came of the promise, as it was told last."""
        told = [one for one in self.events if isinstance(one, OutcomeTold)]
        return told[-1] if told else None

    @property
    def written(self) -> dict[str, Written]:
        """What people wrote into the fields of the claim."""
        fields: dict[str, Written] = {}
        for event in self.events:
            for name, new in _writes(event):
                fields[name] = new.follows(fields[name]) if name in fields else new
        return fields


def _writes(event: ClaimEvent) -> Iterator[tuple[str, Written]]:
    match event:
        case Edited():
            for name, change in event.changes.items():
                yield name, Written(change.now, event, frozenset((change.was, change.now)))
        case Added():
            for name, value in values_of(event.claim.summary, event.claim.fact).items():
                # What has become of a promise since it was added is for the calls to say.
                if name != STATUS:
                    yield name, Written(value, event, frozenset((value,)))
