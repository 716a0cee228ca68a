"""What lists show of a deal: how ready it is, what is open, and its promises; noted with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from transcript2handoff.dossier import Dossier
from transcript2handoff.extract.dates import due_day
from transcript2handoff.facts import Promise
from transcript2handoff.handoff import Claim, Evidence, Handoff, SpokenEvidence
from transcript2handoff.store import Transaction, deals, ledger
from transcript2handoff.store.calls import CallRecord
from transcript2handoff.store.deals import DealChanges
from transcript2handoff.store.ledger import LedgerEntry
from transcript2handoff.transcript import Transcript

_GONE: Final = ("withdrawn", "superseded")


def note_standing(
    tx: Transaction, deal_id: str, whole: Dossier, calls: Sequence[CallRecord]
) -> bool:
    """Have the lists show a deal as it stands; whether they have shown something else before.

    Args:
        tx: the transaction.
        deal_id: the deal.
        whole: everything that is known about it.
        calls: of the deal.

    Raises:
        StoreGoneError: there is no such deal.
    """
    judged = whole.assessment
    changes = DealChanges(
        verdict=judged.verdict,
        score=judged.score,
        open_promises=open_promises(whole.handoff),
        open_questions=len(judged.questions),
    )
    ids = {call.ref: call.id for call in calls}
    entries = entries_of(whole.handoff, whole.transcripts, deal_id=deal_id, call_ids=ids)
    deal = deals.get(tx, deal_id, lock=True)
    told = ledger.put(tx, deal_id, entries)
    if all(getattr(deal, name) == getattr(changes, name) for name in changes.model_fields_set):
        return told
    deals.change(tx, deal_id, changes)
    return True


def open_promises(handoff: Handoff) -> int:
    """How many promises still stand, of which nobody has said what came of them."""
    return sum(claim.is_owed and claim.outcome is None for claim in handoff.claims)


def entries_of(
    handoff: Handoff,
    transcripts: Iterable[Transcript],
    *,
    deal_id: str,
    call_ids: Mapping[str, str],
) -> tuple[LedgerEntry, ...]:
    """The promises of a handoff, but for those that sales took back or replaced.

    Args:
        handoff: after all that people did.
        transcripts: of its calls.
        deal_id: of its deal in the store.
        call_ids: of its calls in the store, by the ids that they have in the deal.
    """
    heard = {transcript.call_id: transcript for transcript in transcripts}
    return tuple(
        LedgerEntry.model_validate(
            {
                "deal_id": deal_id,
                "claim_id": claim.id,
                "position": position,
                "summary": claim.summary,
                "owner": fact.owner,
                "due": fact.due,
                "due_day": due_day(fact.due),
                "state": claim.state,
                "strength": fact.strength,
                "outcome": claim.outcome,
                "is_reviewed": claim.review is not None,
                **_proof(claim, heard, call_ids),
            }
        )
        for position, (claim, fact) in enumerate(_promises(handoff))
    )


def _promises(handoff: Handoff) -> Iterator[tuple[Claim, Promise]]:
    for claim in handoff.claims:
        if isinstance(claim.fact, Promise) and (claim.outcome or claim.state not in _GONE):
            yield claim, claim.fact


def _proof(
    claim: Claim, heard: Mapping[str, Transcript], call_ids: Mapping[str, str]
) -> dict[str, str | int | float | None]:
    """The words that prove a promise best, those of a call first: they can be played."""
    best: Evidence = (*claim.spoken, *claim.evidence)[0]
    if not isinstance(best, SpokenEvidence):
        unheard = dict.fromkeys(("call_id", "turn", "start", "end"))
        return {"speaker": best.person, "quote": best.words, **unheard}
    transcript = heard.get(best.call_id)
    speaker = transcript.speaker(best.speaker) if transcript else None
    return {
        "speaker": speaker.label if speaker else None,
        "quote": best.quote,
        "call_id": call_ids.get(best.call_id),
        "turn": best.turn,
        "start": best.start,
        "end": best.end,
    }
