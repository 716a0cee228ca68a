"""Our own ``2_transcript.json``."""

from typing import Final

from transcript2handoff.importers.format import Document, Format, Imported
from transcript2handoff.importers.turns import empty
from transcript2handoff.transcript import read_transcript


def _sniff(document: Document) -> bool:
    return document.has_keys("schema_version", "call_id", "turns")


def _read(document: Document) -> Imported:
    """The transcript as it is, with its own call id and source.

    Raises:
        ArtifactError: it is of another schema version, or breaks a rule of the types.
        EmptyTranscriptError: it has no turns.
    """
    transcript = read_transcript(document.text, where=document.file)
    if not transcript.turns:
        raise empty(document)
    return Imported(transcript, None)


NATIVE: Final = Format(
    name="transcript2handoff",
    description="2_transcript.json of an earlier run",
    sniff=_sniff,
    read=_read,
)
