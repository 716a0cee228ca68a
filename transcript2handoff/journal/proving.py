"""The words that prove what a person adds; a claim without them cannot be constructed."""

from collections.abc import Mapping
from hashlib import sha256

from transcript2handoff.facts import Kind
from transcript2handoff.ground.identity import new_id
from transcript2handoff.ground.places import Unproved
from transcript2handoff.ground.quotes import find_quote
from transcript2handoff.handoff import Claim, Evidence, Review, SpokenEvidence, spoken_evidence
from transcript2handoff.journal.events import Added, Quoted
from transcript2handoff.transcript import Transcript


def heard(quoted: Quoted, transcripts: Mapping[str, Transcript]) -> SpokenEvidence:
    """The words as they stand in the transcript.

    Raises:
        Unproved: there is no such call or turn, or it does not hold the words.
    """
    transcript = transcripts.get(quoted.call_id)
    if transcript is None:
        known = ", ".join(sorted(transcripts)) or "none"
        raise Unproved(f"there is no transcript of {quoted.call_id} (there is: {known})")
    if not 1 <= quoted.turn <= len(transcript.turns):
        raise Unproved(
            f"{quoted.call_id} has no turn {quoted.turn}, only 1 to {len(transcript.turns)}"
        )
    found = find_quote(quoted.quote, transcript.turn(quoted.turn).text)
    if found is None:
        raise Unproved(f"turn {quoted.turn} of {quoted.call_id} does not say {quoted.quote!r}")
    return spoken_evidence(transcript, quoted.turn, found.span, match=found.match)


def proved(event: Added, transcripts: Mapping[str, Transcript]) -> Claim:
    """The claim that somebody added, on the words of the calls and what people stated.

    Raises:
        Unproved: words of a call are not there.
    """
    told = event.claim
    pieces = [heard(e, transcripts) if isinstance(e, Quoted) else e for e in told.evidence]
    review = Review(action="added", by=event.by, at=event.at, why=event.why)
    return Claim.model_validate(
        {
            "id": told.id,
            "summary": told.summary,
            "fact": told.fact,
            "evidence": spoken_first(pieces),
            "review": review,
        },
        context={"transcripts": transcripts},
    )


def spoken_first(evidence: list[Evidence]) -> tuple[Evidence, ...]:
    """Evidence without doubles: what was said on calls, then what was stated after them."""
    single: list[Evidence] = []
    for piece in evidence:
        if piece not in single:
            single.append(piece)
    spoken = [piece for piece in single if isinstance(piece, SpokenEvidence)]
    stated = [piece for piece in single if not isinstance(piece, SpokenEvidence)]
    return (*spoken, *sorted(stated, key=lambda piece: piece.at))


def id_of(kind: Kind, evidence: Evidence) -> str:
    """The id of an added claim: that which ``ground`` gives to the same words."""
    if isinstance(evidence, SpokenEvidence):
        return new_id(kind, evidence)
    told = "\x1f".join((kind, evidence.person, evidence.at.isoformat(), evidence.words))
    return f"{kind}-{sha256(told.encode(errors='surrogatepass')).hexdigest()[:8]}"
