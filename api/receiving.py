"""A file that was sent becomes a call with a run: what it is, where it belongs, all or nothing."""

import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from transcript2handoff.access.principal import Principal
from transcript2handoff.api.deps import visible_deal
from transcript2handoff.api.models.calls import CallBody, CallOut, Received
from transcript2handoff.api.models.deals import DealOut
from transcript2handoff.api.models.runs import RunOut
from transcript2handoff.audio.decode import ACCEPTED
from transcript2handoff.deal import Call, Deal, first_fault
from transcript2handoff.errors import InputError, RecordingError, StoreConflictError
from transcript2handoff.importers import import_transcript, looks_like_transcript
from transcript2handoff.importers.files import MAX_BYTES
from transcript2handoff.intake import URGENT, call_came
from transcript2handoff.policy import ProcessingPolicy
from transcript2handoff.settings import Settings
from transcript2handoff.store import (
    Blob,
    Blobs,
    Deed,
    Store,
    Transaction,
    calls,
    deals,
    runs,
    uploads,
)
from transcript2handoff.transcript import Transcript

PRIORITY: Final = 5
"""Of the run of a file that somebody sent, unless its deal is won."""
_HEAD: Final = 4096
_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9_.-]+")
_LONGEST_REF: Final = 60
TRANSCRIPT_TYPE: Final = "text/plain"
_MARKS: Final = (
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"\x1a\x45\xdf\xa3", "audio/x-matroska"),
    (0, b"ID3", "audio/mpeg"),
    (4, b"ftyp", "audio/mp4"),
    (8, b"WAVE", "audio/wav"),
)
"""Where what stands in a file of a kind that the decoder reads."""


@dataclass(frozen=True, kw_only=True)
class Arriving:
    """A file on its way, and what was said about it: a new deal, or the id of one."""

    by: Principal
    file: str
    """The name that the sender gave it."""
    call: CallBody = field(default_factory=CallBody)
    deal: Deal | None = None
    deal_id: str | None = None
    upload_id: str | None = None

    @property
    def name(self) -> str:
        """Its name without folders and control characters."""
        base = self.file.replace("\\", "/").rpartition("/")[2]
        return "".join(filter(str.isprintable, base)).strip()[-100:] or "call"

    @property
    def ref(self) -> str:
        """What the call is called inside of its deal, unless that is taken."""
        if self.call.id:
            return self.call.id
        stem = _NOT_IN_NAMES.sub("-", Path(self.name).stem).strip("-._")
        return stem[:_LONGEST_REF] or "call"


def check_welcome(arriving: Arriving, settings: Settings) -> None:
    """Check that a call is taken in at all, before its bytes are kept.

    Raises:
        ConsentMissingError: those on it said no, and nothing is worked on then.
    """
    call = Call(id=arriving.ref, consent=arriving.call.consent)
    ProcessingPolicy(settings.processing).check_at_door(call)


def receive(store: Store, arriving: Arriving, blob: Blob) -> Received:
    """Make a call of bytes that are in the store, with its deal if that is new, and its run.

    Raises:
        RecordingError: it is no recording and no text.
        TranscriptFormatError, EmptyTranscriptError: it is text, and no transcript that we read.
        StoreGoneError: there is no such deal, or it is not for the sender to see.
        StoreConflictError: the deal has a call with this id.
        InputError: what was said of the call does not fit the deal.
    """
    media_type = kind_of(store.blobs, blob, arriving)
    is_text = media_type == TRANSCRIPT_TYPE
    with store.write() as tx:
        deal = _deal(tx, arriving)
        call = _call(tx, deal, arriving)
        added = calls.add(
            tx,
            calls.NewCall(
                deal_id=deal.id,
                call=call,
                recording=None if is_text else blob.digest,
                transcript=blob.digest if is_text else None,
                media_type=media_type,
                upload_id=arriving.upload_id,
            ),
        )
        deal = call_came(tx, deal)
        priority = URGENT if deal.won else PRIORITY
        wanted = runs.NewRun(deal_id=deal.id, call_id=added.id, kind="call", priority=priority)
        run = runs.start(tx, wanted)
        if arriving.upload_id is not None:
            uploads.finish(tx, arriving.upload_id, added.id)
        tx.note(Deed(actor=arriving.by.id, action="add", matter="call", subject=added.id))
        shown = DealOut.of(deal, today=tx.now.date())
    return Received(call=CallOut.of(added), deal=shown, run=RunOut.of(run))


def kind_of(blobs: Blobs, blob: Blob, arriving: Arriving) -> str:
    """The media type of a recording by its first bytes; a transcript is read to its end.

    Raises:
        RecordingError, TranscriptFormatError, EmptyTranscriptError: as ``receive``.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{arriving.ref}{Path(arriving.name).suffix[:20]}"
        head = b"".join(blobs.read(blob.digest, end=_HEAD))
        path.write_bytes(head)
        if media_type := _recording_type(head):
            return media_type
        if head and not looks_like_transcript(path):
            raise RecordingError(
                f"{arriving.name} is neither a recording nor a transcript that we read. Send "
                f"{ACCEPTED}, or the transcript of another tool."
            )
        with path.open("wb") as file:
            file.writelines(blobs.read(blob.digest, end=MAX_BYTES + 1))
        import_transcript(path, arriving.ref)
    return TRANSCRIPT_TYPE


def imported(ref: str, data: bytes) -> Transcript:
    """A transcript that another tool wrote, out of its bytes.

    Raises:
        InputError: it is none that we read.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _NOT_IN_NAMES.sub("-", ref)[:_LONGEST_REF]
        path.write_bytes(data)
        return import_transcript(path, ref).transcript


def _recording_type(head: bytes) -> str | None:
    for place, mark, media_type in _MARKS:
        if head[place : place + len(mark)] == mark:
            return media_type
    # An MP3 without a tag begins with eleven bits that are set.
    is_mpeg = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0
    return "audio/mpeg" if is_mpeg and not head.startswith(b"\xff\xfe") else None


def _deal(tx: Transaction, arriving: Arriving) -> deals.DealRecord:
    if arriving.deal_id is not None:
        return visible_deal(tx, arriving.by, arriving.deal_id)
    return add_deal(
        tx, arriving.by, deals.NewDeal(deal=arriving.deal or Deal(), by=arriving.by.name)
    )


def add_deal(tx: Transaction, by: Principal, new: deals.NewDeal) -> deals.DealRecord:
    """Add a deal, which belongs to whoever adds it if that is for them to have.

    Raises:
        StoreConflictError: there is one with this ``source`` and ``external_id``.
    """
    own = {"ae": "ae_id", "csm": "csm_id"}.get(by.role)
    added = deals.add(tx, new.model_copy(update={own: by.user_id} if own else {}))
    tx.note(Deed(actor=by.id, action="add", matter="deal", subject=added.id))
    return added


def _call(tx: Transaction, deal: deals.DealRecord, arriving: Arriving) -> Call:
    taken = {one.ref for one in calls.of_deal(tx, deal.id)}
    if arriving.call.id in taken:
        raise StoreConflictError(
            f"The deal has a call {arriving.call.id} already. Give this one another id."
        )
    told = arriving.call.model_dump(exclude={"id"})
    call = Call(id=_free(arriving.ref, taken), file=arriving.name, **told)
    check_fit(deal.deal, [call])
    return call


def _free(ref: str, taken: set[str]) -> str:
    numbered = (f"{ref}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (ref, *numbered) if name not in taken)


def check_fit(deal: Deal, of_deal: Iterable[Call]) -> None:
    """Check that calls and their deal go together.

    Raises:
        InputError: they do not; attendees are no participants of the deal, for example.
    """
    try:
        Deal.model_validate({**deal.model_dump(), "calls": [one.model_dump() for one in of_deal]})
    except ValidationError as error:
        raise InputError(f"The call does not fit its deal: {first_fault(error)}.") from error
