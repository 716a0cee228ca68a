"""From a draft to a handoff: every quote is found in the transcript, or its claim is rejected.

This is the only way to evidence. A citation names a turn and quotes words, which ``places`` looks
for. Evidence takes the transcript's own letters, speaker and seconds. What an engine says of
people is read off the call too: an owner whom nobody knows is left out, a name that nobody said is
no fact.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from transcript2handoff.deal import DealContext, Side
from transcript2handoff.errors import ArtifactError
from transcript2handoff.extract.windows import gaps
from transcript2handoff.facts import (
    KINDS,
    Competitor,
    CustomerCommitment,
    Fact,
    Kind,
    Promise,
    Stakeholder,
)
from transcript2handoff.ground.identity import KnownClaim, with_ids
from transcript2handoff.ground.mentions import Mentions
from transcript2handoff.ground.places import Ear, Proof, Unproved
from transcript2handoff.handoff import (
    CallRecord,
    Claim,
    Draft,
    DraftClaim,
    Handoff,
    Rejection,
)
from transcript2handoff.transcript import Transcript

VOICE: Final[dict[Kind, Side]] = {
    "promise": "seller",
    "exclusion": "seller",
    "customer_commitment": "customer",
    "objection": "customer",
    "pain": "customer",
}
"""Kinds that only one side can state."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class _Proved:
    """A claim on its way: what it states, and the places that prove it, best first."""

    draft: DraftClaim
    fact: Fact
    proofs: tuple[Proof, ...]

    @property
    def order(self) -> tuple[object, ...]:
        """By time of the best evidence; the rest makes the order one and the same every time."""
        return (self.proofs[0].place, KINDS.index(self.fact.kind), self.draft.model_dump_json())


def ground(
    draft: Draft,
    transcript: Transcript,
    context: DealContext,
    *,
    previous: Sequence[KnownClaim] = (),
) -> Handoff:
    """The handoff of one call: the claims that its words prove, in the order of time.

    Ids are carried over from ``previous``, the ``known_claims`` of an earlier handoff.

    Raises:
        ArtifactError: the draft is of another call or version, or has not read every turn.
    """
    _check_fit(draft, transcript, context)
    ear, mentions = Ear(transcript), Mentions(transcript, context)
    proved: list[_Proved] = []
    rejected: list[Rejection] = []
    for claim in draft.claims:
        try:
            proved.append(_prove(claim, ear, mentions))
        except Unproved as why:
            reason = str(why)
            rejected.append(Rejection(claim=claim, call_id=draft.call_id, reason=reason))
    single = _without_doubles(sorted(proved, key=lambda item: item.order))
    claims = [_claim(item, transcript) for item in single]
    return Handoff(
        deal=context.deal,
        calls=(_record(draft, transcript, context),),
        provenance=(draft.provenance,),
        claims=with_ids(claims, transcript, previous=previous),
        rejected=tuple(rejected),
    )


def _check_fit(draft: Draft, transcript: Transcript, context: DealContext) -> None:
    calls = {draft.call_id, transcript.call_id, context.call.id}
    if len(calls) > 1:
        raise ArtifactError(
            f"The draft is of call {draft.call_id}, the transcript of {transcript.call_id}, and "
            f"the deal speaks of {context.call.id}. Give the files of one call."
        )
    if draft.transcript_version != transcript.version:
        raise ArtifactError(
            f"The draft was made from version {draft.transcript_version} of {draft.call_id}, which "
            f"is now at version {transcript.version}. Make it again with `t2h extract`."
        )
    unread = gaps(len(transcript.turns), (*draft.coverage, *draft.unread))
    if unread:
        count = sum(len(window.numbers) for window in unread)
        raise ArtifactError(
            f"The engine has not read {count} of {len(transcript.turns)} turns, the first is "
            f"turn {unread[0].first}. Make the draft again with `t2h extract`."
        )


def _record(draft: Draft, transcript: Transcript, context: DealContext) -> CallRecord:
    return CallRecord(
        call=context.call,
        transcript_version=transcript.version,
        turns=len(transcript.turns),
        duration=transcript.duration,
        language=transcript.language,
        unread=draft.unread,
        notes=draft.notes,
    )


def _prove(claim: DraftClaim, ear: Ear, mentions: Mentions) -> _Proved:
    proofs: list[Proof] = []
    misses: list[str] = []
    for citation in claim.citations:
        try:
            proofs.append(ear.find(citation))
        except Unproved as why:
            misses.append(str(why))
    if not proofs:
        raise Unproved("; ".join(dict.fromkeys(misses)))
    heard = _in_the_right_voice(claim.kind, proofs, ear.transcript)
    return _Proved(claim, _read_off(claim.fact, mentions), _distinct(heard))


def _in_the_right_voice(kind: Kind, proofs: Sequence[Proof], transcript: Transcript) -> list[Proof]:
    """The proofs, first the one that the right side says; an unknown side may be the right one."""
    wanted = VOICE.get(kind)
    sides = [transcript.side_of(proof.evidence.turn) for proof in proofs]
    if wanted is None or sides[0] in (wanted, None):
        return list(proofs)
    voices = [side for side in (wanted, None) if side in sides]
    if not voices:
        speaker = transcript.speaker_of(proofs[0].evidence.turn)
        who = speaker.label if speaker else "somebody"
        raise Unproved(
            f"a {kind.replace('_', ' ')} needs the {wanted}'s voice, but turn "
            f"{proofs[0].evidence.turn} is said by {who} of the other side"
        )
    best = sides.index(voices[0])
    return [proofs[best], *proofs[:best], *proofs[best + 1 :]]


def _read_off(fact: Fact, mentions: Mentions) -> Fact:
    """The fact with the names that the call holds.

    Raises:
        Unproved: the fact is about a name that is not on the call.
    """
    match fact:
        case Promise(owner=str(owner)) | CustomerCommitment(owner=str(owner)):
            return fact.model_copy(update={"owner": mentions.person(owner)})
        case Stakeholder(name=str(name)) if not mentions.has_person(name):
            raise Unproved(f"nobody said this name: {name}")
        case Competitor(name=name) if not mentions.has_company(name):
            raise Unproved(f"nobody said this name: {name}")
    return fact


def _distinct(proofs: Iterable[Proof]) -> tuple[Proof, ...]:
    """Each place once; of places that overlap, the better one."""
    kept: list[Proof] = []
    for proof in proofs:
        if not any(proof.overlaps(other) for other in kept):
            kept.append(proof)
    return tuple(kept)


def _without_doubles(claims: Iterable[_Proved]) -> list[_Proved]:
    kept: list[_Proved] = []
    for claim in claims:
        double = next((n for n, other in enumerate(kept) if _is_double(claim, other)), None)
        if double is None:
            kept.append(claim)
        else:
            kept[double] = _merged(kept[double], claim)
    return kept


def _is_double(claim: _Proved, other: _Proved) -> bool:
    if claim.fact != other.fact:
        return False
    if not any(a.overlaps(b) for a in claim.proofs for b in other.proofs):
        return False
    return getattr(claim.fact, "name", None) is not None or _say_the_same(
        claim.draft.summary, other.draft.summary
    )


def _say_the_same(summary: str, other: str) -> bool:
    """Whether one says no more than the other.

    The same words can hold two facts: "I'll send the report and the DPA" is two promises.
    """
    ours, theirs = (set(_WORD.findall(text.casefold())) for text in (summary, other))
    return ours <= theirs or theirs <= ours


def _merged(first: _Proved, second: _Proved) -> _Proved:
    """One claim out of two: the fuller summary, the higher confidence, all the evidence."""
    told = {
        "summary": max(first.draft.summary, second.draft.summary, key=len),
        "confidence": max(first.draft.confidence, second.draft.confidence),
    }
    proofs = _distinct([*first.proofs, *second.proofs])
    return _Proved(first.draft.model_copy(update=told), first.fact, proofs)


def _claim(item: _Proved, transcript: Transcript) -> Claim:
    return Claim.model_validate(
        {
            "id": "new",
            "summary": item.draft.summary,
            "fact": item.fact,
            "evidence": tuple(proof.evidence for proof in item.proofs),
            "confidence": item.draft.confidence,
        },
        context={"transcripts": {transcript.call_id: transcript}},
    )
