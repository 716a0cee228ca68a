"""Words of a call as a report quotes them."""

from dataclasses import dataclass

from transcript2handoff.handoff import Claim, SpokenEvidence
from transcript2handoff.render.proofs import label
from transcript2handoff.reports.portfolio import DealRecord
from transcript2handoff.words import Words


@dataclass(frozen=True, kw_only=True)
class Saying:
    """A claim with the best words that prove it: who said them, on which call, in which turn."""

    summary: str
    quote: str
    speaker: str
    call: str | None = None
    turn: int | None = None


def saying(claim: Claim, deal: DealRecord, words: Words) -> Saying:
    """A claim and its first proof."""
    proof = claim.evidence[0]
    if not isinstance(proof, SpokenEvidence):
        return Saying(summary=claim.summary, quote=proof.words, speaker=proof.person)
    return Saying(
        summary=claim.summary,
        quote=proof.quote,
        speaker=label(deal.speaker(proof), words),
        call=proof.call_id,
        turn=proof.turn,
    )
