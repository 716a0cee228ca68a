"""What the calls of a deal say, as the text that the store keeps of each version.

The transcripts stand in it by their digests: a version is always read with the very transcripts
that its quotes were found in, whatever has become of the calls since.
"""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from transcript2handoff.deal import Record, first_fault
from transcript2handoff.errors import ArtifactError, BlobMissingError, StoreGoneError
from transcript2handoff.ground import KnownClaim, known_claims
from transcript2handoff.handoff import read_handoff
from transcript2handoff.journal import Calls
from transcript2handoff.store import Blobs
from transcript2handoff.transcript import Transcript, read_transcript


class Telling(Record):
    """The parts of the text."""

    handoff: Mapping[str, Any]
    """As ``Handoff.to_json`` writes it."""
    origin: Mapping[str, str]
    transcripts: Mapping[str, str]
    """The digest of each, by the id that its call has in the deal."""


def to_text(told: Calls, digests: Mapping[str, str]) -> str:
    """The text; equal calls give equal text.

    Args:
        told: what the calls say.
        digests: of their transcripts, by the ids of the calls.
    """
    telling = Telling(
        handoff=json.loads(told.handoff.to_json()),
        origin=dict(sorted(told.origin.items())),
        transcripts=dict(sorted(digests.items())),
    )
    return telling.model_dump_json()


def parse(text: str) -> Telling:
    """The parts of a text that ``to_text`` wrote.

    Raises:
        ArtifactError: it is none.
    """
    try:
        return Telling.model_validate_json(text)
    except ValidationError as error:
        raise ArtifactError(
            f"The stored handoff is broken: {first_fault(error)}. Start a run of the deal."
        ) from error


def read_told(text: str, blobs: Blobs) -> Calls:
    """What the calls said, with their transcripts.

    Raises:
        ArtifactError: the text or a transcript is broken, or a quote is not proved.
        StoreGoneError: a transcript is not there any more.
        StoreUnreachableError: the transcripts cannot be read.
    """
    telling = parse(text)
    try:
        transcripts = tuple(transcript_of(blobs, digest) for digest in telling.transcripts.values())
    except BlobMissingError as error:
        raise StoreGoneError(
            "A transcript that the handoff rests on is kept no longer, so it cannot be opened any "
            "more. Its documents are there as they were made."
        ) from error
    handoff = read_handoff(json.dumps(telling.handoff), transcripts, where="The stored handoff")
    return Calls(handoff=handoff, transcripts=transcripts, origin=telling.origin)


def known_in(text: str) -> tuple[KnownClaim, ...]:
    """The claims of a stored text, whose ids the next version keeps.

    Raises:
        ArtifactError: the text is broken.
    """
    return tuple(known_claims(json.dumps(parse(text).handoff)))


def transcript_of(blobs: Blobs, digest: str) -> Transcript:
    """A transcript out of the blobs.

    Raises:
        ArtifactError: it is broken.
        BlobMissingError: it is not there any more.
        StoreUnreachableError: it cannot be read.
    """
    return read_transcript(b"".join(blobs.read(digest)), where="A stored transcript")
