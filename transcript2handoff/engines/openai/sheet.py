"""Lays turns out for a prompt: who says what, in a deal, on a day."""

from transcript2handoff.deal import DealContext, Participant
from transcript2handoff.engines.openai.hints import hints
from transcript2handoff.engines.openai.prompts import CallSheet, Line
from transcript2handoff.handoff import Window
from transcript2handoff.transcript import Transcript


def call_sheet(
    transcript: Transcript, context: DealContext, windows: tuple[Window, ...]
) -> CallSheet:
    """The turns of these windows, in order and each once, with what is known beside them.

    Args:
        transcript: as it may be sent.
        context: the deal and the call.
        windows: which turns; they may overlap.
    """
    wanted = {n for window in windows for n in window.numbers}
    turns = tuple(turn for turn in transcript.turns if turn.n in wanted)
    date, deal = context.call.date, context.deal
    return CallSheet(
        date=f"{date:%A %Y-%m-%d}" if date else None,
        stage=context.call.stage,
        seller=deal.seller,
        customer=deal.customer,
        product=deal.product,
        people=tuple(_person(person) for person in deal.expecting(context.call).participants),
        lines=tuple(line(transcript, turn.n) for turn in turns),
        hints=hints(turns, said_on=date),
    )


def line(transcript: Transcript, n: int) -> Line:
    """Turn ``n`` with its speaker's side and name."""
    speaker = transcript.speaker_of(n)
    return Line(
        n=n,
        side=(speaker.side if speaker else None) or "unknown",
        speaker=speaker.label if speaker else "Unknown",
        text=transcript.turn(n).text,
    )


def _person(person: Participant) -> str:
    title = f", {person.title}" if person.title else ""
    return f"{person.name} ({person.side}{title})"
