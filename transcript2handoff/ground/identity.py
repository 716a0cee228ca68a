"""The ids of claims: given once, and carried over whenever a call is grounded again.

Edits, notes in a CRM and histories hang on the id. A claim is the same as an earlier one if it is
of the same kind and rests on the same words of the same call.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from pydantic import BaseModel, ConfigDict, ValidationError
from rapidfuzz import fuzz

from transcript2handoff.errors import ArtifactError
from transcript2handoff.facts import Kind
from transcript2handoff.ground.quotes import Text
from transcript2handoff.handoff import Claim, SpokenEvidence
from transcript2handoff.transcript import Span, Transcript

Place = tuple[int, Span]
"""A turn, and characters of its text."""


class _Known(BaseModel):
    """An immutable value; what an id does not hang on is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class KnownWords(_Known):
    """Words that an earlier claim rested on, where they stood then; none for a statement."""

    call_id: str | None = None
    turn: int | None = None
    quote: str | None = None


class KnownFact(_Known):
    """What an earlier claim was about."""

    kind: str


class KnownClaim(_Known):
    """A claim of an earlier handoff: its id, and how to know it again.

    Nothing of it is evidence. The transcript may have been corrected or made anew since then, so
    that its words need not stand anywhere now.
    """

    id: str
    summary: str
    fact: KnownFact
    evidence: tuple[KnownWords, ...]

    @property
    def kind(self) -> str:
        """The kind of the fact."""
        return self.fact.kind


class _KnownHandoff(_Known):
    claims: tuple[KnownClaim, ...]


def known_claims(
    handoff: str | bytes, *, where: str = "the earlier handoff"
) -> tuple[KnownClaim, ...]:
    """The claims of a ``4_handoff.json``, whatever transcript it was made from.

    Raises:
        ArtifactError: it is not a handoff.
    """
    try:
        return _KnownHandoff.model_validate_json(handoff).claims
    except ValidationError as error:
        raise ArtifactError(
            f"{where} cannot be read, so the ids of its claims cannot be kept: "
            f"{error.errors()[0]['msg']}. Restore the file, or delete it to give new ids."
        ) from error


def new_id(kind: Kind, evidence: SpokenEvidence) -> str:
    """An id that follows from what is claimed and where it is said; the same on every machine."""
    place = "\x1f".join((evidence.call_id, kind, str(evidence.turn), evidence.quote))
    return f"{kind}-{sha256(place.encode(errors='surrogatepass')).hexdigest()[:8]}"


def with_ids(
    claims: Sequence[Claim], transcript: Transcript, *, previous: Sequence[KnownClaim] = ()
) -> tuple[Claim, ...]:
    """The claims of one call under their lasting ids, in the order given.

    Ids of ``previous`` go to the claims of the same kind whose evidence overlaps most, one to one;
    the others get a new id, unlike every id that ever was.
    """
    kept = _carried(claims, previous, transcript)
    taken = {claim.id for claim in previous}
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
    claims: Sequence[Claim], previous: Sequence[KnownClaim], transcript: Transcript
) -> dict[int, str]:
    """The earlier ids by the places of the claims that keep them: best overlap first."""
    kept: dict[int, str] = {}
    for _, _, claim_id, place in sorted(_pairs(claims, previous, transcript)):
        if place not in kept and claim_id not in kept.values():
            kept[place] = claim_id
    return kept


def _pairs(
    claims: Sequence[Claim], previous: Sequence[KnownClaim], transcript: Transcript
) -> Iterator[tuple[int, float, str, int]]:
    before = [(claim, list(_places(claim.evidence, transcript))) for claim in previous]
    for place, claim in enumerate(claims):
        ours = list(_places(claim.spoken, transcript))
        for other, theirs in before:
            shared = _shared(ours, theirs) if claim.kind == other.kind else 0
            if shared:
                yield -shared, -fuzz.ratio(claim.summary, other.summary), other.id, place


def _places(
    evidence: Iterable[SpokenEvidence | KnownWords], transcript: Transcript
) -> Iterator[Place]:
    """Where each piece of evidence stands in the transcript as it is now, if only about."""
    for piece in evidence:
        if piece.call_id != transcript.call_id or piece.turn is None or piece.quote is None:
            continue
        if 1 <= piece.turn <= len(transcript.turns):
            said, quote = Text(transcript.turn(piece.turn).text), Text(piece.quote)
            # Words that were corrected since may say the contrary now; it is the claim on them
            # that has changed, not its identity.
            if found := said.find(quote) or said.find_alike(quote):
                yield piece.turn, found.span


def _shared(ours: list[Place], theirs: list[Place]) -> int:
    """How many characters two lists of places have in common."""
    return sum(
        max(min(a.end, b.end) - max(a.begin, b.begin), 0)
        for turn, a in ours
        for other, b in theirs
        if turn == other
    )
