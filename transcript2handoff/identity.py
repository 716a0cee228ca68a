"""The ids of claims: given once, and carried over whenever a call is grounded again.

Edits, notes in a CRM and histories hang on the id. A claim is the same as an earlier one if it is
of the same kind and rests on the same words of the same call.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from rapidfuzz import fuzz

from transcript2handoff.handoff import Claim, Handoff, Kind, SpokenEvidence
from transcript2handoff.transcript import Span, Transcript


def new_id(kind: Kind, evidence: SpokenEvidence) -> str:
    """An id that follows from what is claimed and where it is said; the same on every machine."""
    place = "\x1f".join((evidence.call_id, kind, str(evidence.turn), evidence.quote))
    return f"{kind}-{sha256(place.encode(errors='surrogatepass')).hexdigest()[:8]}"


def with_ids(
    claims: Sequence[Claim], transcript: Transcript, *, previous: Handoff | None = None
) -> tuple[Claim, ...]:
    """The claims of one call under their lasting ids, in the order given.

    Ids of ``previous`` go to the claims of the same kind whose evidence overlaps most, one to one;
    the others get a new id, unlike every id that ever was.
    """
    earlier = previous.claims if previous else ()
    kept = _carried(claims, earlier, transcript)
    taken = {claim.id for claim in earlier}
    named = []
    for place, claim in enumerate(claims):
        claim_id = kept.get(place) or _free(new_id(claim.kind, claim.spoken[0]), taken)
        taken.add(claim_id)
        named.append(claim.model_copy(update={"id": claim_id}))
    return tuple(named)


def _free(wanted: str, taken: set[str]) -> str:
    candidate, number = wanted, 1
    while candidate in taken:
        number += 1
        candidate = f"{wanted}-{number}"
    return candidate


def _carried(
    claims: Sequence[Claim], earlier: Sequence[Claim], transcript: Transcript
) -> dict[int, str]:
    """The earlier ids by the places of the claims that keep them: best overlap first."""
    pairs = sorted(_pairs(claims, earlier, transcript))
    kept: dict[int, str] = {}
    for _, _, claim_id, place in pairs:
        if place not in kept and claim_id not in kept.values():
            kept[place] = claim_id
    return kept


def _pairs(
    claims: Sequence[Claim], earlier: Sequence[Claim], transcript: Transcript
) -> Iterator[tuple[int, float, str, int]]:
    before = [(claim, _places(claim.spoken, transcript)) for claim in earlier]
    for place, claim in enumerate(claims):
        ours = _places(claim.spoken, transcript)
        for other, theirs in before:
            shared = _shared(ours, theirs) if claim.kind == other.kind else 0
            if shared:
                yield -shared, -fuzz.ratio(claim.summary, other.summary), other.id, place


def _places(evidence: Iterable[SpokenEvidence], transcript: Transcript) -> list[tuple[int, Span]]:
    """Turn and characters of each piece of evidence that stands in the transcript as it is now."""
    return [
        (piece.turn, Span(begin, begin + len(piece.quote)))
        for piece in evidence
        if piece.call_id == transcript.call_id and piece.turn <= len(transcript.turns)
        if (begin := transcript.turn(piece.turn).text.find(piece.quote)) >= 0
    ]


def _shared(ours: list[tuple[int, Span]], theirs: list[tuple[int, Span]]) -> int:
    """How many characters two lists of places have in common."""
    return sum(
        max(min(a.end, b.end) - max(a.begin, b.begin), 0)
        for turn, a in ours
        for other, b in theirs
        if turn == other
    )
