"""What became of a claim over the calls: its steps, each with the words that show it.

A promise has a step for every call that speaks of it. Of terms, goals, people and the customer's
tasks the first step is what was said first, and each further one is a value that moved.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from transcript2handoff.consolidate.limits import REPEATED
from transcript2handoff.consolidate.matters import Matter, Statement
from transcript2handoff.consolidate.values import TRACKED, filled, moved
from transcript2handoff.extract.figures import said_figures
from transcript2handoff.facts import Fact, Promise
from transcript2handoff.handoff import Claim, PromiseState, Turning


def history(matter: Matter) -> tuple[Turning, ...]:
    """The steps in the order of the calls; none for kinds whose values do not move."""
    if any(isinstance(told.claim.fact, Promise) for told in matter):
        return tuple(_steps(matter))
    told = [one for one in matter if one.claim.kind == matter[-1].claim.kind]
    return tuple(_moves(told)) if isinstance(matter[-1].claim.fact, TRACKED) else ()


def _moves(told: Sequence[Statement]) -> Iterator[Turning]:
    """What was said first, and what each later statement made of it."""
    known: list[Fact] = []
    for one in told:
        kept, fact = one.claim.history, one.claim.fact
        if not known:
            yield from kept or (_turning(one, "open"),)
        elif moved(filled(known), fact):
            first = kept[0] if kept else _turning(one, "changed")
            yield first.model_copy(update={"state": "changed"})
            yield from kept[1:]
        else:
            yield from kept[1:]
        known.append(fact)


@dataclass(frozen=True)
class _Owed:
    """Where a promise stands: its state, and the words in which it was last given."""

    state: PromiseState
    promise: Promise
    claim: Claim
    call_id: str
    before: "_Owed | None" = None
    """Where it stood before a promise of one call that was taken back there: that was a detour."""


def _steps(matter: Matter) -> Iterator[Turning]:
    owed: _Owed | None = None
    for told in matter:
        claim = told.claim
        match claim.fact:
            case Promise() as promise:
                for turning in _promised(told, promise, owed):
                    yield turning
                    detour = turning.state == promise.status == "withdrawn"
                    before = owed if detour else None
                    owed = _Owed(turning.state, promise, claim, turning.call_id, before)
            case _ if claim.kind == "exclusion" and owed and _ends(told, owed):
                yield _turning(told, "withdrawn")
                owed = _Owed("withdrawn", owed.promise, owed.claim, told.record.call.id)


def _promised(told: Statement, promise: Promise, owed: _Owed | None) -> Iterator[Turning]:
    """The step that a promise is, or the steps that it went through in an earlier consolidation."""
    kept = told.claim.history
    state = promise.status if owed is None else _moved(owed, promise, told)
    if kept:
        yield kept[0].model_copy(update={"state": kept[0].state if owed is None else state})
        yield from kept[1:]
    else:
        yield _turning(told, state)


def _ends(told: Statement, owed: _Owed) -> bool:
    """Whether an exclusion takes back what is owed.

    One in the call of the promise says what does not work today; the promise itself says there
    whether it was taken back.
    """
    return owed.state not in ("withdrawn", "done") and told.record.call.id != owed.call_id


def _moved(owed: _Owed, promise: Promise, told: Statement) -> PromiseState:
    """What a promise makes of the one before it."""
    if promise.status == "withdrawn":
        return "withdrawn"
    if owed.state == "withdrawn":
        return "changed" if _slipped(owed, promise, told) else "superseded"
    if owed.state in ("open", "changed") and _differs(owed, promise, told):
        return "changed"
    return owed.state


def _slipped(owed: _Owed, promise: Promise, told: Statement) -> bool:
    """Whether what was taken back comes later instead, and not something else in its place.

    So it is if the new promise is in the words of the old one, or as uncertain as that was, or if
    it was owed since an earlier call and only what was said beside it was taken back.
    """
    if owed.promise.status == "withdrawn":
        return owed.before is not None
    hedged = owed.promise.strength == promise.strength == "hedged"
    return hedged or owed.claim.id in told.follows


def _differs(owed: _Owed, promise: Promise, told: Statement) -> bool:
    """Whether a promise was repeated with another date, content or strength."""
    if promise.strength != owed.promise.strength:
        return True
    if promise.due and promise.due != owed.promise.due:
        return True
    ours, theirs = (said_figures(claim.summary) for claim in (told.claim, owed.claim))
    return bool(ours - theirs) or told.follows.get(owed.claim.id, 0.0) < REPEATED


def _turning(told: Statement, state: PromiseState) -> Turning:
    # Evidence can only be built, and checked, beside its transcript; this has been.
    return Turning.model_construct(
        call_id=told.record.call.id,
        date=told.record.call.date,
        state=state,
        summary=told.claim.summary,
        evidence=told.claim.evidence,
    )
