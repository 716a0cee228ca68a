"""What is left of corrections when they became part of the transcript itself."""

from collections.abc import Callable, Iterable

from transcript2handoff.corrections.applying import takings
from transcript2handoff.corrections.events import SpeakerChanged, parsed, to_line
from transcript2handoff.transcript import Transcript


def left_over(
    lines: Iterable[str], transcript: Transcript, *, put_out: Callable[[str], str]
) -> tuple[str, ...]:
    """The lines that still say something of a transcript which was made of the corrected one.

    Names and sides are concluded anew whenever a transcript is read, so that what people said of
    voices has to be said again. All else stands in the transcript.

    Args:
        lines: the corrections.
        transcript: the corrected transcript, without a person who was erased.
        put_out: takes that person out of a text.

    Raises:
        CorrectionError: a line is no correction.
    """
    told = parsed(lines)
    taken = takings(told)
    return tuple(
        put_out(to_line(one.model_copy(update={"outline": None})))
        for number, one in enumerate(told, start=1)
        if isinstance(one, SpeakerChanged) and number not in taken and _holds(one, transcript)
    )


def _holds(change: SpeakerChanged, transcript: Transcript) -> bool:
    """Whether the voice is there, and has the name that it was given; an erased one has not."""
    voice = transcript.speaker(change.speaker)
    return voice is not None and (not change.name or change.name == voice.name)
