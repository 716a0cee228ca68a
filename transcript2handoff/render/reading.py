"""A transcript to be read: who speaks, and which words prove which claims."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from transcript2handoff.deal import Side
from transcript2handoff.handoff import Claim, Handoff
from transcript2handoff.render.around import span_of
from transcript2handoff.render.labels import KIND_LABELS
from transcript2handoff.render.proofs import (
    HeardCall,
    Play,
    claim_anchor,
    clock,
    company,
    label,
)
from transcript2handoff.transcript import Span, Transcript, Turn
from transcript2handoff.words import Message


@dataclass(frozen=True, kw_only=True)
class Voice:
    """Somebody who speaks on a call. ``number`` counts from 1; 0 is whoever is not known."""

    id: str
    number: int
    label: str
    title: str | None
    company: str | None
    side: Side | None
    turns: int
    seconds: float
    """For how long this voice is heard; 0 without times."""


@dataclass(frozen=True, kw_only=True)
class Proven:
    """A claim that rests on words of a turn."""

    claim_id: str
    anchor: str
    kind: Message
    summary: str


@dataclass(frozen=True, kw_only=True)
class Part:
    """Words of a turn that prove the same claims, or none."""

    text: str
    claim_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TurnLine:
    """A turn of the transcript. ``voice`` is the number of whoever speaks, 0 if nobody knows."""

    number: int
    speaker_id: str | None
    speaker: str
    voice: int
    when: str | None
    start: float | None
    end: float | None
    play: Play | None
    parts: tuple[Part, ...]
    proves: tuple[Proven, ...]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A whole transcript."""

    voices: tuple[Voice, ...]
    turns: tuple[TurnLine, ...]


@dataclass(frozen=True)
class _Quoted:
    """A stretch of a turn that proves a claim."""

    span: Span
    proven: Proven


def reading(handoff: Handoff, call: HeardCall) -> Reading:
    """The transcript of a call, with the claims that its words prove."""
    quoted = _quoted(handoff, call.transcript)
    numbers = {who.id: number for number, who in enumerate(call.transcript.speakers, start=1)}
    return Reading(
        voices=_voices(handoff, call),
        turns=tuple(
            _line(call, turn, numbers.get(turn.speaker or "", 0), quoted.get(turn.n, ()))
            for turn in call.transcript.turns
        ),
    )


def _voices(handoff: Handoff, call: HeardCall) -> tuple[Voice, ...]:
    heard: dict[str | None, list[Turn]] = defaultdict(list)
    for turn in call.transcript.turns:
        heard[turn.speaker].append(turn)
    return tuple(
        Voice(
            id=who.id,
            number=number,
            label=label(who, call.words),
            title=who.title,
            company=company(handoff.deal, who.side, call.words),
            side=who.side,
            turns=len(heard[who.id]),
            seconds=round(sum((turn.end or 0) - (turn.start or 0) for turn in heard[who.id]), 2),
        )
        for number, who in enumerate(call.transcript.speakers, start=1)
    )


def _quoted(handoff: Handoff, transcript: Transcript) -> Mapping[int, list[_Quoted]]:
    """The stretches of each turn that prove something, by the number of the turn."""
    found: dict[int, list[_Quoted]] = defaultdict(list)
    for position, claim in enumerate(handoff.claims, start=1):
        for each in claim.spoken:
            if each.call_id == transcript.call_id:
                span = span_of(each, transcript.turn(each.turn))
                found[each.turn].append(_Quoted(span, _proven(claim, position)))
    return found


def _proven(claim: Claim, position: int) -> Proven:
    return Proven(
        claim_id=claim.id,
        anchor=claim_anchor(claim, position),
        kind=KIND_LABELS[claim.kind],
        summary=claim.summary,
    )


def _line(call: HeardCall, turn: Turn, voice: int, quoted: Iterable[_Quoted]) -> TurnLine:
    return TurnLine(
        number=turn.n,
        speaker_id=turn.speaker,
        speaker=label(call.transcript.speaker(turn.speaker), call.words),
        voice=voice,
        when=None if turn.start is None else clock(turn.start),
        start=turn.start,
        end=turn.end,
        play=call.play(turn.start, turn.end),
        parts=tuple(_parts(turn.text, tuple(quoted))),
        proves=tuple({each.proven.claim_id: each.proven for each in quoted}.values()),
    )


def _parts(text: str, quoted: tuple[_Quoted, ...]) -> Iterable[Part]:
    """The text cut wherever a quote begins or ends."""
    cuts = {0, len(text), *(cut for each in quoted for cut in each.span)}
    for begin, end in pairwise(sorted(cuts)):
        ids = (q.proven.claim_id for q in quoted if q.span.begin <= begin and end <= q.span.end)
        yield Part(text=text[begin:end], claim_ids=tuple(dict.fromkeys(ids)))
