"""What two engines claim of one call, as one draft."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from transcript2handoff.errors import ArtifactError
from transcript2handoff.extract.doubles import Source, in_order, joined, same_facts
from transcript2handoff.extract.windows import gaps
from transcript2handoff.facts import Fact, Promise, Stakeholder
from transcript2handoff.handoff import (
    Draft,
    DraftClaim,
    Provenance,
    Unread,
    Usage,
    Window,
)

_COUNTED: Final = ("requests", "from_cache", "tokens_in", "tokens_cached", "tokens_out")


def unite(first: Draft, second: Draft) -> Draft:
    """The claims of both drafts, each fact once, in the order of the call.

    A fact that both have found is told in the words and fields of the surer claim, with these
    exceptions. A promise is firm only if both say so, for a promise counts with the strength that
    it was made with, never stronger. What the surer claim leaves open (an owner, a due date, a
    role, an influence that it does not know, the rest of a name) is taken from the other: an engine
    that says nothing has found nothing, it does not deny. Statuses are the surer's. The confidence
    is that at least one of two independent finders is right. Claims of one engine alone stay as
    they are.

    Turns are unread if neither engine has read them.

    Raises:
        ArtifactError: the drafts are of different calls or versions.
    """
    _check_fit(first, second)
    groups = same_facts((Source(first.claims), Source(second.claims)))
    coverage = {*first.coverage, *second.coverage}
    return Draft(
        call_id=first.call_id,
        transcript_version=first.transcript_version,
        provenance=_provenance(first.provenance, second.provenance),
        coverage=tuple(sorted(coverage, key=lambda window: (window.first, window.last))),
        unread=_unread((*first.unread, *second.unread), coverage),
        notes=tuple(dict.fromkeys((*first.notes, *second.notes))),
        claims=tuple(sorted((_united(group) for group in groups), key=in_order)),
    )


def _check_fit(first: Draft, second: Draft) -> None:
    if first.call_id != second.call_id:
        raise ArtifactError(
            f"One draft is of call {first.call_id}, the other of {second.call_id}. "
            "Give two drafts of one call."
        )
    if first.transcript_version != second.transcript_version:
        raise ArtifactError(
            f"The drafts of {first.call_id} were made from versions {first.transcript_version} and "
            f"{second.transcript_version} of its transcript. Make them again with `t2h extract`."
        )


def _united(group: Sequence[DraftClaim]) -> DraftClaim:
    claim = joined(group)
    for other in group[1:]:
        doubt = (1 - claim.confidence) * (1 - other.confidence)
        told = {"fact": _filled(claim.fact, other.fact), "confidence": round(1 - doubt, 2)}
        claim = claim.model_copy(update=told)
    return claim


def _filled(surer: Fact, other: Fact) -> Fact:
    """The surer fact, what it leaves open taken from the other, and no promise made stronger."""
    told: dict[str, Any] = {
        name: value
        for name, value in other.model_dump().items()
        if getattr(surer, name) is None and value is not None
    }
    match surer, other:
        case Promise(strength="firm"), Promise():
            told["strength"] = other.strength
        case Stakeholder(influence="unknown"), Stakeholder():
            told["influence"] = other.influence
    name, again = (getattr(fact, "name", None) for fact in (surer, other))
    if name and again and len(again) > len(name):
        told["name"] = again
    return surer.model_copy(update=told)


def _unread(unread: Iterable[Unread], coverage: Iterable[Window]) -> tuple[Unread, ...]:
    """The turns that still are unread, in order, each stretch with all reasons for it."""
    why: dict[int, dict[str, None]] = {}
    for stretch in unread:
        for turn in stretch.numbers:
            why.setdefault(turn, {})[stretch.reason] = None
    left: list[Unread] = []
    for gap in gaps(max(why, default=0), coverage):
        for turn in gap.numbers:
            if turn not in why:
                continue
            new = Unread(first=turn, last=turn, reason=" ".join(why[turn]))
            if left and left[-1].last == turn - 1 and left[-1].reason == new.reason:
                new = new.model_copy(update={"first": left.pop().first})
            left.append(new)
    return tuple(left)


def _provenance(first: Provenance, second: Provenance) -> Provenance:
    return Provenance(
        call_id=first.call_id,
        engine=f"{first.engine}+{second.engine}",
        engine_version=f"{first.engine_version} + {second.engine_version}",
        model=" + ".join(model for model in (first.model, second.model) if model) or None,
        prompts=tuple(dict.fromkeys((*first.prompts, *second.prompts))),
        usage=_usage(first.usage, second.usage),
        sendings=(*first.sendings, *second.sendings),
        hidden=_most_hidden(first.hidden, second.hidden),
    )


def _usage(first: Usage | None, second: Usage | None) -> Usage | None:
    """Both together; the cost is known only if both are."""
    if first is None or second is None:
        return first or second
    counts = {name: getattr(first, name) + getattr(second, name) for name in _COUNTED}
    costs = (first.cost, second.cost)
    known = [cost for cost in costs if cost is not None]
    return Usage(**counts, cost=sum(known) if len(known) == len(costs) else None)


def _most_hidden(first: Mapping[str, int], second: Mapping[str, int]) -> dict[str, int]:
    """What was hidden from either; both read the same words, so that sums would count twice."""
    kinds = dict.fromkeys((*first, *second))
    return {kind: max(first.get(kind, 0), second.get(kind, 0)) for kind in kinds}
