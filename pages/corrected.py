"""What people put right in transcripts, in sentences, with what stood there before. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

from transcript2handoff.api.models.corrections import CorrectionEntry
from transcript2handoff.corrections import (
    Correction,
    SpeakerChanged,
    SpeakersMerged,
    TurnMoved,
    Undone,
    WordsFixed,
)
from transcript2handoff.pages.deeds import ChangeView, DeedView, by_of
from transcript2handoff.pages.voices import SIDES_SAID, label_of
from transcript2handoff.transcript import Transcript

_NOBODY: Final = "not known"


def correction_deeds(
    path: str, name: str, entries: Sequence[CorrectionEntry], transcript: Transcript
) -> tuple[DeedView, ...]:
    """The corrections of a call.

    Args:
        path: of the page of its transcript.
        name: what people call the call.
        entries: all of its corrections.
        transcript: as it stands.
    """
    told = {entry.number: entry.correction for entry in entries}
    return tuple(
        DeedView(
            anchor=f"{path.rpartition('/')[2]}-{entry.number}",
            by=entry.correction.by,
            at=entry.correction.at,
            what=_what(
                entry.correction,
                told[target] if (target := _target(entry.correction)) else None,
                transcript,
            ),
            undo=None if entry.undone_by else f"{path}/corrections/{entry.number}/undo",
            undone_by=by_of(entry.undone_by),
            why=entry.correction.why,
            changes=tuple(_changes(entry.correction)),
            about=name,
            href=_href(path, entry.correction),
            note=entry.note,
        )
        for entry in entries
    )


def _target(correction: Correction) -> int | None:
    return correction.number if isinstance(correction, Undone) else None


def _what(correction: Correction, before: Correction | None, transcript: Transcript) -> str:
    match correction:
        case SpeakerChanged():
            return f"said who {label_of(transcript, correction.speaker)} is"
        case SpeakersMerged():
            into = label_of(transcript, correction.into)
            return f"said that the voice {correction.speaker} is {into}"
        case TurnMoved():
            return (
                f"said that turn {correction.turn} is by {label_of(transcript, correction.speaker)}"
            )
        case WordsFixed():
            return f"fixed words of turn {correction.turn}"
    if before is None or isinstance(before, Undone):
        return "put back a correction"
    return f"took back that {before.by} {_what(before, None, transcript)}"


def _changes(correction: Correction) -> Iterable[ChangeView]:
    if isinstance(correction, WordsFixed):
        yield ChangeView(label="Words", was=correction.was, now=correction.now)
    if isinstance(correction, SpeakerChanged):
        if correction.name is not None:
            yield ChangeView(label="Name", was=None, now=correction.name or _NOBODY)
        if correction.side is not None:
            yield ChangeView(label="Side", was=None, now=SIDES_SAID[correction.side])
        if correction.title is not None:
            yield ChangeView(label="Title", was=None, now=correction.title or _NOBODY)


def _href(path: str, correction: Correction) -> str:
    if isinstance(correction, WordsFixed | TurnMoved):
        return f"{path}#turn-{correction.turn}"
    return path
