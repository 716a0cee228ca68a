"""Transcripts that other tools wrote.

``import_transcript`` tells the format by the content of the file, whatever its name, and makes a
``Transcript`` of it; ``FORMATS`` lists what it knows. Each format is a module with a ``sniff`` and
a ``read``; ``turns`` holds what they share: cleaning, speakers, merging, times.
"""

from pathlib import Path
from typing import Final

from transcript2handoff.errors import EmptyTranscriptError, TranscriptFormatError
from transcript2handoff.importers.bench import BENCH
from transcript2handoff.importers.files import looks_like_transcript, read_document
from transcript2handoff.importers.fireflies import FIREFLIES
from transcript2handoff.importers.format import Document, Format, Imported
from transcript2handoff.importers.gong import GONG
from transcript2handoff.importers.native import NATIVE
from transcript2handoff.importers.plain import OTTER, PLAIN
from transcript2handoff.importers.subtitles import SRT, TEAMS, WEBVTT, ZOOM

__all__ = [
    "FORMATS",
    "Document",
    "Format",
    "Imported",
    "import_transcript",
    "looks_like_transcript",
]

FORMATS: Final[tuple[Format, ...]] = (
    NATIVE,
    BENCH,
    WEBVTT,
    ZOOM,
    TEAMS,
    SRT,
    PLAIN,
    OTTER,
    GONG,
    FIREFLIES,
)
"""Every format with its name and a line of description; no two recognise the same file."""


def import_transcript(path: Path, call_id: str) -> Imported:
    """Read a transcript that another tool wrote.

    Args:
        path: the file; its content tells the format.
        call_id: the id of the call. Our own ``2_transcript.json`` keeps the id that it has.

    Returns:
        The transcript, speakers S1, S2, … in the order of their first words. Speakers are named
        where the file names them, and have a side only where it says so. The deal comes with a
        HandoffBench file and is none otherwise.

    Raises:
        InputError: there is no such file, it cannot be read, or it is a folder, a pipe or a device.
        TranscriptFormatError: it is in none of the ``FORMATS``, broken, too large, or no text.
        EmptyTranscriptError: nobody says anything in it.
        ArtifactError: it is a ``2_transcript.json`` of another schema version.
    """
    document = read_document(path, call_id)
    if not document.text.strip():
        raise EmptyTranscriptError(f"{document.file} is empty.")
    for known in FORMATS:
        if known.sniff(document):
            return known.read(document)
    formats = "\n".join(f"  {known.name}: {known.description}" for known in FORMATS)
    raise TranscriptFormatError(
        f"{document.file} is text, but no transcript in a format that we read:\n{formats}"
    )
