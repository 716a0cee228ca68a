"""The words that prove what a person adds; a claim without them cannot be constructed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from transcript2handoff.corrections.carrying import Way
from transcript2handoff.facts import Kind
from transcript2handoff.ground.identity import new_id
from transcript2handoff.ground.places import Unproved
from transcript2handoff.ground.quotes import find_quote
from transcript2handoff.handoff import Claim, Evidence, Review, SpokenEvidence, spoken_evidence
from transcript2handoff.journal.events import Added, Quoted
from transcript2handoff.transcript import Transcript

Wordings = Mapping[str, Mapping[int, Sequence[str]]]
"""By calls and turns: every text that a turn has had before somebody fixed its words."""


@dataclass(frozen=True)
class Heard:
    """What was said on the calls of a deal, and how it was written down before it was corrected."""

    transcripts: Mapping[str, Transcript]
    wordings: Wordings = field(default_factory=dict)

    def find(self, quoted: Quoted) -> SpokenEvidence:
        """The words as they stand in the transcript; where somebody fixed them, as they are now.

        Raises:
            Unproved: there is no such call or turn, or it never held the words.
        """
        transcript = self._transcript(quoted)
        text = transcript.turn(quoted.turn).text
        if found := find_quote(quoted.quote, text):
            return spoken_evidence(transcript, quoted.turn, found.span, match=found.match)
        before = self.wordings.get(quoted.call_id, {}).get(quoted.turn, ())
        for one in reversed(before):
            if found := find_quote(quoted.quote, one):
                span = Way(one, text).carried(found.span)
                return spoken_evidence(transcript, quoted.turn, span, match=found.match)
        raise Unproved(f"turn {quoted.turn} of {quoted.call_id} does not say {quoted.quote!r}")

    def _transcript(self, quoted: Quoted) -> Transcript:
        transcript = self.transcripts.get(quoted.call_id)
        if transcript is None:
            known = ", ".join(sorted(self.transcripts)) or "none"
            raise Unproved(f"there is no transcript of {quoted.call_id} (there is: {known})")
        if not 1 <= quoted.turn <= len(transcript.turns):
            raise Unproved(
                f"{quoted.call_id} has no turn {quoted.turn}, only 1 to {len(transcript.turns)}"
            )
        return transcript


def proved(event: Added, heard: Heard) -> Claim:
    """The claim that somebody added, on the words of the calls and what people stated.

    Raises:
        Unproved: words of a call are not there.
    """
    told = event.claim
    pieces = [heard.find(e) if isinstance(e, Quoted) else e for e in told.evidence]
    review = Review(action="added", by=event.by, at=event.at, why=event.why)
    return Claim.model_validate(
        {
            "id": told.id,
            "summary": told.summary,
            "fact": told.fact,
            "evidence": spoken_first(pieces),
            "review": review,
        },
        context={"transcripts": heard.transcripts},
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
