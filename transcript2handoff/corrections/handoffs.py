"""What the calls of a deal said, on their transcripts as they are corrected now.

Until the calls are read again, claims stand on the very words that were fixed, under the names that
people gave; a claim that no engine finds any more stands on them for good if somebody vouched for
it. Nothing is said here that was not said before.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from transcript2handoff.corrections.carrying import Way
from transcript2handoff.facts import CustomerCommitment, Fact, Promise
from transcript2handoff.ground.claims import VOICE
from transcript2handoff.ground.identity import KnownClaim, KnownWords
from transcript2handoff.handoff import (
    Claim,
    Evidence,
    Handoff,
    SpokenEvidence,
    Turning,
    spoken_evidence,
)
from transcript2handoff.transcript import Span, Transcript, Turn

Transcripts = Mapping[str, Transcript]
"""By the ids of their calls."""
_Shown = TypeVar("_Shown", Claim, Turning)


def is_same_call(before: Transcript, after: Transcript) -> bool:
    """Whether the turns are the same, whatever was corrected in them."""
    ours, theirs = ([(turn.start, turn.end) for turn in one.turns] for one in (before, after))
    return before.call_id == after.call_id and ours == theirs


def carried(handoff: Handoff, before: Transcripts, after: Transcripts) -> Handoff:
    """A handoff on transcripts that have been corrected since; every claim keeps its id.

    Args:
        handoff: of one call or of many.
        before: the transcripts that its quotes stand in.
        after: those of them that are others by now; the same calls, turn by turn.
    """
    moved = {
        ref: transcript
        for ref, transcript in after.items()
        if ref in before and transcript != before[ref]
    }
    if not moved:
        return handoff
    records = (
        one.model_copy(update={"transcript_version": moved[one.call.id].version})
        if one.call.id in moved
        else one
        for one in handoff.calls
    )
    claims = tuple(carried_claim(claim, before, moved) for claim in handoff.claims)
    return handoff.model_copy(update={"calls": tuple(records), "claims": claims})


def carried_claim(claim: Claim, before: Transcripts, after: Transcripts) -> Claim:
    """A claim on the corrected words; whoever is to do what follows the voice that said so."""
    told = {
        "fact": _owned(claim, before, after),
        "history": tuple(_proved(step, before, after) for step in claim.history),
    }
    return _proved(claim, before, after).model_copy(update=told)


def carried_known(known: KnownClaim, before: Transcript, after: Transcript) -> KnownClaim:
    """How to know an earlier claim again in the corrected words; its id is kept."""
    words = tuple(_known_words(piece, before, after) for piece in known.evidence)
    return known.model_copy(update={"evidence": words})


def still_stands(claim: Claim, before: Transcripts, after: Transcripts) -> bool:
    """Whether all calls that a claim was said on are there, and its side still says it."""
    calls = {piece.call_id for piece in claim.spoken}
    if not calls or not calls <= before.keys() & after.keys():
        return False
    if not all(is_same_call(before[ref], after[ref]) for ref in calls):
        return False
    best = claim.spoken[0]
    return after[best.call_id].side_of(best.turn) in (VOICE.get(claim.kind), None) or (
        claim.kind not in VOICE
    )


def overlaps(claim: Claim, other: Claim) -> bool:
    """Whether two claims are of one kind, and rest on some of the same words."""
    return claim.kind == other.kind and any(
        (a.call_id, a.turn) == (b.call_id, b.turn) and (a.quote in b.quote or b.quote in a.quote)
        for a in claim.spoken
        for b in other.spoken
    )


def _proved(shown: _Shown, before: Transcripts, after: Transcripts) -> _Shown:
    pieces: dict[str, Evidence] = {}
    for piece in shown.evidence:
        new = _evidence(piece, before, after)
        pieces.setdefault(new.model_dump_json(), new)
    return shown.model_copy(update={"evidence": tuple(pieces.values())})


def _evidence(piece: Evidence, before: Transcripts, after: Transcripts) -> Evidence:
    if not isinstance(piece, SpokenEvidence) or piece.call_id not in after:
        return piece
    there, here = before[piece.call_id], after[piece.call_id]
    span = _place(piece, there.turn(piece.turn))
    span = Way(there.turn(piece.turn).text, here.turn(piece.turn).text).carried(span)
    return spoken_evidence(here, piece.turn, span, match=piece.match)


def _place(piece: SpokenEvidence, turn: Turn) -> Span:
    """Where a quote stands in its turn: at its seconds, if it stands there more than once."""
    begin = first = turn.text.index(piece.quote)
    while begin >= 0:
        span = Span(begin, begin + len(piece.quote))
        played = turn.playback(span)
        if (piece.start, piece.end) == (played or (None, None)):
            return span
        begin = turn.text.find(piece.quote, begin + 1)
    return Span(first, first + len(piece.quote))


def _known_words(piece: KnownWords, before: Transcript, after: Transcript) -> KnownWords:
    if piece.call_id != before.call_id or not piece.turn or not piece.quote:
        return piece
    if piece.turn > len(before.turns):
        return piece
    there, here = before.turn(piece.turn).text, after.turn(piece.turn).text
    begin = there.find(piece.quote)
    if begin < 0:
        return piece
    span = Way(there, here).carried(Span(begin, begin + len(piece.quote)))
    return piece.model_copy(update={"quote": here[span.begin : span.end]})


def _owned(claim: Claim, before: Transcripts, after: Transcripts) -> Fact:
    fact = claim.fact
    if not isinstance(fact, Promise | CustomerCommitment) or fact.owner is None:
        return fact
    owner = _owner(fact.owner, claim.spoken, before, after)
    return fact if owner == fact.owner else fact.model_copy(update={"owner": owner})


def _owner(
    owner: str, spoken: Iterable[SpokenEvidence], before: Transcripts, after: Transcripts
) -> str | None:
    for piece in spoken:
        if piece.call_id not in after:
            continue
        there, here = before[piece.call_id], after[piece.call_id]
        voice = there.speaker_of(piece.turn)
        if voice and voice.name == owner:
            now = here.speaker_of(piece.turn)
            return now.name if now else None
        if new := _renamed(there, here).get(owner):
            return new
    return owner


def _renamed(before: Transcript, after: Transcript) -> dict[str, str]:
    """The new names of those whose old ones nobody has any more."""
    names = {one.name for one in after.speakers}
    pairs = ((one.name, after.speaker(one.id)) for one in before.speakers)
    return {
        old: voice.name for old, voice in pairs if old and voice and voice.name and old not in names
    }
