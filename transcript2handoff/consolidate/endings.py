"""Which exclusions end a promise, and which promises take its place.

Within a call: a promise that was taken back, the seller's reason ("we don't do that under fifty
seats"), and what is offered instead stand close together. Between calls: an exclusion about the
same thing as an earlier promise ends it, and a promise of the same type right after it is what
remains.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product

from transcript2handoff.consolidate.limits import (
    AFTERMATH,
    AFTERTHOUGHT,
    ENDS,
    INSTEAD,
    NEAR,
    NOT_YET,
    REVERSED,
)
from transcript2handoff.consolidate.matching import Alike, Link, Pair, nearest
from transcript2handoff.consolidate.phrases import is_inquiry, is_provisional
from transcript2handoff.consolidate.sources import Source
from transcript2handoff.consolidate.words import Vocabulary
from transcript2handoff.facts import Promise
from transcript2handoff.handoff import Claim


def links_within(source: Source) -> Iterator[Link]:
    """The exclusions of a call with the promises that they limit or end."""
    for told in told_together(source).values():
        yield told.link


def replacements(source: Source) -> Iterator[Link]:
    """The promises of a call that were taken back in it, with those made in their place."""
    words, promises = Vocabulary(source.claims, [source.handoff.deal]), _promises(source)
    reasons: defaultdict[str, list[Claim]] = defaultdict(list)
    for told in told_together(source).values():
        reasons[told.one.id].append(told.other)
    for promise in promises:
        if _status(promise) == "withdrawn":
            starts = reasons[promise.id] or [promise]
            rest = [one for start in starts if (one := _next(start, promise, promises, words))]
            likeness = words.likeness(promise, rest[0]) if rest else 0.0
            if rest and (reasons[promise.id] or likeness >= INSTEAD):
                yield Link(promise.id, rest[0].id, likeness)


def links_between(pair: Pair) -> Iterator[Link]:
    """The exclusions of a later call that end promises of an earlier one, and the reverse."""
    promises = _promises(pair.later)
    for alike in _ends(pair):
        yield alike.link
        if rest := _next(alike.other, alike.one, promises, pair.words):
            yield Link(alike.other.id, rest.id, alike.likeness)
    for alike in _overturns(pair):
        yield alike.link


def told_together(source: Source) -> dict[str, Alike]:
    """The promise that an exclusion of the same call speaks of, by the exclusion's id."""
    words, promises = Vocabulary(source.claims, [source.handoff.deal]), _promises(source)
    found = {}
    for exclusion in source.claims:
        if exclusion.kind == "exclusion":
            told = [a for p in promises if (a := _told_together(p, exclusion, words))]
            if told:
                found[exclusion.id] = max(told, key=lambda alike: (alike.likeness, alike.one.id))
    return found


def _promises(source: Source) -> list[Claim]:
    """The promises of a call; of a consolidated handoff none, since what they are is settled."""
    if not source.is_fresh:
        return []
    return [claim for claim in source.claims if claim.kind == "promise" and claim.spoken]


def _turns(claim: Claim) -> list[int]:
    return sorted({evidence.turn for evidence in claim.spoken})


def _status(claim: Claim) -> str | None:
    return claim.fact.status if isinstance(claim.fact, Promise) else None


def _type(claim: Claim) -> str | None:
    return claim.fact.type if isinstance(claim.fact, Promise) else None


def _told_together(promise: Claim, exclusion: Claim, words: Vocabulary) -> Alike | None:
    """Whether an exclusion belongs to a promise of its call, and how closely."""
    ours, theirs = _turns(promise), _turns(exclusion)
    if not (ours and theirs):
        return None
    likeness = words.likeness(promise, exclusion)
    together = bool(set(ours) & set(theirs))
    if _status(promise) == "withdrawn":
        soon = any(0 <= theirs[0] - turn <= AFTERMATH for turn in ours)
        fits = together or (soon and likeness >= ENDS)
    else:
        distance = min(abs(a - b) for a, b in product(ours, theirs))
        fits = distance <= NEAR and likeness >= NOT_YET and _type(promise) != "document"
    return Alike(likeness + together, promise, exclusion) if fits else None


def _next(start: Claim, like: Claim, claims: Sequence[Claim], words: Vocabulary) -> Claim | None:
    """The open promise that is made in the aftermath of a claim, in place of a promise.

    It is of the type of the promise, and shares a turn or some words with either.
    """
    turns = _turns(start)
    after = [
        (_turns(claim)[0], claim.id, claim)
        for claim in claims
        if claim.id not in (start.id, like.id)
        and _status(claim) == "open"
        and _type(claim) == _type(like) != "document"
        and turns[0] <= _turns(claim)[0] <= turns[-1] + AFTERMATH
        and (
            set(turns) & set(_turns(claim))
            or max(words.likeness(start, claim), words.likeness(like, claim)) >= AFTERTHOUGHT
        )
    ]
    return min(after, key=lambda found: found[:2])[2] if after else None


def _ends(pair: Pair) -> Iterator[Alike]:
    alike = [
        Alike(likeness, one, other)
        for one, other in product(pair.earlier.claims, pair.later.claims)
        if one.kind == "promise" and other.kind == "exclusion"
        if _status(one) == "open" and _type(one) != "document" and not is_inquiry(one.summary)
        if (likeness := pair.words.likeness(one, other)) >= ENDS
    ]
    yield from nearest(alike)


def _overturns(pair: Pair) -> Iterator[Alike]:
    """Promises of what an earlier call said does not exist yet."""
    alike = [
        Alike(likeness, one, other)
        for one, other in product(pair.earlier.claims, pair.later.claims)
        if one.kind == "exclusion" and other.kind == "promise" and is_provisional(one.summary)
        if (likeness := pair.words.likeness(one, other)) >= REVERSED
    ]
    yield from nearest(alike)
