"""Everything on a person in one ZIP archive: a page to read, JSON, and their voice.

It holds words of others too, where these name the person; whoever hands it over looks through it.
"""

import datetime
import zipfile
from collections.abc import Iterator
from typing import IO, Final

from transcript2handoff.audio.silence import silenced
from transcript2handoff.errors import ArtifactError, BlobMissingError
from transcript2handoff.render.templates import Templates
from transcript2handoff.store import Blobs
from transcript2handoff.store.gathered import CallPart, Gathered
from transcript2handoff.transcript import Playback

MEDIA_TYPE: Final = "application/zip"
NAME: Final = "person.zip"
README: Final = """\
Everything that this service holds on a person.

index.html   to read
person.json  the same for programs: the names of the fields say what they are
audio/       recordings of calls, each with silence where the person does not speak; who speaks at
             the same time is heard as well

Look through it before you hand it over: what others said about the person is theirs as well, and
what stands in the books of the company may be confidential. What was written to a CRM, sent by
mail, or copied into backups is not in it.
"""
_ENDLESS: Final = 1e6
"""Seconds beyond the end of every recording."""


def write_person_file(
    target: IO[bytes], person: Gathered, blobs: Blobs, *, made: datetime.datetime
) -> None:
    """Write the archive.

    Args:
        target: where it is written.
        person: all that the store holds on them.
        blobs: have the recordings.
        made: the moment as of which it is.

    Raises:
        StoreUnreachableError: a recording cannot be read.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        sounds = {}
        for call_id, voice in _voices(person, blobs):
            sounds[call_id] = f"audio/{call_id}.ogg"
            _put(archive, sounds[call_id], voice, made)
        page = Templates().html("person.html.jinja", person=person, sounds=sounds, made=made)
        told = person.model_dump_json(indent=1)
        for name, text in (("index.html", page), ("person.json", told), ("README.txt", README)):
            _put(archive, name, text.encode(), made)


def _put(archive: zipfile.ZipFile, name: str, data: bytes, made: datetime.datetime) -> None:
    info = zipfile.ZipInfo(name, date_time=made.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    archive.writestr(info, data)


def _voices(person: Gathered, blobs: Blobs) -> Iterator[tuple[str, bytes]]:
    """Recordings in which the person is heard, by the ids of their calls."""
    for call in person.calls:
        if call.playback is None or not any(turn.end for turn in call.spoken):
            continue
        try:
            copy = b"".join(blobs.read(call.playback))
            yield call.id, silenced(copy, tuple(_others(call)))
        except (BlobMissingError, ArtifactError):
            # It is kept no longer, or was made elsewhere: no second of it can be told apart.
            continue


def _others(call: CallPart) -> Iterator[Playback]:
    """The seconds of a call in which the person does not speak."""
    heard = 0.0
    for turn in sorted(call.spoken, key=lambda each: each.start or 0.0):
        if turn.start is None or turn.end is None:
            continue
        if turn.start > heard:
            yield Playback(heard, turn.start)
        heard = max(heard, turn.end)
    yield Playback(heard, _ENDLESS)
