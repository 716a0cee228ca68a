"""The kickoff brief as data: everything that its templates show, sorted and in words.

A template only lays out what stands here; what is shown, in which order and under which words is
decided in this module and its neighbours ``cards``, ``facts`` and ``proofs``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from transcript2handoff.assess import Assessment, SectionState, State
from transcript2handoff.assess.checklist import KINDS_OF, TITLES, silence
from transcript2handoff.assess.questions import Question
from transcript2handoff.deal import Deal
from transcript2handoff.handoff import (
    Claim,
    Contradiction,
    Handoff,
    Rejection,
    Unread,
)
from transcript2handoff.render.cards import Cards
from transcript2handoff.render.facts import Notes, block, row
from transcript2handoff.render.heading import about, title
from transcript2handoff.render.labels import KIND_LABELS
from transcript2handoff.render.options import BriefOptions
from transcript2handoff.render.proofs import (
    HeardCall,
    Proofs,
    claim_anchor,
    clock,
    company,
    heard_calls,
    is_remote,
    label,
)
from transcript2handoff.render.signed import signed_lines, verdicts
from transcript2handoff.render.summary import verdict_view
from transcript2handoff.render.views import (
    Answered,
    Asked,
    Brief,
    CallView,
    Clash,
    Rejected,
    SectionView,
    TurnView,
)
from transcript2handoff.transcript import Transcript
from transcript2handoff.words import Message, Words, counted, message

_STATES: Final[Mapping[State, Message]] = {
    "complete": message("complete"),
    "thin": message("thin"),
}


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
    words = options.words
    proofs = Proofs(deal=handoff.deal, calls=calls, words=words)
    signed = signed_lines(options.review, words)
    notes = verdicts(options.review)
    cards = Cards(handoff=handoff, assessment=assessment, proofs=proofs, signed=signed, notes=notes)
    return Brief(
        language=words.language,
        title=title(handoff, words),
        about=about(handoff, words),
        media=_media(calls),
        playable=any(call.audio for call in calls),
        verdict=verdict_view(assessment),
        cards=cards.summary(),
        preparation=cards.preparation(),
        sections=_sections(handoff, assessment, proofs, options),
        contradictions=tuple(_clash(handoff, clash, proofs) for clash in handoff.contradictions),
        questions=_questions(handoff, assessment.questions, proofs),
        answers=tuple(
            Answered(question=one.question, proof=proofs.shown(one.evidence))
            for one in handoff.answers
        ),
        calls=tuple(_call(handoff, call, options) for call in calls),
        rejected=tuple(_rejected(rejection) for rejection in handoff.rejected),
    )


def _people(deal: Deal, transcript: Transcript, words: Words) -> tuple[str, ...]:
    return tuple(
        ", ".join(filter(None, (who.label, who.title, company(deal, who.side, words))))
        for who in transcript.speakers
    )


def _media(calls: Iterable[HeardCall]) -> str:
    """Servers may hand a recording over to another host (a storage bucket), hence the scheme."""
    recordings = [call.audio for call in calls if call.audio]
    sources = {"https: http:" if is_remote(url) else "'self' file:" for url in recordings}
    return " ".join(sorted(sources)) or "'none'"


def _sections(
    handoff: Handoff, assessment: Assessment, proofs: Proofs, options: BriefOptions
) -> tuple[SectionView, ...]:
    notes = verdicts(options.review)
    signed = signed_lines(options.review, options.words)
    views = [
        _section(handoff, number, assessment.section(name), proofs, notes)
        for number, name in enumerate(options.all_sections, start=1)
    ]
    return tuple(replace(view, signed=signed) if view.anchor == "terms" else view for view in views)


def _section(
    handoff: Handoff, number: int, state: SectionState, proofs: Proofs, notes: Notes
) -> SectionView:
    return SectionView(
        anchor=state.section,
        number=number,
        title=TITLES[state.section],
        state=state.state,
        label=_STATES.get(state.state, silence(handoff)),
        wants=state.reasons if state.state == "thin" else (),
        blocks=tuple(block(handoff, kind, proofs, notes) for kind in KINDS_OF[state.section]),
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
    transcript, words = call.transcript, options.words
    count = len(transcript.turns)
    length = call.record.duration
    turns = words.say(counted("{count} turn", "{count} turns", count=count))
    return CallView(
        ref=call.record.call.id,
        anchor=call.anchor,
        name=call.name,
        length=turns if length is None else f"{turns}, {clock(length)}",
        notes=(*transcript.notes, *call.record.notes, *map(_unread, call.record.unread)),
        people=_people(handoff.deal, transcript, words),
        audio=call.audio,
        player=call.player,
        unfolded=count <= options.open_turns,
        turns=_turns(call, _cited(handoff, transcript)),
    )


def _unread(gap: Unread) -> Message:
    if gap.first == gap.last:
        return message("Not read: turn {turn}. {reason}", turn=gap.first, reason=gap.reason)
    return message(
        "Not read: turns {first} to {last}. {reason}",
        first=gap.first,
        last=gap.last,
        reason=gap.reason,
    )


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
            speaker=label(transcript.speaker(turn.speaker), call.words),
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
        kind=KIND_LABELS[rejection.claim.kind],
        summary=rejection.claim.summary,
        words=citation.quote,
        where=message("{call}, turn {turn}", call=rejection.call_id, turn=citation.turn),
        reason=rejection.reason,
    )
