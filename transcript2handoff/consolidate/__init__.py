"""All calls of a deal in one handoff: what was said several times is one claim with its history.

``sources`` puts the calls in order, ``matching`` and ``endings`` find what belongs together,
``matters`` groups it, ``histories`` tells what became of promises, ``merging`` makes the claims.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from transcript2handoff.consolidate.contradictions import contradictions
from transcript2handoff.consolidate.fulfilment import LaterCalls
from transcript2handoff.consolidate.matters import matters
from transcript2handoff.consolidate.merging import merged
from transcript2handoff.consolidate.phrases import is_inquiry
from transcript2handoff.consolidate.sources import call_order, sources
from transcript2handoff.deal import Call, Deal, Participant
from transcript2handoff.ground.identity import KnownClaim
from transcript2handoff.handoff import Claim, Handoff
from transcript2handoff.transcript import Transcript

__all__ = ["Consolidation", "consolidate", "consolidated", "dropped"]


@dataclass(frozen=True)
class Consolidation:
    """The handoff of a deal, and where the claims of the calls have gone."""

    handoff: Handoff
    origin: Mapping[str, str]
    """By the id of each claim that went in: the id of the claim that it is part of now."""


def consolidate(
    handoffs: Sequence[Handoff],
    transcripts: Iterable[Transcript] = (),
    *,
    previous: Sequence[KnownClaim] = (),
) -> Handoff:
    """The handoff of a deal out of those of its calls, in whatever order these are given.

    Args:
        handoffs: of one call each; or consolidated before, and then those of further calls.
        transcripts: of the calls, if at hand; what later calls say shows which promises are kept.
        previous: the claims of an earlier consolidation, whose ids are kept.

    Raises:
        ArtifactError: there is nothing to consolidate, or two handoffs are of the same call.
    """
    return consolidated(handoffs, transcripts, previous=previous).handoff


def consolidated(
    handoffs: Sequence[Handoff],
    transcripts: Iterable[Transcript] = (),
    *,
    previous: Sequence[KnownClaim] = (),
) -> Consolidation:
    """Like ``consolidate``, with the way of each claim."""
    given, heard = sources(handoffs), tuple(transcripts)
    found = matters(given, {transcript.call_id: transcript for transcript in heard})
    kept_ids = frozenset(claim.id for claim in previous)
    records = sorted((record for one in given for record in one.handoff.calls), key=call_order)
    calls = LaterCalls(records, heard)
    claims = tuple(merged(matter, calls, kept_ids=kept_ids) for matter in found)
    origin = {
        told.claim.id: claim for matter, claim in zip(found, claims, strict=True) for told in matter
    }
    parts = [source.handoff for source in given]
    handoff = Handoff(
        deal=_deal([part.deal for part in parts]),
        calls=tuple(records),
        provenance=tuple(one for part in parts for one in part.provenance),
        claims=claims,
        contradictions=contradictions(given, origin),
        rejected=tuple(one for part in parts for one in part.rejected),
    )
    return Consolidation(handoff, {claim_id: claim.id for claim_id, claim in origin.items()})


def dropped(handoff: Handoff) -> tuple[Claim, ...]:
    """Promises of answers that no later call came back to, though one should have.

    What was to be found out and is still open after another call was most likely forgotten.
    """
    last = max(handoff.calls, key=call_order).call.id
    return tuple(
        claim
        for claim in handoff.of_kind("promise")
        if claim.state == "open" and is_inquiry(claim.summary)
        if last not in {evidence.call_id for evidence in claim.spoken}
    )


def _deal(deals: Sequence[Deal]) -> Deal:
    """The frame of the latest call, with the people and calls of all."""
    people: dict[str, Participant] = {}
    calls: dict[str, Call] = {}
    for deal in deals:
        people |= {person.name: person for person in deal.participants}
        calls |= {call.id: call for call in deal.calls}
    glossary = tuple(dict.fromkeys(word for deal in deals for word in deal.glossary))
    return deals[-1].model_copy(
        update={
            "participants": tuple(people.values()),
            "calls": tuple(calls.values()),
            "glossary": glossary,
        }
    )
