"""Which claims of two calls state the same matter.

People and vendors are known by name, everything else by its words. Of claims that are alike, only
those are linked that are each other's nearest: a promise that was repeated has one partner.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final, NamedTuple

from transcript2handoff.consolidate.limits import (
    ALIKE,
    ALIKE_BY_TYPE,
    CLOSE_TYPES,
    FAR_TYPE,
    OTHER_TYPE,
)
from transcript2handoff.consolidate.names import roles_clash, same_person, same_vendor
from transcript2handoff.consolidate.phrases import is_inquiry, is_trial
from transcript2handoff.consolidate.sources import Source
from transcript2handoff.consolidate.values import lengths_differ
from transcript2handoff.consolidate.words import Vocabulary
from transcript2handoff.facts import Competitor, Objection, Promise, Stakeholder, Term, TermType
from transcript2handoff.handoff import Claim


class Link(NamedTuple):
    """The ids of two claims that state the same matter, and how sure that is."""

    one: str
    other: str
    strength: float


class Alike(NamedTuple):
    """Two claims and how alike they are."""

    likeness: float
    one: Claim
    other: Claim

    @property
    def link(self) -> Link:
        """That the two are the same matter."""
        return Link(self.one.id, self.other.id, self.likeness)


class Pair:
    """Two sources that are compared, the earlier one first."""

    def __init__(self, earlier: Source, later: Source) -> None:
        self.earlier, self.later = earlier, later
        deals = (earlier.handoff.deal, later.handoff.deal)
        self.words = Vocabulary((*earlier.claims, *later.claims), deals)
        self._people = [person.name for deal in deals for person in deal.participants]
        self._people += [
            claim.fact.name
            for claim in (*earlier.claims, *later.claims)
            if isinstance(claim.fact, Stakeholder) and claim.fact.name
        ]

    def links(self) -> Iterator[Link]:
        """The claims that are the same matter, by their ids."""
        yield from self._named()
        for pair in nearest(list(self._alike())):
            yield pair.link

    def are_same(self, one: Stakeholder, other: Stakeholder) -> bool:
        """Whether two stakeholders are one person by name, whatever their roles."""
        return same_person(one, other, self._people)

    def _named(self) -> Iterator[Link]:
        for one, other in product(self.earlier.claims, self.later.claims):
            match one.fact, other.fact:
                case Stakeholder() as ours, Stakeholder() as theirs:
                    same = self.are_same(ours, theirs) and not roles_clash(ours.role, theirs.role)
                case Competitor() as ours, Competitor() as theirs:
                    same = same_vendor(ours, theirs)
                case _:
                    continue
            if same:
                yield Link(one.id, other.id, 1.0)

    def _alike(self) -> Iterator[Alike]:
        for one, other in product(self.earlier.claims, self.later.claims):
            if one.kind == other.kind and one.kind in ALIKE:
                likeness = self.words.likeness(one, other)
                if likeness >= _least(one, other):
                    yield Alike(likeness, one, other)


def nearest(pairs: Sequence[Alike]) -> Iterator[Alike]:
    """The pairs in which each is the other's nearest; equals count as nearest, too."""
    best: defaultdict[str, float] = defaultdict(float)
    for pair in pairs:
        for claim in (pair.one, pair.other):
            best[claim.id] = max(best[claim.id], pair.likeness)
    for pair in pairs:
        if pair.likeness == best[pair.one.id] == best[pair.other.id]:
            yield pair


SINGLE: Final[frozenset[TermType]] = frozenset(["length"])
"""Terms of which a contract has one value, that seldom moves in a negotiation."""
_NEVER: Final = 2.0
"""More than any likeness."""


def clash(one: Term, other: Term) -> bool:
    """Whether two terms give different values of what a contract has one value of."""
    if one.type != other.type or one.type not in SINGLE:
        return False
    return lengths_differ(one.value, other.value)


def _least(one: Claim, other: Claim) -> float:
    """How alike two claims of one kind must at least be to state the same matter."""
    match one.fact, other.fact:
        case Promise(), Promise():
            return _least_of_promises(one, other)
        case Term() as ours, Term() as theirs if ours.type != theirs.type or clash(ours, theirs):
            return _NEVER
        case Objection() as ours, Objection() as theirs if ours.topic != theirs.topic:
            return OTHER_TYPE
    return ALIKE[one.kind]


def _least_of_promises(one: Claim, other: Claim) -> float:
    if is_inquiry(one.summary) != is_inquiry(other.summary):
        return _NEVER
    types = {claim.fact.type for claim in (one, other) if isinstance(claim.fact, Promise)}
    if len(types) > 1:
        return OTHER_TYPE if types in CLOSE_TYPES else FAR_TYPE
    only = types.pop()
    if only == "timeline" and is_trial(one.summary) != is_trial(other.summary):
        return ALIKE["promise"]
    return ALIKE_BY_TYPE.get(only, ALIKE["promise"])
