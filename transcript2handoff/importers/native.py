"""Our own ``2_transcript.json``."""

from typing import Final

from transcript2handoff.importers.format import Document, Format, Imported
from transcript2handoff.importers.turns import clean, empty
from transcript2handoff.transcript import Speaker, Transcript, Turn, read_transcript
from transcript2handoff.unseen import without_unseen


def _sniff(document: Document) -> bool:
    return document.has_keys("schema_version", "call_id", "turns")


def _read(document: Document) -> Imported:
    """The transcript as it is, with its own call id and source, but what nobody sees in it.

    Raises:
        ArtifactError: it is of another schema version, or breaks a rule of the types.
        EmptyTranscriptError: it has no turns.
    """
    transcript = read_transcript(document.text, where=document.file)
    if not transcript.turns:
        raise empty(document)
    return Imported(_visible(transcript), None)


def _visible(transcript: Transcript) -> Transcript:
    """The transcript without characters that nobody sees, in its words and its names."""
    return transcript.model_copy(
        update={
            "speakers": tuple(map(_visible_speaker, transcript.speakers)),
            "turns": tuple(map(_visible_turn, transcript.turns)),
        }
    )


def _visible_speaker(speaker: Speaker) -> Speaker:
    told = {"name": speaker.name, "title": speaker.title}
    shown = {name: clean(text) or None for name, text in told.items() if text}
    return speaker.model_copy(update=shown)


def _visible_turn(turn: Turn) -> Turn:
    text = without_unseen(turn.text)
    if text == turn.text:
        return turn
    words = (word._replace(text=without_unseen(word.text)) for word in turn.words)
    return turn.model_copy(update={"text": text, "words": tuple(w for w in words if w.text)})


NATIVE: Final = Format(
    name="transcript2handoff",
    description="2_transcript.json of an earlier run",
    sniff=_sniff,
    read=_read,
)
