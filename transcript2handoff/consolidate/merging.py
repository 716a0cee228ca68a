"""One claim out of the statements of a matter."""

from collections.abc import Iterable, Sequence
from typing import Final

from transcript2handoff.consolidate.fulfilment import LaterCalls
from transcript2handoff.consolidate.histories import history
from transcript2handoff.consolidate.matters import Matter
from transcript2handoff.consolidate.values import filled
from transcript2handoff.facts import Fact, Promise, PromiseStatus
from transcript2handoff.handoff import Claim, Evidence, PromiseState, Turning

_STATUS: Final[dict[PromiseState, PromiseStatus]] = {"withdrawn": "withdrawn", "done": "done"}


def merged(matter: Matter, calls: LaterCalls, *, kept_ids: frozenset[str] = frozenset()) -> Claim:
    """The claim of a matter: the newest statement's words and fields, all evidence in order.

    Fields that the newest statement leaves open keep what was said before. The id is that of the
    earliest statement, or of the earliest one whose id is among ``kept_ids``.
    """
    claims = [told.claim for told in matter]
    promises = [claim for claim in claims if claim.kind == "promise"]
    leading = promises or [claim for claim in claims if claim.kind == claims[-1].kind]
    steps = history(matter)
    newest = leading[-1].fact
    if isinstance(newest, Promise) and (kept := calls.fulfilled(newest, steps)):
        steps = (*steps, kept)
    shown = [piece for claim in claims for piece in claim.evidence]
    shown += [piece for step in steps for piece in step.evidence]
    ids = [claim.id for claim in claims]
    return leading[-1].model_copy(
        update={
            "id": next((one for one in ids if one in kept_ids), ids[0]),
            "fact": _fact(_standing(leading, steps), steps),
            "evidence": _distinct(shown),
            "confidence": max(claim.confidence for claim in claims),
            "history": steps,
        }
    )


def _distinct(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    kept: list[Evidence] = []
    for piece in evidence:
        if piece not in kept:
            kept.append(piece)
    return tuple(kept)


def _standing(leading: Sequence[Claim], steps: Sequence[Turning]) -> Sequence[Claim]:
    """The claims that still say something about the newest one: none from before a replacement."""
    return leading[-1:] if any(step.state == "superseded" for step in steps) else leading


def _fact(claims: Sequence[Claim], steps: Sequence[Turning]) -> Fact:
    newest = filled(claim.fact for claim in claims)
    if isinstance(newest, Promise) and steps:
        latest = claims[-1].fact
        said = latest.status if isinstance(latest, Promise) else newest.status
        return newest.model_copy(update={"status": _STATUS.get(steps[-1].state, said)})
    return newest
