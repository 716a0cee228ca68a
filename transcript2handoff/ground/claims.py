"""From a draft to a handoff: every quote is found in the transcript, or its claim is rejected.

This is the only way to evidence. A citation names a turn and quotes words; the words are looked
for in that turn, then next to it, then, if they are many and stand in one place only, anywhere.
Evidence takes the transcript's own letters, speaker and seconds. What an engine says of people is
read off the call too: an owner whom nobody knows is left out, a name that nobody said is no fact.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from textwrap import shorten
from typing import Final, NoReturn

from transcript2handoff.deal import DealContext, Side
from transcript2handoff.errors import ArtifactError
from transcript2handoff.facts import (
    KINDS,
    Competitor,
    CustomerCommitment,
    Fact,
    Kind,
    Promise,
    Stakeholder,
)
from transcript2handoff.ground.identity import KnownClaim, known_claims, with_ids
from transcript2handoff.ground.mentions import Mentions
from transcript2handoff.ground.quotes import Concordance, Contrary, Found, Text, find_quote
from transcript2handoff.handoff import (
    CallRecord,
    Citation,
    Claim,
    Draft,
    DraftClaim,
    Handoff,
    Rejection,
    SpokenEvidence,
    spoken_evidence,
)
from transcript2handoff.transcript import Span, Transcript

__all__ = ["Found", "KnownClaim", "find_quote", "ground", "known_claims"]

NEAR: Final = (0, -1, 1, -2, 2)
"""Turns around the cited one in which a quote is looked for, nearest first."""
TELLING: Final = 5
"""Words that a quote needs to be looked for in the whole call, where it must be unique."""

VOICE: Final[dict[Kind, Side]] = {
    "promise": "seller",
    "exclusion": "seller",
    "customer_commitment": "customer",
    "objection": "customer",
    "pain": "customer",
}
"""Kinds that only one side can state."""
_WORD = re.compile(r"\w+")


class _Unproved(Exception):  # noqa: N818 - a finding, told to the reader, never to the caller
    """Why a claim is rejected."""


@dataclass(frozen=True)
class _Proof:
    """Evidence together with its characters in its turn."""

    evidence: SpokenEvidence
    span: Span

    @property
    def place(self) -> tuple[int, Span]:
        return self.evidence.turn, self.span

    def overlaps(self, other: "_Proof") -> bool:
        if self.evidence.turn != other.evidence.turn:
            return False
        return self.span.begin < other.span.end and other.span.begin < self.span.end


@dataclass(frozen=True)
class _Proved:
    """A claim on its way: what it states, and the places that prove it, best first."""

    draft: DraftClaim
    fact: Fact
    proofs: tuple[_Proof, ...]

    @property
    def order(self) -> tuple[object, ...]:
        """By time of the best evidence; the rest makes the order one and the same every time."""
        return (self.proofs[0].place, KINDS.index(self.fact.kind), self.draft.model_dump_json())


class _Ear:
    """The turns of a call, each made ready for look-ups when it is first needed."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self._ready: dict[int, Text] = {}

    def hear(self, n: int) -> Text:
        if n not in self._ready:
            self._ready[n] = Text(self.transcript.turn(n).text)
        return self._ready[n]

    @cached_property
    def turns(self) -> range:
        return range(1, len(self.transcript.turns) + 1)

    @cached_property
    def _concordance(self) -> Concordance:
        return Concordance([self.hear(n) for n in self.turns])

    def find(self, citation: Citation) -> _Proof:
        """The evidence for a citation.

        Raises:
            _Unproved: the words are not there, or they are not the same in what matters.
        """
        quote = Text(citation.quote)
        near = [citation.turn + step for step in NEAR if citation.turn + step in self.turns]
        for n in near:
            if found := self.hear(n).find(quote):
                return self._proof(n, found)
        contrary: Contrary | None = None
        for n in near:
            alike = self.hear(n).find_alike(quote)
            if isinstance(alike, Found):
                return self._proof(n, alike)
            contrary = contrary or alike
        return self._anywhere(quote) or _give_up(citation, contrary)

    def _anywhere(self, quote: Text) -> _Proof | None:
        index = self._concordance.only(quote) if len(quote.fluent.words) >= TELLING else None
        if index is None:
            return None
        found = self.hear(index + 1).find(quote)
        return self._proof(index + 1, found) if found else None

    def _proof(self, n: int, found: Found) -> _Proof:
        evidence = spoken_evidence(self.transcript, n, found.span, match=found.match)
        return _Proof(evidence, found.span)


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
    ear, mentions = _Ear(transcript), Mentions(transcript, context)
    proved: list[_Proved] = []
    rejected: list[Rejection] = []
    for claim in draft.claims:
        try:
            proved.append(_prove(claim, ear, mentions))
        except _Unproved as why:
            reason = str(why)
            rejected.append(Rejection(claim=claim, call_id=draft.call_id, reason=reason))
    single = _without_doubles(sorted(proved, key=lambda item: item.order))
    claims = [_claim(item, transcript) for item in single]
    return Handoff(
        deal=context.deal,
        calls=(_record(transcript, context),),
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
    read = {n for window in draft.coverage for n in range(window.first, window.last + 1)}
    unread = [turn.n for turn in transcript.turns if turn.n not in read]
    if unread:
        raise ArtifactError(
            f"The engine has not read {len(unread)} of {len(transcript.turns)} turns, the first is "
            f"turn {unread[0]}. Make the draft again with `t2h extract`."
        )


def _record(transcript: Transcript, context: DealContext) -> CallRecord:
    return CallRecord(
        call=context.call,
        transcript_version=transcript.version,
        turns=len(transcript.turns),
        duration=transcript.duration,
        language=transcript.language,
    )


def _prove(claim: DraftClaim, ear: _Ear, mentions: Mentions) -> _Proved:
    proofs: list[_Proof] = []
    misses: list[str] = []
    for citation in claim.citations:
        try:
            proofs.append(ear.find(citation))
        except _Unproved as why:
            misses.append(str(why))
    if not proofs:
        raise _Unproved("; ".join(dict.fromkeys(misses)))
    heard = _in_the_right_voice(claim.kind, proofs, ear.transcript)
    return _Proved(claim, _read_off(claim.fact, mentions), _distinct(heard))


def _give_up(citation: Citation, contrary: Contrary | None) -> NoReturn:
    words, turn = shorten(citation.quote, 160, placeholder=" …"), citation.turn
    if contrary:
        odd = ", ".join(f"“{word}”" for word in contrary.differs)
        raise _Unproved(f"words like “{words}” stand near turn {turn}, but they differ in {odd}")
    raise _Unproved(f"the words “{words}” are not in turn {turn} nor near it")


def _in_the_right_voice(
    kind: Kind, proofs: Sequence[_Proof], transcript: Transcript
) -> list[_Proof]:
    """The proofs, first the one that the right side says; an unknown side may be the right one."""
    wanted = VOICE.get(kind)
    sides = [transcript.side_of(proof.evidence.turn) for proof in proofs]
    if wanted is None or sides[0] in (wanted, None):
        return list(proofs)
    voices = [side for side in (wanted, None) if side in sides]
    if not voices:
        speaker = transcript.speaker_of(proofs[0].evidence.turn)
        who = speaker.label if speaker else "somebody"
        raise _Unproved(
            f"a {kind.replace('_', ' ')} needs the {wanted}'s voice, but turn "
            f"{proofs[0].evidence.turn} is said by {who} of the other side"
        )
    best = sides.index(voices[0])
    return [proofs[best], *proofs[:best], *proofs[best + 1 :]]


def _read_off(fact: Fact, mentions: Mentions) -> Fact:
    """The fact with the names that the call holds.

    Raises:
        _Unproved: the fact is about a name that is not on the call.
    """
    match fact:
        case Promise(owner=str(owner)) | CustomerCommitment(owner=str(owner)):
            return fact.model_copy(update={"owner": mentions.person(owner)})
        case Stakeholder(name=str(name)) if not mentions.has_person(name):
            raise _Unproved(f"nobody said this name: {name}")
        case Competitor(name=name) if not mentions.has_company(name):
            raise _Unproved(f"nobody said this name: {name}")
    return fact


def _distinct(proofs: Iterable[_Proof]) -> tuple[_Proof, ...]:
    """Each place once; of places that overlap, the better one."""
    kept: list[_Proof] = []
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
