"""The kickoff brief as data: everything that its templates show, sorted and in words.

A template only lays out what stands here; what is shown, in which order and under which words is
decided in this module and its neighbours ``summary``, ``facts`` and ``proofs``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from transcript2handoff.assess import Assessment, SectionState, State
from transcript2handoff.assess.checklist import KINDS_OF, SECTIONS, TITLES, silence
from transcript2handoff.assess.questions import Question
from transcript2handoff.deal import Deal
from transcript2handoff.handoff import (
    Claim,
    Contradiction,
    Handoff,
    Provenance,
    Rejection,
    Unread,
)
from transcript2handoff.render.facts import Block, Row, block, row
from transcript2handoff.render.proofs import (
    BriefOptions,
    HeardCall,
    Play,
    Proof,
    Proofs,
    claim_anchor,
    clock,
    company,
    heard_calls,
    is_remote,
    label,
)
from transcript2handoff.render.summary import Card, VerdictView, summary_cards, verdict_view
from transcript2handoff.transcript import Transcript

_STATES: Final[Mapping[State, str]] = {
    "complete": "complete",
    "thin": "thin",
}


@dataclass(frozen=True, kw_only=True)
class SectionView:
    """One of the eight sections. ``wants`` says what is thin or missing about it."""

    anchor: str
    number: int
    title: str
    state: State
    label: str
    wants: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question to the account executive; where a claim raised it, with its best proof."""

    text: str
    about: str | None
    anchor: str | None = None
    proof: Proof | None = None


@dataclass(frozen=True, kw_only=True)
class Clash:
    """Claims that cannot both hold, side by side."""

    about: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class TurnView:
    """One turn of a transcript. ``cited`` turns prove something in the brief."""

    anchor: str
    number: int
    speaker: str
    when: str | None
    text: str
    cited: bool
    play: Play | None


@dataclass(frozen=True, kw_only=True)
class CallView:
    """A call: its heading, its recording if there is one, and its transcript."""

    anchor: str
    name: str
    length: str
    notes: tuple[str, ...]
    """What a reader should know about how the transcript came about."""
    people: tuple[str, ...]
    audio: str | None
    player: str
    unfolded: bool
    turns: tuple[TurnView, ...]


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """What an engine claimed and the transcript does not bear out."""

    kind: str
    summary: str
    words: str
    where: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Brief:
    """A whole kickoff brief."""

    title: str
    about: tuple[str, ...]
    media: str
    """Where recordings may be loaded from, in the words of a Content Security Policy."""
    playable: bool
    """Whether there is a recording of any call."""
    verdict: VerdictView
    cards: tuple[Card, ...]
    sections: tuple[SectionView, ...]
    contradictions: tuple[Clash, ...]
    questions: tuple[Asked, ...]
    calls: tuple[CallView, ...]
    rejected: tuple[Rejected, ...]


def build_brief(
    handoff: Handoff,
    assessment: Assessment,
    transcripts: Iterable[Transcript],
    options: BriefOptions,
) -> Brief:
    """Lay out a handoff for its readers.

    Raises:
        ArtifactError: the transcript of a call is not among those given, or a claim quotes a call
            that the handoff does not list.
    """
    calls = heard_calls(handoff, transcripts, options)
    proofs = Proofs(deal=handoff.deal, calls=calls)
    return Brief(
        title=_title(handoff),
        about=_about(handoff),
        media=_media(calls),
        playable=any(call.audio for call in calls),
        verdict=verdict_view(assessment),
        cards=summary_cards(handoff, assessment, proofs),
        sections=_sections(handoff, assessment, proofs),
        contradictions=tuple(_clash(handoff, clash, proofs) for clash in handoff.contradictions),
        questions=_questions(handoff, assessment.questions, proofs),
        calls=tuple(_call(handoff, call, options) for call in calls),
        rejected=tuple(_rejected(rejection) for rejection in handoff.rejected),
    )


def _title(handoff: Handoff) -> str:
    deal = handoff.deal
    return f"{deal.customer or 'Customer not named'} × {deal.seller or 'Seller not named'}"


def _about(handoff: Handoff) -> tuple[str, ...]:
    deal = handoff.deal
    engines = dict.fromkeys(f"{made.engine} {made.engine_version}" for made in handoff.provenance)
    found = f"by engine {', '.join(engines)}: what it did not find stands as “{silence(handoff)}”"
    sent = dict.fromkeys(line for made in handoff.provenance for line in _sent(made))
    return tuple(part for part in (deal.product, f"deal {deal.deal}", found, *sent) if part)


def _sent(made: Provenance) -> Iterator[str]:
    """To whom words of the call were sent, so that a reader knows who else has read them."""
    for sending in made.sendings:
        how = "redacted" if sending.redacted else "not redacted"
        yield f"sent to {sending.model} at {sending.to}, {how}"


def _people(deal: Deal, transcript: Transcript) -> tuple[str, ...]:
    return tuple(
        ", ".join(filter(None, (who.label, who.title, company(deal, who.side))))
        for who in transcript.speakers
    )


def _media(calls: Iterable[HeardCall]) -> str:
    """Servers may hand a recording over to another host (a storage bucket), hence the scheme."""
    recordings = [call.audio for call in calls if call.audio]
    sources = {"https: http:" if is_remote(url) else "'self' file:" for url in recordings}
    return " ".join(sorted(sources)) or "'none'"


def _sections(handoff: Handoff, assessment: Assessment, proofs: Proofs) -> tuple[SectionView, ...]:
    return tuple(
        _section(handoff, number, assessment.section(name), proofs)
        for number, name in enumerate(SECTIONS, start=1)
    )


def _section(handoff: Handoff, number: int, state: SectionState, proofs: Proofs) -> SectionView:
    return SectionView(
        anchor=state.section,
        number=number,
        title=TITLES[state.section],
        state=state.state,
        label=_STATES.get(state.state, silence(handoff)),
        wants="; ".join(state.reasons) if state.state == "thin" else "",
        blocks=tuple(block(handoff, kind, proofs) for kind in KINDS_OF[state.section]),
    )


def _clash(handoff: Handoff, clash: Contradiction, proofs: Proofs) -> Clash:
    positions = {claim.id: (n, claim) for n, claim in enumerate(handoff.claims, start=1)}
    found = (positions[claim_id] for claim_id in clash.claims)
    return Clash(about=clash.about, rows=tuple(row(claim, n, proofs) for n, claim in found))


def _questions(
    handoff: Handoff, questions: Iterable[Question], proofs: Proofs
) -> tuple[Asked, ...]:
    claims = {claim.id: (n, claim) for n, claim in enumerate(handoff.claims, start=1)}
    return tuple(_asked(question, claims, proofs) for question in questions)


def _asked(question: Question, claims: Mapping[str, tuple[int, Claim]], proofs: Proofs) -> Asked:
    if not question.claim_ids:
        return Asked(text=question.text, about=question.about)
    position, claim = claims[question.claim_ids[0]]
    return Asked(
        text=question.text,
        about=question.about,
        anchor=claim_anchor(claim, position),
        proof=proofs.of(claim)[0],
    )


def _call(handoff: Handoff, call: HeardCall, options: BriefOptions) -> CallView:
    transcript = call.transcript
    count = len(transcript.turns)
    length = call.record.duration
    return CallView(
        anchor=call.anchor,
        name=call.name,
        length=f"{count} turns" if length is None else f"{count} turns, {clock(length)}",
        notes=(*transcript.notes, *call.record.notes, *map(_unread, call.record.unread)),
        people=_people(handoff.deal, transcript),
        audio=call.audio,
        player=call.player,
        unfolded=count <= options.open_turns,
        turns=_turns(call, _cited(handoff, transcript)),
    )


def _unread(gap: Unread) -> str:
    return f"Not read: {gap.turns}. {gap.reason}"


def _cited(handoff: Handoff, transcript: Transcript) -> frozenset[int]:
    return frozenset(
        evidence.turn
        for claim in handoff.claims
        for evidence in claim.spoken
        if evidence.call_id == transcript.call_id
    )


def _turns(call: HeardCall, cited: frozenset[int]) -> tuple[TurnView, ...]:
    transcript = call.transcript
    return tuple(
        TurnView(
            anchor=call.turn_anchor(turn.n),
            number=turn.n,
            speaker=label(transcript.speaker(turn.speaker)),
            when=None if turn.start is None else clock(turn.start),
            text=turn.text,
            cited=turn.n in cited,
            play=call.play(turn.start, turn.end),
        )
        for turn in transcript.turns
    )


def _rejected(rejection: Rejection) -> Rejected:
    citation = rejection.claim.citations[0]
    return Rejected(
        kind=rejection.claim.kind.replace("_", " "),
        summary=rejection.claim.summary,
        words=citation.quote,
        where=f"{rejection.call_id}, turn {citation.turn}",
        reason=rejection.reason,
    )
