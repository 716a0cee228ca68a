"""What the player of a page is told: which recordings there are, and what is said when."""

from collections.abc import Iterable
from dataclasses import dataclass

from transcript2handoff.api.models.calls import WaveformOut
from transcript2handoff.api.opened import Opened
from transcript2handoff.deal import Record
from transcript2handoff.handoff import Handoff
from transcript2handoff.render.proofs import HeardCall, claim_anchor, clock
from transcript2handoff.render.reading import reading


@dataclass(frozen=True, kw_only=True)
class Track:
    """A recording. ``seconds`` is none where its length is not known."""

    call_id: str
    name: str
    audio: str
    timeline: str
    seconds: float | None
    length: str | None


class Timeline(Record):
    """What is said when on a call, by whom, and what it proves; in seconds, to a tenth.

    Attributes:
        seconds: the length of the recording; none where it is not known.
        peaks: how loud it gets, piece by piece, from 0 to 1; empty where nobody has worked it out.
        voices: who speaks.
        turns: the number of each turn, from when to when, and the number of its voice; 0 is nobody.
        marks: of each claim when it is said, its turn, and the id of its line in the brief.
    """

    seconds: float | None
    peaks: tuple[float, ...]
    voices: tuple[str, ...]
    turns: tuple[tuple[int, float, float, int], ...]
    marks: tuple[tuple[float, int, str], ...]


def tracks(opened: Opened, heard: Iterable[HeardCall]) -> tuple[Track, ...]:
    """The recordings of a deal that can be played, in the order of its calls."""
    ids = {call.ref: call.id for call in opened.on_desk.calls}
    return tuple(
        track_of(
            call,
            call_id=ids[call.record.call.id],
            timeline=f"/deals/{opened.deal_id}/calls/{ids[call.record.call.id]}/timeline",
        )
        for call in heard
        if call.audio and call.record.call.id in ids
    )


def track_of(call: HeardCall, *, call_id: str, timeline: str) -> Track:
    """The recording of a call that can be played.

    Args:
        call: has a recording.
        call_id: by which its page calls it.
        timeline: the address of what the player shows of it.
    """
    assert call.audio is not None, "a call that can be played"
    seconds = call.record.duration
    return Track(
        call_id=call_id,
        name=call.name,
        audio=call.audio,
        timeline=timeline,
        seconds=seconds,
        length=None if seconds is None else clock(seconds),
    )


def timeline(handoff: Handoff, call: HeardCall, waveform: WaveformOut | None) -> Timeline:
    """What the player shows of a call."""
    read = reading(handoff, call)
    return Timeline(
        seconds=waveform.seconds if waveform else call.record.duration,
        peaks=tuple(waveform.peaks) if waveform else (),
        voices=tuple(voice.label for voice in read.voices),
        turns=tuple(
            (turn.number, round(turn.start, 1), round(turn.end, 1), turn.voice)
            for turn in read.turns
            if turn.start is not None and turn.end is not None
        ),
        marks=tuple(_marks(handoff, call.record.call.id)),
    )


def _marks(handoff: Handoff, ref: str) -> Iterable[tuple[float, int, str]]:
    """The first place of each claim on the call."""
    for position, claim in enumerate(handoff.claims, start=1):
        for piece in claim.spoken:
            if piece.call_id == ref and piece.start is not None:
                yield round(piece.start, 1), piece.turn, claim_anchor(claim, position)
                break
