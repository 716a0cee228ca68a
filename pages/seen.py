"""What somebody had before them when they began to change a claim, and what differs by now. Pure.

A form carries it along, so that a change is held against the claim itself: what others did to
other claims meanwhile is no reason to ask.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from transcript2handoff.deal import Record
from transcript2handoff.facts import Kind
from transcript2handoff.handoff import Claim, Outcome
from transcript2handoff.journal import Desk
from transcript2handoff.journal.fields import Value, values_of
from transcript2handoff.pages.fact_form import FormField, form_fields, same


class Seen(Record):
    """A claim as somebody had it before them."""

    kind: Kind
    values: Mapping[str, Value]
    outcome: Outcome | None
    is_rejected: bool
    deeds: int
    """How many times people had done something to it."""

    @classmethod
    def of(cls, desk: Desk, claim: Claim, *, deeds: int) -> Self:
        """The claim as it stands.

        Args:
            desk: where it lies.
            claim: one of the desk's.
            deeds: how many times people have done something to it.
        """
        return cls(
            kind=claim.kind,
            values=values_of(claim.summary, claim.fact),
            outcome=claim.outcome,
            is_rejected=not desk.is_shown(claim),
            deeds=deeds,
        )

    def says_the_same_as(self, other: "Seen") -> bool:
        """Whether the two differ in nothing but in how often people looked at the claim."""
        return self.model_copy(update={"deeds": other.deeds}) == other


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A field that somebody else has set meanwhile, or that would be set now.

    Attributes:
        field: which one.
        was: what somebody had before them.
        theirs: what stands there now.
        mine: what they want to stand there; the same as ``theirs`` where they did not touch it.
        is_mine: whether they touched it.
        is_theirs: whether somebody else did.
    """

    field: FormField
    was: Value
    theirs: Value
    mine: Value
    is_mine: bool
    is_theirs: bool

    @property
    def is_clash(self) -> bool:
        """Whether both did, and not to the same value."""
        return self.is_mine and self.is_theirs


def differences(
    seen: Seen, theirs: Mapping[str, Value], mine: Mapping[str, Value]
) -> tuple[Difference, ...]:
    """Where what stands now, what was seen, and what is wanted are not all the same.

    Args:
        seen: what somebody had before them.
        theirs: what stands there now, of the same kind of claim.
        mine: what they want to set.
    """
    return tuple(
        one
        for field in form_fields(seen.kind)
        if (one := _difference(field, seen.values, theirs, mine)) and (one.is_mine or one.is_theirs)
    )


def wanted(
    theirs: Mapping[str, Value], mine: Mapping[str, Value], *, leave: Iterable[str] = ()
) -> dict[str, Value]:
    """What is still to be set, once somebody has chosen.

    Args:
        theirs: what stands there now.
        mine: what they wanted to set.
        leave: the fields in which they take what stands there.
    """
    left = frozenset(leave)
    return {
        name: value
        for name, value in mine.items()
        if name not in left and not same(theirs.get(name), value)
    }


def by_whom(names: Sequence[str]) -> str:
    """The people behind a change: ``Ana``, ``Ana and Ben``; the calls where it was nobody."""
    once = list(dict.fromkeys(names))
    if not once:
        return "A new reading of the calls"
    return " and ".join([", ".join(once[:-1]), once[-1]]) if len(once) > 1 else once[0]


def _difference(
    field: FormField,
    was: Mapping[str, Value],
    theirs: Mapping[str, Value],
    mine: Mapping[str, Value],
) -> Difference:
    before, now = was.get(field.name), theirs.get(field.name)
    wish = mine.get(field.name, now)
    return Difference(
        field=field,
        was=before,
        theirs=now,
        mine=wish,
        is_mine=field.name in mine and not same(wish, now),
        is_theirs=not same(before, now),
    )
