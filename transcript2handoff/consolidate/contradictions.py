"""What cannot both hold and nobody has resolved; shown side by side, never decided here.

A value that moved from call to call stands in one claim, with the newest words; that is no
contradiction. What is left are claims that speak of the same thing and could not be joined.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

from transcript2handoff.consolidate.limits import CONFLICT
from transcript2handoff.consolidate.matching import Pair, clash
from transcript2handoff.consolidate.names import roles_clash
from transcript2handoff.consolidate.phrases import is_trial
from transcript2handoff.consolidate.sources import Source
from transcript2handoff.consolidate.values import moved
from transcript2handoff.extract.dates import due_day, find_dates
from transcript2handoff.extract.figures import said_figures
from transcript2handoff.facts import Goal, Promise, Stakeholder, Term
from transcript2handoff.handoff import Claim, Contradiction
from transcript2handoff.words import Message, message


def contradictions(
    sources: Sequence[Source], claims: Mapping[str, Claim]
) -> tuple[Contradiction, ...]:
    """The claims of a deal that disagree.

    Args:
        sources: what was consolidated, in the order of the calls.
        claims: the consolidated claim that each claim of a source is part of now, by its id.
    """
    found: dict[frozenset[str], Contradiction] = {}
    for ids, about in (*_known(sources, claims), *_new(sources, claims)):
        standing = all(_stands(claims[one]) for one in ids)
        now = tuple(dict.fromkeys(claims[one].id for one in ids))
        if standing and len(now) > 1:
            found.setdefault(frozenset(now), Contradiction(claims=now, about=about))
    return tuple(sorted(found.values(), key=lambda clash: clash.claims))


_Found = tuple[tuple[str, ...], Message]
"""The ids of claims of sources, and what they disagree in."""


def _known(sources: Sequence[Source], claims: Mapping[str, Claim]) -> Iterator[_Found]:
    """What an earlier consolidation found."""
    for source in sources:
        for one in source.handoff.contradictions:
            if all(claim_id in claims for claim_id in one.claims):
                yield one.claims, one.about


def _new(sources: Sequence[Source], claims: Mapping[str, Claim]) -> Iterator[_Found]:
    for earlier, later in combinations(sources, 2):
        pair = Pair(earlier, later)
        for one, other in product(earlier.claims, later.claims):
            if claims[one.id].id != claims[other.id].id:
                for about in _disagree(one, other, pair):
                    yield (one.id, other.id), about


def _stands(claim: Claim) -> bool:
    return claim.state in (None, "open", "changed")


def _disagree(one: Claim, other: Claim, pair: Pair) -> Iterator[Message]:
    """In what two claims of two calls disagree, in words."""
    alike = pair.words.likeness(one, other) >= CONFLICT
    match one.fact, other.fact:
        case Term() as ours, Term() as theirs if clash(ours, theirs):
            yield _values(ours, theirs)
        case Term() as ours, Term() as theirs if ours.type == theirs.type and alike:
            figures = said_figures(f"{one.summary} {ours.value}")
            others = said_figures(f"{other.summary} {theirs.value}")
            if figures and others and figures.isdisjoint(others):
                yield _values(ours, theirs)
        case Stakeholder() as ours, Stakeholder() as theirs:
            if roles_clash(ours.role, theirs.role) and pair.are_same(ours, theirs):
                told = {"name": ours.name or "", "one": ours.role or "", "other": theirs.role or ""}
                yield message("Two roles of {name}: {one}; {other}.", **told)
        case Goal() as ours, Goal() as theirs if alike and moved(ours, theirs):
            yield message("Two values of like goals.")
        case _ if alike and {one.kind, other.kind} == {"promise", "exclusion"}:
            yield message("Promised in one call, excluded in another.")
        case _ if alike and _is_dated(one) and _is_dated(other) and _of_one_stage(one, other):
            if days := _days(one, other, pair):
                yield message("Two dates of one matter: {days}.", days="; ".join(days))


def _values(ours: Term, theirs: Term) -> Message:
    told = {"one": ours.value, "other": theirs.value}
    return message("Two values of one term: {one}; {other}.", **told)


def _is_dated(claim: Claim) -> bool:
    """Whether a claim says when something of which there is one begins or is there."""
    match claim.fact:
        case Promise(type="feature" | "timeline"):
            return True
        case Term(type="start"):
            return True
    return False


def _of_one_stage(one: Claim, other: Claim) -> bool:
    """Whether both speak of a trial or both of the real thing, which begin on their own days."""
    return is_trial(one.summary) == is_trial(other.summary)


def _days(one: Claim, other: Claim, pair: Pair) -> tuple[str, ...]:
    """The days that two claims name, if each names just one and they differ."""
    ours, theirs = _day(one, pair.earlier), _day(other, pair.later)
    return (str(ours), str(theirs)) if ours and theirs and ours != theirs else ()


def _day(claim: Claim, source: Source) -> datetime.date | None:
    """The one day that something is due, or that the words of a term name."""
    fact = claim.fact
    told = fact.value if isinstance(fact, Term) else fact.due if isinstance(fact, Promise) else None
    if day := due_day(told):
        return day
    calls = {each.call_id for each in claim.spoken}
    said_on = [each.call.date for each in source.handoff.calls if each.call.id in calls]
    named = find_dates(told or "", said_on=next(iter(said_on), None))
    days = {mention.date for mention in named}
    return days.pop() if len(days) == 1 else None
